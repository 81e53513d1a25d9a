// SPDX-License-Identifier: Apache-2.0
// GROUP BY and a TUMBLE, HOP or CUMULATE window in one; the old group windows; and windows that the
// input carries already. As the second of two phases (`merges`) it takes rows that
// local_window_aggregate.h has folded. Rows go into panes (slices that windows share); a window is
// given when the watermark, or for processing time the clock, has reached its end. Rows whose last
// window has closed are late: dropped and counted. SESSION is session_aggregate.h.
//
//   table 0  slices, by their end    (a window that the input carries is one slice)
//   table 1  CUMULATE: what the windows that are given already have in common, by their start
//   table 2  the watermark
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/pane.h"
#include "operators/table_operator.h"
#include "operators/window_output.h"
#include "operators/window_times.h"
#include "state/key_encoder.h"

namespace sluice::operators {

/// The node's operator, whatever its window.
Result<std::unique_ptr<flow::Operator>> MakeWindowAggregate(const plan::WindowAggregateNode& node,
                                                            const OperatorArguments& arguments);

/// The watermark as state: rows that were late before a restart are late after it. `put_ms`: what
/// was put or restored last, which need not be put again, so that a job at rest makes no epochs.
Status PutWatermark(int table, int64_t watermark_ms, bool full, int64_t* put_ms,
                    flow::StateWriter* writer);
Status TakeWatermark(const flow::StateEntry& entry, int64_t* watermark_ms);

/// The type of the time attribute by which the node's windows are placed.
Result<flow::TypePtr> TimeTypeOf(const plan::WindowAggregateNode& node,
                                 const OperatorArguments& arguments);

class WindowAggregate : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::WindowAggregateNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override { return next_time_; }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;

  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  int64_t memory_bytes() const override;
  int64_t unsaved_bytes() const override { return dropped_[0].bytes() + dropped_[1].bytes(); }
  Status Balance() override;
  flow::OperatorCounters counters() const override;

 private:
  WindowAggregate(plan::WindowAggregateNode node, AggregateCalls calls, state::KeyEncoder encoder,
                  WindowTimes times);

  bool attached() const { return node_.window_end_column >= 0; }
  /// The end of each row's slice.
  Status FindSlices(const arrow::RecordBatch& rows, int64_t now_ms);
  /// Every window that rows of this slice are in is closed.
  bool IsLate(int64_t slice_end);
  Status GiveLateRows(const flow::Batch& batch, const std::vector<int32_t>& late);
  /// Where rows of a slice that is not late go; null: they are in no window.
  Pane* PaneFor(int64_t slice_end, int64_t now_ms);
  Status Accumulate(Pane* pane, const arrow::RecordBatch& rows, const flow::RowKinds& kinds);
  /// Rows that local_window_aggregate.h has folded, into `blocks_`.
  Status MergeFolded(const arrow::RecordBatch& rows);
  /// Gives all windows that close at or before this instant.
  Status Close(int64_t instant_ms, std::vector<flow::Batch>* out);
  Status CloseWindow(int64_t end, std::vector<flow::Batch>* out);
  Status Give(Pane* pane, int64_t start, int64_t end, std::vector<flow::Batch>* out);
  /// The windows of a slice that are not closed will be given.
  void AddWindows(int64_t slice_end, int64_t now_ms);
  void AddDue(int64_t window_end, int64_t now_ms);
  Status Drop(int table, std::map<int64_t, Pane>::iterator pane);
  std::map<int64_t, Pane>& PanesOf(int table) { return table == 0 ? slices_ : bases_; }
  Pane::Options NewPane(int table) {
    return {table, calls_.get(), node_.retract, cold(), kFirstSpace + next_space_++};
  }
  /// The pane, made where there is none.
  std::pair<Pane*, bool> PaneOf(int table, int64_t time);
  bool IsClosed(int64_t window_end) {
    return !node_.window.processing_time && times_.ClosesAt(window_end) <= watermark_ms_;
  }

  plan::WindowAggregateNode node_;
  flow::Schema schema_;
  std::unique_ptr<const AggregateCalls> calls_;  // panes point to it
  state::KeyEncoder encoder_;
  WindowTimes times_;
  std::unique_ptr<WindowOutput> output_;

  int64_t watermark_ms_ = flow::kWatermarkMin;
  int64_t put_watermark_ms_ = flow::kWatermarkMin;  // in the last snapshot
  std::map<int64_t, Pane> slices_;                  // by end
  std::map<int64_t, Pane> bases_;                   // by start
  struct Due {
    int64_t closes_at = 0;
    int64_t end = 0;
    auto operator<=>(const Due&) const = default;
  };
  std::set<Due> due_;  // windows that have rows and were not given
  int64_t next_time_ = flow::kNoTime;
  int64_t late_rows_ = 0;
  state::DeletedKeys dropped_[2];  // stored entries that are gone, by table
  int64_t dropped_reported_ = 0;   // to ColdStore::MemoryFor
  static constexpr int kFirstSpace = 8;
  int next_space_ = 0;

  // Scratch of one batch.
  std::vector<int64_t> times_of_rows_, slice_ends_;
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<uint8_t*> blocks_;
  std::vector<int8_t> signs_;
};

}  // namespace sluice::operators
