// SPDX-License-Identifier: Apache-2.0
// Tables 0 (left) and 1 (right): join key to rows; the unique key of a row is its time
// (AppendTime), its number of matches whether it found a partner.
#include "operators/interval_join.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/join_rows.h"
#include "operators/key_columns.h"
#include "operators/pair_condition.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "plan/key_types.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;
using plan::JoinType;

/// Saturating: interval bounds reach far.
int64_t Plus(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
  }
  return sum;
}

struct Side {
  int time_column = 0;
  bool outer = false;
  int64_t reach_ms = 0;  // partners come at most this much later than the row
  std::vector<int> strict_keys;
  std::optional<state::KeyEncoder> encoder;
  std::optional<state::RowCodec> codec;
  std::unique_ptr<state::TypedTable<JoinRows>> rows;  // wake when some row of theirs may go
  int64_t bucket_ms = 1;                              // in steps of so much
  int64_t expired_until = flow::kWatermarkMin;

  /// When no partner can come any more for a row of this time.
  int64_t GoesAt(int64_t time) const { return Plus(Plus(time, reach_ms), 1); }
  int64_t BucketOf(int64_t goes_at) const {
    return Plus(goes_at, -((goes_at % bucket_ms + bucket_ms) % bucket_ms));
  }
  /// The start of the bucket; of one that time is in the middle of, the row's own time.
  int64_t WakeOf(int64_t time) const {
    const int64_t goes_at = GoesAt(time);
    const int64_t bucket = BucketOf(goes_at);
    return bucket <= expired_until ? goes_at : bucket;
  }
  static void TimesOf(const void* context, std::string_view /*key*/, const void* payload,
                      std::vector<int64_t>* times) {
    const auto& rows = *static_cast<const JoinRows*>(payload);
    for (auto at = rows.First(); at != JoinRows::kNone; at = rows.Next(at)) {
      const int64_t time = static_cast<const Side*>(context)->WakeOf(TimeOfKey(rows.Unique(at)));
      if (times->empty() || times->back() != time) times->push_back(time);
    }
  }
};

class IntervalJoin : public TableOperator {
 public:
  Status Make(const plan::IntervalJoinNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override {
    if (!node_.processing_time) return flow::kNoTime;
    int64_t next = flow::kNoTime;
    for (const Side& side : sides_) {
      next = std::min(next, Plus(side.rows->NextWake(), side.bucket_ms));
    }
    return next;
  }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override {
    return Expire(now_ms, out);
  }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    for (Side& side : sides_) SLUICE_TRY(side.rows->Snapshot(full, writer));
    return Status::Ok();
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.table < 0 || entry.table > 1) return Corrupt("an interval join's unknown table");
    return sides_[entry.table].rows->Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  struct Pair {
    int32_t row = 0;
    state::Slot slot = 0;
    JoinRows::Offset offset = 0;
  };

  /// No pair can be within an interval that ends before it starts: outer rows are given at once.
  Status Pad(int input, const flow::Batch& batch, std::vector<flow::Batch>* out);
  Status FindPairs(int input, int64_t rows);
  Status GivePairs(int input, const flow::Batch& batch, std::vector<flow::Batch>* out);
  Status Keep(int input, std::vector<flow::Batch>* out);
  Status ReadBatchTimes(int input, const flow::Batch& batch, int64_t now_ms);
  Status Expire(int64_t time, std::vector<flow::Batch>* out);
  Status ExpireSide(int input, int64_t time, std::vector<flow::Batch>* out);
  Status ExpireSlots(int input, int64_t time, const std::vector<state::Slot>& slots,
                     std::vector<flow::Batch>* out);

  plan::IntervalJoinNode node_;
  flow::Schema schema_;
  Side sides_[2];
  bool empty_interval_ = false;
  std::optional<PairOutput> output_;
  std::optional<PairCondition> condition_;

