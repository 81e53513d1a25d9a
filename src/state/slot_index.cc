// SPDX-License-Identifier: Apache-2.0
#include "state/slot_index.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "base/assert.h"

namespace sluice::state {
namespace {

constexpr int64_t kCapacityMin = 64;
constexpr int64_t kHugePageBytes = 2 << 20;

int64_t LimitOf(int64_t capacity) {
  return capacity / 4 * 3;
}

}  // namespace

SlotIndex::~SlotIndex() {
  std::free(buckets_);
}

void SlotIndex::Insert(uint64_t hash, Slot slot) {
  Reserve(1);
  const auto low = static_cast<uint32_t>(hash);
  uint32_t at = low & mask_;
  while (buckets_[at] != kEmpty) at = (at + 1) & mask_;
  buckets_[at] = static_cast<uint64_t>(low) << 32 | slot;
  ++size_;
}

void SlotIndex::Erase(uint64_t hash, Slot slot) {
  uint32_t hole = static_cast<uint32_t>(hash) & mask_;
  while (static_cast<Slot>(buckets_[hole]) != slot) {
    SLUICE_ASSERT(buckets_[hole] != kEmpty);
    hole = (hole + 1) & mask_;
  }
  // What follows moves up, unless it would come before its own place.
  for (uint32_t at = (hole + 1) & mask_; buckets_[at] != kEmpty; at = (at + 1) & mask_) {
    const uint32_t home = static_cast<uint32_t>(buckets_[at] >> 32) & mask_;
    if (((at - home) & mask_) >= ((at - hole) & mask_)) {
      buckets_[hole] = buckets_[at];
      hole = at;
    }
  }
  buckets_[hole] = kEmpty;
  --size_;
}

void SlotIndex::Grow(int64_t size) {
  int64_t capacity = std::max(capacity_, kCapacityMin);
  while (LimitOf(capacity) < size) capacity *= 2;
  Rehash(capacity);
}

void SlotIndex::Shrink() {
  if (capacity_ <= kCapacityMin || size_ > capacity_ / 8) return;
  int64_t capacity = kCapacityMin;
  while (LimitOf(capacity) / 2 < size_) capacity *= 2;
  Rehash(capacity);
}

void SlotIndex::Rehash(int64_t capacity) {
  const int64_t bytes = capacity * 8;
  const bool huge = bytes >= 2 * kHugePageBytes;
  auto* const fresh = static_cast<uint64_t*>(std::aligned_alloc(
      static_cast<size_t>(huge ? kHugePageBytes : 64), static_cast<size_t>(bytes)));
  SLUICE_ASSERT(fresh != nullptr);
  if (huge) madvise(fresh, static_cast<size_t>(bytes), MADV_HUGEPAGE);
  std::fill_n(fresh, capacity, kEmpty);
  const auto mask = static_cast<uint32_t>(capacity - 1);
  for (int64_t i = 0; i < capacity_; ++i) {
    const uint64_t bucket = buckets_[i];
    if (bucket == kEmpty) continue;
    uint32_t at = static_cast<uint32_t>(bucket >> 32) & mask;
    while (fresh[at] != kEmpty) at = (at + 1) & mask;
    fresh[at] = bucket;
  }
  std::free(buckets_);
  buckets_ = fresh;
  capacity_ = capacity;
  mask_ = mask;
  limit_ = LimitOf(capacity);
}

}  // namespace sluice::state
