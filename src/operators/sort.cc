// SPDX-License-Identifier: Apache-2.0
// All rows are on one shard, a table entry for each: of a temporal sort as rows that wait
// (waiting_rows.h), of an ORDER BY of everything under keys that are in order.
#include "operators/sort.h"

#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "operators/waiting_rows.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

/// ORDER BY of a stream: by its time first.
class TemporalSort : public TableOperator {
 public:
  Status Make(const plan::TemporalSortNode& node, const OperatorArguments& arguments) {
    if (node.keys.empty() || node.keys[0].descending) {
      return Unsupported("a stream can only be ordered by its time, ascending, first");
    }
    node_ = node;
    SLUICE_TRY(OpenColdStore(arguments));
    schema_ = arguments.output;
    arrow_schema_ = schema_.ToArrow();
    SLUICE_ASSIGN(sort_encoder_,
                  state::SortKeyEncoder::Make(
                      arguments.inputs[0], SortColumns({node.keys.begin() + 1, node.keys.end()})));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(arguments.inputs[0]));
    output_.emplace(&*codec_, arrow_schema_, false);
    waiting_ = std::make_unique<WaitingRows>(kRowsTable, cold());
    Own(waiting_->table());
    given_.emplace(state::TableOptions{
        .id = kGivenTable, .payload = {.size = sizeof(int64_t)}, .cold = cold()});
    Own(&*given_);
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }
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
    SLUICE_TRY(ReadGivenUntil());
    SLUICE_TRY(sort_encoder_->Encode(*batch.rows, &sort_keys_));
    SLUICE_TRY(codec_->Encode(*batch.rows, &rows_));
    std::vector<int32_t> late;
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t time = times_[static_cast<size_t>(row)];
      if (!node_.processing_time && time <= *given_until_) {
        late.push_back(static_cast<int32_t>(row));
        continue;
      }
      SLUICE_TRY(waiting_->Add(time, sort_keys_[row], {}, HashWithoutKey(), rows_[row]));
    }
    SLUICE_TRY(waiting_->Keep());
    late_rows_ += static_cast<int64_t>(late.size());
    if (late.empty() || late_rows_to() == nullptr) return Status::Ok();
    return late_rows_to()->Take(0, batch, late, times_, *given_until_);
  }

  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* out) override {
    if (node_.processing_time) return Status::Ok();
    if (!has_more_ && waiting_->NextTime() > *watermark_ms) return Status::Ok();
    return GiveSome(*watermark_ms, out);
  }
  bool has_more() const override { return has_more_; }
  int64_t NextTime() const override {
    if (!node_.processing_time) return flow::kNoTime;
    const int64_t next = waiting_->NextTime();
    return next == flow::kNoTime ? next : next + 1;
  }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override {
    do {
      SLUICE_TRY(GiveSome(now_ms - 1, out));
    } while (has_more_);
    return Status::Ok();
  }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    SLUICE_TRY(waiting_->table()->Snapshot(full, writer));
    return given_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override {
    given_until_.reset();
    if (entry.table == kGivenTable) return given_->Restore(entry);
    if (entry.table == kRowsTable) return waiting_->Restore(entry);
    return Unsupported("the state of ORDER BY was written by an earlier sluice: begin anew");
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = waiting_->table()->size()};
  }

 private:
  static constexpr int kRowsTable = 1;   // 0 was all rows in one value
  static constexpr int kGivenTable = 2;  // given_until_, under the empty key

  Status ReadGivenUntil() {
    if (given_until_.has_value()) return Status::Ok();
    given_until_ = flow::kWatermarkMin;
    SLUICE_ASSIGN(const state::Slot slot, given_->Find({}, HashWithoutKey()));
    if (slot != state::kNoSlot) {
      std::memcpy(&*given_until_, given_->Payload(slot), sizeof(int64_t));
    }
    return Status::Ok();
  }
  Status WriteGivenUntil(int64_t time) {
    given_until_ = time;
    bool inserted = false;
    SLUICE_ASSIGN(const state::Slot slot, given_->FindOrInsert({}, HashWithoutKey(), &inserted));
    std::memcpy(given_->Payload(slot), &time, sizeof(time));
    given_->MarkChanged(slot);
    return Status::Ok();
  }
  /// The next rows of this time and before; has_more_: there may be others.
  Status GiveSome(int64_t time, std::vector<flow::Batch>* out) {
    SLUICE_TRY(waiting_->Take(time, &due_));
    has_more_ = !due_.empty();
    if (due_.empty()) return Status::Ok();
    SLUICE_TRY(WriteGivenUntil(due_.back().time_ms()));
    for (const DueRow& row : due_) output_->Add(flow::RowKind::kInsert, row.bytes.view());
    return output_->Flush(out);
  }

  plan::TemporalSortNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::optional<RowOutput> output_;
  std::unique_ptr<WaitingRows> waiting_;
  std::optional<state::Table> given_;
  std::optional<int64_t> given_until_;  // rows at or before it are late; none: not read yet
  bool has_more_ = false;               // Take did not say yet that these were all
  std::vector<DueRow> due_;
  state::EncodedRows sort_keys_, rows_;
  std::vector<int64_t> times_;
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
