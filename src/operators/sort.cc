// SPDX-License-Identifier: Apache-2.0
// All rows are on one shard, under the empty key of table 0. The sort key of a temporal sort starts
// with the time (AppendTime).
#include "operators/sort.h"

#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/sorted_rows.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

struct Buffer {
  SortedRows rows;
  int64_t given_until = flow::kWatermarkMin;  // rows at or before it are late

  void Encode(std::string* out) const {
    out->append(reinterpret_cast<const char*>(&given_until), sizeof(given_until));
    rows.Encode(out);
  }
  Status Decode(std::string_view bytes) {
    if (bytes.size() < sizeof(given_until)) return Corrupt("the state of a sort is cut off");
    std::memcpy(&given_until, bytes.data(), sizeof(given_until));
    return rows.Decode(bytes.substr(sizeof(given_until)));
  }
  int64_t heap_bytes() const { return rows.heap_bytes(); }
};

class SortBase : public flow::Operator {
 public:
  const flow::Schema& schema() const override { return schema_; }
  bool stateful() const override { return true; }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_.Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return table_.Restore(entry); }
  int64_t memory_bytes() const override { return table_.memory_bytes(); }

 protected:
  SortBase() : table_(0) {}

  Status MakeBase(const std::vector<plan::SortKey>& keys, const OperatorArguments& arguments) {
    schema_ = arguments.output;
    arrow_schema_ = schema_.ToArrow();
    SLUICE_ASSIGN(sort_encoder_,
                  state::SortKeyEncoder::Make(arguments.inputs[0], SortColumns(keys)));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(arguments.inputs[0]));
    output_.emplace(&*codec_, arrow_schema_, false);
    return Status::Ok();
  }
  /// Rows are there that `due` may give: asking changes nothing, so that a job at rest makes no
  /// epochs.
  template <typename Due>
  Result<bool> HasDue(Due due) {
    SLUICE_ASSIGN(const state::Slot slot, table_.Find({}, HashWithoutKey()));
    return slot != state::kNoSlot && !table_[slot].rows.empty() && due(table_[slot].rows[0]);
  }
  Result<Buffer*> Held() {
    bool inserted = false;
    SLUICE_ASSIGN(const state::Slot slot, table_.FindOrInsert({}, HashWithoutKey(), &inserted));
    table_.MarkChanged(slot);
    return &table_[slot];
  }
  Status Encode(const arrow::RecordBatch& rows) {
    SLUICE_TRY(sort_encoder_->Encode(rows, &sort_keys_));
    return codec_->Encode(rows, &rows_);
  }

  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::optional<RowOutput> output_;
  state::TypedTable<Buffer> table_;
  state::EncodedRows sort_keys_, rows_;
};

class TemporalSort : public SortBase {
 public:
  Status Make(const plan::TemporalSortNode& node, const OperatorArguments& arguments) {
    if (node.keys.empty() || node.keys[0].descending) {
      return Unsupported("a stream can only be ordered by its time, ascending, first");
    }
    node_ = node;
    return MakeBase({node.keys.begin() + 1, node.keys.end()}, arguments);
  }

