// SPDX-License-Identifier: Apache-2.0
// A text that a state owns, or none. It is moved by copying its bytes, as states are, so it is
// freed by hand: Aggregator::Destroy calls Free.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "functions/aggregates/state_bytes.h"

namespace sluice::functions {

class OwnedBytes {
 public:
  static OwnedBytes& At(uint8_t* state) { return *reinterpret_cast<OwnedBytes*>(state); }
  static const OwnedBytes& At(const uint8_t* state) {
    return *reinterpret_cast<const OwnedBytes*>(state);
  }

  void Init() {
    data_ = nullptr;
    size_ = kNone;
    capacity_ = 0;
  }
  void Free() {
    std::free(data_);
    Init();
  }
  bool there() const { return size_ != kNone; }
  /// Of one that is there; an empty one may have no memory, and memcpy takes no null pointer.
  std::string_view view() const { return {data_ == nullptr ? "" : data_, size_}; }
  int64_t heap_bytes() const { return capacity_; }

  void Set(std::string_view text) {
    size_ = 0;
    Append(text);
  }
  void Append(std::string_view text) {
    if (size_ == kNone) size_ = 0;
    if (text.size() > capacity_ - size_) Grow(text.size());
    if (!text.empty()) std::memcpy(data_ + size_, text.data(), text.size());
    size_ += static_cast<uint32_t>(text.size());
  }
  void Clear() { size_ = kNone; }

  void Encode(std::string* out) const {
    out->push_back(there() ? 1 : 0);
    if (there()) AppendSized(view(), out);
  }
  Status Decode(std::string_view* bytes) {
    uint8_t there = 0;
    SLUICE_TRY(TakeRaw(bytes, &there));
    if (there == 0) return Status::Ok();
    std::string_view text;
    SLUICE_TRY(TakeSized(bytes, &text));
    Set(text);
    return Status::Ok();
  }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;

  void Grow(size_t more) {
    const size_t wanted = size_ + more;
    capacity_ =
        static_cast<uint32_t>(capacity_ == 0 ? wanted : std::max(wanted, capacity_ * size_t{2}));
    data_ = static_cast<char*>(std::realloc(data_, capacity_));
    SLUICE_ASSERT(data_ != nullptr);
  }

  char* data_;
  uint32_t size_;
  uint32_t capacity_;
};

inline std::string_view TextOf(const std::string* text) {
  return *text;
}
inline std::string_view TextOf(const OwnedBytes* text) {
  return text->view();
}
inline bool IsThere(const std::string* text) {
  return text != nullptr;
}
inline bool IsThere(const OwnedBytes* text) {
  return text != nullptr && text->there();
}

/// A text or binary column of what `text_of` finds in each state.
template <typename F>
Result<ArrayPtr> FinishTexts(std::span<const uint8_t* const> states, const flow::Type& type,
                             F text_of) {
  const auto rows = static_cast<int64_t>(states.size());
  SLUICE_ASSIGN(TextWriter writer, TextWriter::Make(rows, rows * 16));
  NullBits nulls(rows);
  for (int64_t row = 0; row < rows; ++row) {
    const auto* text = text_of(states[static_cast<size_t>(row)]);
    if (IsThere(text)) {
      writer.Append(TextOf(text));
    } else {
      SLUICE_TRY(nulls.SetNull(row));
    }
    writer.EndRow();
  }
  return writer.Finish(flow::ToArrow(type), nulls);
}

}  // namespace sluice::functions
