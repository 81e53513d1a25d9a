// SPDX-License-Identifier: Apache-2.0
// CAST and TRY_CAST between all types of Flink's casting matrix (docs "Data Types", "CAST").
// CAST fails the query where a value has no counterpart; TRY_CAST gives NULL there. Narrowing
// between numbers wraps and truncates as Java does; DECIMAL overflow is NULL in both.
#pragma once

#include "functions/column_view.h"

namespace sluice::functions {

/// The column as `to`. Types with the same layout and no check to make are not copied.
Result<ArrayPtr> CastColumn(const Argument& input, const flow::Type& from, const flow::Type& to,
                            bool try_cast, int64_t rows, const EvalContext& context);

/// False when a cast between the types works for every value.
bool CastCanFail(const flow::Type& from, const flow::Type& to);

}  // namespace sluice::functions
