// SPDX-License-Identifier: Apache-2.0
#include "operators/deduplicate.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/owned_bytes.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;

struct Kept {
  int64_t time = 0;
  OwnedBytes row;        // only where it is given again
  bool present = false;  // some row was given, or waits
  bool waiting = false;  // for the watermark
  int32_t best = -1;     // row of the batch in hand that takes the place

  void Encode(std::string* out) const {
    out->push_back(
        static_cast<char>((present ? 1 : 0) | (waiting ? 2 : 0) | (row.has_value() ? 4 : 0)));
    out->append(reinterpret_cast<const char*>(&time), sizeof(time));
    out->append(row.view());
  }
  Status Decode(std::string_view bytes) {
    if (bytes.size() < 1 + sizeof(time)) return Corrupt("the state of a deduplication is cut off");
    present = (bytes[0] & 1) != 0;
    waiting = (bytes[0] & 2) != 0;
    std::memcpy(&time, bytes.data() + 1, sizeof(time));
    row = (bytes[0] & 4) != 0 ? OwnedBytes(bytes.substr(1 + sizeof(time))) : OwnedBytes();
    return Status::Ok();
  }
  int64_t heap_bytes() const { return row.heap_bytes(); }
};

/// table 0: key -> the row that was given last, or waits for the watermark
/// table 1: keys whose row the watermark has passed
class Deduplicate : public TableOperator {
 public:
  Status Make(const plan::DeduplicateNode& node, const OperatorArguments& arguments) {
    const flow::Schema& input = arguments.inputs[0];
    node_ = node;
    schema_ = arguments.output;
    arrow_schema_ = schema_.ToArrow();
    by_time_ = !node.processing_time;
    if (by_time_ && (node.time_column < 0 || node.time_column >= input.size())) {
      return Internal("a deduplication by event time without a time column");
    }
    at_watermark_ = by_time_ && !node.keep_last && node.at_watermark;
    stateless_ = !by_time_ && node.keep_last && !node.emit_update_before && !node.emit_insert;
    // By processing time a row that equals the one before changes nothing, unless state must stay
    // fresh downstream.
    compares_ = !by_time_ && node.keep_last && !stateless_;
    keeps_rows_ = at_watermark_ || compares_ ||
                  (node.emit_update_before && !(node.processing_time && !node.keep_last));
    SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(input, node.keys));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(input));
    SLUICE_TRY(OpenColdStore(arguments));
    // A row that waits for the watermark must not be forgotten; that it was given may be.
    table_ = std::make_unique<state::TypedTable<Kept>>(
        0, at_watermark_ ? 0 : node.ttl_ms, cold(),
        at_watermark_ ? state::WakeTimes{nullptr, &Deduplicate::TimesOf} : state::WakeTimes{});
    Own(table_.get());
    if (at_watermark_) {
      given_.emplace(state::TableOptions{.id = 1, .ttl_ms = node.ttl_ms, .cold = cold()});
      Own(&*given_);
    }
    output_.emplace(&*codec_, arrow_schema_, false);
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    SLUICE_TRY(table_->Snapshot(full, writer));
    return given_ ? given_->Snapshot(full, writer) : Status::Ok();
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.table == 0) return table_->Restore(entry);
    if (entry.table == 1 && given_) return given_->Restore(entry);
    return Corrupt("state of a deduplication for a table it does not have");
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = entries()};
  }

 private:
  Result<bool> DropLate(const flow::Batch& batch, flow::Batch* rest);
  /// Rows of keys whose row the watermark has passed.
  Result<bool> DropGiven(const flow::Batch& batch, int64_t now_ms, flow::Batch* rest);
  /// Finds, per key of the batch, the row that stays; touched_ lists the keys in order.
  Status ChooseRows(const flow::Batch& batch);
  bool Replaces(const Kept& kept, int64_t time) const {
    if (!by_time_) return node_.keep_last || (!kept.present && kept.best < 0);
    if (!kept.present && kept.best < 0) return true;
    const int64_t known = kept.best >= 0 ? times_[static_cast<size_t>(kept.best)] : kept.time;
    return node_.keep_last ? time >= known : time < known;
  }
  Status GiveAll(const flow::Batch& batch, std::vector<flow::Batch>* out) const;
  Status Give(const flow::Batch& chosen, std::vector<flow::Batch>* out);
  Status GiveWithBefore(const arrow::RecordBatch& chosen, std::vector<flow::Batch>* out);
  Status Wait(const arrow::RecordBatch& chosen);
  /// A row that waits is given when the watermark reaches it.
  static void TimesOf(const void* /*context*/, std::string_view /*key*/, const void* payload,
                      std::vector<int64_t>* times) {
    const auto& kept = *static_cast<const Kept*>(payload);
    if (kept.waiting) times->push_back(kept.time);
  }

  plan::DeduplicateNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  bool by_time_ = false, at_watermark_ = false, stateless_ = false, compares_ = false;
  bool keeps_rows_ = false;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::RowCodec> codec_;
  std::unique_ptr<state::TypedTable<Kept>> table_;
  std::optional<state::Table> given_;  // only at the watermark
  std::optional<RowOutput> output_;

  state::EncodedKeys keys_;
  state::EncodedRows rows_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<int64_t> times_;
  std::vector<state::Slot> touched_;
  std::vector<int64_t> chosen_times_;

  int64_t watermark_ = flow::kWatermarkMin;
  int64_t late_rows_ = 0;
};

