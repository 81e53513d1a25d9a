// SPDX-License-Identifier: Apache-2.0
// Moving rows: the chosen rows of a column (Gather), the parts of a CASE put together (Merge), the
// children of a ROW column with the row's own NULLs (FlattenField). Strings move in runs of
// neighbouring rows, so a filter that keeps most rows costs little more than a copy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "functions/column_view.h"

namespace sluice::functions {

/// Row numbers; ascending and without repeats where a filter made them, in any order for Gather.
using Selection = std::vector<int32_t>;

Result<ArrayPtr> Gather(const ArrayPtr& column, const Selection& rows);

/// Child `field` of a struct column; NULL where the parent is. A view when the parent has no nulls.
Result<ArrayPtr> FlattenField(const ArrayPtr& parent, int field);

/// Values for some rows of a result: row rows[i] takes value i (a constant: its one value).
struct Part {
  Selection rows;
  Argument values;
};

/// Puts parts together into `row_count` rows; rows in no part are NULL.
Result<ArrayPtr> Merge(std::span<const Part> parts, int64_t row_count,
                       const std::shared_ptr<arrow::DataType>& type);

/// The rows whose bit is set and that are not NULL.
Selection SelectTrue(const arrow::Array& booleans);

}  // namespace sluice::functions
