// SPDX-License-Identifier: Apache-2.0
// The value of an entry in a snapshot: one byte 0, or 1 and the i64 time of the last write; then
// the payload (plain bytes, or what PayloadOps::encode gives).
#include "state/table.h"

#include <algorithm>
#include <limits>
#include <span>

#include "base/assert.h"
#include "state/entry_arena.h"
#include "state/slot_index.h"

namespace sluice::state {
namespace {

constexpr int64_t kProbeRows = 32;      // whose memory is asked for before the first is looked at
constexpr int64_t kExpireSlots = 1024;  // looked at by Expire, and more where much was inserted
constexpr char kWithoutTime = 0;
constexpr char kWithTime = 1;

}  // namespace

class TableCore {
 public:
  explicit TableCore(TableOptions options) : options_(std::move(options)), entries_(options_) {}
  ~TableCore() {
    if (options_.payload.destroy == nullptr) return;
    for (Slot slot = 0; slot < entries_.end(); ++slot) {
      if (entries_.IsLive(slot))
        options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
    }
  }

  Result<Slot> Find(std::string_view key, uint64_t hash) {
    const Slot slot = Lookup(key, WordsOf(key), hash);
    return slot != kNoSlot && IsExpired(slot) ? kNoSlot : slot;
  }

  Result<Slot> FindOrInsert(std::string_view key, uint64_t hash, bool* inserted) {
    const KeyWords words = WordsOf(key);
    const Slot slot = Lookup(key, words, hash);
    *inserted = slot == kNoSlot;
    if (slot == kNoSlot) return Insert(key, words, hash);
    if (IsExpired(slot)) {
      *inserted = true;
      Reset(slot);
    }
    return slot;
  }

  /// Asks for the memory that looking up these hashes will touch.
  void Prefetch(std::span<const uint64_t> hashes) {
    for (const uint64_t hash : hashes) index_.PrefetchBucket(hash);
    for (const uint64_t hash : hashes) {
      const Slot slot = index_.Candidate(hash);
      if (slot == kNoSlot) continue;
      const char* const entry = entries_.Entry(slot);
      __builtin_prefetch(entry, 1);
      // Entries lie across lines more often than not.
      __builtin_prefetch(entry + view().entry_bytes - 1, 1);
    }
  }

  void Mark(Slot slot) {
    const uint32_t word = entries_.Word(slot);
    if ((word & kChangedFlag) == 0) changed_.push_back(slot);
    if ((view().marks & kHeapStaleFlag & ~word) != 0) stale_.push_back(slot);
    entries_.SetFlags(slot, view().marks);
  }

  void Erase(Slot slot) {
    const std::string_view key = entries_.Key(slot);
    if ((entries_.Word(slot) & kPersistedFlag) != 0) {
      const auto size = static_cast<uint32_t>(key.size());
      const uint32_t group = entries_.Group(slot);
      deleted_.append(reinterpret_cast<const char*>(&size), sizeof(size));
      deleted_.append(reinterpret_cast<const char*>(&group), sizeof(group));
      deleted_.append(key);
    }
    index_.Erase(HashKey(key), slot);
    if (options_.payload.heap_bytes != nullptr) heap_bytes_ -= entries_.HeapBytes(slot);
    if (options_.payload.destroy != nullptr)
      options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
    entries_.Remove(slot);
  }

  Status ForEach(const std::function<Status(Slot)>& visit) {
    for (Slot slot = 0; slot < entries_.end(); ++slot) {
      if (entries_.IsLive(slot) && !IsExpired(slot)) SLUICE_TRY(visit(slot));
    }
    return Status::Ok();
  }

  void SetNow(int64_t now_ms) { entries_.view()->now_ms = now_ms; }
  void Expire();
  Status Snapshot(bool full, flow::StateWriter* writer);
  Status Restore(const flow::StateEntry& entry);
  Status Balance(int64_t bytes);

  int64_t memory_bytes() {
    Measure();
    return entries_.used_bytes() + index_.bytes() + heap_bytes_ +
           static_cast<int64_t>(deleted_.size() + (changed_.size() + stale_.size()) * sizeof(Slot));
  }

  const TableView* view_pointer() const { return entries_.view(); }
  const EntryArena& entries() const { return entries_; }
  void ReserveForProbe() { index_.Reserve(kProbeRows); }

 private:
  const TableView& view() const { return *entries_.view(); }

  bool IsExpired(Slot slot) const {
    return view().has_ttl && entries_.LastWrite(slot) <= view().now_ms - options_.ttl_ms;
  }

  Slot Lookup(std::string_view key, const KeyWords& words, uint64_t hash) const {
    return index_.Find(hash, [&](Slot slot) { return entries_.KeyEquals(slot, key, words); });
  }

