// SPDX-License-Identifier: Apache-2.0
// From hashes to slots: open addressing with linear probing in one array of 8-byte buckets, each
// the low half of a hash and a slot. Grows and removes without looking at entries.
#pragma once

#include <cstdint>

#include "state/table.h"

namespace sluice::state {

class SlotIndex {
 public:
  SlotIndex() = default;
  ~SlotIndex();
  SlotIndex(const SlotIndex&) = delete;
  SlotIndex& operator=(const SlotIndex&) = delete;

  /// The first slot of this hash for which `equals(slot)` holds.
  template <typename Equals>
  Slot Find(uint64_t hash, const Equals& equals) const {
    if (buckets_ == nullptr) return kNoSlot;
    const auto low = static_cast<uint32_t>(hash);
    for (uint32_t at = low & mask_;; at = (at + 1) & mask_) {
      const uint64_t bucket = buckets_[at];
      if (bucket == kEmpty) return kNoSlot;
      if (static_cast<uint32_t>(bucket >> 32) == low && equals(static_cast<Slot>(bucket))) {
        return static_cast<Slot>(bucket);
      }
    }
  }
  void PrefetchBucket(uint64_t hash) const {
    if (buckets_ != nullptr) __builtin_prefetch(&buckets_[static_cast<uint32_t>(hash) & mask_]);
  }
  /// The slot that Find will most likely look at first; kNoSlot: none.
  Slot Candidate(uint64_t hash) const {
    return Find(hash, [](Slot) { return true; });
  }
  /// Room for `more` slots, so that Insert needs none.
  void Reserve(int64_t more) {
    if (size_ + more > limit_) Grow(size_ + more);
  }
  void Insert(uint64_t hash, Slot slot);
  void Erase(uint64_t hash, Slot slot);
  /// Gives memory back where little is left.
  void Shrink();

  int64_t bytes() const { return capacity_ * 8; }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  void Grow(int64_t size);
  void Rehash(int64_t capacity);

  uint64_t* buckets_ = nullptr;
  uint32_t mask_ = 0;
  int64_t capacity_ = 0;
  int64_t limit_ = 0;
  int64_t size_ = 0;
};

}  // namespace sluice::state
