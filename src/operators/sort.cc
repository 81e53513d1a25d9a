// SPDX-License-Identifier: Apache-2.0
// All rows are on one shard. A temporal sort keeps them under the empty key of table 0, with sort
// keys that start with the time (AppendTime); an ORDER BY of everything has a table entry for each
// row.
#include "operators/sort.h"

#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/sorted_rows.h"
#include "operators/table_operator.h"
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

/// Rows as keys of a table, which are in order when they are taken out and may lie on disk until
/// then; the payload says how often a row is there. Rows that are equal in the order stand in that
/// of their bytes.
class Sort : public TableOperator {
 public:
  Status Make(const plan::SortNode& node, const OperatorArguments& arguments) {
    SLUICE_TRY(OpenColdStore(arguments));
    schema_ = arguments.output;
    SLUICE_ASSIGN(sort_encoder_,
                  state::SortKeyEncoder::Make(arguments.inputs[0], SortColumns(node.keys)));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(arguments.inputs[0]));
    output_.emplace(&*codec_, schema_.ToArrow(), false);
    table_.emplace(
        state::TableOptions{.id = kRowsTable, .payload = {.size = sizeof(Held)}, .cold = cold()});
    Own(&*table_);
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                 std::vector<flow::Batch>* /*out*/) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    SLUICE_TRY(sort_encoder_->Encode(*batch.rows, &sort_keys_));
    SLUICE_TRY(codec_->Encode(*batch.rows, &rows_));
    SLUICE_TRY(MakeKeys());
    SLUICE_TRY(table_->FindOrInsertAll(keys_, &slots_, &inserted_));
    for (int64_t row = 0; row < keys_.rows(); ++row) {
      const state::Slot slot = slots_[static_cast<size_t>(row)];
      Held& held = *static_cast<Held*>(table_->Payload(slot));
      held.sort_key_bytes = static_cast<int64_t>(sort_keys_[row].size());
      if (flow::IsAdding(batch.KindOf(row))) {
        ++held.count;
      } else if (held.count > 0) {
        --held.count;
      }
      table_->MarkChanged(slot);
    }
    if (batch.kinds.empty()) return Status::Ok();
    for (const state::Slot slot : slots_) {
      if (!table_->IsLive(slot)) continue;  // twice in the batch
      if (static_cast<Held*>(table_->Payload(slot))->count == 0) table_->Erase(slot);
    }
    return Status::Ok();
  }

  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* out) override {
    if (*watermark_ms != flow::kWatermarkMax) return Status::Ok();
    if (!taking_) {
      if (table_->size() == 0) return Status::Ok();
      taking_.emplace();
    }
    SLUICE_TRY(table_->TakeInOrder(
        kRowsPerBatch, &*taking_,
        [this](std::string_view key, const void* payload) {
          Held held;
          std::memcpy(&held, payload, sizeof(held));
          key.remove_prefix(static_cast<size_t>(held.sort_key_bytes));
          for (; held.count > 0; --held.count) output_->Add(flow::RowKind::kInsert, key);
        },
        [&] { return output_->Flush(out); }));
    if (taking_->done) taking_.reset();
    return Status::Ok();
  }
  bool has_more() const override { return taking_.has_value(); }
  Status Balance() override { return taking_ ? Status::Ok() : TableOperator::Balance(); }

  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.table != kRowsTable) {
      return Unsupported("the state of ORDER BY was written by an earlier sluice: begin anew");
    }
    return table_->Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  static constexpr int kRowsTable = 1;  // 0 was all rows in one value
  struct Held {
    int64_t count = 0;
    int64_t sort_key_bytes = 0;  // of the key; the row stands behind
  };

  Status MakeKeys() {
    const int64_t rows = rows_.rows();
    const size_t bytes = sort_keys_.bytes.size() + rows_.bytes.size();
    if (bytes > std::numeric_limits<uint32_t>::max()) {
      return ResourceExhausted("the rows of one batch take more than 4 GiB");
    }
    keys_.bytes.clear();
    keys_.bytes.reserve(bytes);
    keys_.offsets.assign(1, 0);
    keys_.hashes.clear();
    for (int64_t row = 0; row < rows; ++row) {
      const size_t start = keys_.bytes.size();
      for (const std::string_view part : {sort_keys_[row], rows_[row]}) {
        keys_.bytes.insert(keys_.bytes.end(), part.begin(), part.end());
      }
      keys_.offsets.push_back(static_cast<uint32_t>(keys_.bytes.size()));
      const std::string_view key(keys_.bytes.data() + start, keys_.bytes.size() - start);
      // All rows are on one shard, whatever their number.
      keys_.hashes.push_back(
          flow::WithKeyGroup(state::HashKey(key), flow::KeyGroupOf(HashWithoutKey())));
    }
    return Status::Ok();
  }

  flow::Schema schema_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::optional<RowOutput> output_;
  std::optional<state::Table> table_;
  std::optional<state::Table::InOrder> taking_;  // at the end of all input
  state::EncodedRows sort_keys_, rows_;
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
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
