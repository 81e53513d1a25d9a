// SPDX-License-Identifier: Apache-2.0
// Values in the order they came, as one run of bytes; a value can be taken back: the oldest one
// that is equal goes. One that is not there is remembered, and cancels the next like it (Flink's
// retraction may come first).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/aggregates/cell.h"
#include "functions/aggregates/state_bytes.h"

namespace sluice::functions {

class CellList {
 public:
  int64_t size() const { return size_; }

  void Add(std::string_view bytes, bool null = false) {
    if (!owed_.empty()) {
      const auto owed = std::find(owed_.begin(), owed_.end(), Entry(bytes, null));
      if (owed != owed_.end()) {
        owed_.erase(owed);
        return;
      }
    }
    last_ = cells_.size();
    AppendEntry(bytes, null, &cells_);
    ++size_;
  }

  void TakeBack(std::string_view bytes, bool null = false) {
    const std::string entry = Entry(bytes, null);
    size_t before = 0;
    for (size_t at = 0; at < cells_.size(); before = at, at += SizeAt(at)) {
      if (cells_.compare(at, SizeAt(at), entry) != 0) continue;
      last_ = at == last_ ? before : last_ - entry.size();
      cells_.erase(at, entry.size());
      --size_;
      return;
    }
    owed_.push_back(entry);
  }

  void AddAll(const CellList& other) {
    other.ForEach([&](std::string_view bytes, bool null) { Add(bytes, null); });
    for (const std::string& entry : other.owed_) TakeBack(Bytes(entry), IsNull(entry));
  }

  /// nullopt: NULL. The list is not empty.
  std::optional<std::string_view> First() const { return At(0); }
  std::optional<std::string_view> Last() const { return At(last_); }

  /// visit(bytes, null)
  template <typename F>
  void ForEach(F visit) const {
    for (size_t at = 0; at < cells_.size(); at += SizeAt(at)) {
      const std::string_view entry(cells_.data() + at, SizeAt(at));
      visit(Bytes(entry), IsNull(entry));
    }
  }

  int64_t heap_bytes() const {
    int64_t bytes = static_cast<int64_t>(cells_.capacity());
    for (const std::string& entry : owed_) bytes += static_cast<int64_t>(entry.capacity()) + 32;
    return bytes;
  }

  void Encode(std::string* out) const {
    AppendSized(cells_, out);
    AppendRaw(static_cast<uint32_t>(owed_.size()), out);
    for (const std::string& entry : owed_) AppendSized(entry, out);
  }

  Status Decode(std::string_view* bytes) {
    std::string_view cells;
    SLUICE_TRY(TakeSized(bytes, &cells));
    while (!cells.empty()) {
      if (cells.size() < 4) return BrokenState();
      uint32_t mark = 0;
      std::memcpy(&mark, cells.data(), 4);
      const size_t size = 4 + size_t{mark >> 1};
      if (cells.size() < size) return BrokenState();
      last_ = cells_.size();
      cells_ += cells.substr(0, size);
      ++size_;
      cells.remove_prefix(size);
    }
    uint32_t owed = 0;
    SLUICE_TRY(TakeRaw(bytes, &owed));
    for (uint32_t i = 0; i < owed; ++i) {
      std::string_view entry;
      SLUICE_TRY(TakeSized(bytes, &entry));
      if (entry.size() < 4) return BrokenState();
      owed_.emplace_back(entry);
    }
    return Status::Ok();
  }

 private:
  // An entry: u32 length * 2 + (1 = NULL), then the bytes.
  static void AppendEntry(std::string_view bytes, bool null, std::string* out) {
    AppendRaw(static_cast<uint32_t>(bytes.size() * 2 + (null ? 1 : 0)), out);
    *out += bytes;
  }
  static std::string Entry(std::string_view bytes, bool null) {
    std::string entry;
    AppendEntry(bytes, null, &entry);
    return entry;
  }
  static bool IsNull(std::string_view entry) { return (entry[0] & 1) != 0; }
  static std::string_view Bytes(std::string_view entry) { return entry.substr(4); }
  size_t SizeAt(size_t at) const {
    uint32_t mark = 0;
    std::memcpy(&mark, cells_.data() + at, 4);
    return 4 + size_t{mark >> 1};
  }
  std::optional<std::string_view> At(size_t at) const {
    const std::string_view entry(cells_.data() + at, SizeAt(at));
    return IsNull(entry) ? std::nullopt : std::optional(Bytes(entry));
  }

  std::string cells_;
  size_t last_ = 0;  // where the last entry begins
  int64_t size_ = 0;
  std::vector<std::string> owed_;  // taken back before they came
};

}  // namespace sluice::functions
