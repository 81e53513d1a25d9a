// SPDX-License-Identifier: Apache-2.0
// GROUP BY and a SESSION window in one. A row opens the window [time, time + gap) of its group;
// windows that overlap or touch become one. A window is given when the watermark, or for processing
// time the clock, has reached its end. A row is late when the window it ends up in has closed.
//
//   table 0  group key -> its open sessions: each start, end, number of rows, states of the calls
//   table 1  the watermark
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/table_operator.h"
#include "operators/window_output.h"
#include "operators/window_times.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::operators {

/// One session with a block of aggregates.
struct Session {
  explicit Session(const AggregateCalls* aggregates);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  uint8_t* block() { return reinterpret_cast<uint8_t*>(words.get()); }

  int64_t start = 0, end = 0;
  int64_t rows = 0;
  Session* joined = nullptr;  // the session it became part of
  const AggregateCalls* calls;
  std::unique_ptr<uint64_t[]> words;
};

/// The open sessions of a group, by their start.
struct Sessions {
  std::vector<std::unique_ptr<Session>> open;
  int64_t wake_end = flow::kNoTime;  // the earliest end that is waited for
};

class SessionAggregate : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::WindowAggregateNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override {
    return node_.window.processing_time ? groups_.NextWake() : flow::kNoTime;
  }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;

  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override;

 private:
  SessionAggregate(plan::WindowAggregateNode node, AggregateCalls calls, state::KeyEncoder encoder,
                   WindowTimes times, std::unique_ptr<state::ColdStore> cold);
  /// A group wakes when its first session ends.
  static void TimesOf(const void* context, std::string_view key, const void* payload,
                      std::vector<int64_t>* times);
  static state::PayloadOps Payload(const AggregateCalls* calls);

  Sessions& At(state::Slot slot) { return **static_cast<Sessions**>(groups_.Payload(slot)); }
  /// The session that a row of this time belongs to, made or joined as needed; null: late.
  Result<Session*> Place(Sessions* sessions, int64_t time);
  /// Rows into their sessions (placed_).
  Status Accumulate(const flow::Batch& batch);
  Status GiveLateRows(const flow::Batch& batch);
  void WaitFor(state::Slot slot, int64_t end);
  Status Close(int64_t instant_ms, std::vector<flow::Batch>* out);
  Status CloseGroups(int64_t instant_ms, const std::vector<state::Table::Due>& due,
                     std::vector<flow::Batch>* out);
  bool IsClosed(int64_t end) {
    return !node_.window.processing_time && times_.ClosesAt(end) <= watermark_ms_;
  }
  int64_t DueAt(int64_t end) const {
    return times_.ClosesAt(end) + (node_.window.processing_time ? 1 : 0);
  }

  plan::WindowAggregateNode node_;
  flow::Schema schema_;
  std::unique_ptr<const AggregateCalls> calls_;  // the table points to it
  state::KeyEncoder encoder_;
  mutable WindowTimes times_;
  std::unique_ptr<WindowOutput> output_;
  state::Table groups_;

  int64_t watermark_ms_ = flow::kWatermarkMin;
  int64_t put_watermark_ms_ = flow::kWatermarkMin;  // in the last snapshot
  int64_t late_rows_ = 0;
  std::vector<int32_t> late_;  // rows of the batch under way

  // Scratch of one batch.
  std::vector<int64_t> times_of_rows_;
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<Session*> placed_;
  std::vector<uint8_t*> blocks_;
  std::vector<int8_t> signs_;
  std::vector<std::unique_ptr<Session>> joined_;  // sessions that rows of the batch still point to
};

}  // namespace sluice::operators
