// SPDX-License-Identifier: Apache-2.0
#include "operators/regular_join.h"

#include <utility>

#include "arrow/api.h"
#include "operators/join_state.h"

namespace sluice::operators {
namespace {

using flow::RowKind;
using plan::JoinType;

/// Inner, left, right and full.
class PairJoin : public JoinOperator {
 public:
  Status Make(const plan::RegularJoinNode& node, const OperatorArguments& arguments) {
    SLUICE_TRY(Prepare(node, arguments));
    outer_[0] = node.type == JoinType::kLeft || node.type == JoinType::kFull;
    outer_[1] = node.type == JoinType::kRight || node.type == JoinType::kFull;
    output_.emplace(&*sides_[0].codec, &*sides_[1].codec, arrow_schema_);
    return Status::Ok();
  }

  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    std::vector<int32_t> with, rest;
    SLUICE_ASSIGN(const bool split, SplitNullKeys(input, batch, &with, &rest));
    if (!split) return ProcessKeyed(input, batch, now_ms, out);
    if (outer_[input]) SLUICE_TRY(PadNullKeys(input, batch, with, out));
    if (rest.empty()) return Status::Ok();
    flow::Batch keyed;
    SLUICE_ASSIGN(keyed.rows, TakeRows(*batch.rows, rest));
    for (const int32_t row : rest) keyed.kinds.push_back(batch.KindOf(row));
    return ProcessKeyed(input, keyed, now_ms, out);
  }

 private:
  /// Rows that nothing can match: alone, and not kept.
  Status PadNullKeys(int input, const flow::Batch& batch, const std::vector<int32_t>& rows,
                     std::vector<flow::Batch>* out) {
    output_->UseBatch(input, batch.rows.get());
    output_->UseBatch(1 - input, nullptr);
    for (const int32_t row : rows) {
      const bool adds = flow::IsAdding(batch.KindOf(row));
      output_->Add(adds ? RowKind::kInsert : RowKind::kDelete, input, row, {});
    }
    return output_->Flush(out);
  }

  Status ProcessKeyed(int input, const flow::Batch& batch, int64_t now_ms,
                      std::vector<flow::Batch>* out) {
    SLUICE_TRY(Begin(input, batch, now_ms));
    output_->UseBatch(input, batch.rows.get());
    output_->UseBatch(1 - input, nullptr);
    for (int64_t next = 0; next < batch.rows->num_rows();) {
      int64_t row = next;
      SLUICE_ASSIGN(next, FindMatches(input, next));
      for (; row < next; ++row) {
        if (flow::IsAdding(batch.KindOf(row))) {
          SLUICE_TRY(Accumulate(input, row, out));
        } else {
          SLUICE_TRY(Retract(input, row, out));
        }
        if (output_->full()) SLUICE_TRY(output_->Flush(out));
      }
    }
    SLUICE_TRY(output_->Flush(out));
    End(input);
    return Status::Ok();
  }

  Status Accumulate(int input, int64_t row, std::vector<flow::Batch>* out) {
    const std::span<const Match> matches = MatchesOf(row);
    bool replaced = false;
    SLUICE_TRY(AddRow(input, row, static_cast<uint32_t>(matches.size()), &replaced));
    const auto number = static_cast<int32_t>(row);
    if (matches.empty()) {
      if (outer_[input]) output_->Add(RowKind::kInsert, input, number, {});
      return Status::Ok();
    }
    const int other = 1 - input;
    const bool inner = !outer_[0] && !outer_[1];
    const RowKind kind = inner ? in_.batch->KindOf(row) : RowKind::kInsert;
    for (const Match& match : matches) {
      JoinRows& rows = (*sides_[other].table)[match.slot];
      const std::string_view bytes = rows.Row(match.offset);
      if (outer_[other]) {
        const uint32_t known = rows.matches(match.offset);
        if (known == 0) output_->Add(RowKind::kDelete, input, -1, bytes);
        if (known == 0 || !replaced) {
          rows.set_matches(match.offset, known + 1);
          sides_[other].table->MarkChanged(match.slot);
        }
      }
      output_->Add(kind, input, number, bytes);
      if (output_->full()) SLUICE_TRY(output_->Flush(out));
    }
    return Status::Ok();
  }

  Status Retract(int input, int64_t row, std::vector<flow::Batch>* out) {
    SLUICE_TRY(RemoveRow(input, row));
    const auto number = static_cast<int32_t>(row);
    const std::span<const Match> matches = MatchesOf(row);
    if (matches.empty()) {
      if (outer_[input]) output_->Add(RowKind::kDelete, input, number, {});
      return Status::Ok();
    }
    const int other = 1 - input;
    const RowKind kind = outer_[input] ? RowKind::kDelete : in_.batch->KindOf(row);
    for (const Match& match : matches) {
      JoinRows& rows = (*sides_[other].table)[match.slot];
      const std::string_view bytes = rows.Row(match.offset);
      output_->Add(kind, input, number, bytes);
      if (outer_[other]) {
        const uint32_t known = rows.matches(match.offset);
        if (known == 1) output_->Add(RowKind::kInsert, input, -1, bytes);
        if (known > 0) rows.set_matches(match.offset, known - 1);
        sides_[other].table->MarkChanged(match.slot);
      }
      if (output_->full()) SLUICE_TRY(output_->Flush(out));
    }
    return Status::Ok();
  }

