// SPDX-License-Identifier: Apache-2.0
// Tables 0 (left) and 1 (right): join key, start of the window where it is known, and its end, to
// the rows.
#include "operators/window_join.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/join_rows.h"
#include "operators/key_columns.h"
#include "operators/pair_condition.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "operators/window_times.h"
#include "plan/key_types.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;
using plan::JoinType;

struct Side {
  int window_start = -1, window_end = 0;
  std::vector<int> strict_keys;
  std::optional<state::KeyEncoder> encoder;
  std::optional<state::RowCodec> codec;
  std::unique_ptr<state::TypedTable<JoinRows>> rows;
};

class WindowJoin : public TableOperator {
 public:
  Status Make(const plan::WindowJoinNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    for (Side& side : sides_) SLUICE_TRY(side.rows->Snapshot(full, writer));
    return Status::Ok();
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.table < 0 || entry.table > 1) return Corrupt("a window join's unknown table");
    return sides_[entry.table].rows->Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = entries()};
  }

 private:
  /// A window closes with its last millisecond.
  int64_t CloseOf(int64_t end) const {
    return end == flow::kWatermarkMin ? end : times_->ClosesAt(end);
  }
  static void TimesOf(const void* context, std::string_view key, const void* /*payload*/,
                      std::vector<int64_t>* times) {
    times->push_back(static_cast<const WindowJoin*>(context)->CloseOf(TimeOfKey(key)));
  }
  Status ReadEnds(const arrow::Array& column);

  Status Keep(int input, const arrow::RecordBatch& rows);
  /// Joins these windows of the left side and forgets them, on both sides.
  Status CloseLeft(const std::vector<state::Table::Due>& due, std::vector<flow::Batch>* out);
  /// What is left of the right side has no left rows.
  Status CloseRight(const std::vector<state::Table::Due>& due, std::vector<flow::Batch>* out);
  /// Joins the rows of one key; either may be missing.
  Status JoinKey(const JoinRows* left, const JoinRows* right, bool null_key,
                 std::vector<flow::Batch>* out);
  Status Give(const std::vector<std::string_view>& left, const std::vector<std::string_view>& right,
              const std::vector<std::vector<size_t>>& matches, std::vector<flow::Batch>* out);

  JoinType type_ = JoinType::kInner;
  flow::Schema schema_;
  Side sides_[2];
  mutable std::optional<WindowTimes> times_;  // remembers the last offset
  std::optional<PairOutput> output_;
  std::optional<RowOutput> left_output_;
  std::optional<PairCondition> condition_;

  state::EncodedKeys keys_, started_keys_, window_keys_;
  state::EncodedRows rows_;
  std::vector<int64_t> starts_, ends_, closes_;  // of each row's window, and when it closes
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;

  int64_t watermark_ = flow::kWatermarkMin;
  int64_t late_rows_ = 0;
};

Status WindowJoin::Make(const plan::WindowJoinNode& node, const OperatorArguments& arguments) {
  type_ = node.type;
  schema_ = arguments.output;
  SLUICE_ASSIGN(times_, WindowTimes::OfEnds(node.of_instants, arguments.options.context));
  SLUICE_TRY(OpenColdStore(arguments));
  const std::vector<flow::Schema>& inputs = arguments.inputs;
  SLUICE_ASSIGN(const auto types, plan::JoinKeyTypes(inputs[0], inputs[1], node.keys));
  for (int i = 0; i < 2; ++i) {
    Side& side = sides_[i];
    side.window_start = i == 0 ? node.left_window_start : node.right_window_start;
    side.window_end = i == 0 ? node.left_window_end : node.right_window_end;
    std::vector<int> columns;
    for (const plan::EquiKey& key : node.keys) {
      columns.push_back(i == 0 ? key.left : key.right);
      if (!key.null_safe) side.strict_keys.push_back(columns.back());
    }
    const flow::Schema& input = inputs[static_cast<size_t>(i)];
    SLUICE_ASSIGN(side.encoder, state::KeyEncoder::Make(input, columns, types));
    SLUICE_ASSIGN(side.codec, state::RowCodec::Make(input));
    side.rows = std::make_unique<state::TypedTable<JoinRows>>(
        i, 0, cold(), state::WakeTimes{this, &WindowJoin::TimesOf});
    Own(side.rows.get());
  }
  if (sides_[0].window_start < 0 || sides_[1].window_start < 0) {
    sides_[0].window_start = sides_[1].window_start = -1;
  }
  const auto arrow_schema = schema_.ToArrow();
  output_.emplace(&*sides_[0].codec, &*sides_[1].codec, arrow_schema);
  left_output_.emplace(&*sides_[0].codec, arrow_schema, false);
  condition_.emplace(node.residual, &*sides_[0].codec, &*sides_[1].codec,
                     arguments.options.context);
  return Status::Ok();
}

