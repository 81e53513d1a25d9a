// SPDX-License-Identifier: Apache-2.0
#include "operators/changelog_normalize.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
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

struct LastRow {
  OwnedBytes row;
  void Encode(std::string* out) const { out->append(row.view()); }
  Status Decode(std::string_view bytes) {
    row = OwnedBytes(bytes);
    return Status::Ok();
  }
  int64_t heap_bytes() const { return row.heap_bytes(); }
};

/// What both operators do alike: a table per key, whose entries go when they are empty.
template <typename Value>
class KeyedChangelog : public TableOperator {
 public:
  const flow::Schema& schema() const override { return schema_; }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override { return table_->Restore(entry); }
  flow::OperatorCounters counters() const override {
    return {.late_rows = 0, .state_rows = entries()};
  }

 protected:
  Status MakeBase(const std::vector<int>& keys, int64_t ttl_ms,
                  const OperatorArguments& arguments) {
    schema_ = arguments.output;
    SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(arguments.inputs[0], keys));
    SLUICE_ASSIGN(codec_, state::RowCodec::Make(arguments.inputs[0]));
    SLUICE_TRY(OpenColdStore(arguments));
    table_ = std::make_unique<state::TypedTable<Value>>(0, ttl_ms, cold());
    Own(table_.get());
    output_.emplace(&*codec_, schema_.ToArrow(), false);
    return Status::Ok();
  }
  Status Begin(const arrow::RecordBatch& rows, int64_t now_ms) {
    table_->SetNow(now_ms);
    table_->Expire();
    SLUICE_TRY(EncodeKeys(*encoder_, rows, &keys_));
    SLUICE_TRY(codec_->Encode(rows, &rows_));
    return table_->FindOrInsertAll(keys_, &slots_, &inserted_);
  }
  /// `empty` says which entries hold nothing any more.
  template <typename Empty>
  Status End(std::vector<flow::Batch>* out, Empty empty) {
    SLUICE_TRY(output_->Flush(out));
    buried_.clear();
    std::sort(maybe_empty_.begin(), maybe_empty_.end());
    maybe_empty_.erase(std::unique(maybe_empty_.begin(), maybe_empty_.end()), maybe_empty_.end());
    for (const state::Slot slot : maybe_empty_) {
      if (empty((*table_)[slot])) table_->Erase(slot);
    }
    maybe_empty_.clear();
    return Status::Ok();
  }

  flow::Schema schema_;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::RowCodec> codec_;
  std::unique_ptr<state::TypedTable<Value>> table_;
  std::optional<RowOutput> output_;
  state::EncodedKeys keys_;
  state::EncodedRows rows_;
  std::vector<state::Slot> slots_, maybe_empty_;
  std::vector<uint8_t> inserted_;
  std::vector<OwnedBytes> buried_;  // rows that output may still point to
};

class ChangelogNormalize : public KeyedChangelog<LastRow> {
 public:
  Status Make(const plan::ChangelogNormalizeNode& node, const OperatorArguments& arguments) {
    node_ = node;
    context_ = arguments.options.context;
    return MakeBase(node.keys, node.ttl_ms, arguments);
  }

  Status Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    const int64_t rows = batch.rows->num_rows();
    if (rows == 0) return Status::Ok();
    SLUICE_TRY(Begin(*batch.rows, now_ms));
    std::vector<uint8_t> passes(static_cast<size_t>(rows), node_.condition == nullptr ? 1 : 0);
    if (node_.condition != nullptr) {
      context_.now_ms = now_ms;
      SLUICE_ASSIGN(const auto passing,
                    functions::EvaluateFilter(*node_.condition, *batch.rows, context_));
      for (const int32_t row : passing) passes[static_cast<size_t>(row)] = 1;
    }
    for (int64_t row = 0; row < rows; ++row) {
      const auto i = static_cast<size_t>(row);
      if (flow::IsAdding(batch.KindOf(row)) && passes[i] != 0) {
        Add(row);
      } else {
        Remove(row);
      }
    }
    return End(out, [](const LastRow& last) { return !last.row.has_value(); });
  }

 private:
  void Add(int64_t row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    LastRow& last = (*table_)[slot];
    if (!last.row.has_value()) {
      output_->Add(RowKind::kInsert, rows_[row]);
    } else {
      if (node_.ttl_ms == 0 && last.row.view() == rows_[row]) return;
      if (node_.emit_update_before) output_->Add(RowKind::kUpdateBefore, last.row.view());
      output_->Add(RowKind::kUpdateAfter, rows_[row]);
      buried_.push_back(std::move(last.row));
    }
    last.row = OwnedBytes(rows_[row]);
    table_->MarkChanged(slot);
  }
  /// What came may hold the key alone: the row that is known is given.
  void Remove(int64_t row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    maybe_empty_.push_back(slot);
    LastRow& last = (*table_)[slot];
    if (!last.row.has_value()) return;
    output_->Add(RowKind::kDelete, last.row.view());
    buried_.push_back(std::move(last.row));
    last.row.reset();
    table_->MarkChanged(slot);
  }

  plan::ChangelogNormalizeNode node_;
  functions::EvalContext context_;
};

