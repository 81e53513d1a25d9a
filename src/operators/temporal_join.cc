// SPDX-License-Identifier: Apache-2.0
// Table 0: join key to left rows that wait (the unique key of each is its time, its number of
// matches its kind). Table 1: join key to versions of the right row, sorted by time (AppendTime);
// the unique key of a version is one byte: 1 = a row, 0 = deleted.
#include "operators/temporal_join.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/join_rows.h"
#include "operators/key_columns.h"
#include "operators/pair_condition.h"
#include "operators/row_batches.h"
#include "operators/sorted_rows.h"
#include "operators/table_operator.h"
#include "plan/key_types.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;
using plan::JoinType;

class TemporalJoin : public TableOperator {
 public:
  Status Make(const plan::TemporalJoinNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    SLUICE_TRY(left_->Snapshot(full, writer));
    return right_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.table < 0 || entry.table > 1) return Corrupt("a temporal join's unknown table");
    return entry.table == 0 ? left_->Restore(entry) : right_->Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  /// A left row and the version of its time; no bytes: there is none.
  struct Candidate {
    RowKind kind = RowKind::kInsert;
    std::string_view left, right;
  };

  Status KeepLeft(const flow::Batch& batch);
  Status KeepRight(const flow::Batch& batch);
  Status JoinNow(const flow::Batch& batch, std::vector<flow::Batch>* out);
  /// Left rows are given at their time.
  static void TimesOfRows(const void* context, std::string_view key, const void* payload,
                          std::vector<int64_t>* times);
  /// With a version the one before it may go; one that says that the row is deleted may go itself.
  static void TimesOfVersions(const void* context, std::string_view key, const void* payload,
                              std::vector<int64_t>* times);
  Status FireRows(int64_t watermark, std::vector<flow::Batch>* out);
  Status DropVersions(int64_t watermark);
  Status FireKey(state::Slot slot, int64_t watermark, std::vector<flow::Batch>* out);
  void DropOldVersions(state::Slot slot, int64_t watermark);
  Status Give(const std::vector<Candidate>& candidates, std::vector<flow::Batch>* out);
  static bool IsRow(const SortedRow& version) { return version.unique()[0] == 1; }
  static std::string TimeKey(int64_t time) {
    std::string key;
    AppendTime(time, &key);
    return key;
  }
  /// The version that is valid at a time; no bytes when there is none.
  static std::string_view VersionAt(const SortedRows& versions, int64_t time);

  plan::TemporalJoinNode node_;
  flow::Schema schema_;
  bool null_safe_ = false;  // else a NULL key has no versions
  std::optional<state::KeyEncoder> encoders_[2];
  std::optional<state::RowCodec> codecs_[2];
  std::unique_ptr<state::TypedTable<JoinRows>> left_;
  std::unique_ptr<state::TypedTable<SortedRows>> right_;
  std::optional<PairOutput> output_;
  std::optional<PairCondition> condition_;

  state::EncodedKeys keys_;
  state::EncodedRows rows_;
  std::vector<int64_t> times_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;

  int64_t dropped_until_ = flow::kWatermarkMin;  // versions that are not needed have gone
};

Status TemporalJoin::Make(const plan::TemporalJoinNode& node, const OperatorArguments& arguments) {
  if (node.type != JoinType::kInner && node.type != JoinType::kLeft) {
    return Unsupported("a temporal join is an inner or a left join");
  }
  node_ = node;
  schema_ = arguments.output;
  null_safe_ = std::all_of(node.keys.begin(), node.keys.end(),
                           [](const plan::EquiKey& key) { return key.null_safe; });
  const std::vector<flow::Schema>& inputs = arguments.inputs;
  SLUICE_ASSIGN(const auto types, plan::JoinKeyTypes(inputs[0], inputs[1], node.keys));
  for (size_t i = 0; i < 2; ++i) {
    std::vector<int> columns;
    for (const plan::EquiKey& key : node.keys) columns.push_back(i == 0 ? key.left : key.right);
    SLUICE_ASSIGN(encoders_[i], state::KeyEncoder::Make(inputs[i], columns, types));
    SLUICE_ASSIGN(codecs_[i], state::RowCodec::Make(inputs[i]));
  }
  SLUICE_TRY(OpenColdStore(arguments));
  left_ = std::make_unique<state::TypedTable<JoinRows>>(
      0, 0, cold(), state::WakeTimes{this, &TemporalJoin::TimesOfRows});
  // By event time old versions go with the watermark.
  right_ = std::make_unique<state::TypedTable<SortedRows>>(
      1, node.processing_time ? node.ttl_ms : 0, cold(),
      node.processing_time ? state::WakeTimes{}
                           : state::WakeTimes{this, &TemporalJoin::TimesOfVersions});
  Own(left_.get());
  Own(right_.get());
  output_.emplace(&*codecs_[0], &*codecs_[1], schema_.ToArrow());
  condition_.emplace(node.residual, &*codecs_[0], &*codecs_[1], arguments.options.context);
  return Status::Ok();
}

