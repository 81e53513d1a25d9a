// SPDX-License-Identifier: Apache-2.0
// OVER in batch mode: all rows of a partition are there before the first is given, so frames and
// functions may look ahead (FOLLOWING, LEAD, NTILE, PERCENT_RANK, CUME_DIST), and each row has one
// result. Rows wait as keys of a table, which may lie on disk, and are taken out in order at the
// end of all input, a partition at a time; the rows of one partition have to fit into memory. Rows
// that are equal in the order stand as they came, as in a stream. What takes a row back waits like
// one, and goes with the first of its rows when the partition is read.
//
//   table 1  u32 size and bytes of the partition key, sort key, u64 arrival, row -> Held
//            (numbers big endian)
//   table 2  the next arrival, of every shard
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "functions/registry.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/over_frames.h"
#include "operators/row_picks.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {

class BatchOver : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::OverNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  bool has_more() const override { return taking_.has_value(); }
  Status Balance() override { return taking_ ? Status::Ok() : TableOperator::Balance(); }
  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  int64_t memory_bytes() const override {
    return TableOperator::memory_bytes() + partition_.size_bytes();
  }
  int64_t fixed_bytes() const override {
    return TableOperator::fixed_bytes() + (cold() != nullptr ? partition_.size_bytes() : 0);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  struct Held {
    uint32_t partition_bytes = 0, sort_bytes = 0;  // of the key; arrival and row stand behind
    uint32_t takes_back = 0;
  };
  /// The rows of one partition as they come out of the table.
  struct Collected {
    std::string key, bytes;  // bytes: sort key and row of each, one after another
    std::vector<size_t> sort_ends, row_ends;
    std::vector<size_t> taken_back;  // which of them take a row back
    int64_t size_bytes() const {
      if (row_ends.empty()) return 0;
      return static_cast<int64_t>(
          bytes.capacity() +
          (sort_ends.capacity() + row_ends.capacity() + taken_back.capacity()) * sizeof(size_t));
    }
  };
  struct Partition {
    std::shared_ptr<arrow::RecordBatch> rows;
    Peers peers;
  };

  BatchOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
            state::RowCodec codec, std::unique_ptr<state::ColdStore> cold);
  Status MakeKeys();
  Status Collect(std::string_view key, const Held& held, std::vector<flow::Batch>* out);
  /// The rows that were collected, and their results.
  Status Give(std::vector<flow::Batch>* out);
  /// Of those collected: 1 for rows that are taken back, and for what takes them back.
  std::vector<uint8_t> Gone() const;
  Result<Partition> Read() const;
  Result<std::shared_ptr<arrow::Array>> Number(const Partition& partition, size_t call) const;
  Result<std::shared_ptr<arrow::Array>> Shift(const Partition& partition, size_t call) const;

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
  state::Table table_;
  uint64_t arrivals_ = 0, put_arrivals_ = 0;
  std::optional<state::Table::InOrder> taking_;  // at the end of all input
  Collected partition_;

  // Of one batch.
  state::EncodedKeys partition_keys_, keys_;
  state::EncodedRows sort_keys_, rows_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
};

}  // namespace sluice::operators
