// SPDX-License-Identifier: Apache-2.0
#include "operators/rank.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "arrow/compute/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/sorted_rows.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;
using plan::RankNode;

struct Partition {
  SortedRows rows;
  int64_t limit = -1;    // the upper rank, where it comes from a column
  int64_t given = 0;     // rows given so far, where rows come in rank order
  int32_t touched = -1;  // place in the list of partitions that this batch touched

  void Encode(std::string* out) const {
    out->append(reinterpret_cast<const char*>(&limit), sizeof(limit));
    out->append(reinterpret_cast<const char*>(&given), sizeof(given));
    rows.Encode(out);
  }
  Status Decode(std::string_view bytes) {
    if (bytes.size() < sizeof(limit) + sizeof(given)) {
      return Corrupt("the state of a Top-N is cut off");
    }
    std::memcpy(&limit, bytes.data(), sizeof(limit));
    std::memcpy(&given, bytes.data() + sizeof(limit), sizeof(given));
    return rows.Decode(bytes.substr(sizeof(limit) + sizeof(given)));
  }
  int64_t heap_bytes() const { return rows.heap_bytes(); }
};

/// A partition whose ranks changed in this batch.
struct Touched {
  state::Slot slot = state::kNoSlot;
  std::vector<std::string_view> before;  // rows of rank 1, 2, ... to the limit
  int changes = 0;
  size_t moved_from = SortedRows::kNone;  // the one change moved a row up from this place
};

class Rank : public TableOperator {
 public:
  Status Make(const RankNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return table_->Restore(entry); }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  Status EncodeBatch(const flow::Batch& batch);
  /// Rows that cannot enter any partition as it was before the batch are left out.
  Result<bool> DropHopeless(const flow::Batch& batch, flow::Batch* rest);
  Status SetLimits(const arrow::RecordBatch& rows);
  int64_t LimitOf(const Partition& partition) const {
    return node_.to_column < 0 ? node_.to : partition.limit;
  }
  bool Full(const Partition& partition) const {
    return static_cast<int64_t>(partition.rows.size()) >= LimitOf(partition);
  }

  /// The limit that its first row set outlives the rows of a partition, as in Flink.
  bool Goes(const Partition& partition) const {
    return partition.rows.empty() && node_.to_column < 0;
  }

  void Append(int64_t row, Partition* partition);
  void AppendFast(int64_t row, Partition* partition);
  void UpdateFast(int64_t row, Partition* partition);
  void AddRetractable(int64_t row, Partition* partition);
  void TakeBack(int64_t row, Partition* partition);
  void FirstRows(int64_t row, Partition* partition);

  SortedRow Made(int64_t row) const {
    return {sort_keys_[row], unique_.offsets.empty() ? std::string_view() : unique_[row],
            rows_[row]};
  }
  /// Notes the ranks of a partition before its first change in this batch.
  Touched* Touch(Partition* partition);
  void DropBeyondLimit(Partition* partition) {
    while (static_cast<int64_t>(partition->rows.size()) > LimitOf(*partition)) {
      Bury(partition->rows.Remove(partition->rows.size() - 1));
    }
  }
  /// Bytes that output may still point to live until the next Flush.
  void Bury(SortedRow row) { buried_.push_back(std::move(row)); }
  void GiveChanges(Touched* touched);
  void GiveRank(RowKind kind, std::string_view row, size_t place) {
    const auto rank = static_cast<int64_t>(place) + 1;
    if (rank < node_.from) return;
    if (kind == RowKind::kUpdateBefore && !node_.emit_update_before) return;
    output_->Add(kind, row, rank);
  }
  void Give(RowKind kind, std::string_view row) {
    if (kind == RowKind::kUpdateBefore && !node_.emit_update_before) return;
    output_->Add(kind, row, 1);
  }

  RankNode node_;
  flow::Schema schema_;
  bool numbered_ = false;  // ranks are followed one by one
  bool top1_ = false;
  bool first_rows_ = false;  // rows come in the order of their ranks
  std::optional<state::KeyEncoder> keys_encoder_, unique_encoder_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::unique_ptr<state::TypedTable<Partition>> table_;
  std::optional<RowOutput> output_;

