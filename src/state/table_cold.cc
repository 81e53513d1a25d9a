// SPDX-License-Identifier: Apache-2.0
// Entries that moved to the cold store. They count as held by some snapshot, if there was one, so
// that erasing one is always recorded.
#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "state/table_core_internal.h"

namespace sluice::state {
namespace {

constexpr size_t kChunk = 512;  // entries that move at once
constexpr char kChangedCold = 1;
constexpr size_t kColdHeadBytes = 3;           // flags, key group
constexpr int64_t kDeletedBytesMax = 4 << 20;  // while entries are taken out
// Brought back at once, however small the budget is.
constexpr int64_t kThawedBytesMin = 16 << 20;

uint32_t GroupOfCold(std::string_view value) {
  uint16_t group;
  std::memcpy(&group, value.data() + 1, sizeof(group));
  return group;
}

/// The time of the last write of a value that a table with a time to live has written.
int64_t TimeOfCold(std::string_view value) {
  int64_t time;
  std::memcpy(&time, value.data() + kColdHeadBytes + 1, sizeof(time));
  return time;
}

Error TooMuchAtOnce(int64_t bytes) {
  return ResourceExhausted(
      "what one batch of rows needs of the state is larger than 'sluice.memory': some key has very "
      "many rows, or the batches ('sluice.batch-rows') are too large; " +
      std::to_string(bytes) + " bytes");
}

}  // namespace

Status TableCore::ThawEntry(const std::string& key, std::string_view value) {
  const uint32_t group = GroupOfCold(value);
  if (view().has_ttl && IsExpiredAt(TimeOfCold(value))) {
    RecordDeleted(key, group);
    return Status::Ok();
  }
  const uint64_t hash = flow::WithKeyGroup(HashKey(key), group);
  const Slot slot = entries_.Insert(key, WordsOf(key), group);
  if (slot == kNoSlot) return InsertFailed(key);
  index_.Insert(hash, slot);
  if (options_.payload.heap_bytes != nullptr) entries_.SetHeapBytes(slot, 0);
  InitPayload(slot);
  SLUICE_TRY(DecodeValue(value.substr(kColdHeadBytes), slot));
  entries_.SetFlags(slot, kPersistedFlag | kRecentFlag);
  if (value[0] == kChangedCold) {
    Mark(slot);
  } else if ((view().marks & kHeapStaleFlag & ~entries_.Word(slot)) != 0) {
    stale_.push_back(slot);
    entries_.SetFlags(slot, kHeapStaleFlag);
  }
  return Status::Ok();
}

Status TableCore::Thaw(const std::vector<std::string>& keys) {
  if (keys.empty()) return Status::Ok();
  std::vector<std::optional<std::string>> values;
  SLUICE_TRY(options_.cold->Get(EntrySpace(), keys, &values));
  int64_t bytes = 0;
  for (const auto& value : values) bytes += value.has_value() ? int64_t(value->size()) : 0;
  if (bytes > std::max(options_.cold->budget_bytes(), kThawedBytesMin)) {
    return TooMuchAtOnce(bytes);
  }
  std::vector<std::string> found;
  std::vector<std::string> notes;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!values[i].has_value()) continue;
    // Asked for twice: the first one brought it.
    if (Lookup(keys[i]) != kNoSlot) continue;
    SLUICE_TRY(ThawEntry(keys[i], *values[i]));
    found.push_back(keys[i]);
    --cold_count_;
    if (options_.wakes.of == nullptr) continue;
    const Slot slot = Lookup(keys[i]);
    if (slot != kNoSlot) NoteThawed(slot, &notes);
  }
  if (!notes.empty()) SLUICE_TRY(options_.cold->Delete(WakeSpace(), notes));
  return found.empty() ? Status::Ok() : options_.cold->Delete(EntrySpace(), found);
}

