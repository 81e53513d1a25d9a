// SPDX-License-Identifier: Apache-2.0
// Looking up, inserting, erasing, and forgetting by time.
#include <algorithm>

#include "state/table_core_internal.h"

namespace sluice::state {
namespace {

constexpr size_t kProbeRows = 32;       // whose memory is asked for before the first is looked at
constexpr int64_t kExpireSlots = 1024;  // looked at by Expire, and more where much was inserted

}  // namespace

TableCore::~TableCore() {
  if (options_.payload.destroy == nullptr) return;
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (!entries_.IsLive(slot)) continue;
    options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
  }
}

Result<Slot> TableCore::Find(std::string_view key, uint64_t hash) {
  SLUICE_TRY(SettleRestored());
  const KeyWords words = WordsOf(key);
  Slot slot = LookupUsed(key, words, hash);
  if (slot == kNoSlot && !IsAllInMemory()) {
    SLUICE_TRY(Thaw({std::string(key)}));
    slot = LookupUsed(key, words, hash);
  }
  return slot != kNoSlot && IsExpired(slot) ? kNoSlot : slot;
}

Result<Slot> TableCore::FindOrInsert(std::string_view key, uint64_t hash, bool* inserted) {
  SLUICE_TRY(SettleRestored());
  const KeyWords words = WordsOf(key);
  Slot slot = LookupUsed(key, words, hash);
  if (slot == kNoSlot && !IsAllInMemory()) {
    SLUICE_TRY(Thaw({std::string(key)}));
    slot = LookupUsed(key, words, hash);
  }
  *inserted = slot == kNoSlot;
  if (slot == kNoSlot) {
    slot = Insert(key, words, hash);
    if (slot == kNoSlot) return InsertFailed(key);
  } else if (IsExpired(slot)) {
    *inserted = true;
    Reset(slot);
  }
  return slot;
}

/// Asks for the memory that looking up these keys will touch.
void TableCore::Prefetch(const EncodedKeys& keys, size_t first, size_t end) const {
  const uint64_t* const hashes = keys.hashes.data();
  Slot candidates[kProbeRows];
  for (size_t i = first; i < end; ++i) index_.PrefetchBucket(hashes[i]);
  for (size_t i = first; i < end; ++i) {
    const Slot slot = index_.Candidate(hashes[i]);
    candidates[i - first] = slot;
    if (slot == kNoSlot) continue;
    const char* const entry = entries_.Entry(slot);
    __builtin_prefetch(entry, 1);
    // Entries lie across lines more often than not.
    __builtin_prefetch(entry + view().entry_bytes - 1, 1);
  }
  // Long keys stand elsewhere, where the entry says: by now the first entries have come.
  for (size_t i = first; i < end; ++i) {
    const Slot slot = candidates[i - first];
    if (slot != kNoSlot) entries_.PrefetchKey(slot);
  }
}

Status TableCore::FindAll(const EncodedKeys& keys, std::vector<Slot>* slots) {
  SLUICE_TRY(SettleRestored());
  if (!IsAllInMemory()) SLUICE_TRY(ThawMisses(keys));
  const auto rows = static_cast<size_t>(keys.rows());
  slots->resize(rows);
  Slot* const out = slots->data();
  for (size_t first = 0; first < rows; first += kProbeRows) {
    const size_t end = std::min(first + kProbeRows, rows);
    Prefetch(keys, first, end);
    for (size_t i = first; i < end; ++i) {
      const std::string_view key = keys[static_cast<int64_t>(i)];
      const Slot slot = LookupUsed(key, WordsOf(key), keys.hashes[i]);
      out[i] = slot != kNoSlot && IsExpired(slot) ? kNoSlot : slot;
    }
  }
  return Status::Ok();
}

Status TableCore::FindOrInsertAll(const EncodedKeys& keys, std::vector<Slot>* slots,
                                  std::vector<uint8_t>* inserted) {
  SLUICE_TRY(SettleRestored());
  if (!IsAllInMemory()) SLUICE_TRY(ThawMisses(keys));
  const auto rows = static_cast<size_t>(keys.rows());
  slots->resize(rows);
  inserted->assign(rows, 0);
  Slot* const out = slots->data();
  uint8_t* const fresh = inserted->data();
  for (size_t first = 0; first < rows; first += kProbeRows) {
    const size_t end = std::min(first + kProbeRows, rows);
    index_.Reserve(kProbeRows);
    Prefetch(keys, first, end);
    for (size_t i = first; i < end; ++i) {
      const std::string_view key = keys[static_cast<int64_t>(i)];
      const KeyWords words = WordsOf(key);
      out[i] = LookupUsed(key, words, keys.hashes[i]);
      if (out[i] == kNoSlot) {
        out[i] = Insert(key, words, keys.hashes[i]);
        if (out[i] == kNoSlot) return InsertFailed(key);
        fresh[i] = 1;
      } else if (IsExpired(out[i])) {
        Reset(out[i]);
        fresh[i] = 1;
      }
    }
  }
  return Status::Ok();
}

