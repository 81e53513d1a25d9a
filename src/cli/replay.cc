// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "arrow/record_batch.h"
#include "cli/connectors.h"
#include "cli/ranged_source.h"
#include "cli/scratch_table.h"
#include "cli/script.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;

// Takes what the job makes beside the table.
class NowhereSink : public flow::Sink {
 public:
  explicit NowhereSink(std::string name) : name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string&) override { return flow::SinkState{}; }
  bool durable() const override { return false; }
  bool lasting() const override { return false; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<Writer>());
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit) override { return flow::CommitReport{}; }

 private:
  class Writer : public flow::SinkWriter {
    Status Write(const flow::Batch& batch) override {
      rows_ += batch.rows->num_rows();
      return {};
    }
    Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
      auto part = std::make_unique<flow::StagedPart>();
      part->rows = std::exchange(rows_, 0);
      return part;
    }
    int64_t memory_bytes() const override { return 0; }
    int64_t rows_ = 0;
  };
  std::string name_;
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
    const bool writes =
        std::any_of(job.nodes.begin(), job.nodes.end(), [&](const plan::JobNode& node) {
          const auto* sink = std::get_if<plan::SinkNode>(&node.node);
          return sink != nullptr && Writes(*sink, table);
        });
    if (!writes) continue;
    if (job.name != pipeline) {
      return InvalidArgument("the script's pipeline is called '" + job.name +
                             "', the table was written by '" + pipeline + "'");
    }
    if (job.stateful()) {
      return Unsupported(
          "a pipeline that keeps state is not read again record by record; `sluice run FILE --once "
          "--check-against-batch` compares what it wrote with a batch over the same range");
    }
    return job;
  }
  return NotFound("no INSERT of the script writes " + table.identifier().ToString());
}

// Every row that a table of ours holds.
int64_t RowsOf(const Table& table) {
  const auto* snapshot = table.metadata().current_snapshot();
  if (snapshot == nullptr) return 0;
  const auto total = snapshot->summary.find("total-records");
  return total == snapshot->summary.end() ? 0 : std::stoll(total->second);
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

  runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session));
  CutSources(position, &connections);
  connections.open_sink = [&](const plan::JobGraph&, const plan::JobNode& node,
                              const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
    if (Writes(std::get<plan::SinkNode>(node.node), table)) {
      return scratch->OpenSink(node, kReplayed);
    }
    return std::unique_ptr<flow::Sink>(std::make_unique<NowhereSink>(node.name));
  };
  SLUICE_ASSIGN(runtime::RunOptions options, scratch->OptionsOf(job));
  SLUICE_ASSIGN(auto run, runtime::Pipeline::Open(std::move(job), options, std::move(connections),
                                                  [](const runtime::Progress&) {}));
  SLUICE_ASSIGN(const runtime::Progress totals, run->Run());
  SLUICE_TRY(replayed.Refresh());
  ReplayReport report;
  report.records = totals.total_rows;
  report.rows = RowsOf(replayed);
  report.dead_letters = totals.total_dead_letters;
  SLUICE_ASSIGN(const TableDifference difference, CompareTables(replayed, table, 0));
  report.missing = difference.missing;
  report.doubled = difference.doubled;
  report.foreign = difference.foreign;
  return report;
}

}  // namespace sluice::cli