  state::EncodedKeys keys_, unique_;
  state::EncodedRows sort_keys_, rows_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<Touched> touched_;
  std::vector<SortedRow> buried_;
  std::vector<state::Slot> emptied_;
  state::Slot slot_ = state::kNoSlot;  // of the row in hand
};

Status Rank::Make(const RankNode& node, const OperatorArguments& arguments) {
  if (node.function != RankNode::Function::kRowNumber) {
    return Unsupported("RANK() and DENSE_RANK() are not supported on a stream; use ROW_NUMBER()");
  }
  const flow::Schema& input = arguments.inputs[0];
  node_ = node;
  schema_ = arguments.output;
  numbered_ = node.emit_rank || node.from > 1;
  top1_ = node.to_column < 0 && node.from == 1 && node.to == 1 &&
          node.strategy != RankNode::Strategy::kRetract;
  if (node.strategy == RankNode::Strategy::kAppend && node.order_by.size() == 1) {
    const plan::SortKey& key = node.order_by[0];
    first_rows_ =
        !key.descending && input.fields[static_cast<size_t>(key.column)].type->is_proctime();
  }
  SLUICE_ASSIGN(keys_encoder_, state::KeyEncoder::Make(input, node.partition_by));
  SLUICE_ASSIGN(sort_encoder_, state::SortKeyEncoder::Make(input, SortColumns(node.order_by)));
  SLUICE_ASSIGN(codec_, state::RowCodec::Make(input));
  // The unique key of a single row has no columns.
  if (node.strategy == RankNode::Strategy::kUpdateFast) {
    SLUICE_ASSIGN(unique_encoder_, state::KeyEncoder::Make(input, node.unique_key));
  }
  SLUICE_TRY(OpenColdStore(arguments));
  table_ = std::make_unique<state::TypedTable<Partition>>(0, node.ttl_ms, cold());
  Own(table_.get());
  output_.emplace(&*codec_, schema_.ToArrow(), node.emit_rank);
  return Status::Ok();
}

Status Rank::EncodeBatch(const flow::Batch& batch) {
  SLUICE_TRY(codec_->Encode(*batch.rows, &rows_));
  if (unique_encoder_.has_value()) return unique_encoder_->Encode(*batch.rows, &unique_);
  return Status::Ok();
}

Result<bool> Rank::DropHopeless(const flow::Batch& batch, flow::Batch* rest) {
  if (node_.strategy != RankNode::Strategy::kAppend && !top1_) return false;
  std::vector<int32_t> hopeful;
  const int64_t rows = batch.rows->num_rows();
  for (int64_t row = 0; row < rows; ++row) {
    const Partition& partition = (*table_)[slots_[static_cast<size_t>(row)]];
    const bool enters = first_rows_ ? partition.given < LimitOf(partition)
                                    : !Full(partition) || partition.rows.empty() ||
                                          sort_keys_[row] < partition.rows.last().sort_key();
    if (enters) hopeful.push_back(static_cast<int32_t>(row));
  }
  if (static_cast<int64_t>(hopeful.size()) == rows) return false;
  SLUICE_ASSIGN(rest->rows, TakeRows(*batch.rows, hopeful));
  for (size_t i = 0; i < hopeful.size(); ++i) {
    slots_[i] = slots_[static_cast<size_t>(hopeful[i])];
  }
  slots_.resize(hopeful.size());
  if (!hopeful.empty()) SLUICE_TRY(sort_encoder_->Encode(*rest->rows, &sort_keys_));
  return true;
}

Status Rank::SetLimits(const arrow::RecordBatch& rows) {
  if (node_.to_column < 0) return Status::Ok();
  SLUICE_ASSIGN(const auto cast,
                arrow::compute::Cast(*rows.column(node_.to_column), arrow::int64()));
  const auto& limits = static_cast<const arrow::Int64Array&>(*cast);
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    Partition& partition = (*table_)[slots_[static_cast<size_t>(row)]];
    // The first row of a partition decides, as in Flink.
    if (partition.limit < 0) partition.limit = limits.IsNull(row) ? 0 : limits.Value(row);
  }
  return Status::Ok();
}