  Status Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    const int64_t rows = batch.rows->num_rows();
    if (rows == 0) return Status::Ok();
    if (node_.processing_time && node_.keys.size() == 1) {
      // Rows come in this order.
      flow::Batch same;
      same.rows = MakeBatch(arrow_schema_, rows, batch.rows->columns());
      out->push_back(std::move(same));
      return Status::Ok();
    }
    if (node_.processing_time) {
      times_.assign(static_cast<size_t>(rows), now_ms);
    } else {
      SLUICE_TRY(
          ReadTimes(*batch.rows->column(node_.keys[0].column), flow::kWatermarkMin, &times_));
    }
    SLUICE_TRY(Encode(*batch.rows));
    SLUICE_ASSIGN(Buffer * held, Held());
    std::string key;
    std::vector<int32_t> late;
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t time = times_[static_cast<size_t>(row)];
      if (!node_.processing_time && time <= held->given_until) {
        late.push_back(static_cast<int32_t>(row));
        continue;
      }
      key.clear();
      AppendTime(time, &key);
      key.append(sort_keys_[row]);
      held->rows.Insert(SortedRow(key, {}, rows_[row]));
    }
    if (node_.processing_time) next_time_ = now_ms + 1;
    late_rows_ += static_cast<int64_t>(late.size());
    if (late.empty() || late_rows_to() == nullptr) return Status::Ok();
    return late_rows_to()->Take(0, batch, late, times_, held->given_until);
  }

  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* out) override {
    if (node_.processing_time) return Status::Ok();
    return GiveUntil(*watermark_ms, out);
  }
  int64_t NextTime() const override { return next_time_; }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override {
    next_time_ = flow::kNoTime;
    return GiveUntil(now_ms - 1, out);
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (node_.processing_time) next_time_ = 0;  // what waited goes out at once
    return SortBase::Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = table_.size()};
  }

 private:
  static int64_t TimeOf(const SortedRow& row) {
    return TimeOfKey(row.sort_key().substr(0, sizeof(int64_t)));
  }
  Status GiveUntil(int64_t time, std::vector<flow::Batch>* out) {
    SLUICE_ASSIGN(const bool due,
                  HasDue([time](const SortedRow& row) { return TimeOf(row) <= time; }));
    if (!due) return Status::Ok();
    SLUICE_ASSIGN(Buffer * held, Held());
    std::vector<SortedRow> given;
    while (!held->rows.empty() && TimeOf(held->rows[0]) <= time) {
      given.push_back(held->rows.Remove(0));
      held->given_until = TimeOf(given.back());
      output_->Add(flow::RowKind::kInsert, given.back().row());
    }
    return output_->Flush(out);
  }

  plan::TemporalSortNode node_;
  std::vector<int64_t> times_;
  int64_t next_time_ = flow::kNoTime;
  int64_t late_rows_ = 0;
};

class Sort : public SortBase {
 public:
  Status Make(const plan::SortNode& node, const OperatorArguments& arguments) {
    return MakeBase(node.keys, arguments);
  }

  Status Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                 std::vector<flow::Batch>* /*out*/) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    SLUICE_TRY(Encode(*batch.rows));
    SLUICE_ASSIGN(Buffer * held, Held());
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      if (flow::IsAdding(batch.KindOf(row))) {
        held->rows.Insert(SortedRow(sort_keys_[row], {}, rows_[row]));
        continue;
      }
      const size_t place = held->rows.FindRow(sort_keys_[row], rows_[row]);
      if (place != SortedRows::kNone) held->rows.Remove(place);
    }
    return Status::Ok();
  }

  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* out) override {
    if (*watermark_ms != flow::kWatermarkMax) return Status::Ok();
    SLUICE_ASSIGN(const bool due, HasDue([](const SortedRow&) { return true; }));
    if (!due) return Status::Ok();
    SLUICE_ASSIGN(Buffer * held, Held());
    held->rows.ForEach(
        [this](const SortedRow& row) { output_->Add(flow::RowKind::kInsert, row.row()); });
    SLUICE_TRY(output_->Flush(out));
    held->rows.Clear();
    return Status::Ok();
  }
};

template <typename Operator, typename Node>
Result<std::unique_ptr<flow::Operator>> Made(const Node& node, const OperatorArguments& arguments) {
  auto sort = std::make_unique<Operator>();
  SLUICE_TRY(sort->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(sort));
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeTemporalSort(const plan::TemporalSortNode& node,
                                                         const OperatorArguments& arguments) {
  return Made<TemporalSort>(node, arguments);
}

Result<std::unique_ptr<flow::Operator>> MakeSort(const plan::SortNode& node,
                                                 const OperatorArguments& arguments) {
  return Made<Sort>(node, arguments);
}

}  // namespace sluice::operators
