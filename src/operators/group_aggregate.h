// SPDX-License-Identifier: Apache-2.0
// GROUP BY without a window. For each group that a batch touches it gives the net change: +I for a
// new group, -U and +U (or +U alone) where the result changed, -D where no row is left. As in
// Flink, nothing is given where the result stays the same, unless there is a time to live; and a
// row taken back from a group that is not there is passed over. Without groups and rows there is no
// result; in a batch (`row_of_nothing`) there is one at the end of input.
//
// As the second of two phases (`merges`) it takes rows that local_aggregate.h has folded; the state
// is the same.
//
//   table 0       group key -> number of rows (where rows are taken back), states of the calls
//   table 1, ...  DISTINCT: group key and arguments -> FILTERs that saw them
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/distinct_values.h"
#include "operators/operators.h"
#include "operators/row_picks.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::operators {

/// Which groups a batch touches, in the order it does, by their slots.
class TouchedSlots {
 public:
  void Reset(int64_t rows);
  /// The place of a slot in slots().
  uint32_t PlaceOf(state::Slot slot, bool* fresh) {
    for (uint32_t at = (slot * 2654435769u) >> shift_;; at = (at + 1) & mask_) {
      const uint32_t place = buckets_[at];
      if (place == kEmpty) {
        buckets_[at] = static_cast<uint32_t>(slots_.size());
        slots_.push_back(slot);
        *fresh = true;
        return buckets_[at];
      }
      if (slots_[place] == slot) {
        *fresh = false;
        return place;
      }
    }
  }
  const std::vector<state::Slot>& slots() const { return slots_; }

 private:
  static constexpr uint32_t kEmpty = 0xFFFFFFFFu;
  std::vector<uint32_t> buckets_;
  std::vector<state::Slot> slots_;
  uint32_t mask_ = 0;
  int shift_ = 31;
};

class GroupAggregate : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::GroupAggregateNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override;
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Flush(int64_t now_ms, std::vector<flow::Batch>* out) override;

  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override;

 private:
  GroupAggregate(plan::GroupAggregateNode node, AggregateCalls calls, state::KeyEncoder encoder,
                 std::unique_ptr<state::ColdStore> cold);

  /// One bundle: rows whose net change is given.
  Status Bundle(const arrow::RecordBatch& rows, const flow::RowKinds& kinds, int64_t now_ms,
                std::vector<flow::Batch>* out);
  /// Finds the rows' groups: blocks_, touched_, first_rows_, and whether each was there.
  Status FindGroups(const arrow::RecordBatch& rows);
  /// Counts rows; the signs of rows as the calls see them.
  Signs CountRows(const flow::RowKinds& kinds);
  Status UpdateDistinct(const arrow::RecordBatch& rows, Signs signs);
  /// Adds what a first phase has folded: the last column of `rows`.
  Status MergeFolded(const arrow::RecordBatch& rows);
  /// What is given for the touched groups, from their values before and after.
  Status Emit(const arrow::RecordBatch& rows, const ArrayVector& before, const ArrayVector& after,
              std::vector<flow::Batch>* out);
  /// At the end of all input: the group of all rows, where there are none.
  Status GiveRowOfNothing(std::vector<flow::Batch>* out);
  void DropEmptyGroups();
  uint8_t* BlockOf(state::Slot slot) {
    return static_cast<uint8_t*>(groups_.Payload(slot)) + header_bytes_;
  }
  int64_t& RowsOf(state::Slot slot) { return *static_cast<int64_t*>(groups_.Payload(slot)); }

  plan::GroupAggregateNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t bundle_rows_ = 0;
  // The table's payloads are handled by `calls_`: it has to stay where it is.
  std::unique_ptr<const AggregateCalls> calls_;
  size_t header_bytes_ = 0;
  state::KeyEncoder encoder_;
  state::Table groups_;
  std::vector<DistinctValues> distinct_;

  // Mini-batch: what waits for its bundle.
  std::vector<flow::Batch> waiting_;
  int64_t waiting_rows_ = 0;
  int64_t bundle_due_ms_ = flow::kNoTime;

  // Scratch of one bundle.
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  TouchedSlots touched_;
  std::vector<uint32_t> places_;        // per row: its group in touched_
  std::vector<uint8_t*> blocks_;        // per row
  std::vector<int32_t> first_rows_;     // per touched group
  std::vector<uint8_t> was_there_;      // per touched group
  std::vector<const uint8_t*> states_;  // per touched group
  std::vector<int8_t> signs_;
  std::vector<std::vector<int8_t>> filter_signs_, changes_;
};

}  // namespace sluice::operators
