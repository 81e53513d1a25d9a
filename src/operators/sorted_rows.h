// SPDX-License-Identifier: Apache-2.0
// Rows in the order of their sort keys (bytes compared as bytes), rows of equal keys in the order
// they came. Rows are found by place (0 = first), by key, or by unique key. Places move when rows
// before them come or go; the bytes of a row never do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::operators {

/// One row with what it is ordered and found by; owns the bytes.
class SortedRow {
 public:
  SortedRow() = default;
  SortedRow(std::string_view sort_key, std::string_view unique, std::string_view row);
  std::string_view sort_key() const { return {bytes_.get(), sort_size_}; }
  std::string_view unique() const { return {bytes_.get() + sort_size_, unique_size_}; }
  std::string_view row() const { return {bytes_.get() + sort_size_ + unique_size_, row_size_}; }
  int64_t size_bytes() const { return int64_t{sort_size_} + unique_size_ + row_size_; }

 private:
  std::unique_ptr<char[]> bytes_;
  uint32_t sort_size_ = 0, unique_size_ = 0, row_size_ = 0;
};

class SortedRows {
 public:
  static constexpr size_t kNone = ~size_t{0};

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const SortedRow& operator[](size_t place) const;
  const SortedRow& last() const { return chunks_.back().back(); }

  /// Behind the rows of the same key. Gives its place.
  size_t Insert(SortedRow row);
  /// Takes the row out; its bytes live as long as what is returned.
  SortedRow Remove(size_t place);
  /// Puts another row of the same sort key at a place; gives the old one.
  SortedRow Replace(size_t place, SortedRow row);
  /// The place of the first row with this key and these bytes.
  size_t FindRow(std::string_view sort_key, std::string_view row) const;
  /// The place of the row with this unique key.
  size_t FindUnique(std::string_view unique) const;
  void Clear();

  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const auto& chunk : chunks_) {
      for (const SortedRow& row : chunk) visit(row);
    }
  }

  void Encode(std::string* out) const;
  /// Takes all of `bytes`.
  Status Decode(std::string_view bytes);
  int64_t heap_bytes() const { return heap_bytes_; }

 private:
  // Chunks are not empty and hold at most kChunkRows rows.
  static constexpr size_t kChunkRows = 512;
  struct Place {
    size_t chunk = 0, row = 0;
  };
  Place Locate(size_t place) const;
  /// First row whose key is not less (`after`: greater), and its place.
  Place Bound(std::string_view sort_key, bool after, size_t* place) const;

  std::vector<std::vector<SortedRow>> chunks_;
  size_t size_ = 0;
  int64_t heap_bytes_ = 0;
};

}  // namespace sluice::operators
