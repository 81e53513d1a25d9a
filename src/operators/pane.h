// SPDX-License-Identifier: Apache-2.0
// A stretch of time with the aggregates of its groups: a table that is made, merged, given and
// thrown away as a whole. In snapshots its entries stand under its time: 8 bytes that order like
// the time, then the group key.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow/state_stream.h"
#include "operators/aggregate_calls.h"
#include "state/deleted_keys.h"
#include "state/table.h"

namespace sluice::operators {

class Pane {
 public:
  struct Options {
    int table = 0;  // its number in snapshots
    const AggregateCalls* calls = nullptr;
    bool counts_rows = false;
    state::ColdStore* cold = nullptr;
    int space = 0;  // its number in the cold store
  };
  Pane(int64_t time, const Options& options);

  state::Table& table() { return table_; }
  const state::Table& table() const { return table_; }
  uint8_t* BlockOf(state::Slot slot) {
    return static_cast<uint8_t*>(table_.Payload(slot)) + header_bytes_;
  }
  /// Rows in a group, where they are counted; else 1.
  int64_t RowsOf(state::Slot slot) const {
    return header_bytes_ == 0 ? 1 : *static_cast<const int64_t*>(table_.Payload(slot));
  }
  /// Adds `sign` rows to a group, where they are counted.
  void AddRows(state::Slot slot, int64_t sign) {
    if (header_bytes_ != 0) *static_cast<int64_t*>(table_.Payload(slot)) += sign;
  }

  /// Adds all groups of `from`, which stays as it is. Slots of this pane are void after it.
  Status MergeFrom(Pane* from);

  Status Snapshot(bool full, flow::StateWriter* writer);
  Status Restore(const flow::StateEntry& entry);
  /// What has to be deleted from snapshots when the pane is thrown away.
  Status CollectStored(state::DeletedKeys* keys);

  static int64_t TimeOfEntry(std::string_view key);

 private:
  int64_t time_;
  int id_;
  const AggregateCalls* calls_;
  size_t header_bytes_;
  state::Table table_;
  bool stored_ = false;  // some snapshot may hold entries of it
};

}  // namespace sluice::operators
