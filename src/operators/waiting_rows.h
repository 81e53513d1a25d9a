// SPDX-License-Identifier: Apache-2.0
// Rows that wait until time has passed them and then go on in order: by time, within one time by a
// sort key, within that as they came. A table entry for each row, so that what memory has no room
// for waits on disk; the order is made when rows are taken.
//
// The key of an entry: time (AppendTime), sort key, number of arrival (AppendTime), owner, u32 size
// of the owner (the key that the row belongs to, whose key group the entry has). Its value: the
// bytes that were given.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "operators/owned_bytes.h"
#include "state/table.h"

namespace sluice::operators {

/// A row whose time has come.
struct DueRow {
  std::string key;  // of the entry
  OwnedBytes bytes;

  int64_t time_ms() const;
  std::string_view owner() const;
};

class WaitingRows {
 public:
  /// `cold`: as in state::TableOptions.
  WaitingRows(int table, state::ColdStore* cold);
  WaitingRows(const WaitingRows&) = delete;
  WaitingRows& operator=(const WaitingRows&) = delete;

  /// A row of `owner`, whose hash is `hash`. It is kept by the next Keep.
  Status Add(int64_t time, std::string_view sort_key, std::string_view owner, uint64_t hash,
             std::string_view bytes);
  /// Puts what was added into the table, in one go.
  Status Keep();

  /// Takes the next rows out whose time is at or before `until`, in order; none: there are no more.
  /// All rows of one time come together, and several thousand rows at once where there are so many.
  /// It is asked until nothing comes before anything else happens, but for Balance.
  Status Take(int64_t until, std::vector<DueRow>* rows);
  /// No row is due before it; INT64_MAX: none waits.
  int64_t NextTime() const { return table_.NextWake(); }

  Status Restore(const flow::StateEntry& entry) {
    restored_ = true;
    return table_.Restore(entry);
  }
  state::Table* table() { return &table_; }
  const state::Table* table() const { return &table_; }

 private:
  struct Row {
    OwnedBytes bytes;
    void Encode(std::string* out) const { out->append(bytes.view()); }
    Status Decode(std::string_view encoded) {
      bytes = OwnedBytes(encoded);
      return Status::Ok();
    }
    int64_t heap_bytes() const { return bytes.heap_bytes(); }
  };

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  /// Numbers go on behind those of restored rows.
  Status NumberBehindRestored();
  void TakeEntry(const state::Table::Due& due, int64_t until);

  bool spills_ = false;
  state::TypedTable<Row> table_;
  int64_t next_number_ = 0;
  bool restored_ = false;

  state::EncodedKeys added_;  // since the last Keep
  std::vector<int64_t> added_times_;
  std::vector<OwnedBytes> added_bytes_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;

  std::vector<state::Table::Due> due_;  // what TakeDue gave, from due_at_ on
  size_t due_at_ = 0;
  std::vector<DueRow> taken_;  // out of the table, not given yet
  int64_t earliest_taken_ = kNever;
};

}  // namespace sluice::operators