Status WindowJoin::Process(int input, const flow::Batch& batch, int64_t /*now_ms*/,
                           std::vector<flow::Batch>* /*out*/) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  const int column = sides_[input].window_end;
  SLUICE_TRY(ReadEnds(*batch.rows->column(column)));
  std::vector<int32_t> in_time;
  for (size_t row = 0; row < ends_.size(); ++row) {
    if (closes_[row] > watermark_) in_time.push_back(static_cast<int32_t>(row));
  }
  if (in_time.size() == ends_.size()) return Keep(input, *batch.rows);
  late_rows_ += static_cast<int64_t>(ends_.size() - in_time.size());
  SLUICE_TRY(GiveLate(late_rows_to(), input, batch, in_time, closes_, watermark_));
  if (in_time.empty()) return Status::Ok();
  SLUICE_ASSIGN(const auto rest, TakeRows(*batch.rows, in_time));
  SLUICE_TRY(ReadEnds(*rest->column(column)));
  return Keep(input, *rest);
}

Status WindowJoin::ReadEnds(const arrow::Array& column) {
  SLUICE_TRY(ReadTimes(column, flow::kWatermarkMin, &ends_));
  closes_.clear();
  for (const int64_t end : ends_) closes_.push_back(CloseOf(end));
  return Status::Ok();
}

Status WindowJoin::Keep(int input, const arrow::RecordBatch& rows) {
  Side& side = sides_[input];
  SLUICE_TRY(EncodeKeys(*side.encoder, rows, &keys_));
  const state::EncodedKeys* keys = &keys_;
  if (side.window_start >= 0) {
    SLUICE_TRY(ReadTimes(*rows.column(side.window_start), flow::kWatermarkMin, &starts_));
    LengthenKeys(keys_, starts_, &started_keys_);
    keys = &started_keys_;
  }
  LengthenKeys(*keys, ends_, &window_keys_);
  // The number of matches of a row tells here whether its key has a NULL that matches nothing.
  std::vector<const arrow::Array*> nullable;
  for (const int column : side.strict_keys) {
    if (rows.column(column)->null_count() > 0) nullable.push_back(rows.column(column).get());
  }
  SLUICE_TRY(side.codec->Encode(rows, &rows_));
  SLUICE_TRY(side.rows->FindOrInsertAll(window_keys_, &slots_, &inserted_));
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    const auto i = static_cast<size_t>(row);
    if (inserted_[i] != 0) side.rows->WakeAt(closes_[i], slots_[i]);
    const bool null = std::any_of(nullable.begin(), nullable.end(),
                                  [&](const arrow::Array* array) { return array->IsNull(row); });
    SLUICE_TRY((*side.rows)[slots_[i]].Add({}, rows_[row], null ? 1 : 0));
    side.rows->MarkChanged(slots_[i]);
  }
  return Status::Ok();
}

Status WindowJoin::OnWatermark(int64_t* watermark_ms, int64_t now_ms,
                               std::vector<flow::Batch>* out) {
  watermark_ = *watermark_ms;
  condition_->SetNow(now_ms);
  std::vector<state::Table::Due> due;
  for (int input = 0; input < 2; ++input) {
    while (true) {
      SLUICE_TRY(sides_[input].rows->TakeDue(watermark_, &due));
      if (due.empty()) break;
      SLUICE_TRY(input == 0 ? CloseLeft(due, out) : CloseRight(due, out));
      SLUICE_TRY(Balance());
    }
  }
  return Status::Ok();
}