/// Rows of one primary key in the order they came, each behind its upsert key.
struct RowList {
  struct Entry {
    OwnedBytes key, row;
  };
  std::vector<Entry> entries;

  void Encode(std::string* out) const {
    for (const Entry& entry : entries) {
      for (const std::string_view part : {entry.key.view(), entry.row.view()}) {
        const auto size = static_cast<uint32_t>(part.size());
        out->append(reinterpret_cast<const char*>(&size), sizeof(size));
        out->append(part);
      }
    }
  }
  Status Decode(std::string_view bytes) {
    entries.clear();
    while (!bytes.empty()) {
      OwnedBytes parts[2];
      for (OwnedBytes& part : parts) {
        uint32_t size = 0;
        if (bytes.size() < sizeof(size)) return Corrupt("a list of rows in the state is cut off");
        std::memcpy(&size, bytes.data(), sizeof(size));
        bytes.remove_prefix(sizeof(size));
        if (size > bytes.size()) return Corrupt("a list of rows in the state is cut off");
        part = OwnedBytes(bytes.substr(0, size));
        bytes.remove_prefix(size);
      }
      entries.push_back({std::move(parts[0]), std::move(parts[1])});
    }
    return Status::Ok();
  }
  int64_t heap_bytes() const {
    int64_t bytes = static_cast<int64_t>(entries.capacity() * sizeof(Entry));
    for (const Entry& entry : entries) bytes += entry.key.heap_bytes() + entry.row.heap_bytes();
    return bytes;
  }
};

class UpsertMaterialize : public KeyedChangelog<RowList> {
 public:
  Status Make(const plan::UpsertMaterializeNode& node, const OperatorArguments& arguments) {
    if (!node.input_upsert_key.empty()) {
      SLUICE_ASSIGN(upsert_encoder_,
                    state::KeyEncoder::Make(arguments.inputs[0], node.input_upsert_key));
    }
    return MakeBase(node.primary_key, node.ttl_ms, arguments);
  }

  Status Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    const int64_t rows = batch.rows->num_rows();
    if (rows == 0) return Status::Ok();
    SLUICE_TRY(Begin(*batch.rows, now_ms));
    if (upsert_encoder_.has_value()) {
      SLUICE_TRY(upsert_encoder_->Encode(*batch.rows, &upsert_keys_));
    }
    for (int64_t row = 0; row < rows; ++row) {
      flow::IsAdding(batch.KindOf(row)) ? Add(row) : Remove(row);
    }
    return End(out, [](const RowList& list) { return list.entries.empty(); });
  }

 private:
  std::string_view KeyOf(int64_t row) const {
    return upsert_encoder_.has_value() ? upsert_keys_[row] : std::string_view();
  }
  size_t Find(const RowList& list, int64_t row) const {
    for (size_t i = 0; i < list.entries.size(); ++i) {
      const RowList::Entry& entry = list.entries[i];
      const bool same = upsert_encoder_.has_value() ? entry.key.view() == KeyOf(row)
                                                    : entry.row.view() == rows_[row];
      if (same) return i;
    }
    return list.entries.size();
  }
  void Add(int64_t row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    RowList& list = (*table_)[slot];
    output_->Add(list.entries.empty() ? RowKind::kInsert : RowKind::kUpdateAfter, rows_[row]);
    const size_t at = upsert_encoder_.has_value() ? Find(list, row) : list.entries.size();
    if (at == list.entries.size()) {
      list.entries.push_back({OwnedBytes(KeyOf(row)), OwnedBytes(rows_[row])});
    } else {
      buried_.push_back(std::move(list.entries[at].row));
      list.entries[at].row = OwnedBytes(rows_[row]);
    }
    table_->MarkChanged(slot);
  }
  void Remove(int64_t row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    RowList& list = (*table_)[slot];
    maybe_empty_.push_back(slot);
    const size_t at = Find(list, row);
    if (at == list.entries.size()) return;  // never there, or forgotten
    const bool last = at + 1 == list.entries.size();
    buried_.push_back(std::move(list.entries[at].row));
    list.entries.erase(list.entries.begin() + static_cast<std::ptrdiff_t>(at));
    if (list.entries.empty()) {
      output_->Add(RowKind::kDelete, rows_[row]);
    } else if (last) {
      output_->Add(RowKind::kUpdateAfter, list.entries.back().row.view());
    }
    table_->MarkChanged(slot);
  }

  std::optional<state::KeyEncoder> upsert_encoder_;
  state::EncodedKeys upsert_keys_;
};

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeChangelogNormalize(
    const plan::ChangelogNormalizeNode& node, const OperatorArguments& arguments) {
  auto normalize = std::make_unique<ChangelogNormalize>();
  SLUICE_TRY(normalize->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(normalize));
}

Result<std::unique_ptr<flow::Operator>> MakeUpsertMaterialize(
    const plan::UpsertMaterializeNode& node, const OperatorArguments& arguments) {
  auto materialize = std::make_unique<UpsertMaterialize>();
  SLUICE_TRY(materialize->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(materialize));
}

}  // namespace sluice::operators