  bool outer_[2] = {false, false};
  std::optional<PairOutput> output_;
};

/// Semi and anti: left rows alone.
class SemiAntiJoin : public JoinOperator {
 public:
  Status Make(const plan::RegularJoinNode& node, const OperatorArguments& arguments) {
    anti_ = node.type == JoinType::kAnti;
    SLUICE_TRY(Prepare(node, arguments));
    output_.emplace(&*sides_[0].codec, arrow_schema_, false);
    return Status::Ok();
  }

  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    std::vector<int32_t> with, rest;
    SLUICE_ASSIGN(const bool split, SplitNullKeys(input, batch, &with, &rest));
    if (!split) return ProcessKeyed(input, batch, now_ms, out);
    if (input == 0 && anti_) SLUICE_TRY(Forward(batch, with, out));
    if (rest.empty()) return Status::Ok();
    flow::Batch keyed;
    SLUICE_ASSIGN(keyed.rows, TakeRows(*batch.rows, rest));
    for (const int32_t row : rest) keyed.kinds.push_back(batch.KindOf(row));
    return ProcessKeyed(input, keyed, now_ms, out);
  }

 private:
  Status ProcessKeyed(int input, const flow::Batch& batch, int64_t now_ms,
                      std::vector<flow::Batch>* out) {
    SLUICE_TRY(Begin(input, batch, now_ms));
    std::vector<int32_t> kept;
    for (int64_t next = 0; next < batch.rows->num_rows();) {
      int64_t row = next;
      SLUICE_ASSIGN(next, FindMatches(input, next));
      for (; row < next; ++row) {
        if (input == 1) {
          SLUICE_TRY(ProcessRight(row, out));
          continue;
        }
        const auto found = static_cast<uint32_t>(MatchesOf(row).size());
        if ((found == 0) == anti_) kept.push_back(static_cast<int32_t>(row));
        if (flow::IsAdding(batch.KindOf(row))) {
          SLUICE_TRY(AddRow(0, row, found));
        } else {
          SLUICE_TRY(RemoveRow(0, row));
        }
      }
    }
    if (!kept.empty()) SLUICE_TRY(Forward(batch, kept, out));
    SLUICE_TRY(output_->Flush(out));
    End(input);
    return Status::Ok();
  }

  Status Forward(const flow::Batch& batch, const std::vector<int32_t>& rows,
                 std::vector<flow::Batch>* out) const {
    flow::Batch kept;
    SLUICE_ASSIGN(auto columns, TakeColumns(*batch.rows, rows));
    kept.rows = MakeBatch(arrow_schema_, static_cast<int64_t>(rows.size()), std::move(columns));
    if (!batch.kinds.empty()) {
      for (const int32_t row : rows) kept.kinds.push_back(batch.KindOf(row));
    }
    out->push_back(std::move(kept));
    return Status::Ok();
  }

  Status ProcessRight(int64_t row, std::vector<flow::Batch>* out) {
    const RowKind kind = in_.batch->KindOf(row);
    const bool adds = flow::IsAdding(kind);
    bool replaced = false;
    if (adds) {
      SLUICE_TRY(AddRow(1, row, 0, &replaced));
    } else {
      SLUICE_TRY(RemoveRow(1, row));
    }
    // What the left row does when it gets its first match, and when it loses its last one.
    const RowKind gained = anti_ ? RowKind::kDelete : kind;
    const RowKind lost = anti_ ? RowKind::kInsert : kind;
    for (const Match& match : MatchesOf(row)) {
      JoinRows& rows = (*sides_[0].table)[match.slot];
      const uint32_t known = rows.matches(match.offset);
      const std::string_view bytes = rows.Row(match.offset);
      if (adds && known == 0) output_->Add(gained, bytes);
      if (!adds && known == 1) output_->Add(lost, bytes);
      if (adds && (known == 0 || !replaced)) rows.set_matches(match.offset, known + 1);
      if (!adds && known > 0) rows.set_matches(match.offset, known - 1);
      sides_[0].table->MarkChanged(match.slot);
      if (output_->full()) SLUICE_TRY(output_->Flush(out));
    }
    return Status::Ok();
  }

  bool anti_ = false;
  std::optional<RowOutput> output_;
};

template <typename Join>
Result<std::unique_ptr<flow::Operator>> Made(const plan::RegularJoinNode& node,
                                             const OperatorArguments& arguments) {
  auto join = std::make_unique<Join>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeRegularJoin(const plan::RegularJoinNode& node,
                                                        const OperatorArguments& arguments) {
  if (node.null_aware) return MakeNullAwareAntiJoin(node, arguments);
  if (node.type == JoinType::kSemi || node.type == JoinType::kAnti) {
    return Made<SemiAntiJoin>(node, arguments);
  }
  return Made<PairJoin>(node, arguments);
}

}  // namespace sluice::operators
