// SPDX-License-Identifier: Apache-2.0
// left.a NOT IN (SELECT b FROM right): a left row stays unless a = b is true or unknown for some
// right row. So a NULL on the right takes all left rows away, and a left NULL stays only while the
// right side is empty. Left rows are kept by key, of the right side only the number of rows by key.
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/join_rows.h"
#include "operators/key_columns.h"
#include "operators/regular_join.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "plan/key_types.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using flow::RowKind;

struct RowCount {
  int64_t rows = 0;
  void Encode(std::string* out) const {
    out->append(reinterpret_cast<const char*>(&rows), sizeof(rows));
  }
  Status Decode(std::string_view bytes) {
    if (bytes.size() != sizeof(rows))
      return Corrupt("a count in a join's state has a wrong length");
    std::memcpy(&rows, bytes.data(), sizeof(rows));
    return Status::Ok();
  }
  static int64_t heap_bytes() { return 0; }
};

class NullAwareAntiJoin : public TableOperator {
 public:
  Status Make(const plan::RegularJoinNode& node, const OperatorArguments& arguments) {
    const std::vector<flow::Schema>& inputs = arguments.inputs;
    if (node.keys.size() != 1 || node.residual != nullptr) {
      return Unsupported(
          "NOT IN with a subquery takes one column and no correlation here; write NOT EXISTS "
          "with the conditions that are meant");
    }
    SLUICE_ASSIGN(const auto types, plan::JoinKeyTypes(inputs[0], inputs[1], node.keys));
    SLUICE_ASSIGN(keys_[0], state::KeyEncoder::Make(inputs[0], {node.keys[0].left}, types));
    SLUICE_ASSIGN(keys_[1], state::KeyEncoder::Make(inputs[1], {node.keys[0].right}, types));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(inputs[0]));
    SLUICE_TRY(OpenColdStore(arguments));
    left_ = std::make_unique<state::TypedTable<JoinRows>>(0, node.left_ttl_ms, cold());
    right_ = std::make_unique<state::TypedTable<RowCount>>(1, node.right_ttl_ms, cold());
    Own(left_.get());
    Own(right_.get());
    schema_ = arguments.output;
    arrow_schema_ = schema_.ToArrow();
    output_.emplace(&*codec_, arrow_schema_, false);
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }

  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    left_->SetNow(now_ms);
    right_->SetNow(now_ms);
    SLUICE_TRY(CountRight());
    SLUICE_TRY(keys_[input]->Encode(*batch.rows, &encoded_));
    // All rows are on one shard, whatever their key.
    for (uint64_t& hash : encoded_.hashes) hash = flow::WithKeyGroup(hash, 0);
    if (input == 0) {
      SLUICE_TRY(ProcessLeft(batch, out));
    } else {
      for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
        SLUICE_TRY(ProcessRight(row, flow::IsAdding(batch.KindOf(row)), out));
        // Rows of the left side stay where they are while the right side is processed.
        if (output_->full()) SLUICE_TRY(output_->Flush(out));
      }
    }
    return output_->Flush(out);
  }

  Status Snapshot(bool full, flow::StateWriter* writer) override {
    SLUICE_TRY(left_->Snapshot(full, writer));
    return right_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override {
    counted_ = false;
    return entry.table == 0 ? left_->Restore(entry) : right_->Restore(entry);
  }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 private:
  /// The sums are not part of the state: they follow from it.
  Status CountRight() {
    if (counted_) return Status::Ok();
    counted_ = true;
    all_rights_ = null_rights_ = 0;
    return right_->ForEach([&](state::Slot slot) {
      const int64_t rows = (*right_)[slot].rows;
      all_rights_ += rows;
      if (IsNullKey(right_->Key(slot))) null_rights_ += rows;
      return Status::Ok();
    });
  }
  static bool IsNullKey(std::string_view key) { return !key.empty() && key[0] == 0; }

  Status ProcessLeft(const flow::Batch& batch, std::vector<flow::Batch>* out) {
    SLUICE_TRY(codec_->Encode(*batch.rows, &rows_));
    std::vector<state::Slot> own, other;
    std::vector<uint8_t> inserted;
    SLUICE_TRY(right_->FindAll(encoded_, &other));
    SLUICE_TRY(left_->FindOrInsertAll(encoded_, &own, &inserted));
    std::vector<int32_t> kept;
    flow::RowKinds kinds;
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      const auto i = static_cast<size_t>(row);
      const bool equal = other[i] != state::kNoSlot && (*right_)[other[i]].rows > 0;
      const bool hidden = encoded_.HasNull(row) ? all_rights_ > 0 : equal || null_rights_ > 0;
      const RowKind kind = batch.KindOf(row);
      if (!hidden) {
        kept.push_back(static_cast<int32_t>(row));
        kinds.push_back(kind);
      }
      JoinRows& rows = (*left_)[own[i]];
      left_->MarkChanged(own[i]);
      if (flow::IsAdding(kind)) {
        SLUICE_TRY(rows.Add({}, rows_[row], 0));
        continue;
      }
      const JoinRows::Offset old = rows.Find({}, rows_[row]);
      if (old != JoinRows::kNone) rows.Remove(old);
    }
    if (kept.empty()) return Status::Ok();
    flow::Batch given;
    SLUICE_ASSIGN(auto columns, TakeColumns(*batch.rows, kept));
    given.rows = MakeBatch(arrow_schema_, static_cast<int64_t>(kept.size()), std::move(columns));
    given.kinds = CompactKinds(std::move(kinds));
    out->push_back(std::move(given));
    return Status::Ok();
  }

  Status ProcessRight(int64_t row, bool adds, std::vector<flow::Batch>* out) {
    bool inserted = false;
    const std::string_view key = encoded_[row];
    SLUICE_ASSIGN(const state::Slot slot,
                  right_->FindOrInsert(key, encoded_.hashes[static_cast<size_t>(row)], &inserted));
    RowCount& count = (*right_)[slot];
    if (!adds && count.rows == 0) {
      right_->Erase(slot);
      return Status::Ok();  // taken back what was never there (or is forgotten)
    }
    right_->MarkChanged(slot);
    const bool null = encoded_.HasNull(row);
    const int64_t step = adds ? 1 : -1;
    if (!adds) Count(null, step, &count);
    const RowKind kind = adds ? RowKind::kDelete : RowKind::kInsert;
    if (null_rights_ == 0) {
      if (null) {
        SLUICE_TRY(GiveUnmatched(kind, out));
      } else if (count.rows == 0) {
        SLUICE_TRY(GiveKey(kind, key, encoded_.hashes[static_cast<size_t>(row)]));
      }
    }
    if (all_rights_ == 0) SLUICE_TRY(GiveNullRows(kind));
    if (adds) Count(null, step, &count);
    if (count.rows == 0) right_->Erase(slot);
    return Status::Ok();
  }

  void Count(bool null, int64_t step, RowCount* count) {
    count->rows += step;
    all_rights_ += step;
    if (null) null_rights_ += step;
  }

  void Give(RowKind kind, state::Slot slot) {
    const JoinRows& rows = (*left_)[slot];
    for (auto at = rows.First(); at != JoinRows::kNone; at = rows.Next(at)) {
      output_->Add(kind, rows.Row(at));
    }
  }
  Status GiveKey(RowKind kind, std::string_view key, uint64_t hash) {
    SLUICE_ASSIGN(const state::Slot slot, left_->Find(key, hash));
    if (slot != state::kNoSlot) Give(kind, slot);
    return Status::Ok();
  }
  Status GiveNullRows(RowKind kind) {
    const std::string null(1, '\0');
    return GiveKey(kind, null, flow::WithKeyGroup(state::HashKey(null), 0));
  }
  /// Left rows that only the right side's NULLs hide.
  Status GiveUnmatched(RowKind kind, std::vector<flow::Batch>* out) {
    return left_->ForEach(
        [&](state::Slot slot) -> Status {
          if (IsNullKey(left_->Key(slot))) return Status::Ok();
          SLUICE_ASSIGN(const state::Slot equal, right_->Find(left_->Key(slot), left_->Hash(slot)));
          if (equal == state::kNoSlot || (*right_)[equal].rows == 0) Give(kind, slot);
          return Status::Ok();
        },
        [&] { return output_->Flush(out); });
  }

  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::optional<state::KeyEncoder> keys_[2];
  std::optional<state::RowCodec> codec_;
  std::unique_ptr<state::TypedTable<JoinRows>> left_;
  std::unique_ptr<state::TypedTable<RowCount>> right_;
  std::optional<RowOutput> output_;
  state::EncodedKeys encoded_;
  state::EncodedRows rows_;
  bool counted_ = false;
  int64_t all_rights_ = 0, null_rights_ = 0;
};

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeNullAwareAntiJoin(const plan::RegularJoinNode& node,
                                                              const OperatorArguments& arguments) {
  auto join = std::make_unique<NullAwareAntiJoin>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