Status TableCore::ThawMisses(const EncodedKeys& keys) {
  std::vector<std::string> misses;
  for (int64_t row = 0; row < keys.rows(); ++row) {
    const std::string_view key = keys[row];
    if (Lookup(key, WordsOf(key), keys.hashes[static_cast<size_t>(row)]) == kNoSlot) {
      misses.emplace_back(key);
    }
  }
  std::sort(misses.begin(), misses.end());
  misses.erase(std::unique(misses.begin(), misses.end()), misses.end());
  return Thaw(misses);
}

Status TableCore::Freeze(const std::vector<Slot>& slots) {
  if (slots.empty()) return Status::Ok();
  std::vector<ColdStore::Entry> entries;
  std::vector<ColdStore::Entry> changed;
  for (const Slot slot : slots) {
    ColdStore::Entry entry{std::string(entries_.Key(slot)), {}};
    const bool is_changed = options_.saved && (entries_.Word(slot) & kChangedFlag) != 0;
    const auto group = static_cast<uint16_t>(entries_.Group(slot));
    entry.value.push_back(is_changed ? kChangedCold : 0);
    entry.value.append(reinterpret_cast<const char*>(&group), sizeof(group));
    EncodeValue(slot, &entry.value);
    if (is_changed) changed.push_back({entry.key, {}});
    entries.push_back(std::move(entry));
  }
  SLUICE_TRY(options_.cold->Put(EntrySpace(), entries));
  if (!changed.empty()) SLUICE_TRY(options_.cold->Put(ChangedSpace(), changed));
  cold_changed_ = cold_changed_ || !changed.empty();
  if (options_.wakes.of != nullptr) SLUICE_TRY(NoteCold(slots));
  for (const Slot slot : slots) Drop(slot);
  cold_count_ += static_cast<int64_t>(slots.size());
  SweepWakes();
  return Status::Ok();
}

Status TableCore::Balance(int64_t bytes) {
  SLUICE_TRY(SettleRestored());
  SLUICE_TRY(Status(failure_));
  int64_t used = memory_bytes();
  if (used <= bytes) return Status::Ok();
  if (options_.cold == nullptr) {
    return StateOutOfMemory({.name = "a table of it", .used_bytes = used, .budget_bytes = bytes});
  }
  if (deleted_.bytes() * 8 > bytes) {
    SLUICE_TRY(deleted_.Spill());
    used = memory_bytes();
  }
  std::vector<Slot> leaving;
  // Twice around: the first time may only find entries that were used since.
  for (int64_t left = 2 * int64_t{entries_.end()}; left > 0 && used > bytes; --left) {
    if (clock_ >= entries_.end()) {
      clock_ = 0;
      // Or the second time around would meet them again.
      SLUICE_TRY(Freeze(leaving));
      leaving.clear();
    }
    const Slot slot = clock_++;
    if (!entries_.IsLive(slot)) continue;
    if ((entries_.Word(slot) & kRecentFlag) != 0) {
      entries_.ClearFlags(slot, kRecentFlag);
      continue;
    }
    leaving.push_back(slot);
    used -= static_cast<int64_t>(view().entry_bytes + 12);
    if (options_.payload.heap_bytes != nullptr) used -= entries_.HeapBytes(slot);
    if (leaving.size() < kChunk && used > bytes) continue;
    SLUICE_TRY(Freeze(leaving));
    leaving.clear();
    index_.Shrink();
    used = memory_bytes();
  }
  return Freeze(leaving);
}

Status TableCore::BalanceShare() {
  SLUICE_TRY(Status(failure_));
  if (options_.cold == nullptr) return Status::Ok();
  const int64_t used = memory_bytes();
  const int64_t share = options_.cold->MemoryFor(used, &reported_);
  if (share >= used) return Status::Ok();
  SLUICE_TRY(Balance(share));
  options_.cold->MemoryFor(memory_bytes(), &reported_);
  return Status::Ok();
}

