// SPDX-License-Identifier: Apache-2.0
// What functions over ARRAY and MAP columns are written with: lists seen row by row, the elements
// of several columns as one pool, numbers that say which elements are equal, and a writer that
// makes a column of lists out of elements of a pool. Work is done on whole columns: one pass over
// all elements, none of it per list.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "functions/column_view.h"
#include "functions/gather.h"

namespace sluice::functions {

/// A column of arrays (or maps, whose elements are entries). A constant has one list, read for
/// every row.
class ListColumn {
 public:
  static Result<ListColumn> Make(const Argument& argument);

  bool IsNull(int64_t row) const { return view_.IsNull(row); }
  /// The list's elements are [begin, end) of elements().
  int64_t begin(int64_t row) const { return offsets_[row & mask_] - base_; }
  int64_t end(int64_t row) const { return offsets_[(row & mask_) + 1] - base_; }
  int64_t size(int64_t row) const { return end(row) - begin(row); }
  const ArrayPtr& elements() const { return elements_; }
  /// Of a map.
  ArrayPtr keys() const { return EntryPart(0); }
  ArrayPtr values() const { return EntryPart(1); }
  const ColumnView& view() const { return view_; }

 private:
  explicit ListColumn(ColumnView view) : view_(std::move(view)) {}
  ArrayPtr EntryPart(int part) const;

  ColumnView view_;
  ArrayPtr elements_;
  const int32_t* offsets_ = nullptr;
  int64_t base_ = 0, mask_ = 0;
};

/// One value per row, or one for all.
struct ElementColumn {
  ArrayPtr values;
  int64_t mask = 0;

  static Result<ElementColumn> Make(const Argument& argument);
  int64_t at(int64_t row) const { return row & mask; }
};

/// The same values under a type that differs in names and nullability alone, at any depth.
std::shared_ptr<arrow::ArrayData> Retyped(const arrow::ArrayData& data,
                                          const std::shared_ptr<arrow::DataType>& type);

/// Columns of one element type laid one after the other: element i of piece k is start[k] + i.
struct ElementPool {
  ArrayPtr elements;
  std::vector<int64_t> start;

  static Result<ElementPool> Make(std::span<const ArrayPtr> pieces, const flow::Type& element);
};

/// A number for each element, 0 for NULL: equal where the elements are. NaN equals nothing, 0.0
/// equals -0.0, a NULL inside of an element equals another one; the order of a map's entries does
/// not count.
struct ElementNumbers {
  std::vector<int32_t> of;
  int32_t count = 0;  // numbers are below

  static ElementNumbers Of(const arrow::Array& elements);
  int32_t operator[](int64_t element) const { return of[static_cast<size_t>(element)]; }
};

/// Which numbers a row has met.
class NumberSet {
 public:
  explicit NumberSet(const ElementNumbers& numbers)
      : row_(static_cast<size_t>(numbers.count), -1) {}
  bool Has(int32_t number, int64_t row) const { return row_[static_cast<size_t>(number)] == row; }
  /// True when the row had not met it.
  bool Add(int32_t number, int64_t row) {
    int64_t& met = row_[static_cast<size_t>(number)];
    if (met == row) return false;
    met = row;
    return true;
  }

 private:
  std::vector<int64_t> row_;
};

/// A column of arrays of texts, written element by element.
class TextListWriter {
 public:
  explicit TextListWriter(int64_t rows);
  Status Add(std::string_view text);
  Status AddNull();
  Status EndRow();
  Status EndNull();
  /// Elements written so far.
  int64_t size() const { return texts_.length(); }
  Result<ArrayPtr> Finish(const flow::Type& type);

 private:
  arrow::StringBuilder texts_;
  std::vector<int32_t> offsets_;
  NullBits nulls_;
};

/// A column of lists whose elements are chosen from a pool: Add elements, then EndRow or EndNull.
class ListWriter {
 public:
  explicit ListWriter(int64_t rows);
  void Add(int64_t element) { chosen_.push_back(static_cast<int32_t>(element)); }
  /// An error when the column becomes larger than a column may be.
  Status AddRange(int64_t begin, int64_t end);
  Status EndRow();
  Status EndNull();
  /// The elements of the row that is written, from last to first.
  void ReverseRow();

  Result<ArrayPtr> Finish(const ArrayPtr& pool, const flow::Type& type);
  /// Entries: the writer chose keys, `values` says for each of them which value it has.
  Result<ArrayPtr> FinishMap(const ArrayPtr& keys, const ArrayPtr& pool, const Selection& values,
                             const flow::Type& type);

 private:
  Status CheckRoom(int64_t more) const;

  Selection chosen_;
  std::vector<int32_t> offsets_;
  NullBits nulls_;
};

/// A column of maps: entries of a pool, row by row. Of equal keys of a row the first that is added
/// stays.
class MapWriter {
 public:
  MapWriter(ArrayPtr keys, int64_t rows)
      : keys_(std::move(keys)),
        numbers_(ElementNumbers::Of(*keys_)),
        seen_(numbers_),
        lists_(rows) {}
  void Add(int64_t key, int64_t value, int64_t row) {
    if (!seen_.Add(numbers_[key], row)) return;
    lists_.Add(key);
    values_.push_back(static_cast<int32_t>(value));
  }
  bool IsNullKey(int64_t key) const { return numbers_[key] == 0; }
  /// The entries of the row that is written, from last to first.
  void ReverseRow();
  Status EndRow();
  Status EndNull();
  /// `values` is the pool of the values.
  Result<ArrayPtr> Finish(const ArrayPtr& values, const flow::Type& type) {
    return lists_.FinishMap(keys_, values, values_, type);
  }

 private:
  ArrayPtr keys_;
  ElementNumbers numbers_;
  NumberSet seen_;
  ListWriter lists_;
  Selection values_;
  size_t row_begin_ = 0;
};

}  // namespace sluice::functions