Status Deduplicate::GiveAll(const flow::Batch& batch, std::vector<flow::Batch>* out) const {
  flow::Batch given;
  given.rows = MakeBatch(arrow_schema_, batch.rows->num_rows(), batch.rows->columns());
  given.kinds.assign(static_cast<size_t>(batch.rows->num_rows()), RowKind::kUpdateAfter);
  out->push_back(std::move(given));
  return Status::Ok();
}

Result<bool> Deduplicate::DropGiven(const flow::Batch& batch, int64_t now_ms, flow::Batch* rest) {
  if (!at_watermark_) return false;
  given_->SetNow(now_ms);
  given_->Expire();
  SLUICE_TRY(EncodeKeys(*encoder_, *batch.rows, &keys_));
  SLUICE_TRY(given_->FindAll(keys_, &slots_));
  std::vector<int32_t> fresh;
  for (size_t row = 0; row < slots_.size(); ++row) {
    if (slots_[row] == state::kNoSlot) fresh.push_back(static_cast<int32_t>(row));
  }
  if (fresh.size() == slots_.size()) return false;
  SLUICE_ASSIGN(rest->rows, TakeRows(*batch.rows, fresh));
  return true;
}

Result<bool> Deduplicate::DropLate(const flow::Batch& batch, flow::Batch* rest) {
  if (!at_watermark_) return false;
  SLUICE_TRY(ReadTimes(*batch.rows->column(node_.time_column), flow::kWatermarkMin, &times_));
  std::vector<int32_t> in_time;
  for (size_t row = 0; row < times_.size(); ++row) {
    // Flink lets a row at the watermark itself in.
    if (times_[row] >= watermark_) in_time.push_back(static_cast<int32_t>(row));
  }
  if (in_time.size() == times_.size()) return false;
  late_rows_ += static_cast<int64_t>(times_.size() - in_time.size());
  SLUICE_TRY(GiveLate(late_rows_to(), 0, batch, in_time, times_, watermark_));
  SLUICE_ASSIGN(rest->rows, TakeRows(*batch.rows, in_time));
  return true;
}

Status Deduplicate::ChooseRows(const flow::Batch& batch) {
  SLUICE_TRY(EncodeKeys(*encoder_, *batch.rows, &keys_));
  SLUICE_TRY(table_->FindOrInsertAll(keys_, &slots_, &inserted_));
  const int64_t rows = batch.rows->num_rows();
  if (by_time_) {
    SLUICE_TRY(ReadTimes(*batch.rows->column(node_.time_column), flow::kWatermarkMin, &times_));
  } else {
    times_.assign(static_cast<size_t>(rows), 0);
  }
  touched_.clear();
  for (int64_t row = 0; row < rows; ++row) {
    const auto i = static_cast<size_t>(row);
    Kept& kept = (*table_)[slots_[i]];
    if (at_watermark_ && kept.present && !kept.waiting) continue;  // given: states of table 0 alone
    if (!Replaces(kept, times_[i])) continue;
    if (kept.best < 0) touched_.push_back(slots_[i]);
    kept.best = static_cast<int32_t>(row);
  }
  return Status::Ok();
}

Status Deduplicate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                            std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  if (stateless_) return GiveAll(batch, out);
  table_->SetNow(now_ms);
  table_->Expire();
  flow::Batch in_time;
  SLUICE_ASSIGN(const bool late, DropLate(batch, &in_time));
  const flow::Batch& timely = late ? in_time : batch;
  if (timely.rows->num_rows() == 0) return Status::Ok();
  flow::Batch fresh;
  SLUICE_ASSIGN(const bool fewer, DropGiven(timely, now_ms, &fresh));
  const flow::Batch& work = fewer ? fresh : timely;
  if (work.rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(ChooseRows(work));
  std::vector<int32_t> best;
  best.reserve(touched_.size());
  chosen_times_.clear();
  for (const state::Slot slot : touched_) {
    Kept& kept = (*table_)[slot];
    best.push_back(kept.best);
    chosen_times_.push_back(times_[static_cast<size_t>(kept.best)]);
    kept.best = -1;
  }
  if (best.empty()) return Status::Ok();
  flow::Batch chosen;
  SLUICE_ASSIGN(chosen.rows, TakeRows(*work.rows, best));
  return Give(chosen, out);
}

