// SPDX-License-Identifier: Apache-2.0
#include "operators/waiting_rows.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "operators/key_columns.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

constexpr size_t kTimeBytes = sizeof(int64_t);
constexpr size_t kLeastKeyBytes = 2 * kTimeBytes + sizeof(uint32_t);

int64_t TimeAt(std::string_view key) {
  return TimeOfKey(key.substr(0, kTimeBytes));
}

size_t SizeOfOwner(std::string_view key) {
  uint32_t size = 0;
  if (key.size() < kLeastKeyBytes) return size;
  std::memcpy(&size, key.data() + key.size() - sizeof(size), sizeof(size));
  return std::min<size_t>(size, key.size() - kLeastKeyBytes);
}

void WakeTime(const void* /*context*/, std::string_view key, const void* /*payload*/,
              std::vector<int64_t>* times) {
  times->push_back(TimeAt(key));
}

}  // namespace

int64_t DueRow::time_ms() const {
  return TimeAt(key);
}

std::string_view DueRow::owner() const {
  const size_t size = SizeOfOwner(key);
  return std::string_view(key).substr(key.size() - sizeof(uint32_t) - size, size);
}

WaitingRows::WaitingRows(int table, state::ColdStore* cold)
    : spills_(cold != nullptr), table_(table, 0, cold, {.context = this, .of = &WakeTime}) {
  added_.offsets.assign(1, 0);
}

Status WaitingRows::Add(int64_t time, std::string_view sort_key, std::string_view owner,
                        uint64_t hash, std::string_view bytes) {
  if (restored_) SLUICE_TRY(NumberBehindRestored());
  std::string key;
  key.reserve(kLeastKeyBytes + sort_key.size() + owner.size());
  AppendTime(time, &key);
  key.append(sort_key);
  AppendTime(next_number_++, &key);
  key.append(owner);
  const auto size = static_cast<uint32_t>(owner.size());
  key.append(reinterpret_cast<const char*>(&size), sizeof(size));
  added_.bytes.insert(added_.bytes.end(), key.begin(), key.end());
  added_.offsets.push_back(static_cast<uint32_t>(added_.bytes.size()));
  added_.hashes.push_back(HashOfLongerKey(key, hash));
  added_times_.push_back(time);
  added_bytes_.emplace_back(bytes);
  return Status::Ok();
}

Status WaitingRows::NumberBehindRestored() {
  restored_ = false;
  bool known = true;
  SLUICE_TRY(table_.ForEachKey([&](std::string_view key, uint32_t /*group*/) {
    known = known && key.size() >= kLeastKeyBytes;
    if (!known) return;
    key.remove_suffix(sizeof(uint32_t) + SizeOfOwner(key));
    next_number_ = std::max(next_number_, TimeOfKey(key) + 1);
  }));
  return known ? Status::Ok() : Status(Corrupt("a waiting row in the state has no known key"));
}

Status WaitingRows::Keep() {
  if (added_times_.empty()) return Status::Ok();
  if (added_.bytes.size() > std::numeric_limits<uint32_t>::max()) {
    return ResourceExhausted("the keys of the rows of one batch take more than 4 GiB");
  }
  SLUICE_TRY(table_.FindOrInsertAll(added_, &slots_, &inserted_));
  for (size_t i = 0; i < slots_.size(); ++i) {
    table_[slots_[i]].bytes = std::move(added_bytes_[i]);
    table_.MarkChanged(slots_[i]);
    table_.WakeAt(added_times_[i], slots_[i]);
  }
  added_.bytes.clear();
  added_.offsets.assign(1, 0);
  added_.hashes.clear();
  added_times_.clear();
  added_bytes_.clear();
  return Status::Ok();
}

void WaitingRows::TakeEntry(const state::Table::Due& due, int64_t until) {
  // A note may be given twice, or be of what the slot held before.
  if (!table_.IsLive(due.slot)) return;
  const int64_t time = TimeAt(table_.Key(due.slot));
  if (time > until) return;
  earliest_taken_ = std::min(earliest_taken_, time);
  taken_.push_back({std::string(table_.Key(due.slot)), std::move(table_[due.slot].bytes)});
  table_.Erase(due.slot);
}

Status WaitingRows::Take(int64_t until, std::vector<DueRow>* rows) {
  std::optional<int64_t> before;  // taken rows before it are all there are; none: all are
  while (true) {
    for (; due_at_ < due_.size(); ++due_at_) {
      // Without a cold store due_ has all there is, and slots stay: it is taken in pieces.
      const bool enough = !spills_ && taken_.size() >= kRowsPerBatch && due_at_ > 0;
      if (enough && due_[due_at_].time > due_[due_at_ - 1].time) break;
      TakeEntry(due_[due_at_], until);
    }
    if (due_at_ < due_.size()) break;
    // Of the last note's time others may still lie in the cold store. A void note may have given a
    // row before its turn, so that the latest row taken says nothing.
    if (spills_ && taken_.size() >= kRowsPerBatch && earliest_taken_ < due_.back().time) {
      before = due_.back().time;
      break;
    }
    due_at_ = 0;
    SLUICE_TRY(table_.TakeDue(until, &due_));
    if (due_.empty()) break;
  }
  const auto rest = std::partition(taken_.begin(), taken_.end(), [&](const DueRow& row) {
    return !before.has_value() || row.time_ms() < *before;
  });
  rows->assign(std::make_move_iterator(taken_.begin()), std::make_move_iterator(rest));
  taken_.erase(taken_.begin(), rest);
  earliest_taken_ = kNever;
  for (const DueRow& row : taken_) earliest_taken_ = std::min(earliest_taken_, row.time_ms());
  std::sort(rows->begin(), rows->end(),
            [](const DueRow& a, const DueRow& b) { return a.key < b.key; });
  return Status::Ok();
}

}  // namespace sluice::operators
