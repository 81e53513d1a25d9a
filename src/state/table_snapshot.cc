// SPDX-License-Identifier: Apache-2.0
// What a table hands over to snapshots, and how it comes back.
#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "state/table_core_internal.h"

namespace sluice::state {
namespace {

constexpr char kWithoutTime = 0;
constexpr char kWithTime = 1;
constexpr size_t kIndexedTogether = 32;
constexpr char kParted = 2;  // and above: table_parts.cc

}  // namespace

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
  if (bytes.empty() || bytes[0] > kWithTime || bytes[0] < 0 ||
      (bytes[0] == kWithTime && bytes.size() < 9)) {
    return Corrupt("value of a state entry has no known form");
  }
  size_t at = 1;
  if (bytes[0] == kWithTime) {
    if (view().has_ttl) {
      int64_t time;
      std::memcpy(&time, bytes.data() + 1, sizeof(time));
      entries_.SetLastWrite(slot, time);
      oldest_ = std::min(oldest_, time);
      round_oldest_ = std::min(round_oldest_, time);
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

Status TableCore::Put(Slot slot, bool full, flow::StateWriter* writer) {
  value_.clear();
  EncodeValue(slot, &value_);
  SLUICE_TRY(
      PutValue({options_.id, entries_.Group(slot), entries_.Key(slot), value_}, full, writer));
  entries_.SetFlags(slot, kPersistedFlag);
  return Status::Ok();
}

Status TableCore::WriteDeleted(flow::StateWriter* writer) {
  return deleted_.ForEach([&](std::string_view key, uint32_t group) -> Status {
    // Inserted again: the Put that follows says all.
    if (Lookup(key) != kNoSlot) return Status::Ok();
    SLUICE_TRY(writer->Delete(options_.id, group, key));
    if (parts_ == nullptr) return Status::Ok();
    return DeleteParts({options_.id, group, key, {}}, writer);
  });
}

Status TableCore::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_TRY(Status(failure_));
  SLUICE_TRY(SettleRestored());
  in_files_ = true;
  if (!full) SLUICE_TRY(WriteDeleted(writer));
  if (full) parts_.reset();
  for (const Slot slot : changed_) {
    entries_.ClearFlags(slot, kChangedFlag);
    if (!full && entries_.IsLive(slot)) SLUICE_TRY(Put(slot, false, writer));
  }
  changed_.clear();
  SLUICE_TRY(deleted_.Clear());
  if (!full) return WriteColdChanged(writer);
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (entries_.IsLive(slot) && !IsExpired(slot)) SLUICE_TRY(Put(slot, true, writer));
  }
  return IsAllInMemory() ? ForgetColdChanged() : WriteColdAll(writer);
}

Status TableCore::Restore(const flow::StateEntry& entry) {
  in_files_ = true;
  const bool whole = entry.value.empty() || entry.value[0] < kParted;
  return whole ? RestoreWhole(entry) : RestorePart(entry);
}

Status TableCore::RestoreWhole(const flow::StateEntry& entry) {
  constexpr int64_t kBetweenBalances = 4096;
  if (entry.group >= flow::kKeyGroups) return Corrupt("state of a table has no key group");
  if (entry.key.size() > kKeySizeMax) return InsertFailed(entry.key);
  const Slot slot = entries_.Insert(entry.key, WordsOf(entry.key), entry.group);
  if (slot == kNoSlot) return InsertFailed(entry.key);
  // Not changed: it stands in the files it came from.
  entries_.SetFlags(slot, kPersistedFlag);
  if (options_.payload.heap_bytes != nullptr) {
    entries_.SetHeapBytes(slot, 0);
    stale_.push_back(slot);
    entries_.SetFlags(slot, kHeapStaleFlag);
  }
  if (view().has_ttl) entries_.SetLastWrite(slot, view().now_ms);
  if (options_.payload.decode != nullptr) InitPayload(slot);  // plain bytes are all written below
  wakes_indexed_ = wakes_indexed_ && options_.wakes.of == nullptr;
  const bool at_end = slot + 1 == entries_.end();
  if (options_.cold == nullptr && at_end) {
    unsettled_ = std::min(unsettled_, slot);
    return DecodeValue(entry.value, slot);
  }
  const uint64_t hash = HashKey(entry.key);
  index_.PrefetchBucket(hash);
  restored_.push_back({hash, slot});
  SLUICE_TRY(DecodeValue(entry.value, slot));
  if (restored_.size() == kIndexedTogether) SLUICE_TRY(IndexGroup());
  if (options_.cold != nullptr && ++restores_ % kBetweenBalances == 0) return BalanceShare();
  return Status::Ok();
}

Status TableCore::Settle() {
  if (unsettled_ == kNoSlot) return IndexGroup();
  index_.Reserve(int64_t{entries_.end()} - unsettled_);
  for (Slot slot = std::exchange(unsettled_, kNoSlot); slot < entries_.end(); ++slot) {
    const uint64_t hash = HashKey(entries_.Key(slot));
    index_.PrefetchBucket(hash);
    restored_.push_back({hash, slot});
    if (restored_.size() == kIndexedTogether) SLUICE_TRY(IndexGroup());
  }
  return IndexGroup();
}

Status TableCore::IndexGroup() {
  index_.Reserve(static_cast<int64_t>(restored_.size()));
  for (const Restored& entry : restored_) {
    const std::string_view key = entries_.Key(entry.slot);
    if (Lookup(key, WordsOf(key), entry.hash) != kNoSlot) {
      return Corrupt("state holds an entry twice");
    }
    index_.Insert(entry.hash, entry.slot);
  }
  restored_.clear();
  return Status::Ok();
}

}  // namespace sluice::state
