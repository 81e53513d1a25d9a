// SPDX-License-Identifier: Apache-2.0
#include "cli/captured_rows.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "arrow/record_batch.h"
#include "sinks/print/sink.h"
#include "sinks/undurable.h"

namespace sluice::cli {
namespace {

constexpr int64_t kLinesMax = 20;  // of each side of a difference

class CapturingWriter : public flow::SinkWriter {
 public:
  CapturingWriter(CapturedRows* rows, std::unique_ptr<flow::SinkWriter> inner)
      : captured_(rows), inner_(std::move(inner)) {}

  Status Write(const flow::Batch& batch) override {
    captured_->Add(batch);
    rows_ += batch.rows->num_rows();
    return inner_ == nullptr ? Status::Ok() : inner_->Write(batch);
  }
  Status OnWatermark(int64_t watermark_ms) override {
    return inner_ == nullptr ? Status::Ok() : inner_->OnWatermark(watermark_ms);
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t epoch) override {
    if (inner_ != nullptr) return inner_->Stage(epoch);
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return inner_ == nullptr ? 0 : inner_->memory_bytes(); }

 private:
  CapturedRows* const captured_;
  const std::unique_ptr<flow::SinkWriter> inner_;
  int64_t rows_ = 0;
};

class CapturingSink : public sinks::UndurableSink {
 public:
  CapturingSink(std::string name, CapturedRows* rows)
      : UndurableSink(std::move(name)), rows_(rows) {}
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<CapturingWriter>(rows_, nullptr));
  }

 private:
  CapturedRows* const rows_;
};

// Everything but the rows is the inner sink's.
class Tee : public flow::Sink {
 public:
  Tee(CapturedRows* rows, std::unique_ptr<flow::Sink> inner)
      : rows_(rows), inner_(std::move(inner)) {}
  const std::string& name() const override { return inner_->name(); }
  Result<flow::SinkState> Begin(const std::string& pipeline) override {
    return inner_->Begin(pipeline);
  }
  bool durable() const override { return inner_->durable(); }
  bool lasting() const override { return inner_->lasting(); }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override {
    SLUICE_ASSIGN(auto writer, inner_->OpenWriter(shard));
    return std::unique_ptr<flow::SinkWriter>(
        std::make_unique<CapturingWriter>(rows_, std::move(writer)));
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    return inner_->Commit(std::move(commit));
  }
  Result<std::optional<std::string>> EncodePart(const flow::StagedPart& part) const override {
    return inner_->EncodePart(part);
  }
  Result<std::unique_ptr<flow::StagedPart>> DecodePart(std::string_view bytes) const override {
    return inner_->DecodePart(bytes);
  }

 private:
  CapturedRows* const rows_;
  const std::unique_ptr<flow::Sink> inner_;
};

void AppendLines(const FoldedRows& more, const FoldedRows& less, const char* sign,
                 std::string* out) {
  int64_t lines = 0;
  for (const auto& [row, count] : more) {
    const auto other = less.find(row);
    int64_t left = count - (other == less.end() ? 0 : other->second);
    for (; left > 0; --left) {
      if (++lines <= kLinesMax) *out += std::string(sign) + row + "\n";
    }
  }
  if (lines > kLinesMax) {
    *out += std::string(sign) + "... " + std::to_string(lines - kLinesMax) + " more\n";
  }
}

}  // namespace

CapturedRows::CapturedRows(const plan::JobNode& node) : schema_(node.output) {
  if (node.changelog.update_before || !node.changelog.update_after) return;
  const auto* sink = std::get_if<plan::SinkNode>(&node.node);
  if (sink == nullptr) return;
  for (const std::string& column : sink->table.primary_key) {
    for (int i = 0; i < schema_.size(); ++i) {
      if (schema_.fields[static_cast<size_t>(i)].name == column) key_.push_back(i);
    }
  }
}

void CapturedRows::Add(const flow::Batch& batch) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<arrow::RecordBatch> keys;
  if (!key_.empty()) {
    if (auto selected = batch.rows->SelectColumns(key_); selected.ok()) keys = *selected;
  }
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const flow::RowKind kind = batch.KindOf(row);
    std::string text;
    sinks::print::AppendRow(*batch.rows, row, kind, &text);
    const std::string values = text.substr(2);
    if (keys != nullptr) {
      std::string key;
      sinks::print::AppendRow(*keys, row, flow::RowKind::kInsert, &key);
      if (flow::IsAdding(kind)) {
        by_key_[key] = values;
      } else {
        by_key_.erase(key);
      }
    } else {
      const auto at = rows_.try_emplace(values, 0).first;
      at->second += flow::IsAdding(kind) ? 1 : -1;
      if (at->second == 0) rows_.erase(at);
    }
    if (keeps_changes_) changes_.push_back(std::move(text));
  }
}

FoldedRows CapturedRows::Fold() const {
  FoldedRows folded = rows_;
  for (const auto& [key, row] : by_key_) ++folded[row];
  return folded;
}

std::unique_ptr<flow::Sink> MakeCapturingSink(std::string name, CapturedRows* rows,
                                              std::unique_ptr<flow::Sink> inner) {
  if (inner != nullptr) return std::make_unique<Tee>(rows, std::move(inner));
  return std::make_unique<CapturingSink>(std::move(name), rows);
}

std::string DifferenceOf(const FoldedRows& wanted, const FoldedRows& found) {
  std::string out;
  AppendLines(wanted, found, "- ", &out);
  AppendLines(found, wanted, "+ ", &out);
  return out;
}

}  // namespace sluice::cli
