// SPDX-License-Identifier: Apache-2.0
// The arithmetic of types: Flink's derivation of DECIMAL results and its common types
// (LogicalTypeMerging, after SQL Server's rules).
#pragma once

#include "base/result.h"
#include "flow/type.h"

namespace sluice::functions {

inline constexpr int kDecimalPrecisionMax = 38;

/// Precision and scale of a DECIMAL result; the scale gives way (down to 6) before whole digits do.
struct DecimalShape {
  int precision = 0;
  int scale = 0;
};

DecimalShape AdjustDecimal(int precision, int scale);
DecimalShape AddShape(DecimalShape a, DecimalShape b);
DecimalShape MultiplyShape(DecimalShape a, DecimalShape b);
DecimalShape DivideShape(DecimalShape a, DecimalShape b);
DecimalShape ModuloShape(DecimalShape a, DecimalShape b);
/// ROUND and TRUNCATE to `digits` places after the point.
DecimalShape RoundShape(DecimalShape shape, int digits);

/// An exact number as a decimal: TINYINT (3,0), SMALLINT (5,0), INT (10,0), BIGINT (19,0).
DecimalShape ShapeOf(const flow::Type& exact);

/// The common type of two; null when there is none.
flow::TypePtr CommonTypeOfTwo(const flow::TypePtr& a, const flow::TypePtr& b);

}  // namespace sluice::functions