  Result<Slot> Insert(std::string_view key, const KeyWords& words, uint64_t hash) {
    if (key.size() > kKeySizeMax) {
      return ResourceExhausted("a key of state is too large: " + std::to_string(key.size()) +
                               " bytes, at most 128 MiB");
    }
    const Slot slot = entries_.Insert(key, words, flow::KeyGroupOf(hash));
    if (slot == kNoSlot) return ResourceExhausted("a table of state is full: 4294967295 entries");
    index_.Insert(hash, slot);
    ++inserts_;
    if (options_.payload.heap_bytes != nullptr) entries_.SetHeapBytes(slot, 0);
    Init(slot);
    return slot;
  }

  /// A fresh payload, marked and written now.
  void Init(Slot slot) {
    void* const payload = entries_.Payload(slot);
    if (options_.payload.init != nullptr) {
      options_.payload.init(options_.payload.context, payload);
    } else if (options_.payload.size != 0) {
      std::memset(payload, 0, options_.payload.size);
    }
    if (view().has_ttl) entries_.SetLastWrite(slot, view().now_ms);
    Mark(slot);
  }

  void Reset(Slot slot) {
    if (options_.payload.destroy != nullptr)
      options_.payload.destroy(options_.payload.context, entries_.Payload(slot));
    Init(slot);
  }

