// SPDX-License-Identifier: Apache-2.0
#include "cli/batch_check.h"

#include <cstdio>
#include <set>
#include <utility>
#include <variant>

#include "cli/connectors.h"
#include "cli/ranged_source.h"
#include "cli/scratch_table.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;

constexpr int64_t kSamplesMax = 10;  // of each side
constexpr char kMode[] = "execution.runtime-mode";

bool IsTable(const plan::SinkNode& sink) {
  return sink.kind == plan::SinkNode::Kind::kCatalogTable;
}

Result<Table> OpenTable(const plan::SinkNode& sink, plan::Session& session) {
  tables::Catalog* const catalog = CatalogsOf(session)(sink.catalog);
  if (catalog == nullptr) return Internal("catalog '" + sink.catalog + "' is not open");
  std::vector<std::string> levels = sink.identifier;
  const std::string name = levels.back();
  levels.pop_back();
  return Table::Load({catalog, &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()},
                     {std::move(levels), name});
}

bool Report(const std::string& job, const std::string& sink, int64_t differing,
            const std::string& lines) {
  if (differing == 0) {
    std::printf("batch check of %s: %s holds what a batch gives\n", job.c_str(), sink.c_str());
  } else {
    std::printf("batch check of %s: %s DIFFERS (- a batch gives, + it holds)\n%s", job.c_str(),
                sink.c_str(), lines.c_str());
  }
  std::fflush(stdout);
  return differing == 0;
}

}  // namespace

runtime::Connections BatchCheck::Watch(const plan::JobGraph& job,
                                       runtime::Connections connections) {
  Watched& watched = jobs_[job.name];
  connections.open_sink =
      [&watched, make = connections.open_sink](
          const plan::JobGraph& graph, const plan::JobNode& node,
          const runtime::RunOptions& options) -> Result<std::unique_ptr<flow::Sink>> {
    SLUICE_ASSIGN(auto sink, make(graph, node, options));
    const auto& planned = std::get<plan::SinkNode>(node.node);
    if (IsTable(planned)) return sink;
    auto& rows = watched.rows[planned.table.name];
    rows = std::make_unique<CapturedRows>(node);
    rows->ForgetChanges();
    return MakeCapturingSink(planned.table.name, rows.get(), std::move(sink));
  };
  return connections;
}

void BatchCheck::Began(const plan::JobGraph& job, const runtime::Layout& layout) {
  Watched& watched = jobs_[job.name];
  watched.anew = !layout.resumed_at.has_value();
  for (const runtime::SinkSlot& slot : layout.sinks) watched.anew &= !slot.recorded.exists;
}

void BatchCheck::Ended(const std::string& job, const runtime::Layout& layout) {
  Watched& watched = jobs_[job];
  if (layout.resumed_at) watched.end = *layout.resumed_at;
  for (const runtime::SinkSlot& slot : layout.sinks) {
    auto merged = flow::Merge(watched.end, slot.recorded.position);
    if (merged.ok()) watched.end = *std::move(merged);
  }
}

Result<bool> BatchCheck::CompareJob(const plan::JobGraph& batch, Watched& watched,
                                    plan::Session& session) {
  SLUICE_ASSIGN(const auto scratch, ScratchTables::Make());
  SLUICE_ASSIGN(const auto options, scratch->OptionsOf(batch));
  struct Pair {
    std::string name;
    Table made, recorded;
  };
  std::vector<Pair> tables;
  std::map<std::string, std::unique_ptr<CapturedRows>> rows;
  runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session));
  CutSources(watched.end, &connections);
  connections.open_sink = [&](const plan::JobGraph&, const plan::JobNode& node,
                              const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
    const auto& planned = std::get<plan::SinkNode>(node.node);
    if (!IsTable(planned)) {
      auto& captured = rows[planned.table.name];
      captured = std::make_unique<CapturedRows>(node);
      captured->ForgetChanges();
      return MakeCapturingSink(planned.table.name, captured.get());
    }
    const std::string name = "t" + std::to_string(tables.size());
    SLUICE_ASSIGN(Table recorded, OpenTable(planned, session));
    SLUICE_ASSIGN(Table made, scratch->CreateLike(recorded, name));
    tables.push_back({planned.table.name, std::move(made), std::move(recorded)});
    return scratch->OpenSink(node, name);
  };
  connections.stop_requests = [] { return 0; };
  SLUICE_ASSIGN(const auto pipeline,
                runtime::Pipeline::Open(batch, options, std::move(connections), nullptr));
  if (auto ran = pipeline->Run(); !ran.ok()) return std::move(ran).error();
  bool same = true;
  for (Pair& pair : tables) {
    SLUICE_TRY(pair.made.Refresh());
    SLUICE_ASSIGN(const auto apart, CompareTables(pair.made, pair.recorded, kSamplesMax));
    std::string lines;
    for (const std::string& sample : apart.samples) lines += sample + "\n";
    same &= Report(batch.name, pair.name, apart.missing + apart.doubled + apart.foreign, lines);
  }
  for (const auto& [name, made] : rows) {
    const auto held = watched.rows.find(name);
    if (!watched.anew || held == watched.rows.end()) {
      std::printf("batch check of %s: %s is not compared, since the job did not begin anew\n",
                  batch.name.c_str(), name.c_str());
      continue;
    }
    const std::string lines = DifferenceOf(made->Fold(), held->second->Fold());
    same &= Report(batch.name, name, static_cast<int64_t>(lines.size()), lines);
  }
  return same;
}

Result<bool> BatchCheck::Compare(plan::Session& session) {
  Script script = script_;
  script.settings[kMode] = "batch";
  plan::Session batch = MakeSession(script);
  const plan::Outcome outcome = batch.Check(script.source);
  if (!outcome.ok()) {
    PrintDiagnostics(outcome, script.source);
    return Unsupported("the script does not run as a batch, so that there is nothing to compare");
  }
  bool same = true;
  for (const plan::JobGraph& job : outcome.jobs) {
    const auto watched = jobs_.find(job.name);
    const auto mode = job.settings.find(kMode);
    if (mode == job.settings.end() || mode->second != "batch") {
      return InvalidArgument(
          "--check-against-batch chooses 'execution.runtime-mode' itself: the "
          "script must not SET it");
    }
    if (watched == jobs_.end()) return Internal("a batch of a job that did not run: " + job.name);
    SLUICE_ASSIGN(const bool job_same, CompareJob(job, watched->second, session));
    same &= job_same;
  }
  return same;
}

}  // namespace sluice::cli