Status WindowJoin::CloseLeft(const std::vector<state::Table::Due>& due,
                             std::vector<flow::Batch>* out) {
  state::TypedTable<JoinRows>& left = *sides_[0].rows;
  state::TypedTable<JoinRows>& right = *sides_[1].rows;
  std::vector<state::Slot> partners;
  for (const auto& [time, slot] : due) {
    SLUICE_ASSIGN(const state::Slot other, right.Find(left.Key(slot), left.Hash(slot)));
    const JoinRows& rows = left[slot];
    const bool null_key = rows.matches(rows.First()) != 0;
    SLUICE_TRY(JoinKey(&rows, other == state::kNoSlot ? nullptr : &right[other], null_key, out));
    if (other != state::kNoSlot) partners.push_back(other);
  }
  SLUICE_TRY(left_output_->Flush(out));
  SLUICE_TRY(output_->Flush(out));
  for (const auto& [time, slot] : due) left.Erase(slot);
  for (const state::Slot slot : partners) right.Erase(slot);
  return Status::Ok();
}

Status WindowJoin::CloseRight(const std::vector<state::Table::Due>& due,
                              std::vector<flow::Batch>* out) {
  state::TypedTable<JoinRows>& right = *sides_[1].rows;
  if (type_ == JoinType::kRight || type_ == JoinType::kFull) {
    for (const auto& [time, slot] : due) SLUICE_TRY(JoinKey(nullptr, &right[slot], false, out));
    SLUICE_TRY(output_->Flush(out));
  }
  for (const auto& [time, slot] : due) right.Erase(slot);
  return Status::Ok();
}

Status WindowJoin::JoinKey(const JoinRows* left, const JoinRows* right, bool null_key,
                           std::vector<flow::Batch>* out) {
  std::vector<std::string_view> lefts, rights, pair_left, pair_right;
  const auto collect = [](const JoinRows* rows, std::vector<std::string_view>* all) {
    if (rows == nullptr) return;
    for (auto at = rows->First(); at != JoinRows::kNone; at = rows->Next(at)) {
      all->push_back(rows->Row(at));
    }
  };
  collect(left, &lefts);
  collect(right, &rights);
  std::vector<std::vector<size_t>> matches(lefts.size());
  if (null_key || rights.empty()) return Give(lefts, rights, matches, out);
  // As many left rows at once as make a fair number of pairs.
  const size_t at_once = std::max<size_t>(1, 65536 / rights.size());
  for (size_t from = 0; from < lefts.size(); from += at_once) {
    const size_t end = std::min(from + at_once, lefts.size());
    pair_left.clear();
    pair_right.clear();
    for (size_t i = from; i < end; ++i) {
      pair_left.insert(pair_left.end(), rights.size(), lefts[i]);
      pair_right.insert(pair_right.end(), rights.begin(), rights.end());
    }
    SLUICE_ASSIGN(const auto passes, condition_->Passing(pair_left, pair_right));
    for (size_t pair = 0; pair < passes.size(); ++pair) {
      if (passes[pair] != 0) matches[from + pair / rights.size()].push_back(pair % rights.size());
    }
  }
  return Give(lefts, rights, matches, out);
}

Status WindowJoin::Give(const std::vector<std::string_view>& left,
                        const std::vector<std::string_view>& right,
                        const std::vector<std::vector<size_t>>& matches,
                        std::vector<flow::Batch>* out) {
  if (type_ == JoinType::kSemi || type_ == JoinType::kAnti) {
    for (size_t i = 0; i < left.size(); ++i) {
      if (matches[i].empty() == (type_ == JoinType::kAnti)) {
        left_output_->Add(RowKind::kInsert, left[i]);
      }
    }
    return left_output_->full() ? left_output_->Flush(out) : Status::Ok();
  }
  const bool pads_left = type_ == JoinType::kLeft || type_ == JoinType::kFull;
  std::vector<uint8_t> matched(right.size(), 0);
  for (size_t i = 0; i < left.size(); ++i) {
    for (const size_t j : matches[i]) {
      matched[j] = 1;
      output_->Add(RowKind::kInsert, left[i], right[j]);
      if (output_->full()) SLUICE_TRY(output_->Flush(out));
    }
    if (matches[i].empty() && pads_left) {
      output_->Add(RowKind::kInsert, left[i], std::string_view());
    }
  }
  if (type_ == JoinType::kRight || type_ == JoinType::kFull) {
    for (size_t j = 0; j < right.size(); ++j) {
      if (matched[j] == 0) output_->Add(RowKind::kInsert, std::string_view(), right[j]);
    }
  }
  return output_->full() ? output_->Flush(out) : Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeWindowJoin(const plan::WindowJoinNode& node,
                                                       const OperatorArguments& arguments) {
  auto join = std::make_unique<WindowJoin>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
