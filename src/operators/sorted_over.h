// SPDX-License-Identifier: Apache-2.0
// OVER ordered by plain columns: from the first row of the partition to the current one (RANGE: to
// its equals). A row that comes or goes changes the results of the rows behind it, which are given
// anew: -U with the old result, +U with the new one, as Flink gives them, row by row. It stops
// where nothing changes any more.
//
//   table 0  partition key -> its rows in order, each with sort key, bytes, states up to it
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/row_picks.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {

/// The states of all calls after some rows.
class AggregateBlock {
 public:
  explicit AggregateBlock(const AggregateCalls* calls);
  AggregateBlock(AggregateBlock&&) noexcept = default;
  AggregateBlock& operator=(AggregateBlock&& other) noexcept;
  ~AggregateBlock();
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words_.get()); }
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(words_.get()); }

 private:
  const AggregateCalls* calls_;
  std::unique_ptr<uint64_t[]> words_;
};

/// Rows that have one result: of RANGE those of a sort key, of ROWS a single one.
struct OrderedRows {
  explicit OrderedRows(const AggregateCalls* calls) : states(calls) {}
  std::string sort_key;
  std::vector<std::string> rows;
  AggregateBlock states;  // up to these rows
};

class SortedOver : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::OverNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return partitions_.Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return partitions_.Restore(entry); }
  flow::OperatorCounters counters() const override;

 private:
  using Partition = std::vector<OrderedRows>;

  SortedOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
             state::SortKeyEncoder sort_encoder, state::RowCodec codec,
             std::unique_ptr<state::ColdStore> cold);
  static state::PayloadOps Payload(const AggregateCalls* calls);
  Partition& At(state::Slot slot) { return **static_cast<Partition**>(partitions_.Payload(slot)); }

  Status Insert(Partition* partition, flow::RowKind kind, std::string_view sort_key,
                std::string_view row);
  Status Remove(Partition* partition, std::string_view sort_key, std::string_view row);
  /// The states up to partition[place], from those before and its rows.
  Result<AggregateBlock> StatesOf(const Partition& partition, size_t place);
  /// Gives the rows from `place` on anew, until nothing changes.
  Status UpdateFrom(Partition* partition, size_t place);
  /// No result of these rows, or of rows behind them, is different.
  Result<bool> IsSame(const AggregateBlock& a, const AggregateBlock& b);
  Result<bool> GivesTheSame(const AggregateBlock& a, const AggregateBlock& b);
  Status Finish(const AggregateBlock& states, ArrayVector* values);
  void Give(flow::RowKind kind, std::string_view row, size_t values);
  Status GiveAll(std::vector<flow::Batch>* out);

  plan::OverNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t bundle_rows_ = 0;
  std::unique_ptr<const AggregateCalls> calls_;  // the table points to it
  state::KeyEncoder encoder_;
  state::SortKeyEncoder sort_encoder_;
  state::RowCodec codec_;
  state::Table partitions_;

  // What is given for the batch in hand.
  flow::RowKinds kinds_;
  std::vector<std::string> given_rows_;
  std::vector<size_t> given_values_;  // per row: place in values_
  std::vector<ArrayVector> values_;   // per result: an array of one value per call
};

}  // namespace sluice::operators
