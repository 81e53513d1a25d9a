// SPDX-License-Identifier: Apache-2.0
// The dictionary of one string column of one row group: every distinct value once, in the order of
// first appearance, and an index per row. Arrow's writer takes it as it is, so a value is hashed
// once and compared once, a block of rows at a time, with the memory of the next ones on its way.
//
// Keeps its tables from one row group to the next. Nothing is left to luck: equal hashes are
// compared byte by byte.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"

namespace sluice::formats::parquet {

class Dictionary {
 public:
  /// The column (STRING or BINARY) as one DictionaryArray over all its chunks, void at the next
  /// call; nullptr when its distinct values come to `bytes_max` or more in Parquet's plain
  /// encoding, or when there are only nulls.
  Result<std::shared_ptr<arrow::Array>> Encode(const arrow::ChunkedArray& column,
                                               int64_t bytes_max);

 private:
  struct Slot {
    uint32_t tag = 0;       // of the hash
    int32_t index = kFree;  // of the value
    int32_t begin = 0, size = 0;
  };
  static constexpr int32_t kFree = -1;

  void Clear();
  void Grow();
  bool AddBlock(const arrow::Array& values, int64_t begin, int64_t count, int32_t* indices,
                int64_t bytes_max);
  bool Insert(uint64_t hash, const char* bytes, int32_t size, int64_t bytes_max, int32_t* index);

  std::vector<Slot> slots_;
  std::vector<char> bytes_;       // of all values, one behind the other
  std::vector<int32_t> offsets_;  // where each begins, and the end
};

}  // namespace sluice::formats::parquet