Slot TableCore::Insert(std::string_view key, const KeyWords& words, uint64_t hash) {
  if (key.size() > kKeySizeMax) return kNoSlot;
  const Slot slot = entries_.Insert(key, words, flow::KeyGroupOf(hash));
  if (slot == kNoSlot) return kNoSlot;
  index_.Insert(hash, slot);
  ++inserts_;
  if (options_.payload.heap_bytes != nullptr) entries_.SetHeapBytes(slot, 0);
  InitPayload(slot);
  if (view().has_ttl) entries_.SetLastWrite(slot, view().now_ms);
  Mark(slot);
  return slot;
}

Error TableCore::InsertFailed(std::string_view key) {
  if (key.size() > kKeySizeMax) {
    return ResourceExhausted("a key of state is too large: " + std::to_string(key.size()) +
                             " bytes, at most 128 MiB");
  }
  return ResourceExhausted("a table of state is full: 4294967295 entries");
}

void TableCore::InitPayload(Slot slot) {
  void* const payload = entries_.Payload(slot);
  if (options_.payload.init != nullptr) {
    options_.payload.init(options_.payload.context, payload);
  } else if (options_.payload.size != 0) {
    std::memset(payload, 0, options_.payload.size);
  }
}

/// An entry past its time begins anew.
void TableCore::Reset(Slot slot) {
  if (options_.payload.destroy != nullptr) {
    options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
  }
  InitPayload(slot);
  entries_.SetLastWrite(slot, view().now_ms);
  Mark(slot);
}

void TableCore::Mark(Slot slot) {
  const uint32_t word = entries_.Word(slot);
  if ((word & kChangedFlag) == 0) changed_.push_back(slot);
  if ((view().marks & kHeapStaleFlag & ~word) != 0) stale_.push_back(slot);
  entries_.SetFlags(slot, view().marks);
}

void TableCore::Erase(Slot slot) {
  if ((entries_.Word(slot) & kPersistedFlag) != 0) {
    RecordDeleted(entries_.Key(slot), entries_.Group(slot));
  }
  Drop(slot);
}

void TableCore::Drop(Slot slot) {
  index_.Erase(HashKey(entries_.Key(slot)), slot);
  if (options_.payload.heap_bytes != nullptr) heap_bytes_ -= entries_.HeapBytes(slot);
  if (options_.payload.destroy != nullptr) {
    options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
  }
  entries_.Remove(slot);
}

Status TableCore::ForEach(const std::function<Status(Slot)>& visit,
                          const std::function<Status()>& leaving) {
  SLUICE_TRY(SettleRestored());
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (entries_.IsLive(slot) && !IsExpired(slot)) SLUICE_TRY(visit(slot));
  }
  return IsAllInMemory() ? Status::Ok() : ForEachCold(visit, leaving);
}

void TableCore::Expire() {
  if (!view().has_ttl) return;
  constexpr int64_t kCallsBetweenColdScans = 16;
  if (failure_.ok()) failure_ = SettleRestored();
  if (failure_.ok() && !IsAllInMemory() && ++expire_calls_ % kCallsBetweenColdScans == 0) {
    failure_ = ExpireCold();
  }
  if (!failure_.ok()) return;
  const int64_t now = view().now_ms;
  const int64_t slots = std::min<int64_t>(kExpireSlots + 4 * inserts_, entries_.end());
  inserts_ = 0;
  if (!IsExpiredAt(oldest_)) return;
  for (int64_t i = 0; i < slots; ++i) {
    if (hand_ >= entries_.end()) {
      hand_ = 0;
      oldest_ = round_oldest_;
      round_oldest_ = now;
      index_.Shrink();
    }
    const Slot slot = hand_++;
    if (!entries_.IsLive(slot)) continue;
    if (IsExpired(slot)) {
      Erase(slot);
    } else {
      round_oldest_ = std::min(round_oldest_, entries_.LastWrite(slot));
    }
  }
}

/// Counts what payloads own, of entries that were marked since.
void TableCore::Measure() {
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < stale_.size(); ++i) {
    if (i + kAhead < stale_.size()) __builtin_prefetch(entries_.Entry(stale_[i + kAhead]));
    const Slot slot = stale_[i];
    entries_.ClearFlags(slot, kHeapStaleFlag);
    if (!entries_.IsLive(slot)) continue;
    const int64_t bytes =
        options_.payload.heap_bytes(options_.payload.context, entries_.Payload(slot));
    heap_bytes_ += bytes - entries_.HeapBytes(slot);
    entries_.SetHeapBytes(slot, bytes);
  }
  stale_.clear();
}

int64_t TableCore::memory_bytes() {
  Measure();
  constexpr size_t kBytesOfWake = 96;  // a node of the map and its vector
  const size_t lists =
      static_cast<size_t>(deleted_.bytes()) + wakes_.size() * kBytesOfWake +
      (changed_.size() + stale_.size() + static_cast<size_t>(notes_)) * sizeof(Slot);
  return entries_.used_bytes() + index_.bytes() + heap_bytes_ + static_cast<int64_t>(lists);
}

}  // namespace sluice::state
