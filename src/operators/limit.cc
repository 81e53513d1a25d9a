// SPDX-License-Identifier: Apache-2.0
#include "operators/limit.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

class Limit : public flow::Operator {
 public:
  Limit(const plan::LimitNode& node, const flow::Schema& schema)
      : node_(node), schema_(schema), arrow_schema_(schema.ToArrow()) {}

  const flow::Schema& schema() const override { return schema_; }
  bool stateful() const override { return true; }
  Status Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                 std::vector<flow::Batch>* out) override {
    const int64_t rows = batch.rows->num_rows();
    const int64_t first = std::clamp<int64_t>(node_.offset - seen_, 0, rows);
    const int64_t last = std::clamp<int64_t>(node_.offset + node_.limit - seen_, first, rows);
    if (seen_ < node_.offset + node_.limit) {
      seen_ += rows;
      changed_ = true;
    }
    if (first == last) return Status::Ok();
    const auto slice = batch.rows->Slice(first, last - first);
    flow::Batch given;
    given.rows = MakeBatch(arrow_schema_, last - first, slice->columns());
    out->push_back(std::move(given));
    return Status::Ok();
  }
  // All rows are on the shard that owns key group 0.
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    if (!full && !changed_) return Status::Ok();
    changed_ = false;
    if (seen_ == 0) return Status::Ok();
    const std::string_view value(reinterpret_cast<const char*>(&seen_), sizeof(seen_));
    return writer->Put({.table = 0, .group = 0, .key = "seen", .value = value});
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entry.value.size() != sizeof(seen_)) return Corrupt("the state of a LIMIT is cut off");
    std::memcpy(&seen_, entry.value.data(), sizeof(seen_));
    return Status::Ok();
  }

 private:
  plan::LimitNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t seen_ = 0;
  bool changed_ = false;
};

class DropUpdateBefore : public flow::Operator {
 public:
  explicit DropUpdateBefore(const flow::Schema& schema) : schema_(schema) {}

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                 std::vector<flow::Batch>* out) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    const auto dropped = [](flow::RowKind kind) { return kind == flow::RowKind::kUpdateBefore; };
    if (std::none_of(batch.kinds.begin(), batch.kinds.end(), dropped)) {
      out->push_back(batch);
      return Status::Ok();
    }
    std::vector<int32_t> rows;
    flow::Batch kept;
    kept.origin.split = batch.origin.split;
    for (size_t row = 0; row < batch.kinds.size(); ++row) {
      if (dropped(batch.kinds[row])) continue;
      rows.push_back(static_cast<int32_t>(row));
      kept.kinds.push_back(batch.kinds[row]);
      if (batch.origin.split >= 0) {
        kept.origin.offsets.push_back(batch.origin.OffsetOfRow(static_cast<int64_t>(row)));
      }
    }
    if (rows.empty()) return Status::Ok();
    SLUICE_ASSIGN(kept.rows, TakeRows(*batch.rows, rows));
    out->push_back(std::move(kept));
    return Status::Ok();
  }

 private:
  flow::Schema schema_;
};

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeLimit(const plan::LimitNode& node,
                                                  const OperatorArguments& arguments) {
  return std::unique_ptr<flow::Operator>(std::make_unique<Limit>(node, arguments.output));
}

Result<std::unique_ptr<flow::Operator>> MakeDropUpdateBefore(
    const plan::DropUpdateBeforeNode& /*node*/, const OperatorArguments& arguments) {
  return std::unique_ptr<flow::Operator>(std::make_unique<DropUpdateBefore>(arguments.output));
}

}  // namespace sluice::operators