Status TemporalJoin::Process(int input, const flow::Batch& batch, int64_t now_ms,
                             std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  condition_->SetNow(now_ms);
  right_->SetNow(now_ms);
  right_->Expire();
  SLUICE_TRY(EncodeKeys(*encoders_[input], *batch.rows, &keys_));
  SLUICE_TRY(codecs_[input]->Encode(*batch.rows, &rows_));
  if (node_.processing_time) {
    times_.assign(static_cast<size_t>(batch.rows->num_rows()), 0);
  } else {
    const int column = input == 0 ? node_.left_time : node_.right_time;
    SLUICE_TRY(ReadTimes(*batch.rows->column(column), flow::kWatermarkMin, &times_));
  }
  if (input == 1) return KeepRight(batch);
  return node_.processing_time ? JoinNow(batch, out) : KeepLeft(batch);
}

Status TemporalJoin::KeepLeft(const flow::Batch& batch) {
  SLUICE_TRY(left_->FindOrInsertAll(keys_, &slots_, &inserted_));
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const auto i = static_cast<size_t>(row);
    SLUICE_TRY((*left_)[slots_[i]].Add(TimeKey(times_[i]), rows_[row],
                                       static_cast<uint32_t>(batch.KindOf(row))));
    left_->MarkChanged(slots_[i]);
    left_->WakeAt(times_[i], slots_[i]);
  }
  return Status::Ok();
}

Status TemporalJoin::KeepRight(const flow::Batch& batch) {
  SLUICE_TRY(right_->FindOrInsertAll(keys_, &slots_, &inserted_));
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const auto i = static_cast<size_t>(row);
    const RowKind kind = batch.KindOf(row);
    SortedRows& versions = (*right_)[slots_[i]];
    right_->MarkChanged(slots_[i]);
    if (node_.processing_time) versions.Clear();
    // The row that replaces it follows; by event time each version ends where the next begins.
    if (kind == RowKind::kUpdateBefore || (keys_.HasNull(row) && !null_safe_)) continue;
    const char is_row = flow::IsAdding(kind) ? 1 : 0;
    if (node_.processing_time && is_row == 0) continue;
    SortedRow version(TimeKey(times_[i]), {&is_row, 1}, rows_[row]);
    // A version of the same time takes the place of the one before.
    size_t place = versions.size();
    while (place > 0 && versions[place - 1].sort_key() > version.sort_key()) --place;
    if (place > 0 && versions[place - 1].sort_key() == version.sort_key()) {
      versions.Replace(place - 1, std::move(version));
    } else {
      versions.Insert(std::move(version));
    }
    if (node_.processing_time) continue;
    right_->WakeAt(times_[i], slots_[i]);
  }
  // Keys that brought no version.
  std::sort(slots_.begin(), slots_.end());
  slots_.erase(std::unique(slots_.begin(), slots_.end()), slots_.end());
  for (const state::Slot slot : slots_) {
    if ((*right_)[slot].empty()) right_->Erase(slot);
  }
  return Status::Ok();
}

void TemporalJoin::TimesOfRows(const void* /*context*/, std::string_view /*key*/,
                               const void* payload, std::vector<int64_t>* times) {
  const auto& rows = *static_cast<const JoinRows*>(payload);
  for (auto at = rows.First(); at != JoinRows::kNone; at = rows.Next(at)) {
    const int64_t time = TimeOfKey(rows.Unique(at));
    if (times->empty() || times->back() != time) times->push_back(time);
  }
}

void TemporalJoin::TimesOfVersions(const void* context, std::string_view /*key*/,
                                   const void* payload, std::vector<int64_t>* times) {
  const auto& versions = *static_cast<const SortedRows*>(payload);
  const int64_t dropped_until = static_cast<const TemporalJoin*>(context)->dropped_until_;
  for (size_t i = 0; i < versions.size(); ++i) {
    const int64_t time = TimeOfKey(versions[i].sort_key());
    // The version that holds now has nothing to do until the next one.
    const bool late = i == 0 ? versions.size() == 1 && !IsRow(versions[0]) : i == 1;
    if (time > dropped_until || late) times->push_back(time);
  }
}

std::string_view TemporalJoin::VersionAt(const SortedRows& versions, int64_t time) {
  const std::string key = TimeKey(time);
  size_t low = 0, high = versions.size();  // the first version after the time
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (versions[middle].sort_key() <= std::string_view(key)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0 || !IsRow(versions[low - 1])) return {};
  return versions[low - 1].row();
}

