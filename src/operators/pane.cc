// SPDX-License-Identifier: Apache-2.0
#include "operators/pane.h"

#include <utility>

#include "operators/key_columns.h"

namespace sluice::operators {
namespace {

constexpr size_t kTimeBytes = 8;

/// Puts the pane's time before each key.
class TimedWriter : public flow::StateWriter {
 public:
  TimedWriter(int64_t time, flow::StateWriter* writer) : writer_(writer) {
    AppendTime(time, &key_);
  }
  Status Put(const flow::StateEntry& entry) override {
    return writer_->Put({entry.table, entry.group, Timed(entry.key), entry.value});
  }
  Status Delete(int table, uint32_t group, std::string_view key) override {
    return writer_->Delete(table, group, Timed(key));
  }

 private:
  std::string_view Timed(std::string_view key) {
    key_.resize(kTimeBytes);
    key_ += key;
    return key_;
  }
  flow::StateWriter* writer_;
  std::string key_;
};

}  // namespace

Pane::Pane(int64_t time, const Options& options)
    : time_(time),
      id_(options.table),
      calls_(options.calls),
      header_bytes_(options.counts_rows ? sizeof(int64_t) : 0),
      table_(state::TableOptions{.id = options.table,
                                 .payload = AggregatePayload(options.calls, options.counts_rows),
                                 .cold = options.cold,
                                 .space = options.space}) {}

Status Pane::MergeFrom(Pane* from) {
  constexpr int64_t kBetweenBalances = 4096;
  int64_t merged = 0;
  return from->table_.ForEach([&](state::Slot slot) -> Status {
    if (++merged % kBetweenBalances == 0) SLUICE_TRY(table_.Balance());
    bool inserted = false;
    SLUICE_ASSIGN(const state::Slot into,
                  table_.FindOrInsert(from->table_.Key(slot), from->table_.Hash(slot), &inserted));
    if (header_bytes_ != 0) AddRows(into, from->RowsOf(slot));
    table_.MarkChanged(into);
    return calls_->Merge(from->BlockOf(slot), BlockOf(into));
  });
}

Status Pane::Snapshot(bool full, flow::StateWriter* writer) {
  stored_ = true;
  TimedWriter timed(time_, writer);
  return table_.Snapshot(full, &timed);
}

Status Pane::Restore(const flow::StateEntry& entry) {
  stored_ = true;
  return table_.Restore({id_, entry.group, entry.key.substr(kTimeBytes), entry.value});
}

Status Pane::CollectStored(state::DeletedKeys* keys) {
  constexpr int64_t kCollectedBytes = 4 << 20;  // in memory, of a pane that may be larger than it
  if (!stored_) return Status::Ok();
  std::string timed;
  AppendTime(time_, &timed);
  Status spilled;
  SLUICE_TRY(table_.ForEachKey([&](std::string_view key, uint32_t group) {
    timed.resize(kTimeBytes);
    timed += key;
    keys->Add(timed, group);
    if (keys->bytes() > kCollectedBytes && spilled.ok()) spilled = keys->Spill();
  }));
  return spilled;
}

int64_t Pane::TimeOfEntry(std::string_view key) {
  return TimeOfKey(key.substr(0, kTimeBytes));
}

}  // namespace sluice::operators