Status Deduplicate::Give(const flow::Batch& chosen, std::vector<flow::Batch>* out) {
  if (keeps_rows_) {
    SLUICE_TRY(codec_->Encode(*chosen.rows, &rows_));
    return at_watermark_ ? Wait(*chosen.rows) : GiveWithBefore(*chosen.rows, out);
  }
  flow::Batch given;
  given.rows = MakeBatch(arrow_schema_, chosen.rows->num_rows(), chosen.rows->columns());
  const bool tells = node_.emit_insert || node_.emit_update_before;
  flow::RowKinds kinds;
  kinds.reserve(touched_.size());
  for (size_t i = 0; i < touched_.size(); ++i) {
    Kept& kept = (*table_)[touched_[i]];
    kinds.push_back(tells && !kept.present ? RowKind::kInsert : RowKind::kUpdateAfter);
    kept.present = true;
    kept.time = chosen_times_[i];
    table_->MarkChanged(touched_[i]);
  }
  if (!node_.keep_last && !by_time_) kinds.clear();  // first rows alone
  given.kinds = CompactKinds(std::move(kinds));
  out->push_back(std::move(given));
  return Status::Ok();
}

Status Deduplicate::GiveWithBefore(const arrow::RecordBatch& chosen,
                                   std::vector<flow::Batch>* out) {
  const int64_t rows = chosen.num_rows();
  std::vector<uint8_t> equal(static_cast<size_t>(rows), 0);
  for (int64_t row = 0; row < rows; ++row) {
    const auto i = static_cast<size_t>(row);
    const Kept& kept = (*table_)[touched_[i]];
    if (!kept.present) {
      output_->Add(RowKind::kInsert, rows_[row]);
      continue;
    }
    if (compares_ && node_.ttl_ms == 0 && kept.row.view() == rows_[row]) {
      equal[i] = 1;
      continue;
    }
    if (node_.emit_update_before) output_->Add(RowKind::kUpdateBefore, kept.row.view());
    output_->Add(RowKind::kUpdateAfter, rows_[row]);
  }
  SLUICE_TRY(output_->Flush(out));  // before the old rows go
  for (int64_t row = 0; row < rows; ++row) {
    const auto i = static_cast<size_t>(row);
    if (equal[i] != 0) continue;
    Kept& kept = (*table_)[touched_[i]];
    kept.present = true;
    kept.time = chosen_times_[i];
    kept.row = OwnedBytes(rows_[row]);
    table_->MarkChanged(touched_[i]);
  }
  return Status::Ok();
}

Status Deduplicate::Wait(const arrow::RecordBatch& chosen) {
  for (int64_t row = 0; row < chosen.num_rows(); ++row) {
    const auto i = static_cast<size_t>(row);
    Kept& kept = (*table_)[touched_[i]];
    kept.present = kept.waiting = true;
    kept.time = chosen_times_[i];
    kept.row = OwnedBytes(rows_[row]);
    table_->MarkChanged(touched_[i]);
    table_->WakeAt(kept.time, touched_[i]);
  }
  return Status::Ok();
}

Status Deduplicate::OnWatermark(int64_t* watermark_ms, int64_t now_ms,
                                std::vector<flow::Batch>* out) {
  watermark_ = *watermark_ms;
  if (!at_watermark_) return Status::Ok();
  given_->SetNow(now_ms);
  std::vector<state::Table::Due> due;
  while (true) {
    SLUICE_TRY(table_->TakeDue(watermark_, &due));
    if (due.empty()) return Status::Ok();
    std::vector<state::Slot> given;
    for (const auto& [time, slot] : due) {
      if (!table_->IsLive(slot)) continue;
      Kept& kept = (*table_)[slot];
      if (!kept.waiting || kept.time > watermark_) continue;  // given by an earlier note
      output_->Add(RowKind::kInsert, kept.row.view());
      kept.waiting = false;
      given.push_back(slot);
    }
    SLUICE_TRY(output_->Flush(out));
    for (const state::Slot slot : given) {
      bool inserted = false;
      SLUICE_TRY(given_->FindOrInsert(table_->Key(slot), table_->Hash(slot), &inserted));
      table_->Erase(slot);
    }
    SLUICE_TRY(Balance());
  }
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeDeduplicate(const plan::DeduplicateNode& node,
                                                        const OperatorArguments& arguments) {
  auto deduplicate = std::make_unique<Deduplicate>();
  SLUICE_TRY(deduplicate->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(deduplicate));
}

}  // namespace sluice::operators
