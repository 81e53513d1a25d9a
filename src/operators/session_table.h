// SPDX-License-Identifier: Apache-2.0
// SESSION as a table function: rows wait until their session closes, and then come with its columns
// window_start, window_end and window_time, in the order they came. A row is late when the window
// it ends up in has closed.
//
//   table 0  partition key -> its open sessions: each start, end, rows with their kinds
//   table 1  the watermark
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "operators/operators.h"
#include "operators/table_operator.h"
#include "operators/window_times.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {

/// Rows that wait: each its kind, u32 size, bytes.
struct WaitingSession {
  int64_t start = 0, end = 0;
  std::string rows;
};

struct WaitingSessions {
  std::vector<WaitingSession> open;  // by start

  void Encode(std::string* out) const;
  Status Decode(std::string_view bytes);
  int64_t heap_bytes() const;
};

class SessionTable : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::WindowTableNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override;
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;

  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override;

 private:
  SessionTable(plan::WindowSpec spec, WindowTimes times, state::KeyEncoder encoder,
               state::RowCodec codec, std::unique_ptr<state::ColdStore> cold);
  /// A key wakes when its first session ends, or may have ended.
  static void TimesOf(const void* context, std::string_view key, const void* payload,
                      std::vector<int64_t>* times);
  /// The session of a row; null: late.
  WaitingSession* Place(WaitingSessions* sessions, int64_t time);
  Status Close(int64_t instant_ms, std::vector<flow::Batch>* out);
  Status Give(const std::vector<WaitingSession>& closed, std::vector<flow::Batch>* out);
  int64_t DueAt(int64_t end) const;

  plan::WindowSpec spec_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  mutable WindowTimes times_;
  state::KeyEncoder encoder_;
  state::RowCodec codec_;
  state::TypedTable<WaitingSessions> keys_table_;
  int64_t bundle_rows_ = 0;
  int64_t watermark_ms_ = flow::kWatermarkMin;
  int64_t put_watermark_ms_ = flow::kWatermarkMin;  // in the last snapshot
  int64_t late_rows_ = 0;
};

}  // namespace sluice::operators
