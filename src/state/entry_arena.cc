// SPDX-License-Identifier: Apache-2.0
#include "state/entry_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "base/assert.h"

namespace sluice::state {
namespace {

constexpr size_t kPageBytes = 128 << 10;
constexpr size_t kHugePageBytes = 2 << 20;
constexpr size_t kRegionPagesMax = 64;
constexpr int kPointerBits = 48;  // of an address in user space
constexpr uint32_t kShortSizeBits = 0xFF;

const char* BlockOf(const char* entry) {
  uint64_t second;
  std::memcpy(&second, entry + 8, 8);
  return reinterpret_cast<const char*>(second & kBlockBits);
}

size_t RoundUp(size_t value, size_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace

KeyBlocks::~KeyBlocks() {
  for (char* chunk : chunks_) std::free(chunk);
}

char* KeyBlocks::Allocate(size_t size) {
  const size_t index = RoundUp(size, kClassBytes) / kClassBytes;
  used_bytes_ += static_cast<int64_t>(index * kClassBytes);
  if (IsLarge(size)) {
    ++large_;
    char* const block = static_cast<char*>(std::malloc(size));
    SLUICE_ASSERT(block != nullptr);
    return block;
  }
  if (free_[index] != nullptr) {
    char* const block = free_[index];
    std::memcpy(&free_[index], block, sizeof(char*));
    return block;
  }
  const size_t bytes = index * kClassBytes;
  if (left_ < bytes) {
    chunks_.push_back(static_cast<char*>(std::malloc(kChunkBytes)));
    next_ = chunks_.back();
    SLUICE_ASSERT(next_ != nullptr);
    left_ = kChunkBytes;
  }
  char* const block = next_;
  next_ += bytes;
  left_ -= bytes;
  return block;
}

void KeyBlocks::Free(char* block, size_t size) {
  const size_t index = RoundUp(size, kClassBytes) / kClassBytes;
  used_bytes_ -= static_cast<int64_t>(index * kClassBytes);
  if (IsLarge(size)) {
    --large_;
    return std::free(block);
  }
  std::memcpy(block, &free_[index], sizeof(char*));
  free_[index] = block;
}

EntryArena::EntryArena(const TableOptions& options) {
  const size_t alignment = std::max<size_t>(options.payload.alignment, 8);
  size_t at = TableView::kKeyBytes;
  view_.has_ttl = options.ttl_ms > 0;
  if (view_.has_ttl) at += 8;
  heap_at_ = at;
  if (options.payload.heap_bytes != nullptr) at += 8;
  view_.payload_at = RoundUp(at, alignment);
  view_.entry_bytes = RoundUp(view_.payload_at + options.payload.size, alignment);
  while (view_.page_shift < 12 && (view_.entry_bytes << (view_.page_shift + 1)) <= kPageBytes) {
    ++view_.page_shift;
  }
  view_.page_mask = (1u << view_.page_shift) - 1;
  view_.marks = kChangedFlag | (options.payload.heap_bytes != nullptr ? kHeapStaleFlag : 0);
}

EntryArena::~EntryArena() {
  // Blocks in chunks go with their chunks.
  for (Slot slot = 0; slot < end_ && keys_.has_large(); ++slot) {
    if (IsLive(slot) && KeyBlocks::IsLarge(Key(slot).size())) Remove(slot);
  }
  for (void* region : regions_) std::free(region);
}

void EntryArena::AddPages() {
  const size_t page_bytes = view_.entry_bytes << view_.page_shift;
  const size_t count = std::clamp<size_t>(pages_.size() / 4, 1, kRegionPagesMax);
  const size_t bytes = page_bytes * count;
  const bool huge = bytes >= 2 * kHugePageBytes;
  const size_t alignment = huge ? kHugePageBytes : 64;
  const size_t rounded = RoundUp(bytes, alignment);
  char* const region = static_cast<char*>(std::aligned_alloc(alignment, rounded));
  SLUICE_ASSERT(region != nullptr);
  // Probes of large tables go all over them: fewer, larger pages spare the TLB.
  if (huge) madvise(region, rounded, MADV_HUGEPAGE);
  regions_.push_back(region);
  for (size_t i = 0; i < count; ++i) pages_.push_back(region + i * page_bytes);
  view_.pages = pages_.data();
}

Slot EntryArena::Insert(std::string_view key, const KeyWords& words, uint32_t group) {
  Slot slot = free_;
  uint32_t kept = 0;
  if (slot != kNoSlot) {
    std::memcpy(&free_, Entry(slot) + 4, sizeof(free_));
    kept = Word(slot) & (kChangedFlag | kHeapStaleFlag);
  } else {
    if (end_ == kNoSlot) return kNoSlot;
    if ((end_ >> view_.page_shift) == pages_.size()) AddPages();
    slot = end_++;
  }
  ++live_;
  char* const entry = Entry(slot);
  uint64_t first = words.first | kept;
  uint64_t second = words.second;
  if (key.size() <= kInlineKeyBytes) {
    first |= static_cast<uint64_t>(group) << kGroupShift;
  } else {
    char* const block = keys_.Allocate(key.size());
    std::memcpy(block, key.data(), key.size());
    second = reinterpret_cast<uint64_t>(block) | static_cast<uint64_t>(group) << kPointerBits;
  }
  std::memcpy(entry, &first, 8);
  std::memcpy(entry + 8, &second, 8);
  return slot;
}

void EntryArena::Remove(Slot slot) {
  char* const entry = Entry(slot);
  const uint32_t word = Word(slot);
  if ((word & kLongFlag) != 0) {
    const std::string_view key = Key(slot);
    keys_.Free(const_cast<char*>(key.data()), key.size());
  }
  StoreWord(slot, kDeadWord | (word & (kChangedFlag | kHeapStaleFlag)));
  std::memcpy(entry + 4, &free_, sizeof(free_));
  free_ = slot;
  --live_;
}

std::string_view EntryArena::Key(Slot slot) const {
  const char* const entry = Entry(slot);
  const uint32_t word = Word(slot);
  if ((word & kLongFlag) == 0) return {entry + 4, word & kShortSizeBits};
  return {BlockOf(entry), word & (kLongFlag - 1)};
}

uint32_t EntryArena::Group(Slot slot) const {
  const uint32_t word = Word(slot);
  if ((word & kLongFlag) == 0) return (word & kGroupBits) >> kGroupShift;
  uint64_t second;
  std::memcpy(&second, Entry(slot) + 8, 8);
  return static_cast<uint32_t>(second >> kPointerBits);
}

bool EntryArena::KeyEquals(Slot slot, std::string_view key, const KeyWords& words) const {
  const char* const entry = Entry(slot);
  uint64_t first;
  uint64_t second;
  std::memcpy(&first, entry, 8);
  std::memcpy(&second, entry + 8, 8);
  if (key.size() <= kInlineKeyBytes) {
    return (first & ~(kFlagBits | kGroupBits)) == words.first && second == words.second;
  }
  return (first & ~kFlagBits) == words.first &&
         std::memcmp(BlockOf(entry), key.data(), key.size()) == 0;
}

}  // namespace sluice::state