Status Rank::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                     std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  table_->SetNow(now_ms);
  table_->Expire();
  SLUICE_TRY(EncodeKeys(*keys_encoder_, *batch.rows, &keys_));
  SLUICE_TRY(sort_encoder_->Encode(*batch.rows, &sort_keys_));
  SLUICE_TRY(table_->FindOrInsertAll(keys_, &slots_, &inserted_));
  SLUICE_TRY(SetLimits(*batch.rows));
  flow::Batch rest;
  SLUICE_ASSIGN(const bool fewer, DropHopeless(batch, &rest));
  const flow::Batch& work = fewer ? rest : batch;
  const int64_t rows = work.rows->num_rows();
  if (rows == 0) return Status::Ok();
  SLUICE_TRY(EncodeBatch(work));
  for (int64_t row = 0; row < rows; ++row) {
    slot_ = slots_[static_cast<size_t>(row)];
    Partition& partition = (*table_)[slot_];
    if (first_rows_) {
      FirstRows(row, &partition);
    } else if (node_.strategy == RankNode::Strategy::kRetract) {
      flow::IsAdding(work.KindOf(row)) ? AddRetractable(row, &partition)
                                       : TakeBack(row, &partition);
    } else if (node_.strategy == RankNode::Strategy::kUpdateFast && !top1_) {
      UpdateFast(row, &partition);
    } else {
      Append(row, &partition);
    }
    if (output_->full() && !numbered_) {
      SLUICE_TRY(output_->Flush(out));
      buried_.clear();
    }
  }
  for (Touched& touched : touched_) GiveChanges(&touched);
  touched_.clear();
  SLUICE_TRY(output_->Flush(out));
  buried_.clear();
  std::sort(emptied_.begin(), emptied_.end());
  emptied_.erase(std::unique(emptied_.begin(), emptied_.end()), emptied_.end());
  for (const state::Slot slot : emptied_) {
    if (Goes((*table_)[slot])) table_->Erase(slot);
  }
  emptied_.clear();
  return Status::Ok();
}

Touched* Rank::Touch(Partition* partition) {
  table_->MarkChanged(slot_);
  if (partition->touched < 0) {
    partition->touched = static_cast<int32_t>(touched_.size());
    Touched touched;
    touched.slot = slot_;
    const auto limit = static_cast<size_t>(std::max<int64_t>(LimitOf(*partition), 0));
    const size_t held = std::min(partition->rows.size(), limit);
    touched.before.reserve(held);
    for (size_t place = 0; place < held; ++place) {
      touched.before.push_back(partition->rows[place].row());
    }
    touched_.push_back(std::move(touched));
  }
  Touched* touched = &touched_[static_cast<size_t>(partition->touched)];
  ++touched->changes;
  return touched;
}

void Rank::GiveChanges(Touched* touched) {
  Partition& partition = (*table_)[touched->slot];
  partition.touched = -1;
  const auto limit = static_cast<size_t>(std::max<int64_t>(LimitOf(partition), 0));
  const size_t now = std::min(partition.rows.size(), limit);
  const std::vector<std::string_view>& before = touched->before;
  // Of one change each touched rank is given, as Flink does; of several only what differs. Bytes
  // never move, so a row that was not touched is at the same address.
  const bool single = touched->changes == 1;
  const auto same = [&](size_t place) {
    const std::string_view row = partition.rows[place].row();
    return row.data() == before[place].data() || (!single && row == before[place]);
  };
  bool early = single && touched->moved_from != SortedRows::kNone;
  for (size_t place = 0; place < std::max(now, before.size()); ++place) {
    if (place >= now) {
      GiveRank(RowKind::kDelete, before[place], place);
    } else if (place >= before.size()) {
      GiveRank(RowKind::kInsert, partition.rows[place].row(), place);
    } else if (!same(place)) {
      const bool taken_back =
          single && place == touched->moved_from && !early;  // with the first rank that changed
      if (!taken_back) GiveRank(RowKind::kUpdateBefore, before[place], place);
      if (early && place != touched->moved_from) {
        GiveRank(RowKind::kUpdateBefore, before[touched->moved_from], touched->moved_from);
      }
      early = false;
      GiveRank(RowKind::kUpdateAfter, partition.rows[place].row(), place);
    }
  }
  if (Goes(partition)) emptied_.push_back(touched->slot);
}

