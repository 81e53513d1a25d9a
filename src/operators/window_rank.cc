// SPDX-License-Identifier: Apache-2.0
// Table 0: partition key and window end to the best rows so far.
#include "operators/window_rank.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/sorted_rows.h"
#include "operators/table_operator.h"
#include "operators/window_times.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

class WindowRank : public TableOperator {
 public:
  Status Make(const plan::WindowRankNode& node, const OperatorArguments& arguments) {
    if (node.function != plan::RankNode::Function::kRowNumber) {
      return Unsupported("RANK() and DENSE_RANK() are not supported on windows; use ROW_NUMBER()");
    }
    const flow::Schema& input = arguments.inputs[0];
    node_ = node;
    schema_ = arguments.output;
    if (node.order_by.size() == 1 && node.from == 1 && node.to == 1) {
      // Deduplication: of rows with the latest time, the one that came last stays.
      const plan::SortKey& key = node.order_by[0];
      later_wins_ =
          key.descending && input.fields[static_cast<size_t>(key.column)].type->is_rowtime();
    }
    SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(input, node.partition_by));
    SLUICE_ASSIGN(sort_encoder_, state::SortKeyEncoder::Make(input, SortColumns(node.order_by)));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(input));
    SLUICE_ASSIGN(times_, WindowTimes::OfEnds(node.of_instants, arguments.options.context));
    SLUICE_TRY(OpenColdStore(arguments));
    table_ = std::make_unique<state::TypedTable<SortedRows>>(
        0, 0, cold(), state::WakeTimes{this, &WindowRank::TimesOf});
    Own(table_.get());
    output_.emplace(&*codec_, schema_.ToArrow(), node.emit_rank);
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }

  Status Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                 std::vector<flow::Batch>* /*out*/) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    SLUICE_TRY(ReadEnds(*batch.rows));
    std::vector<int32_t> in_time;
    for (size_t row = 0; row < ends_.size(); ++row) {
      if (closes_[row] > watermark_) in_time.push_back(static_cast<int32_t>(row));
    }
    if (in_time.size() == ends_.size()) return Keep(*batch.rows);
    late_rows_ += static_cast<int64_t>(ends_.size() - in_time.size());
    SLUICE_TRY(GiveLate(late_rows_to(), 0, batch, in_time, closes_, watermark_));
    if (in_time.empty()) return Status::Ok();
    SLUICE_ASSIGN(const auto rest, TakeRows(*batch.rows, in_time));
    SLUICE_TRY(ReadEnds(*rest));
    return Keep(*rest);
  }

  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* out) override {
    watermark_ = *watermark_ms;
    std::vector<state::Table::Due> due;
    while (true) {
      SLUICE_TRY(table_->TakeDue(watermark_, &due));
      if (due.empty()) return Status::Ok();
      for (const auto& [time, slot] : due) {
        const SortedRows& rows = (*table_)[slot];
        int64_t rank = 0;
        rows.ForEach([&](const SortedRow& row) {
          if (++rank >= node_.from) output_->Add(flow::RowKind::kInsert, row.row(), rank);
        });
      }
      SLUICE_TRY(output_->Flush(out));
      for (const auto& [time, slot] : due) table_->Erase(slot);
      SLUICE_TRY(Balance());
    }
  }

  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return table_->Restore(entry); }
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
    times->push_back(static_cast<const WindowRank*>(context)->CloseOf(TimeOfKey(key)));
  }

  Status ReadEnds(const arrow::RecordBatch& rows) {
    SLUICE_TRY(ReadTimes(*rows.column(node_.window_end), flow::kWatermarkMin, &ends_));
    closes_.clear();
    for (const int64_t end : ends_) closes_.push_back(CloseOf(end));
    return Status::Ok();
  }

  Status Keep(const arrow::RecordBatch& rows) {
    SLUICE_TRY(EncodeKeys(*encoder_, rows, &keys_));
    LengthenKeys(keys_, ends_, &window_keys_);
    SLUICE_TRY(sort_encoder_->Encode(rows, &sort_keys_));
    SLUICE_TRY(codec_->Encode(rows, &rows_));
    SLUICE_TRY(table_->FindOrInsertAll(window_keys_, &slots_, &inserted_));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      const auto i = static_cast<size_t>(row);
      if (inserted_[i] != 0) table_->WakeAt(closes_[i], slots_[i]);
      SortedRows& kept = (*table_)[slots_[i]];
      if (later_wins_) {
        if (!kept.empty() && sort_keys_[row] > kept.last().sort_key()) continue;
        kept.Clear();
      } else if (static_cast<int64_t>(kept.size()) >= node_.to) {
        if (kept.empty() || sort_keys_[row] >= kept.last().sort_key()) continue;
        kept.Remove(kept.size() - 1);
      }
      kept.Insert(SortedRow(sort_keys_[row], {}, rows_[row]));
      table_->MarkChanged(slots_[i]);
    }
    return Status::Ok();
  }

  plan::WindowRankNode node_;
  flow::Schema schema_;
  bool later_wins_ = false;
  mutable std::optional<WindowTimes> times_;  // remembers the last offset
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::unique_ptr<state::TypedTable<SortedRows>> table_;
  std::optional<RowOutput> output_;

  state::EncodedKeys keys_, window_keys_;
  state::EncodedRows sort_keys_, rows_;
  std::vector<int64_t> ends_, closes_;  // of each row's window, and when it closes
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;

  int64_t watermark_ = flow::kWatermarkMin;
  int64_t late_rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeWindowRank(const plan::WindowRankNode& node,
                                                       const OperatorArguments& arguments) {
  auto rank = std::make_unique<WindowRank>();
  SLUICE_TRY(rank->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(rank));
}

}  // namespace sluice::operators
