// SPDX-License-Identifier: Apache-2.0
// Three-valued logic over whole columns, 64 rows at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "functions/column_view.h"
#include "functions/gather.h"

namespace sluice::functions {

/// A BOOLEAN column as two bit sets: rows that are TRUE and rows that are FALSE; else UNKNOWN.
class Truth {
 public:
  /// All rows have one value.
  static Truth Constant(int64_t rows, bool value);
  static Result<Truth> Of(const Argument& boolean, int64_t rows);
  /// Bytes 0 or 1 per row; rows that are null in `nulls` are UNKNOWN.
  static Truth OfBytes(const std::vector<uint8_t>& bytes, const NullBits& nulls, int64_t rows);
  /// Rows whose validity says so: TRUE where the column is NULL, else FALSE.
  static Truth WhereNull(const ColumnView& column, int64_t rows);

  void And(const Truth& other);
  void Or(const Truth& other);
  void Not() { std::swap(true_, false_); }
  /// TRUE where TRUE, FALSE everywhere else; likewise for the others.
  Truth IsTrue() const;
  Truth IsFalse() const;
  Truth IsUnknown() const;

  /// Rows that AND (FALSE) or OR (TRUE) has not decided yet.
  Selection Undecided(bool deciding) const;
  /// And/Or with a column that has values for `rows` alone.
  void Combine(bool is_and, const Selection& rows, const Truth& other);

  Result<ArrayPtr> ToArray() const;
  int64_t rows() const { return rows_; }

 private:
  explicit Truth(int64_t rows);
  void ClearTail(std::vector<uint64_t>* bits) const;

  int64_t rows_;
  std::vector<uint64_t> true_, false_;
};

}  // namespace sluice::functions
