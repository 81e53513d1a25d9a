// SPDX-License-Identifier: Apache-2.0
// The memory of a table's entries: pages of equal places, numbered by slot, that never move; and
// blocks for keys too long to stand in their entry. Freed places and blocks are used again.
//
//   entry   0  u32  bits 28 to 31: flags; the rest all set: no entry
//                   a key of up to 12 bytes: its size, at bit 8 its key group
//                   a longer one: bit 27, its size
//           4       up to 12 bytes of key, rest zero
//                   a longer one: its first 4 bytes; at 8 a pointer (48 bits), the key group
//          16  i64  time of the last write    where the table has a time to live
//              i64  heap bytes last counted   where payloads own memory
//                   payload, aligned
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "state/table.h"

namespace sluice::state {

/// Blocks of bytes in classes of 16 bytes; large ones come from the heap.
class KeyBlocks {
 public:
  KeyBlocks() = default;
  ~KeyBlocks();
  KeyBlocks(const KeyBlocks&) = delete;
  KeyBlocks& operator=(const KeyBlocks&) = delete;
  char* Allocate(size_t size);
  void Free(char* block, size_t size);
  int64_t used_bytes() const { return used_bytes_; }
  bool has_large() const { return large_ != 0; }
  static bool IsLarge(size_t size) { return size > kClasses * kClassBytes; }

 private:
  static constexpr size_t kClassBytes = 16;
  static constexpr size_t kClasses = 64;
  static constexpr size_t kChunkBytes = 256 << 10;
  std::vector<char*> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  char* free_[kClasses + 1] = {};
  int64_t used_bytes_ = 0;
  int64_t large_ = 0;
};

/// The 16 bytes that an entry of this key starts with, flags and group apart.
struct KeyWords {
  uint64_t first = 0;   // size, four bytes of the key
  uint64_t second = 0;  // bytes 4 to 11 of a short key
};

inline constexpr size_t kInlineKeyBytes = 12;
inline constexpr uint64_t kBlockBits = (uint64_t{1} << 48) - 1;  // of an address in user space
inline constexpr uint32_t kKeySizeMax = (1u << 27) - 2;
inline constexpr uint32_t kDeadWord = (1u << 28) - 1;  // without flags
inline constexpr uint32_t kLongFlag = 1u << 27;
inline constexpr int kGroupShift = 8;
inline constexpr uint64_t kFlagBits = 0xF0000000u;
inline constexpr uint64_t kGroupBits = 0x0FFFFu << kGroupShift;
inline constexpr uint32_t kChangedFlag = 1u << 28;    // is in the list of changed slots
inline constexpr uint32_t kPersistedFlag = 1u << 29;  // some snapshot holds it
inline constexpr uint32_t kHeapStaleFlag = 1u << 30;  // is in the list of slots to measure
inline constexpr uint32_t kRecentFlag = 1u << 31;     // found since the clock hand passed

inline KeyWords WordsOf(std::string_view key) {
  const size_t size = key.size();
  const char* at = key.data();
  uint64_t low = 0;   // bytes 0 to 7
  uint64_t high = 0;  // bytes 8 to 11
  if (size >= 8) {
    std::memcpy(&low, at, 8);
    if (size > 8 && size <= kInlineKeyBytes) {
      uint64_t tail;
      std::memcpy(&tail, at + size - 8, 8);
      high = tail >> (8 * (16 - size));
    }
  } else if (size >= 4) {
    uint32_t head;
    uint32_t tail;
    std::memcpy(&head, at, 4);
    std::memcpy(&tail, at + size - 4, 4);
    low = head | static_cast<uint64_t>(tail) << (8 * (size - 4));
  } else {
    for (size_t i = 0; i < size; ++i) {
      low |= static_cast<uint64_t>(static_cast<uint8_t>(at[i])) << (8 * i);
    }
  }
  const uint64_t kind = size > kInlineKeyBytes ? kLongFlag : 0;
  return {static_cast<uint64_t>(size) | kind | low << 32, low >> 32 | high << 32};
}

class EntryArena {
 public:
  explicit EntryArena(const TableOptions& options);
  ~EntryArena();
  EntryArena(const EntryArena&) = delete;
  EntryArena& operator=(const EntryArena&) = delete;

  /// A place for an entry, its key set, kChangedFlag and kHeapStaleFlag as the place had them;
  /// kNoSlot when there are 2^32 entries.
  Slot Insert(std::string_view key, const KeyWords& words, uint32_t group);
  void Remove(Slot slot);

  char* Entry(Slot slot) const { return view_.Entry(slot); }
  void* Payload(Slot slot) const { return view_.Entry(slot) + view_.payload_at; }
  uint32_t Word(Slot slot) const {
    uint32_t word;
    std::memcpy(&word, Entry(slot), sizeof(word));
    return word;
  }
  void SetFlags(Slot slot, uint32_t flags) { StoreWord(slot, Word(slot) | flags); }
  void ClearFlags(Slot slot, uint32_t flags) { StoreWord(slot, Word(slot) & ~flags); }
  bool IsLive(Slot slot) const { return (Word(slot) & kDeadWord) != kDeadWord; }
  std::string_view Key(Slot slot) const;
  /// Asks for the memory of a key that does not stand in its entry.
  void PrefetchKey(Slot slot) const {
    const char* const entry = Entry(slot);
    uint32_t word;
    uint64_t second;
    std::memcpy(&word, entry, sizeof(word));
    std::memcpy(&second, entry + 8, sizeof(second));
    if ((word & kLongFlag) != 0) {
      __builtin_prefetch(reinterpret_cast<const char*>(second & kBlockBits));
    }
  }
  uint32_t Group(Slot slot) const;
  bool KeyEquals(Slot slot, std::string_view key, const KeyWords& words) const;

  int64_t LastWrite(Slot slot) const { return LoadTime(slot, TableView::kKeyBytes); }
  void SetLastWrite(Slot slot, int64_t ms) { StoreTime(slot, TableView::kKeyBytes, ms); }
  int64_t HeapBytes(Slot slot) const { return LoadTime(slot, heap_at_); }
  void SetHeapBytes(Slot slot, int64_t bytes) { StoreTime(slot, heap_at_, bytes); }

  TableView* view() { return &view_; }
  const TableView* view() const { return &view_; }
  /// Slots that ever held an entry: all live ones are below.
  Slot end() const { return end_; }
  int64_t live() const { return live_; }
  int64_t used_bytes() const {
    return live_ * static_cast<int64_t>(view_.entry_bytes) + keys_.used_bytes();
  }

 private:
  void StoreWord(Slot slot, uint32_t word) { std::memcpy(Entry(slot), &word, sizeof(word)); }
  int64_t LoadTime(Slot slot, size_t at) const {
    int64_t value;
    std::memcpy(&value, Entry(slot) + at, sizeof(value));
    return value;
  }
  void StoreTime(Slot slot, size_t at, int64_t value) {
    std::memcpy(Entry(slot) + at, &value, sizeof(value));
  }
  void AddPages();

  TableView view_;
  size_t heap_at_ = 0;
  std::vector<char*> pages_;
  std::vector<void*> regions_;  // of one or several pages
  KeyBlocks keys_;
  Slot end_ = 0;
  Slot free_ = kNoSlot;  // head of the list of freed slots
  int64_t live_ = 0;
};

}  // namespace sluice::state