  state::EncodedKeys keys_;
  state::EncodedRows rows_;
  std::vector<int64_t> times_;
  std::vector<uint8_t> null_key_, found_;
  std::vector<state::Slot> own_, other_;
  std::vector<uint8_t> inserted_;
  std::vector<Pair> pairs_;
  int64_t time_ = 0;  // of the operator; Flink starts at the epoch
};

Status IntervalJoin::Make(const plan::IntervalJoinNode& node, const OperatorArguments& arguments) {
  node_ = node;
  schema_ = arguments.output;
  empty_interval_ = node.upper_ms < node.lower_ms;
  SLUICE_TRY(OpenColdStore(arguments));
  const std::vector<flow::Schema>& inputs = arguments.inputs;
  SLUICE_ASSIGN(const auto types, plan::JoinKeyTypes(inputs[0], inputs[1], node.keys));
  for (int i = 0; i < 2; ++i) {
    Side& side = sides_[i];
    side.time_column = i == 0 ? node.left_time : node.right_time;
    side.outer =
        node.type == JoinType::kFull || node.type == (i == 0 ? JoinType::kLeft : JoinType::kRight);
    side.reach_ms = i == 0 ? -node.lower_ms : node.upper_ms;
    std::vector<int> columns;
    for (const plan::EquiKey& key : node.keys) {
      columns.push_back(i == 0 ? key.left : key.right);
      if (!key.null_safe) side.strict_keys.push_back(columns.back());
    }
    const flow::Schema& input = inputs[static_cast<size_t>(i)];
    SLUICE_ASSIGN(side.encoder, state::KeyEncoder::Make(input, columns, types));
    SLUICE_ASSIGN(side.codec, state::RowCodec::Make(input));
    side.bucket_ms = std::clamp<int64_t>((node.upper_ms - node.lower_ms) / 32, 1, 60000);
    side.rows = std::make_unique<state::TypedTable<JoinRows>>(
        i, 0, cold(), state::WakeTimes{&side, &Side::TimesOf});
    Own(side.rows.get());
  }
  output_.emplace(&*sides_[0].codec, &*sides_[1].codec, schema_.ToArrow());
  condition_.emplace(node.residual, &*sides_[0].codec, &*sides_[1].codec,
                     arguments.options.context);
  return Status::Ok();
}

Status IntervalJoin::Pad(int input, const flow::Batch& batch, std::vector<flow::Batch>* out) {
  if (!sides_[input].outer) return Status::Ok();
  output_->UseBatch(input, batch.rows.get());
  output_->UseBatch(1 - input, nullptr);
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    output_->Add(RowKind::kInsert, input, static_cast<int32_t>(row), {});
  }
  return output_->Flush(out);
}

Status IntervalJoin::ReadBatchTimes(int input, const flow::Batch& batch, int64_t now_ms) {
  const int64_t rows = batch.rows->num_rows();
  if (node_.processing_time) {
    time_ = now_ms;
    times_.assign(static_cast<size_t>(rows), now_ms);
    return Status::Ok();
  }
  return ReadTimes(*batch.rows->column(sides_[input].time_column), flow::kWatermarkMin, &times_);
}

Status IntervalJoin::Process(int input, const flow::Batch& batch, int64_t now_ms,
                             std::vector<flow::Batch>* out) {
  const int64_t rows = batch.rows->num_rows();
  if (rows == 0) return Status::Ok();
  if (empty_interval_) return Pad(input, batch, out);
  condition_->SetNow(now_ms);
  Side& side = sides_[input];
  SLUICE_TRY(ReadBatchTimes(input, batch, now_ms));
  if (node_.processing_time) SLUICE_TRY(Expire(now_ms, out));
  SLUICE_TRY(EncodeKeys(*side.encoder, *batch.rows, &keys_));
  SLUICE_TRY(side.codec->Encode(*batch.rows, &rows_));
  null_key_.assign(static_cast<size_t>(rows), 0);
  for (const int column : side.strict_keys) {
    const arrow::Array& array = *batch.rows->column(column);
    if (array.null_count() == 0) continue;
    for (int64_t row = 0; row < rows; ++row) {
      if (array.IsNull(row)) null_key_[static_cast<size_t>(row)] = 1;
    }
  }
  SLUICE_TRY(sides_[1 - input].rows->FindAll(keys_, &other_));
  found_.assign(static_cast<size_t>(rows), 0);
  SLUICE_TRY(FindPairs(input, rows));
  SLUICE_TRY(GivePairs(input, batch, out));
  return Keep(input, out);
}

