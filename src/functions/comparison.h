// SPDX-License-Identifier: Apache-2.0
// Comparing columns of one type.
#pragma once

#include "functions/column_view.h"
#include "functions/logical.h"

namespace sluice::functions {

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

/// a <op> b per row; UNKNOWN where one is NULL. Exact numbers may differ in scale, all else has
/// the same Arrow type. Nested types know = and <> only.
Result<Truth> Compare(Comparison op, const Argument& a, const flow::Type& a_type, const Argument& b,
                      const flow::Type& b_type, int64_t rows);

}  // namespace sluice::functions
