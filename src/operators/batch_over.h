// SPDX-License-Identifier: Apache-2.0
// OVER in batch mode: all rows of a partition are there before the first is given, so functions may
// look ahead (LEAD, NTILE, PERCENT_RANK, CUME_DIST), and each row has one result. Rows are given at
// the end of all input.
//
//   table 0  partition key -> its rows in order
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flow/operator.h"
#include "functions/registry.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/row_picks.h"
#include "operators/sorted_rows.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {

/// The node asks for what only SortedOver and TimeOver cannot give: it stands in a plan of a batch.
bool NeedsAllRows(const plan::OverNode& node);

class BatchOver : public flow::Operator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::OverNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  bool stateful() const override { return true; }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_.Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return table_.Restore(entry); }
  int64_t memory_bytes() const override { return table_.memory_bytes(); }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = table_.size()};
  }

 private:
  // The rows of one partition, and for each the rows that are ordered like it: [begin, end).
  struct Partition {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::vector<int64_t> begin, end, dense_rank;
    int64_t size() const { return static_cast<int64_t>(begin.size()); }
  };
  // The frame of each row: [from, to).
  struct Frames {
    std::vector<int64_t> from, to;
  };

  BatchOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
            state::RowCodec codec);
  Status Give(const SortedRows& sorted, std::vector<flow::Batch>* out);
  Result<Partition> Read(const SortedRows& sorted) const;
  Result<Frames> FramesOf(const Partition& partition) const;
  Result<std::shared_ptr<arrow::Array>> Number(const Partition& partition, size_t call) const;
  Result<std::shared_ptr<arrow::Array>> Shift(const Partition& partition, size_t call) const;
  Result<ArrayVector> Aggregate(const Partition& partition) const;

  plan::OverNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t bundle_rows_ = 0;
  functions::EvalContext context_;
  std::vector<size_t> call_places_;  // of the aggregates among all calls
  std::unique_ptr<const AggregateCalls> calls_;
  state::KeyEncoder encoder_;
  std::optional<state::SortKeyEncoder> sort_encoder_;  // without ORDER BY: none
  state::RowCodec codec_;
  state::TypedTable<SortedRows> table_{0};
};

}  // namespace sluice::operators
