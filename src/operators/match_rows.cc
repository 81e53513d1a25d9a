// SPDX-License-Identifier: Apache-2.0
#include "operators/match_rows.h"

#include <algorithm>

#include "operators/key_columns.h"

namespace sluice::operators {
namespace {

constexpr int64_t kRowsAtOnce = 1024;

}  // namespace

void MatchRows::AddKey(const Of& rows, int64_t number) {
  std::string key(rows.key);
  AppendTime(number, &key);
  keys_.bytes.insert(keys_.bytes.end(), key.begin(), key.end());
  keys_.offsets.push_back(static_cast<uint32_t>(keys_.bytes.size()));
  keys_.hashes.push_back(HashOfLongerKey(key, rows.hash));
}

void MatchRows::ClearKeys() {
  keys_.bytes.clear();
  keys_.offsets.assign(1, 0);
  keys_.hashes.clear();
}

Result<std::string_view> MatchRows::Bytes(const Of& rows, int64_t number) {
  if (number >= rows.first_fresh) {
    return rows.fresh[static_cast<size_t>(number - rows.first_fresh)];
  }
  std::string key(rows.key);
  AppendTime(number, &key);
  SLUICE_ASSIGN(const state::Slot slot, table_.Find(key, HashOfLongerKey(key, rows.hash)));
  if (slot == state::kNoSlot) return Corrupt("a row of a match is not in the state");
  return table_[slot].bytes.view();
}

void MatchRows::Want(const Of& rows, int64_t number) {
  if (number < rows.first_fresh) AddKey(rows, number);
}

Status MatchRows::BringBackWanted() {
  if (keys_.hashes.empty()) return Status::Ok();
  SLUICE_TRY(table_.Balance());  // rows of the last time
  SLUICE_TRY(table_.BringBack(keys_));
  ClearKeys();
  return Status::Ok();
}

Status MatchRows::Keep(const Of& rows, int64_t number) {
  int64_t next = std::max(number, rows.first_fresh);
  const int64_t end = rows.first_fresh + static_cast<int64_t>(rows.fresh.size());
  while (next < end) {
    const int64_t first = next;
    for (; next < std::min(end, first + kRowsAtOnce); ++next) AddKey(rows, next);
    SLUICE_TRY(table_.FindOrInsertAll(keys_, &slots_, &inserted_));
    for (size_t i = 0; i < slots_.size(); ++i) {
      const int64_t kept = first + static_cast<int64_t>(i) - rows.first_fresh;
      table_[slots_[i]].bytes = OwnedBytes(rows.fresh[static_cast<size_t>(kept)]);
      table_.MarkChanged(slots_[i]);
    }
    ClearKeys();
    SLUICE_TRY(table_.Balance());
  }
  return Status::Ok();
}

Status MatchRows::Drop(const Of& rows, int64_t from, int64_t to) {
  while (from < to) {
    const int64_t end = std::min(to, from + kRowsAtOnce);
    for (; from < end; ++from) AddKey(rows, from);
    SLUICE_TRY(table_.FindAll(keys_, &slots_));
    for (const state::Slot slot : slots_) {
      if (slot != state::kNoSlot) table_.Erase(slot);
    }
    ClearKeys();
    SLUICE_TRY(table_.Balance());
  }
  return Status::Ok();
}

}  // namespace sluice::operators