Status IntervalJoin::FindPairs(int input, int64_t rows) {
  const state::TypedTable<JoinRows>& table = *sides_[1 - input].rows;
  pairs_.clear();
  for (int64_t row = 0; row < rows; ++row) {
    const auto i = static_cast<size_t>(row);
    if (other_[i] == state::kNoSlot || null_key_[i] != 0) continue;
    // left.time - right.time is between lower and upper.
    const int64_t from =
        input == 0 ? Plus(times_[i], -node_.upper_ms) : Plus(times_[i], node_.lower_ms);
    const int64_t to =
        input == 0 ? Plus(times_[i], -node_.lower_ms) : Plus(times_[i], node_.upper_ms);
    const JoinRows& candidates = table[other_[i]];
    for (auto at = candidates.First(); at != JoinRows::kNone; at = candidates.Next(at)) {
      const int64_t time = TimeOfKey(candidates.Unique(at));
      if (time >= from && time <= to) pairs_.push_back({static_cast<int32_t>(row), other_[i], at});
    }
  }
  if (condition_->always() || pairs_.empty()) return Status::Ok();
  std::vector<std::string_view> sides[2];
  for (const Pair& pair : pairs_) {
    sides[input].push_back(rows_[pair.row]);
    sides[1 - input].push_back(table[pair.slot].Row(pair.offset));
  }
  SLUICE_ASSIGN(const auto passes, condition_->Passing(sides[0], sides[1]));
  size_t to = 0;
  for (size_t i = 0; i < pairs_.size(); ++i) {
    if (passes[i] != 0) pairs_[to++] = pairs_[i];
  }
  pairs_.resize(to);
  return Status::Ok();
}

Status IntervalJoin::GivePairs(int input, const flow::Batch& batch, std::vector<flow::Batch>* out) {
  Side& other = sides_[1 - input];
  output_->UseBatch(input, batch.rows.get());
  output_->UseBatch(1 - input, nullptr);
  for (const Pair& pair : pairs_) {
    JoinRows& rows = (*other.rows)[pair.slot];
    found_[static_cast<size_t>(pair.row)] = 1;
    if (other.outer && rows.matches(pair.offset) == 0) {
      rows.set_matches(pair.offset, 1);
      other.rows->MarkChanged(pair.slot);
    }
    output_->Add(RowKind::kInsert, input, pair.row, rows.Row(pair.offset));
    if (output_->full()) SLUICE_TRY(output_->Flush(out));
  }
  return output_->Flush(out);
}

Status IntervalJoin::Keep(int input, std::vector<flow::Batch>* out) {
  Side& side = sides_[input];
  std::vector<int32_t> kept;
  for (size_t row = 0; row < times_.size(); ++row) {
    // Partners may still come; or the row has to wait for its turn to be padded.
    const bool waits = Plus(times_[row], side.reach_ms) > time_;
    if (waits && (null_key_[row] == 0 || side.outer)) {
      kept.push_back(static_cast<int32_t>(row));
    } else if (!waits && side.outer && found_[row] == 0) {
      output_->Add(RowKind::kInsert, input, static_cast<int32_t>(row), {});
    }
  }
  SLUICE_TRY(output_->Flush(out));
  if (kept.empty()) return Status::Ok();
  SLUICE_TRY(side.rows->BringBack(keys_));
  std::string time;
  for (const int32_t row : kept) {
    const auto i = static_cast<size_t>(row);
    bool inserted = false;
    SLUICE_ASSIGN(const state::Slot slot,
                  side.rows->FindOrInsert(keys_[row], keys_.hashes[i], &inserted));
    time.clear();
    AppendTime(times_[i], &time);
    SLUICE_TRY((*side.rows)[slot].Add(time, rows_[row], found_[i]));
    side.rows->MarkChanged(slot);
    side.rows->WakeAt(side.WakeOf(times_[i]), slot);
  }
  return Status::Ok();
}

