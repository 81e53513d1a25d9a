// SPDX-License-Identifier: Apache-2.0
// The first of two phases of a GROUP BY, on the shard where rows come in: it folds a bundle of rows
// by group, so that only one row per group and bundle goes through the exchange. Gives the group
// columns and, in a BYTES column, what the calls hold of the bundle (a change, where rows are taken
// back); GroupAggregate merges it.
//
// A bundle ends with the rows and the time of mini-batch, with the batch where there are none, with
// a watermark, before a barrier, and when it holds too much: nothing is kept across barriers.
//
//   BYTES: number of rows (i64, where rows are taken back), AggregateCalls::Encode
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/row_picks.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::operators {

class LocalAggregate : public flow::Operator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::LocalAggregateNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override { return bundle_due_ms_; }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Flush(int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t memory_bytes() const override { return groups_.memory_bytes(); }

 private:
  LocalAggregate(plan::LocalAggregateNode node, AggregateCalls calls, state::KeyEncoder encoder);

  Status Fold(const flow::Batch& batch);
  state::Table MakeTable() const;
  uint8_t* BlockOf(state::Slot slot) {
    return static_cast<uint8_t*>(groups_.Payload(slot)) + header_bytes_;
  }

  plan::LocalAggregateNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t bundle_rows_ = 0;
  // The table's payloads are handled by `calls_`: it has to stay where it is.
  std::unique_ptr<const AggregateCalls> calls_;
  size_t header_bytes_ = 0;
  state::KeyEncoder encoder_;

  // The bundle under way.
  state::Table groups_;
  std::vector<state::Slot> order_;   // its groups, as they came
  std::vector<ArrayVector> pieces_;  // per group column: the keys of order_, a piece per batch
  int64_t rows_ = 0;
  int64_t bundle_due_ms_ = flow::kNoTime;

  // Scratch of one batch.
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<uint8_t*> blocks_;
  std::vector<int8_t> signs_;
};

}  // namespace sluice::operators
