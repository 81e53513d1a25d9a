// SPDX-License-Identifier: Apache-2.0
#include "operators/join_state.h"

#include <algorithm>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "plan/key_types.h"

namespace sluice::operators {
namespace {

/// Candidate pairs that are looked at together.
constexpr size_t kPairsAtOnce = 32768;
/// How many rows before its turn the memory of a key's rows is asked for.
constexpr int64_t kRowsAhead = 8;

bool IsSubset(const std::vector<int>& part, const std::vector<int>& whole) {
  return std::all_of(part.begin(), part.end(), [&](int column) {
    return std::find(whole.begin(), whole.end(), column) != whole.end();
  });
}

}  // namespace

Status JoinOperator::MakeSide(const plan::RegularJoinNode& node, int side,
                              const flow::Schema& schema, const std::vector<flow::TypePtr>& types) {
  JoinSide& made = sides_[side];
  made.schema = schema;
  std::vector<int> columns;
  for (const plan::EquiKey& key : node.keys) {
    const int column = side == 0 ? key.left : key.right;
    columns.push_back(column);
    if (key.null_safe) {
      made.some_null_safe = true;
    } else {
      made.strict_keys.push_back(column);
    }
  }
  SLUICE_ASSIGN(made.keys, state::KeyEncoder::Make(schema, columns, types));
  SLUICE_ASSIGN(made.codec, state::RowCodec::Make(schema));
  const std::vector<int>& unique = side == 0 ? node.left_unique : node.right_unique;
  if (!unique.empty()) {
    made.one_row = IsSubset(unique, columns);
    if (!made.one_row) {
      SLUICE_ASSIGN(made.unique, state::KeyEncoder::Make(schema, unique));
    }
  }
  const int64_t ttl_ms = side == 0 ? node.left_ttl_ms : node.right_ttl_ms;
  made.table = std::make_unique<state::TypedTable<JoinRows>>(side, ttl_ms, cold());
  Own(made.table.get());
  return Status::Ok();
}

Status JoinOperator::Prepare(const plan::RegularJoinNode& node,
                             const OperatorArguments& arguments) {
  const std::vector<flow::Schema>& inputs = arguments.inputs;
  if (inputs.size() != 2) return Internal("a join of other than two inputs");
  SLUICE_TRY(OpenColdStore(arguments));
  SLUICE_ASSIGN(const auto types, plan::JoinKeyTypes(inputs[0], inputs[1], node.keys));
  for (int side = 0; side < 2; ++side) {
    SLUICE_TRY(MakeSide(node, side, inputs[static_cast<size_t>(side)], types));
  }
  schema_ = arguments.output;
  arrow_schema_ = schema_.ToArrow();
  residual_ = node.residual;
  context_ = arguments.options.context;
  if (residual_ != nullptr) {
    pairs_ = PairOutput::ForCondition(*residual_, &*sides_[0].codec, &*sides_[1].codec);
  }
  return Status::Ok();
}

Result<bool> JoinOperator::SplitNullKeys(int input, const flow::Batch& batch,
                                         std::vector<int32_t>* with,
                                         std::vector<int32_t>* rest) const {
  std::vector<const arrow::Array*> nullable;
  for (const int column : sides_[input].strict_keys) {
    const arrow::Array& array = *batch.rows->column(column);
    if (array.null_count() > 0) nullable.push_back(&array);
  }
  if (nullable.empty()) return false;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const bool null = std::any_of(nullable.begin(), nullable.end(),
                                  [&](const arrow::Array* array) { return array->IsNull(row); });
    (null ? with : rest)->push_back(static_cast<int32_t>(row));
  }
  return true;
}

Status JoinOperator::Begin(int input, const flow::Batch& batch, int64_t now_ms) {
  JoinSide& side = sides_[input];
  JoinSide& other = sides_[1 - input];
  for (JoinSide& each : sides_) {
    each.table->SetNow(now_ms);
    each.table->Expire();
  }
  context_.now_ms = now_ms;
  in_.batch = &batch;
  SLUICE_TRY(EncodeKeys(*side.keys, *batch.rows, &in_.keys));
  SLUICE_TRY(side.codec->Encode(*batch.rows, &in_.rows));
  if (side.unique.has_value()) {
    SLUICE_TRY(side.unique->Encode(*batch.rows, &in_.unique));
  } else {
    in_.unique.offsets.clear();
  }
  SLUICE_TRY(other.table->FindAll(in_.keys, &in_.other));
  return side.table->FindOrInsertAll(in_.keys, &in_.own, &inserted_);
}