  /// Counts what payloads own, of entries that were marked since.
  void Measure() {
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

  void EncodeValue(Slot slot, std::string* out) const;
  Status DecodeValue(std::string_view bytes, Slot slot);
  Status Put(Slot slot, flow::StateWriter* writer);
  Status WriteDeleted(flow::StateWriter* writer);

  TableOptions options_;
  EntryArena entries_;
  SlotIndex index_;
  std::vector<Slot> changed_;  // since the last snapshot; may have been erased, and used again
  std::vector<Slot> stale_;    // whose heap bytes have to be counted again
  std::string deleted_;  // keys erased since the last snapshot that one holds: u32 size, bytes
  std::string value_;    // scratch
  int64_t heap_bytes_ = 0;
  int64_t inserts_ = 0;                                         // since the last Expire
  Slot hand_ = 0;                                               // where Expire goes on
  int64_t round_oldest_ = std::numeric_limits<int64_t>::max();  // last write seen in this round
  int64_t oldest_ = std::numeric_limits<int64_t>::min();        // no entry was written before
};

void TableCore::Expire() {
  if (!view().has_ttl) return;
  const int64_t now = view().now_ms;
  const int64_t slots = kExpireSlots + 4 * inserts_;
  inserts_ = 0;
  if (oldest_ > now - options_.ttl_ms) return;
  for (int64_t i = 0; i < std::min<int64_t>(slots, entries_.end()); ++i) {
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

void TableCore::EncodeValue(Slot slot, std::string* out) const {
  out->push_back(view().has_ttl ? kWithTime : kWithoutTime);
  if (view().has_ttl) {
    const int64_t time = entries_.LastWrite(slot);
    out->append(reinterpret_cast<const char*>(&time), sizeof(time));
  }
  const void* const payload = entries_.Payload(slot);
  if (options_.payload.encode != nullptr) {
    options_.payload.encode(options_.payload.context, payload, out);
  } else {
    out->append(static_cast<const char*>(payload), options_.payload.size);
  }
}

Status TableCore::DecodeValue(std::string_view bytes, Slot slot) {
  if (bytes.empty() || bytes[0] > kWithTime || (bytes[0] == kWithTime && bytes.size() < 9)) {
    return Corrupt("value of a state entry has no known form");
  }
  size_t at = 1;
  if (bytes[0] == kWithTime) {
    if (view().has_ttl) {
      int64_t time;
      std::memcpy(&time, bytes.data() + 1, sizeof(time));
      entries_.SetLastWrite(slot, time);
      oldest_ = std::min(oldest_, time);
    }
    at = 9;
  }
  const std::string_view payload = bytes.substr(at);
  if (options_.payload.decode != nullptr) {
    return options_.payload.decode(options_.payload.context, payload, entries_.Payload(slot));
  }
  if (payload.size() != options_.payload.size) {
    return Corrupt("value of a state entry has " + std::to_string(payload.size()) +
                   " bytes, expected " + std::to_string(options_.payload.size));
  }
  if (!payload.empty()) std::memcpy(entries_.Payload(slot), payload.data(), payload.size());
  return Status::Ok();
}

Status TableCore::Put(Slot slot, flow::StateWriter* writer) {
  value_.clear();
  EncodeValue(slot, &value_);
  const std::string_view key = entries_.Key(slot);
  SLUICE_TRY(writer->Put({options_.id, entries_.Group(slot), key, value_}));
  entries_.SetFlags(slot, kPersistedFlag);
  return Status::Ok();
}

Status TableCore::WriteDeleted(flow::StateWriter* writer) {
  for (size_t at = 0; at < deleted_.size();) {
    uint32_t size;
    uint32_t group;
    std::memcpy(&size, deleted_.data() + at, sizeof(size));
    std::memcpy(&group, deleted_.data() + at + sizeof(size), sizeof(group));
    at += sizeof(size) + sizeof(group);
    const std::string_view key(deleted_.data() + at, size);
    at += size;
    // Inserted again: the Put that follows says all.
    if (Lookup(key, WordsOf(key), HashKey(key)) != kNoSlot) continue;
    SLUICE_TRY(writer->Delete(options_.id, group, key));
  }
  return Status::Ok();
}

Status TableCore::Snapshot(bool full, flow::StateWriter* writer) {
  if (!full) SLUICE_TRY(WriteDeleted(writer));
  for (const Slot slot : changed_) {
    entries_.ClearFlags(slot, kChangedFlag);
    if (!full && entries_.IsLive(slot)) SLUICE_TRY(Put(slot, writer));
  }
  changed_.clear();
  deleted_.clear();
  if (!full) return Status::Ok();
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (entries_.IsLive(slot) && !IsExpired(slot)) SLUICE_TRY(Put(slot, writer));
  }
  return Status::Ok();
}

Status TableCore::Restore(const flow::StateEntry& entry) {
  if (entry.group >= flow::kKeyGroups) return Corrupt("state of a table has no key group");
  const uint64_t hash = flow::WithKeyGroup(HashKey(entry.key), entry.group);
  bool inserted = false;
  SLUICE_ASSIGN(const Slot slot, FindOrInsert(entry.key, hash, &inserted));
  if (!inserted) return Corrupt("state holds an entry twice");
  SLUICE_TRY(DecodeValue(entry.value, slot));
  entries_.SetFlags(slot, kPersistedFlag);
  // Not changed: it stands in the files it came from.
  if (!changed_.empty() && changed_.back() == slot) {
    changed_.pop_back();
    entries_.ClearFlags(slot, kChangedFlag);
  }
  return Status::Ok();
}

Status TableCore::Balance(int64_t bytes) {
  const int64_t used = memory_bytes();
  if (used <= bytes) return Status::Ok();
  return ResourceExhausted(
      "state of an operator does not fit its memory: set table.exec.state.ttl so that it forgets, "
      "or 'state.backend.type' = 'rocksdb' so that it may go to disk; " +
      std::to_string(used) + " bytes of " + std::to_string(bytes));
}

Table::Table(TableOptions options)
    : core_(std::make_unique<TableCore>(std::move(options))), view_(core_->view_pointer()) {}
Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

Result<Slot> Table::Find(std::string_view key, uint64_t hash) {
  return core_->Find(key, hash);
}

Result<Slot> Table::FindOrInsert(std::string_view key, uint64_t hash, bool* inserted) {
  return core_->FindOrInsert(key, hash, inserted);
}

Status Table::FindAll(const EncodedKeys& keys, std::vector<Slot>* slots) {
  const int64_t rows = keys.rows();
  slots->resize(static_cast<size_t>(rows));
  for (int64_t first = 0; first < rows; first += kProbeRows) {
    const int64_t end = std::min(first + kProbeRows, rows);
    core_->Prefetch({keys.hashes.data() + first, static_cast<size_t>(end - first)});
    for (int64_t row = first; row < end; ++row) {
      const auto i = static_cast<size_t>(row);
      SLUICE_ASSIGN((*slots)[i], core_->Find(keys[row], keys.hashes[i]));
    }
  }
  return Status::Ok();
}

Status Table::FindOrInsertAll(const EncodedKeys& keys, std::vector<Slot>* slots,
                              std::vector<uint8_t>* inserted) {
  const int64_t rows = keys.rows();
  slots->resize(static_cast<size_t>(rows));
  inserted->resize(static_cast<size_t>(rows));
  for (int64_t first = 0; first < rows; first += kProbeRows) {
    const int64_t end = std::min(first + kProbeRows, rows);
    core_->ReserveForProbe();
    core_->Prefetch({keys.hashes.data() + first, static_cast<size_t>(end - first)});
    for (int64_t row = first; row < end; ++row) {
      const auto i = static_cast<size_t>(row);
      bool fresh = false;
      SLUICE_ASSIGN((*slots)[i], core_->FindOrInsert(keys[row], keys.hashes[i], &fresh));
      (*inserted)[i] = fresh ? 1 : 0;
    }
  }
  return Status::Ok();
}

std::string_view Table::Key(Slot slot) const {
  return core_->entries().Key(slot);
}

uint64_t Table::Hash(Slot slot) const {
  return flow::WithKeyGroup(HashKey(Key(slot)), core_->entries().Group(slot));
}

void Table::Mark(Slot slot) {
  core_->Mark(slot);
}

void Table::Erase(Slot slot) {
  core_->Erase(slot);
}

int64_t Table::size() const {
  return core_->entries().live();
}

Status Table::ForEach(const std::function<Status(Slot)>& visit) {
  return core_->ForEach(visit);
}

void Table::SetNow(int64_t now_ms) {
  core_->SetNow(now_ms);
}

void Table::Expire() {
  core_->Expire();
}

Status Table::Snapshot(bool full, flow::StateWriter* writer) {
  return core_->Snapshot(full, writer);
}

Status Table::Restore(const flow::StateEntry& entry) {
  return core_->Restore(entry);
}

Status Table::Balance(int64_t bytes) {
  return core_->Balance(bytes);
}

int64_t Table::memory_bytes() const {
  return core_->memory_bytes();
}

}  // namespace sluice::state
