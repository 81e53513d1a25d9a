// SPDX-License-Identifier: Apache-2.0
// The rows of one side of a join under one key: encoded rows back to back in one growing buffer.
// Each may carry the number of its matches on the other side (outer, semi and anti joins) and the
// bytes of its unique key, by which it is then found instead of by all its bytes. Rows keep the
// order in which they came. A row that is taken back is marked dead; when half of the buffer is
// dead it is packed. Above some rows an index by hash finds rows that are taken back.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::operators {

class JoinRows {
 public:
  /// Where a row is; valid until the next Add or Remove.
  using Offset = uint32_t;
  static constexpr Offset kNone = 0xFFFFFFFFu;

  JoinRows() = default;
  ~JoinRows();
  JoinRows(const JoinRows&) = delete;
  JoinRows& operator=(const JoinRows&) = delete;
  JoinRows(JoinRows&&) = delete;
  JoinRows& operator=(JoinRows&&) = delete;

  uint32_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

  /// `unique`: the bytes of the row's unique key; empty when the side has none.
  Status Add(std::string_view unique, std::string_view row, uint32_t matches);
  /// The first row with this unique key, or if `unique` is empty, with these bytes.
  Offset Find(std::string_view unique, std::string_view row) const;
  void Remove(Offset offset);
  void Clear();
  /// Removes the rows for which `goes` says so; it sees each live row once, in order.
  template <typename Goes>
  void RemoveIf(Goes goes) {
    uint32_t removed = 0;
    for (Offset offset = First(); offset != kNone; offset = Next(offset)) {
      if (!goes(offset)) continue;
      MarkDead(offset);
      ++removed;
    }
    if (removed == 0) return;
    index_.reset();
    count_ -= removed;
    Settle();
  }

  std::string_view Row(Offset offset) const {
    const Header header = At(offset);
    return {data_ + offset + sizeof(Header) + header.unique, header.row};
  }
  std::string_view Unique(Offset offset) const {
    return {data_ + offset + sizeof(Header), At(offset).unique};
  }
  uint32_t matches(Offset offset) const { return At(offset).matches; }
  void set_matches(Offset offset, uint32_t matches);
  /// Live rows, in order: for (o = First(); o != kNone; o = Next(o)).
  Offset First() const { return SkipDead(0); }
  Offset Next(Offset offset) const { return SkipDead(offset + (At(offset).size & ~kDead)); }

  /// Asks for the memory of the first row; of where the next one goes.
  void PrefetchFirst() const { __builtin_prefetch(data_ + first_); }
  void PrefetchEnd() const { __builtin_prefetch(data_ + size_, 1); }

  void Encode(std::string* out) const;
  Status Decode(std::string_view bytes);
  int64_t heap_bytes() const;

 private:
  struct Header {
    uint32_t size;  // of all, header and padding to 4 included; the lowest bit: dead
    uint32_t matches;
    uint32_t unique;  // bytes of the unique key
    uint32_t row;     // bytes of the row
  };
  using Index = std::unordered_multimap<uint64_t, Offset>;

  static constexpr uint32_t kDead = 1;

  Header At(Offset offset) const {
    Header header;
    std::memcpy(&header, data_ + offset, sizeof(header));
    return header;
  }
  Offset SkipDead(Offset offset) const {
    if (offset < first_) offset = first_;
    while (offset < size_) {
      const uint32_t size = At(offset).size;
      if ((size & kDead) == 0) return offset;
      offset += size & ~kDead;
    }
    return kNone;
  }
  std::string_view FindableBytes(const Header& header, Offset offset) const;
  void MarkDead(Offset offset);
  /// Gives memory back when much is dead.
  void Settle();
  void Pack();
  void BuildIndex();

  char* data_ = nullptr;
  uint32_t size_ = 0, capacity_ = 0, count_ = 0, dead_bytes_ = 0;
  Offset first_ = 0;  // rows before it are dead
  std::unique_ptr<Index> index_;
};

}  // namespace sluice::operators