Status IntervalJoin::OnWatermark(int64_t* watermark_ms, int64_t now_ms,
                                 std::vector<flow::Batch>* out) {
  (void)now_ms;
  if (node_.processing_time) return Status::Ok();
  time_ = std::max<int64_t>(*watermark_ms, 0);
  if (!empty_interval_) SLUICE_TRY(Expire(*watermark_ms, out));
  if (*watermark_ms == flow::kWatermarkMax || empty_interval_) return Status::Ok();
  const int64_t delay = std::max({sides_[0].reach_ms, sides_[1].reach_ms, int64_t{0}});
  *watermark_ms = Plus(*watermark_ms, -delay);
  return Status::Ok();
}

Status IntervalJoin::Expire(int64_t time, std::vector<flow::Batch>* out) {
  SLUICE_TRY(ExpireSide(0, time, out));
  return ExpireSide(1, time, out);
}

Status IntervalJoin::ExpireSide(int input, int64_t time, std::vector<flow::Batch>* out) {
  Side& side = sides_[input];
  side.expired_until = std::max(side.expired_until, time);
  std::vector<state::Table::Due> due;
  std::vector<state::Slot> slots;
  while (true) {
    SLUICE_TRY(side.rows->TakeDue(time, &due));
    if (due.empty()) return Status::Ok();
    slots.clear();
    for (const state::Table::Due& one : due) slots.push_back(one.slot);
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    SLUICE_TRY(ExpireSlots(input, time, slots, out));
    SLUICE_TRY(Balance());
  }
}

Status IntervalJoin::ExpireSlots(int input, int64_t time, const std::vector<state::Slot>& slots,
                                 std::vector<flow::Batch>* out) {
  Side& side = sides_[input];
  output_->UseBatch(0, nullptr);
  output_->UseBatch(1, nullptr);
  std::vector<std::pair<int64_t, std::string_view>> alone;
  const auto gone = [&](const JoinRows& rows, JoinRows::Offset at) {
    return side.GoesAt(TimeOfKey(rows.Unique(at))) <= time;
  };
  for (const state::Slot slot : slots) {
    const JoinRows& rows = (*side.rows)[slot];
    for (auto at = rows.First(); side.outer && at != JoinRows::kNone; at = rows.Next(at)) {
      if (!gone(rows, at) || rows.matches(at) != 0) continue;
      alone.emplace_back(TimeOfKey(rows.Unique(at)), rows.Row(at));
    }
  }
  std::stable_sort(alone.begin(), alone.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [at, row] : alone) {
    output_->Add(RowKind::kInsert, input == 0 ? row : std::string_view(),
                 input == 0 ? std::string_view() : row);
    if (output_->full()) SLUICE_TRY(output_->Flush(out));
  }
  SLUICE_TRY(output_->Flush(out));
  for (const state::Slot slot : slots) {
    JoinRows& rows = (*side.rows)[slot];
    side.rows->MarkChanged(slot);
    rows.RemoveIf([&](JoinRows::Offset at) { return gone(rows, at); });
    // The rest of a bucket that time is in the middle of; other buckets know their keys.
    int64_t next = flow::kNoTime;
    for (auto at = rows.First(); at != JoinRows::kNone; at = rows.Next(at)) {
      const int64_t goes_at = side.GoesAt(TimeOfKey(rows.Unique(at)));
      if (side.BucketOf(goes_at) <= time) next = std::min(next, goes_at);
    }
    if (next != flow::kNoTime) side.rows->WakeAt(next, slot);
    if (rows.empty()) side.rows->Erase(slot);
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeIntervalJoin(const plan::IntervalJoinNode& node,
                                                         const OperatorArguments& arguments) {
  auto join = std::make_unique<IntervalJoin>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