Result<int64_t> JoinOperator::FindMatches(int input, int64_t first) {
  state::TypedTable<JoinRows>& table = *sides_[1 - input].table;
  const int64_t rows = in_.batch->rows->num_rows();
  matches_.clear();
  begins_.clear();
  first_row_ = first;
  int64_t row = first;
  for (; row < rows && matches_.size() < kPairsAtOnce; ++row) {
    begins_.push_back(matches_.size());
    const state::Slot ahead =
        row + kRowsAhead < rows ? in_.other[static_cast<size_t>(row + kRowsAhead)] : state::kNoSlot;
    if (ahead != state::kNoSlot) table[ahead].PrefetchFirst();
    const state::Slot slot = in_.other[static_cast<size_t>(row)];
    if (slot == state::kNoSlot) continue;
    const JoinRows& found = table[slot];
    for (auto offset = found.First(); offset != JoinRows::kNone; offset = found.Next(offset)) {
      matches_.push_back({slot, offset});
    }
  }
  begins_.push_back(matches_.size());
  if (residual_ != nullptr && !matches_.empty()) SLUICE_TRY(FilterMatches(input, first, row));
  return row;
}

Status JoinOperator::FilterMatches(int input, int64_t first, int64_t last) {
  std::vector<uint8_t> keep(matches_.size(), 0);
  pairs_->UseBatch(input, in_.batch->rows.get());
  pairs_->UseBatch(1 - input, nullptr);
  size_t done = 0;  // pairs whose answer is known
  const auto evaluate = [&]() -> Status {
    const size_t size = pairs_->size();
    SLUICE_ASSIGN(const auto pairs, pairs_->TakePairs());
    SLUICE_ASSIGN(const auto passing, functions::EvaluateFilter(*residual_, *pairs, context_));
    for (const int32_t pair : passing) keep[done + static_cast<size_t>(pair)] = 1;
    done += size;
    return Status::Ok();
  };
  for (int64_t row = first; row < last; ++row) {
    for (const Match& match : MatchesOf(row)) {
      pairs_->Add(flow::RowKind::kInsert, input, static_cast<int32_t>(row),
                  RowOf(1 - input, match));
      if (pairs_->full()) SLUICE_TRY(evaluate());
    }
  }
  if (pairs_->size() > 0) SLUICE_TRY(evaluate());
  size_t to = 0;
  size_t from = 0;
  for (size_t i = 0; i + 1 < begins_.size(); ++i) {
    const size_t end = begins_[i + 1];
    begins_[i] = to;
    for (; from < end; ++from) {
      if (keep[from] != 0) matches_[to++] = matches_[from];
    }
  }
  begins_.back() = to;
  matches_.resize(to);
  return Status::Ok();
}

Status JoinOperator::AddRow(int input, int64_t row, uint32_t matches, bool* replaced) {
  JoinSide& side = sides_[input];
  const auto ahead = static_cast<size_t>(row + kRowsAhead);
  if (ahead < in_.own.size()) (*side.table)[in_.own[ahead]].PrefetchEnd();
  const state::Slot slot = in_.own[static_cast<size_t>(row)];
  JoinRows& rows = (*side.table)[slot];
  bool was_there = false;
  if (side.one_row) {
    was_there = !rows.empty();
    rows.Clear();
  } else if (side.unique.has_value()) {
    const JoinRows::Offset old = rows.Find(in_.unique[row], {});
    was_there = old != JoinRows::kNone;
    if (was_there) rows.Remove(old);
  }
  if (replaced != nullptr) *replaced = was_there;
  side.table->MarkChanged(slot);
  return rows.Add(in_.UniqueOf(row), in_.rows[row], matches);
}

Status JoinOperator::RemoveRow(int input, int64_t row) {
  JoinSide& side = sides_[input];
  const state::Slot slot = in_.own[static_cast<size_t>(row)];
  JoinRows& rows = (*side.table)[slot];
  if (side.one_row) {
    rows.Clear();
  } else {
    const JoinRows::Offset old = rows.Find(in_.UniqueOf(row), in_.rows[row]);
    if (old != JoinRows::kNone) rows.Remove(old);
  }
  if (rows.empty()) maybe_empty_.push_back(slot);
  side.table->MarkChanged(slot);
  return Status::Ok();
}

void JoinOperator::End(int input) {
  if (maybe_empty_.empty()) return;
  state::TypedTable<JoinRows>& table = *sides_[input].table;
  std::sort(maybe_empty_.begin(), maybe_empty_.end());
  maybe_empty_.erase(std::unique(maybe_empty_.begin(), maybe_empty_.end()), maybe_empty_.end());
  for (const state::Slot slot : maybe_empty_) {
    if (table[slot].empty()) table.Erase(slot);
  }
  maybe_empty_.clear();
}

Status JoinOperator::Snapshot(bool full, flow::StateWriter* writer) {
  for (JoinSide& side : sides_) SLUICE_TRY(side.table->Snapshot(full, writer));
  return Status::Ok();
}

Status JoinOperator::Restore(const flow::StateEntry& entry) {
  if (entry.table < 0 || entry.table > 1) return Corrupt("a join's state has an unknown table");
  return sides_[entry.table].table->Restore(entry);
}

flow::OperatorCounters JoinOperator::counters() const {
  return {.late_rows = 0, .state_rows = entries()};
}

}  // namespace sluice::operators
