// SPDX-License-Identifier: Apache-2.0
// What all joins over changelogs share: per side a table from join key to the rows of that key, and
// the search for the rows of the other side that match the rows of a batch. The condition beyond
// the keys is evaluated over many candidate pairs at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/operator.h"
#include "functions/evaluate.h"
#include "operators/join_rows.h"
#include "operators/operators.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "plan/job_graph.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {

struct JoinSide {
  flow::Schema schema;
  std::optional<state::KeyEncoder> keys;
  std::optional<state::RowCodec> codec;
  /// Columns that are unique in this input and not all part of the join key: the row is found, and
  /// replaced, by them.
  std::optional<state::KeyEncoder> unique;
  /// The join key holds a unique key: at most one row for each.
  bool one_row = false;
  std::vector<int> strict_keys;  // key columns whose NULL matches nothing
  bool some_null_safe = false;
  std::unique_ptr<state::TypedTable<JoinRows>> table;
};

/// What a batch is to the join, encoded once.
struct JoinBatch {
  const flow::Batch* batch = nullptr;
  state::EncodedKeys keys;
  state::EncodedRows rows;
  state::EncodedKeys unique;
  std::vector<state::Slot> own, other;  // per row
  std::string_view UniqueOf(int64_t row) const {
    return unique.offsets.empty() ? std::string_view() : unique[row];
  }
};

class JoinOperator : public TableOperator {
 public:
  const flow::Schema& schema() const override { return schema_; }
  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override;

 protected:
  struct Match {
    state::Slot slot = state::kNoSlot;
    JoinRows::Offset offset = 0;
  };

  Status Prepare(const plan::RegularJoinNode& node, const OperatorArguments& arguments);
  /// Encodes the batch, looks its keys up on the other side, and inserts them on its own.
  Status Begin(int input, const flow::Batch& batch, int64_t now_ms);
  /// The rows of `batch` that have a NULL in a key that NULL never matches (`with`), and the rest.
  /// False when there are none: all rows are the rest.
  Result<bool> SplitNullKeys(int input, const flow::Batch& batch, std::vector<int32_t>* with,
                             std::vector<int32_t>* rest) const;
  /// Finds the matches of rows from `first` on, as many rows as make a fair piece of work; gives
  /// the row after the last one. MatchesOf is valid for these rows.
  Result<int64_t> FindMatches(int input, int64_t first);
  std::span<const Match> MatchesOf(int64_t row) const {
    const auto i = static_cast<size_t>(row - first_row_);
    return {matches_.data() + begins_[i], begins_[i + 1] - begins_[i]};
  }
  std::string_view RowOf(int side, const Match& match) {
    return (*sides_[side].table)[match.slot].Row(match.offset);
  }
  /// The row is one more of its key, or takes the place of the row with its unique key. `replaced`
  /// says so.
  Status AddRow(int input, int64_t row, uint32_t matches, bool* replaced = nullptr);
  Status RemoveRow(int input, int64_t row);
  /// Forgets keys that have no rows any more.
  void End(int input);

  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  JoinSide sides_[2];
  JoinBatch in_;

 private:
  Status MakeSide(const plan::RegularJoinNode& node, int side, const flow::Schema& schema,
                  const std::vector<flow::TypePtr>& types);
  Status FilterMatches(int input, int64_t first, int64_t last);

  functions::ExprPtr residual_;
  functions::EvalContext context_;
  std::optional<PairOutput> pairs_;
  int64_t first_row_ = 0;
  std::vector<Match> matches_;
  std::vector<size_t> begins_;
  std::vector<uint8_t> inserted_;
  std::vector<state::Slot> maybe_empty_;
};

}  // namespace sluice::operators