Status TemporalJoin::Give(const std::vector<Candidate>& candidates, std::vector<flow::Batch>* out) {
  std::vector<std::string_view> left, right;
  for (const Candidate& candidate : candidates) {
    if (candidate.right.empty()) continue;
    left.push_back(candidate.left);
    right.push_back(candidate.right);
  }
  SLUICE_ASSIGN(const auto passes, condition_->Passing(left, right));
  output_->UseBatch(0, nullptr);
  output_->UseBatch(1, nullptr);
  size_t pair = 0;
  for (const Candidate& candidate : candidates) {
    if (!candidate.right.empty() && passes[pair++] != 0) {
      output_->Add(candidate.kind, candidate.left, candidate.right);
    } else if (node_.type == JoinType::kLeft) {
      output_->Add(candidate.kind, candidate.left, std::string_view());
    }
    if (output_->full()) SLUICE_TRY(output_->Flush(out));
  }
  return output_->Flush(out);
}

Status TemporalJoin::JoinNow(const flow::Batch& batch, std::vector<flow::Batch>* out) {
  SLUICE_TRY(right_->FindAll(keys_, &slots_));
  std::vector<Candidate> candidates;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    Candidate candidate{batch.KindOf(row), rows_[row], {}};
    if (slot != state::kNoSlot) candidate.right = VersionAt((*right_)[slot], 0);
    candidates.push_back(candidate);
  }
  return Give(candidates, out);
}

Status TemporalJoin::FireKey(state::Slot slot, int64_t watermark, std::vector<flow::Batch>* out) {
  JoinRows& rows = (*left_)[slot];
  const std::string_view key = left_->Key(slot);
  SLUICE_ASSIGN(const state::Slot found, right_->Find(key, left_->Hash(slot)));
  std::vector<Candidate> candidates;
  for (auto at = rows.First(); at != JoinRows::kNone; at = rows.Next(at)) {
    const int64_t time = TimeOfKey(rows.Unique(at));
    if (time > watermark) continue;
    Candidate candidate{static_cast<RowKind>(rows.matches(at)), rows.Row(at), {}};
    if (found != state::kNoSlot) candidate.right = VersionAt((*right_)[found], time);
    candidates.push_back(candidate);
  }
  if (candidates.empty()) return Status::Ok();
  SLUICE_TRY(Give(candidates, out));
  rows.RemoveIf([&](JoinRows::Offset at) { return TimeOfKey(rows.Unique(at)) <= watermark; });
  left_->MarkChanged(slot);
  return Status::Ok();
}

void TemporalJoin::DropOldVersions(state::Slot slot, int64_t watermark) {
  SortedRows& versions = (*right_)[slot];
  bool changed = false;
  // The last version at or before the watermark stays.
  while (versions.size() > 1 && TimeOfKey(versions[1].sort_key()) <= watermark) {
    versions.Remove(0);
    changed = true;
  }
  if (changed) right_->MarkChanged(slot);
  if (versions.size() == 1 && !IsRow(versions[0]) &&
      TimeOfKey(versions[0].sort_key()) <= watermark) {
    versions.Clear();  // deleted, and nothing before it is needed
    right_->MarkChanged(slot);
  }
}

Status TemporalJoin::OnWatermark(int64_t* watermark_ms, int64_t now_ms,
                                 std::vector<flow::Batch>* out) {
  if (node_.processing_time) return Status::Ok();
  condition_->SetNow(now_ms);
  SLUICE_TRY(FireRows(*watermark_ms, out));
  return DropVersions(*watermark_ms);
}

namespace {

/// Slots of entries that are due, each once.
std::vector<state::Slot> SlotsOf(const std::vector<state::Table::Due>& due) {
  std::vector<state::Slot> slots;
  for (const state::Table::Due& one : due) slots.push_back(one.slot);
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

}  // namespace

Status TemporalJoin::FireRows(int64_t watermark, std::vector<flow::Batch>* out) {
  std::vector<state::Table::Due> due;
  while (true) {
    SLUICE_TRY(left_->TakeDue(watermark, &due));
    if (due.empty()) return Status::Ok();
    for (const auto& [time, slot] : due) SLUICE_TRY(FireKey(slot, watermark, out));
    for (const state::Slot slot : SlotsOf(due)) {
      if ((*left_)[slot].empty()) left_->Erase(slot);
    }
    SLUICE_TRY(Balance());
  }
}

Status TemporalJoin::DropVersions(int64_t watermark) {
  std::vector<state::Table::Due> due;
  dropped_until_ = watermark;
  while (true) {
    SLUICE_TRY(right_->TakeDue(watermark, &due));
    if (due.empty()) return Status::Ok();
    for (const state::Slot slot : SlotsOf(due)) {
      DropOldVersions(slot, watermark);
      if ((*right_)[slot].empty()) right_->Erase(slot);
    }
    SLUICE_TRY(Balance());
  }
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeTemporalJoin(const plan::TemporalJoinNode& node,
                                                         const OperatorArguments& arguments) {
  auto join = std::make_unique<TemporalJoin>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
