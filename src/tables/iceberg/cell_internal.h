// SPDX-License-Identifier: Apache-2.0
// Rows of nested values into an Arrow batch, for small tables that are made value by value.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

/// A scalar, or the items of a struct or list, or a map's keys and values by turns.
struct Cell {
  Value scalar;
  std::vector<Cell> items;
  bool is_null = true;

  Cell() = default;
  Cell(Value value) : scalar(std::move(value)), is_null(IsNull(scalar)) {}
  Cell(int64_t value) : Cell(Value(value)) {}
  Cell(int value) : Cell(Value(static_cast<int64_t>(value))) {}
  Cell(bool value) : Cell(Value(value)) {}
  Cell(std::string value) : Cell(Value(std::move(value))) {}
  Cell(const char* value) : Cell(std::string(value)) {}
  template <typename T>
  Cell(const std::optional<T>& value) {
    if (value) *this = Cell(*value);
  }
  static Cell Nested(std::vector<Cell> items) {
    Cell cell;
    cell.items = std::move(items);
    cell.is_null = false;
    return cell;
  }
};

using CellRow = std::vector<Cell>;

/// kInternal when a row does not fit the schema.
Result<std::shared_ptr<arrow::RecordBatch>> BatchOf(const std::shared_ptr<arrow::Schema>& schema,
                                                    const std::vector<CellRow>& rows);

}  // namespace sluice::tables::iceberg
