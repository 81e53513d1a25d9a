// SPDX-License-Identifier: Apache-2.0
// For tests of operators: batches from rows written as Flink prints them ("+U[1, a, null]"), what
// an operator gives as such rows, and a state store that operators are restarted from.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "arrow/api.h"
#include "flow/operator.h"
#include "functions/evaluate.h"
#include "gtest/gtest.h"
#include "operators/operators.h"

namespace sluice::operators {

using Rows = std::vector<std::string>;

/// A schema from "name TYPE" pairs; types: INT, BIGINT, DOUBLE, STRING, BOOLEAN, TIMESTAMP (3, an
/// event time), PROCTIME; followed by " NOT NULL" where they are.
flow::Schema SchemaOf(const std::vector<std::pair<std::string, std::string>>& columns);

/// Values are separated by ", ". Timestamps are written as milliseconds.
flow::Batch BatchOf(const flow::Schema& schema, const Rows& rows);
Rows RowsOf(const std::vector<flow::Batch>& batches);
/// What a changelog leaves: rows with how many there are, sorted ("[1, a] x2" when more than one).
Rows Folded(const Rows& changelog);

/// State as a checkpoint keeps it.
class StoredState : public flow::StateWriter {
 public:
  Status Put(const flow::StateEntry& entry) override;
  Status Delete(int table, uint32_t group, std::string_view key) override;
  Status RestoreInto(flow::Operator* op) const;
  size_t size() const { return entries_.size(); }
  bool operator==(const StoredState& other) const { return entries_ == other.entries_; }

 private:
  std::map<std::tuple<int, uint32_t, std::string>, std::string> entries_;
};

/// One operator of a node, with its inputs.
class OperatorHarness {
 public:
  template <typename Node>
  OperatorHarness(Node node, flow::Schema output, std::vector<flow::Schema> inputs)
      : inputs_(std::move(inputs)) {
    node_.name = "operator under test";
    node_.uid = "test";
    node_.output = std::move(output);
    node_.node = std::move(node);
    Make();
  }

  /// Rows of one batch; what the operator gives for them.
  Rows Push(const Rows& rows, int input = 0);
  /// Each row a batch of its own.
  Rows PushEach(const Rows& rows, int input = 0);
  Rows PushBatch(const flow::Batch& batch, int input = 0);
  Rows Watermark(int64_t ms);
  Rows Time(int64_t ms);
  /// A checkpoint that holds what changed, and a new operator from all checkpoints.
  void Restart();
  /// A checkpoint alone.
  void Checkpoint(bool full = false);

  /// The rows that came too late: "0: +I[1, a] at 5, watermark 7" (input, row, time).
  const Rows& late() const { return late_.log; }
  /// From now on (and anew) each table keeps so many bytes in memory; the rest is in a cold store.
  void Spill(int64_t bytes_of_table);

  flow::Operator* op() { return op_.get(); }
  int64_t passed_watermark() const { return passed_watermark_; }
  size_t stored() const { return state_.size(); }
  int64_t now_ms = 0;

 private:
  struct LateLog : flow::LateRows {
    Status Take(int input, const flow::Batch& batch, const std::vector<int32_t>& rows,
                const std::vector<int64_t>& times_ms, int64_t watermark_ms) override;
    Rows log;
    int64_t count = 0;
  };
  void Make();
  Rows Given(const Status& status, const std::vector<flow::Batch>& out);

  plan::JobNode node_;
  std::vector<flow::Schema> inputs_;
  std::unique_ptr<flow::Operator> op_;
  StoredState state_;
  LateLog late_;
  int64_t bytes_of_table_ = -1;  // -1: everything is in memory
  int64_t passed_watermark_ = flow::kWatermarkMin;
};

}  // namespace sluice::operators