Status TableCore::ForEachCold(const std::function<Status(Slot)>& visit,
                              const std::function<Status()>& leaving) {
  std::vector<ColdStore::Entry> chunk;
  std::optional<std::string> after;
  while (true) {
    SLUICE_TRY(options_.cold->Scan(EntrySpace(), after, kChunk, &chunk));
    if (chunk.empty()) return Status::Ok();
    after = chunk.back().key;
    std::vector<std::string> keys;
    for (ColdStore::Entry& entry : chunk) keys.push_back(std::move(entry.key));
    SLUICE_TRY(Thaw(keys));
    for (const std::string& key : keys) {
      const Slot slot = Lookup(key);
      if (slot != kNoSlot) SLUICE_TRY(visit(slot));
    }
    if (leaving) SLUICE_TRY(leaving());
    std::vector<Slot> back;
    for (const std::string& key : keys) {
      const Slot slot = Lookup(key);
      if (slot != kNoSlot) back.push_back(slot);
    }
    SLUICE_TRY(Freeze(back));
  }
}

Status TableCore::FreezeAll() {
  std::vector<Slot> leaving;
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (entries_.IsLive(slot)) leaving.push_back(slot);
    if (leaving.size() < kChunk) continue;
    SLUICE_TRY(Freeze(leaving));
    leaving.clear();
  }
  return Freeze(leaving);
}

void TableCore::OrderSlots(std::vector<std::pair<uint64_t, Slot>>* order) const {
  order->reserve(static_cast<size_t>(entries_.live()));
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (!entries_.IsLive(slot)) continue;
    const std::string_view key = entries_.Key(slot);
    uint64_t first = 0;
    std::memcpy(&first, key.data(), std::min(key.size(), sizeof(first)));
    order->emplace_back(__builtin_bswap64(first), slot);
  }
  std::sort(order->begin(), order->end(), [this](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return entries_.Key(a.second) < entries_.Key(b.second);
  });
}

/// With entries in the cold store all go there: it keeps them in order.
Status TableCore::TakeInOrder(size_t limit, Table::InOrder* progress,
                              const std::function<void(std::string_view, const void*)>& visit,
                              const std::function<Status()>& leaving) {
  SLUICE_ASSERT(options_.payload.encode == nullptr && !view().has_ttl);
  std::optional<std::string> after;
  if (!std::exchange(progress->begun, true)) {
    SLUICE_TRY(SettleRestored());
    progress->on_disk = !IsAllInMemory();
    if (progress->on_disk) {
      SLUICE_TRY(FreezeAll());
    } else {
      OrderSlots(&progress->order);
    }
  } else {
    after = progress->after;
  }
  if (!progress->on_disk) {
    const size_t end = std::min(progress->order.size(), progress->at + limit);
    for (size_t i = progress->at; i < end; ++i) {
      const Slot slot = progress->order[i].second;
      visit(entries_.Key(slot), entries_.Payload(slot));
    }
    SLUICE_TRY(leaving());
    for (; progress->at < end; ++progress->at) Erase(progress->order[progress->at].second);
    progress->done = end == progress->order.size();
    return Status::Ok();
  }
  std::vector<ColdStore::Entry> chunk;
  SLUICE_TRY(options_.cold->Scan(EntrySpace(), after, limit, &chunk));
  for (const auto& entry : chunk) visit(entry.key, entry.value.data() + kColdHeadBytes + 1);
  SLUICE_TRY(leaving());
  for (const auto& entry : chunk) RecordDeleted(entry.key, GroupOfCold(entry.value));
  if (deleted_.bytes() > kDeletedBytesMax) SLUICE_TRY(deleted_.Spill());
  cold_count_ -= static_cast<int64_t>(chunk.size());
  progress->done = chunk.size() < limit;
  if (!progress->done) {
    progress->after = std::move(chunk.back().key);
    return Status::Ok();
  }
  SLUICE_TRY(options_.cold->DeleteAll(EntrySpace()));
  return ForgetColdChanged();
}