void Rank::FirstRows(int64_t row, Partition* partition) {
  if (partition->given >= LimitOf(*partition)) return;
  table_->MarkChanged(slot_);
  const int64_t rank = ++partition->given;
  if (rank >= node_.from) output_->Add(RowKind::kInsert, rows_[row], rank);
}

/// Rows are only added; also Top-1 of updates, where only a better row counts.
void Rank::Append(int64_t row, Partition* partition) {
  if (LimitOf(*partition) <= 0) return;
  if (Full(*partition) && sort_keys_[row] >= partition->rows.last().sort_key()) return;
  if (!numbered_) return AppendFast(row, partition);
  Touch(partition);
  partition->rows.Insert(Made(row));
  DropBeyondLimit(partition);
}

void Rank::AppendFast(int64_t row, Partition* partition) {
  table_->MarkChanged(slot_);
  const bool full = Full(*partition);
  if (full) {
    SortedRow last = partition->rows.Remove(partition->rows.size() - 1);
    Give(top1_ ? RowKind::kUpdateBefore : RowKind::kDelete, last.row());
    Bury(std::move(last));
  }
  partition->rows.Insert(Made(row));
  Give(full && top1_ ? RowKind::kUpdateAfter : RowKind::kInsert, rows_[row]);
}

void Rank::UpdateFast(int64_t row, Partition* partition) {
  const size_t old = partition->rows.FindUnique(unique_[row]);
  if (old == SortedRows::kNone) {
    // A new row, like one of a stream that only adds; but what it pushes out is always deleted.
    return Append(row, partition);
  }
  Touched* touched = numbered_ ? Touch(partition) : nullptr;
  table_->MarkChanged(slot_);
  SortedRow removed;
  if (partition->rows[old].sort_key() == sort_keys_[row]) {
    removed = partition->rows.Replace(old, Made(row));
  } else {
    removed = partition->rows.Remove(old);
    const size_t place = partition->rows.Insert(Made(row));
    if (touched != nullptr && place < old) touched->moved_from = old;
  }
  if (!numbered_) {
    Give(RowKind::kUpdateBefore, removed.row());
    Give(RowKind::kUpdateAfter, rows_[row]);
  }
  Bury(std::move(removed));
}

void Rank::AddRetractable(int64_t row, Partition* partition) {
  if (numbered_) {
    Touch(partition);
    partition->rows.Insert(Made(row));
    return;
  }
  table_->MarkChanged(slot_);
  const auto limit = static_cast<size_t>(std::max<int64_t>(LimitOf(*partition), 0));
  const size_t place = partition->rows.Insert(Made(row));
  if (place >= limit) return;
  if (partition->rows.size() > limit) Give(RowKind::kDelete, partition->rows[limit].row());
  Give(RowKind::kInsert, rows_[row]);
}

void Rank::TakeBack(int64_t row, Partition* partition) {
  const size_t place = partition->rows.FindRow(sort_keys_[row], rows_[row]);
  if (place == SortedRows::kNone) return;  // never there, or forgotten
  if (numbered_) {
    Touch(partition);
    Bury(partition->rows.Remove(place));
    return;
  }
  table_->MarkChanged(slot_);
  const auto limit = static_cast<size_t>(std::max<int64_t>(LimitOf(*partition), 0));
  SortedRow removed = partition->rows.Remove(place);
  if (place < limit) {
    Give(RowKind::kDelete, removed.row());
    if (partition->rows.size() >= limit) {
      Give(RowKind::kInsert, partition->rows[limit - 1].row());
    }
  }
  Bury(std::move(removed));
  if (Goes(*partition)) emptied_.push_back(slot_);
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeRank(const plan::RankNode& node,
                                                 const OperatorArguments& arguments) {
  auto rank = std::make_unique<Rank>();
  SLUICE_TRY(rank->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(rank));
}

}  // namespace sluice::operators
