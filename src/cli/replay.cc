// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.h"

#include <arrow/record_batch.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "cli/connectors.h"
#include "cli/scratch_table.h"
#include "cli/script.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;

// Per split index the offset before which rows count; filled when the splits are known.
using Bounds = std::vector<int64_t>;

int64_t RowsBelow(const flow::Batch& batch, const Bounds& bounds) {
  const auto split = static_cast<size_t>(batch.origin.split);
  const int64_t rows = batch.rows->num_rows();
  if (batch.origin.split < 0 || split >= bounds.size()) return 0;
  int64_t low = 0;
  int64_t high = rows;  // offsets never go back within a batch
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (batch.origin.OffsetOfRow(middle) < bounds[split])
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Lets through what lies below the bounds, and counts it; without an inner writer it only counts.
class BoundedWriter : public flow::SinkWriter {
 public:
  BoundedWriter(std::unique_ptr<flow::SinkWriter> inner, const Bounds& bounds)
      : inner_(std::move(inner)), bounds_(bounds) {}

  Status Write(const flow::Batch& batch) override {
    const int64_t rows = RowsBelow(batch, bounds_);
    rows_ += rows;
    if (rows == 0 || inner_ == nullptr) return Status::Ok();
    flow::Batch below{batch.rows->Slice(0, rows), batch.origin};
    if (!below.origin.offsets.empty()) below.origin.offsets.resize(static_cast<size_t>(rows));
    return inner_->Write(below);
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t epoch) override {
    if (inner_ != nullptr) return inner_->Stage(epoch);
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return inner_ != nullptr ? inner_->memory_bytes() : 0; }

 private:
  std::unique_ptr<flow::SinkWriter> inner_;
  const Bounds& bounds_;
  int64_t rows_ = 0;
};

class BoundedSink : public flow::Sink {
 public:
  BoundedSink(std::string name, std::unique_ptr<flow::Sink> inner, const Bounds& bounds,
              int64_t* rows)
      : name_(std::move(name)), inner_(std::move(inner)), bounds_(bounds), rows_(*rows) {}

  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string& pipeline) override {
    return inner_ != nullptr ? inner_->Begin(pipeline) : flow::SinkState{};
  }
  bool durable() const override { return inner_ != nullptr && inner_->durable(); }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override {
    std::unique_ptr<flow::SinkWriter> writer;
    if (inner_ != nullptr) {
      SLUICE_ASSIGN(writer, inner_->OpenWriter(shard));
    }
    return std::unique_ptr<flow::SinkWriter>(new BoundedWriter(std::move(writer), bounds_));
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    for (const auto& part : commit.parts) report.rows += part->rows;
    rows_ += report.rows;
    if (inner_ != nullptr) return inner_->Commit(std::move(commit));
    return report;
  }

 private:
  std::string name_;
  std::unique_ptr<flow::Sink> inner_;
  const Bounds& bounds_;
  int64_t& rows_;
};

bool Writes(const plan::SinkNode& sink, const Table& table) {
  std::vector<std::string> wanted = table.identifier().namespace_levels;
  wanted.push_back(table.identifier().name);
  return sink.kind == plan::SinkNode::Kind::kCatalogTable && sink.identifier == wanted;
}

// The job of the script that writes the table.
Result<plan::JobGraph> JobOf(const plan::Outcome& outcome, const Table& table,
                             const std::string& pipeline) {
  for (const plan::JobGraph& job : outcome.jobs) {
    int sources = 0;
    bool writes = false;
    for (const plan::JobNode& node : job.nodes) {
      if (const auto* sink = std::get_if<plan::SinkNode>(&node.node))
        writes = writes || Writes(*sink, table);
      sources += std::holds_alternative<plan::SourceNode>(node.node) ? 1 : 0;
    }
    if (!writes) continue;
    if (job.name != pipeline) {
      return InvalidArgument("the script's pipeline is called '" + job.name +
                             "', the table was written by '" + pipeline + "'");
    }
    if (sources != 1)
      return Unsupported("a pipeline with several sources cannot be read again for verification");
    return job;
  }
  return NotFound("no INSERT of the script writes " + table.identifier().ToString());
}

Bounds BoundsOf(const runtime::Layout& layout, const flow::Position& position) {
  Bounds bounds;
  for (const auto& slot : layout.sources) {
    const auto source = position.sources.find(slot.name);
    for (const flow::Split& split : slot.splits) {
      int64_t bound = 0;
      if (source != position.sources.end()) {
        const auto at = source->second.splits.find(split.name);
        if (at != source->second.splits.end()) bound = at->second;
      }
      bounds.push_back(bound);
    }
  }
  return bounds;
}

}  // namespace

Result<ReplayReport> Replay(const std::string& script_file, const Table& table,
                            const std::string& pipeline, const flow::Position& position) {
  SLUICE_ASSIGN(const Script script, ReadScript({script_file, "", {}}));
  plan::Session session = MakeSession(script);
  const plan::Outcome outcome = session.Check(script.source);
  PrintDiagnostics(outcome, script.source);
  if (!outcome.ok()) return InvalidArgument("the script has mistakes: " + script_file);
  SLUICE_ASSIGN(plan::JobGraph job, JobOf(outcome, table, pipeline));

  constexpr char kReplayed[] = "rows";
  SLUICE_ASSIGN(const auto scratch, ScratchTables::Make());
  SLUICE_ASSIGN(Table replayed, scratch->CreateLike(table, kReplayed));

  Bounds bounds;
  ReplayReport report;
  int64_t ignored = 0;
  runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session));
  connections.open_sink = [&](const plan::JobGraph&, const plan::JobNode& node,
                              const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
    std::unique_ptr<flow::Sink> inner;
    const bool ours = Writes(std::get<plan::SinkNode>(node.node), table);
    if (ours) {
      SLUICE_ASSIGN(inner, scratch->OpenSink(node, kReplayed));
    }
    return std::unique_ptr<flow::Sink>(
        new BoundedSink(node.name, std::move(inner), bounds, ours ? &report.rows : &ignored));
  };
  connections.open_dead_letters =
      [&](const plan::JobGraph&,
          const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
    return std::unique_ptr<flow::Sink>(
        new BoundedSink("dead letters", nullptr, bounds, &report.dead_letters));
  };
  SLUICE_ASSIGN(runtime::RunOptions options, runtime::RunOptions::FromSettings(job.settings));
  options.once = true;
  options.dead_letters = runtime::DeadLetterPolicy::kTable;
  SLUICE_ASSIGN(auto run, runtime::Pipeline::Open(std::move(job), options, std::move(connections),
                                                  [](const runtime::Progress&) {}));
  bounds = BoundsOf(run->layout(), position);
  SLUICE_ASSIGN(const runtime::Progress totals, run->Run());
  report.records = totals.total_rows;
  SLUICE_TRY(replayed.Refresh());
  SLUICE_ASSIGN(const TableDifference difference, CompareTables(replayed, table, 0));
  report.missing = difference.missing;
  report.doubled = difference.doubled;
  report.foreign = difference.foreign;
  return report;
}

}  // namespace sluice::cli