Status TableCore::ForEachKey(const std::function<void(std::string_view, uint32_t)>& visit) {
  SLUICE_TRY(SettleRestored());
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (entries_.IsLive(slot)) visit(entries_.Key(slot), entries_.Group(slot));
  }
  std::vector<ColdStore::Entry> chunk;
  std::optional<std::string> after;
  while (!IsAllInMemory()) {
    SLUICE_TRY(options_.cold->Scan(EntrySpace(), after, kChunk, &chunk));
    if (chunk.empty()) break;
    after = chunk.back().key;
    for (const ColdStore::Entry& entry : chunk) visit(entry.key, GroupOfCold(entry.value));
  }
  return Status::Ok();
}

Status TableCore::Discard() {
  if (options_.cold == nullptr) return Status::Ok();
  options_.cold->MemoryFor(0, &reported_);
  SLUICE_TRY(deleted_.Clear());
  if (cold_count_ == 0 && !cold_changed_) return Status::Ok();
  cold_count_ = 0;
  cold_changed_ = false;
  for (const uint32_t space : {EntrySpace(), ChangedSpace(), WakeSpace()}) {
    SLUICE_TRY(options_.cold->DeleteAll(space));
  }
  return Status::Ok();
}

/// Some entries further each time.
Status TableCore::ExpireCold() {
  std::vector<ColdStore::Entry> chunk;
  SLUICE_TRY(options_.cold->Scan(EntrySpace(), cold_hand_, kChunk, &chunk));
  if (chunk.empty()) {
    cold_hand_.reset();
    return Status::Ok();
  }
  cold_hand_ = chunk.back().key;
  std::vector<std::string> expired;
  for (const ColdStore::Entry& entry : chunk) {
    if (!IsExpiredAt(TimeOfCold(entry.value))) continue;
    RecordDeleted(entry.key, GroupOfCold(entry.value));
    expired.push_back(entry.key);
  }
  if (expired.empty()) return Status::Ok();
  cold_count_ -= static_cast<int64_t>(expired.size());
  return options_.cold->Delete(EntrySpace(), expired);
}

Status TableCore::PutCold(const std::string& key, std::string_view value, bool full,
                          flow::StateWriter* writer) {
  if (view().has_ttl && IsExpiredAt(TimeOfCold(value))) return Status::Ok();
  return PutValue({options_.id, GroupOfCold(value), key, value.substr(kColdHeadBytes)}, full,
                  writer);
}

Status TableCore::WriteColdAll(flow::StateWriter* writer) {
  std::vector<ColdStore::Entry> chunk;
  std::optional<std::string> after;
  while (true) {
    SLUICE_TRY(options_.cold->Scan(EntrySpace(), after, kChunk, &chunk));
    if (chunk.empty()) return ForgetColdChanged();
    after = chunk.back().key;
    for (const auto& entry : chunk) SLUICE_TRY(PutCold(entry.key, entry.value, true, writer));
  }
}

Status TableCore::ForgetColdChanged() {
  if (!cold_changed_) return Status::Ok();
  cold_changed_ = false;
  return options_.cold->DeleteAll(ChangedSpace());
}

Status TableCore::WriteColdChanged(flow::StateWriter* writer) {
  if (!cold_changed_) return Status::Ok();
  std::vector<ColdStore::Entry> chunk;
  std::vector<std::optional<std::string>> values;
  std::optional<std::string> after;
  while (true) {
    SLUICE_TRY(options_.cold->Scan(ChangedSpace(), after, kChunk, &chunk));
    if (chunk.empty()) return ForgetColdChanged();
    after = chunk.back().key;
    std::vector<std::string> keys;
    for (ColdStore::Entry& entry : chunk) keys.push_back(std::move(entry.key));
    SLUICE_TRY(options_.cold->Get(EntrySpace(), keys, &values));
    for (size_t i = 0; i < keys.size(); ++i) {
      // Brought back since: the list of the table in memory has it.
      if (values[i].has_value()) SLUICE_TRY(PutCold(keys[i], *values[i], false, writer));
    }
  }
}

}  // namespace sluice::state
