// SPDX-License-Identifier: Apache-2.0
// Runs scripts over tables given in memory: a JSON object a line on stdin, one a line on stdout.
//   {"script": "CREATE TABLE ...; INSERT ...", "tables": {"t": {"rows": [["+I", 1]], "splits":
//   [0]}},
//    "runs": [{"batch": 1, "random": false, "shards": 1, "stop_at": 0.5, "seed": 7,
//              "one_split": true, "settings": {}}]}
//   -> {"runs": [{"sinks": {"s": {"rows": [[1]], "problem": "", "changes": 1}}, "spilled_bytes":
//   0} | {"error": "..."}]}
// stop_at: first that part of each table, a checkpoint, and a new pipeline that goes on with all.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>

#include "differential/memory_tables.h"
#include "io/clock.h"
#include "plan/session.h"
#include "runtime/pipeline.h"
#include "sql/diagnostics.h"

namespace sluice::differential {
namespace {

using Json = nlohmann::json;

class FalseClock : public io::Clock {
 public:
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicNs() override { return now_ms_ * 1'000'000; }
  void SleepMs(int64_t delay_ms) override { now_ms_ += delay_ms; }

 private:
  int64_t now_ms_ = 1'600'000'000'000;
};

// In memory where there is such a place: a snapshot waits for its disk.
std::filesystem::path StateFolder() {
  std::error_code none;
  const std::filesystem::path memory = "/dev/shm";
  const auto place =
      std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path();
  return place / ("sluice-differential-" + std::to_string(getpid()));
}

class Runner {
 public:
  explicit Runner(const Json& request)
      : script_(request.at("script").get<std::string>()), folder_(StateFolder()) {
    for (const auto& [name, table] : request.at("tables").items()) {
      world_.inputs[name] = {table.at("rows"), table.at("splits").get<std::vector<int>>()};
    }
  }
  ~Runner() { std::filesystem::remove_all(folder_); }

  Json Run(const Json& run) {
    world_.outputs.clear();
    spilled_bytes_ = 0;
    std::filesystem::remove_all(folder_);
    const double stop_at = run.value("stop_at", 0.0);
    Status status;
    if (stop_at > 0) status = Phase(run, stop_at);
    if (status.ok()) status = Phase(run, 1);
    if (!status.ok()) return {{"error", status.error().text}};
    Json sinks = Json::object();
    for (const auto& [name, output] : world_.outputs) {
      sinks[name] = {
          {"rows", output.Rows()}, {"problem", output.problem}, {"changes", output.changes}};
    }
    return {{"sinks", std::move(sinks)}, {"spilled_bytes", spilled_bytes_}};
  }

 private:
  Status Phase(const Json& run, double part) {
    const bool ends = part >= 1;
    const int shards =
        ends ? run.value("shards", 1) : run.value("shards_before", run.value("shards", 1));
    Reading& reading = world_.reading;
    reading.batch_rows = run.value("batch", 1000);
    reading.random_sizes = run.value("random", false);
    reading.one_split = run.value("one_split", true);
    reading.seed = run.value("seed", uint64_t{0});
    reading.part = part;
    reading.bounded = ends;
    plan::SessionOptions options;
    options.connectors.connectors.push_back(MemoryDescription());
    options.settings["execution.checkpointing.dir"] = folder_.string();
    options.settings["parallelism.default"] = std::to_string(shards);
    const Json settings = run.value("settings", Json::object());
    for (const auto& [key, value] : settings.items()) {
      options.settings[key] = value.get<std::string>();
    }
    plan::Session session(std::move(options));
    const sql::Source source{"differential.sql", script_};
    plan::Outcome outcome = session.Run(source);
    if (!outcome.ok()) return InvalidArgument(sql::Render(outcome.diagnostics, source, false));
    for (plan::JobGraph& job : outcome.jobs) SLUICE_TRY(RunJob(std::move(job), !ends, shards));
    return {};
  }

  Status RunJob(plan::JobGraph job, bool stop, int shards) {
    SLUICE_ASSIGN(runtime::RunOptions options, runtime::RunOptions::FromSettings(job.settings));
    options.once = stop;
    FalseClock clock;
    runtime::Connections connections =
        runtime::DefaultConnections([](const std::string&) { return nullptr; });
    connections.clock = &clock;
    connections.stop_requests = [] { return 0; };
    connections.open_source = [this, fallback = connections.open_source](
                                  const plan::JobGraph& graph, const plan::JobNode& node,
                                  const runtime::RunOptions& run) {
      if (std::holds_alternative<plan::ValuesNode>(node.node)) return fallback(graph, node, run);
      const auto& source = std::get<plan::SourceNode>(node.node);
      return OpenMemory(&world_, source.table, source.projection);
    };
    connections.open_sink = [this, shards](
                                const plan::JobGraph&, const plan::JobNode& node,
                                const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
      auto sink = OpenFold(&world_, std::get<plan::SinkNode>(node.node).table);
      world_.outputs[sink->name()].ordered = shards == 1;
      return sink;
    };
    SLUICE_ASSIGN(auto pipeline,
                  runtime::Pipeline::Open(std::move(job), options, connections, nullptr));
    SLUICE_ASSIGN(const auto progress, pipeline->RunOnThisThread());
    spilled_bytes_ += progress.spilled_bytes;
    return {};
  }

  const std::string script_;
  const std::filesystem::path folder_;
  World world_;
  int64_t spilled_bytes_ = 0;  // of a run
};

int Main() {
  for (std::string line; std::getline(std::cin, line);) {
    const Json request = Json::parse(line);
    Runner runner(request);
    Json runs = Json::array();
    for (const Json& run : request.at("runs")) runs.push_back(runner.Run(run));
    std::cout
        << Json({{"runs", std::move(runs)}}).dump(-1, ' ', false, Json::error_handler_t::replace)
        << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace sluice::differential

int main() {
  return sluice::differential::Main();
}
