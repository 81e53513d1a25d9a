// SPDX-License-Identifier: Apache-2.0
// One program, run in pieces.
#include "flink_programs/program.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "io/clock.h"
#include "operators/operators.h"
#include "plan/session.h"
#include "runtime/pipeline.h"
#include "sql/diagnostics.h"

namespace sluice::flink_programs {
namespace {

using Json = nlohmann::json;

class FalseClock : public io::Clock {
 public:
  explicit FalseClock(int64_t now_ms) : now_ms_(now_ms) {}
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicNs() override { return now_ms_ * 1'000'000; }
  void SleepMs(int64_t delay_ms) override { now_ms_ += delay_ms; }

 private:
  int64_t now_ms_;
};

std::string OptionsText(const std::string& options) {
  const size_t at = options.find("changelog-mode=");
  if (at == std::string::npos) return "";
  std::string modes = options.substr(at + 15);
  const size_t end = std::min(modes.find(", "), modes.find('}'));
  return ", 'changelog-mode' = '" + modes.substr(0, end) + "'";
}

std::string CreateText(const Json& table) {
  std::string text = "CREATE TABLE `" + table.at("name").get<std::string>() + "` (\n  ";
  bool first = true;
  for (const Json& line : table.at("schema")) {
    if (!first) text += ",\n  ";
    text += line.get<std::string>();
    first = false;
  }
  text += "\n) ";
  const auto partitions = table.value("partitioned_by", std::vector<std::string>());
  for (size_t i = 0; i < partitions.size(); ++i) {
    text += (i == 0 ? "PARTITIONED BY (" : ", ") + partitions[i];
  }
  if (!partitions.empty()) text += ") ";
  return text + "WITH ('connector' = 'values'" + OptionsText(table.value("options", "")) + ");\n";
}

std::string SetText(const std::string& key, const std::string& value) {
  return "SET '" + key + "' = '" + value + "';\n";
}

}  // namespace

Program::Program(const Json& program, RunSettings settings)
    : program_(program), settings_(std::move(settings)) {
  // In memory where that can be: nobody here loses power, and syncs are most of the time.
  const bool in_memory = access("/dev/shm", W_OK) == 0;
  folder_ = (in_memory ? "/dev/shm" : std::filesystem::temp_directory_path()) /
            std::filesystem::path("sluice-programs-" + std::to_string(getpid()));
  std::filesystem::remove_all(folder_);
  for (const Json& table : program.at("sources")) {
    World::Input& input = world_.inputs[table.at("name")];
    for (const Json& row : table.at("rows")) input.rows.push_back(row);
    first_[table.at("name")] = input.rows.size();
    for (const Json& row : table.value("rows_after_restart", Json::array()))
      input.rows.push_back(row);
  }
}

Program::~Program() {
  std::filesystem::remove_all(folder_);
}

size_t Program::rows() const {
  size_t most = 0;
  for (const auto& [name, input] : world_.inputs) most = std::max(most, input.rows.size());
  return most;
}

std::string Program::Script(int shards) const {
  std::string script;
  for (const auto& [key, value] : settings_.settings) script += SetText(key, value);
  for (const auto& [key, value] : program_.at("config").items()) script += SetText(key, value);
  script += SetText("sluice.batch-rows", settings_.batch_rows) +
            SetText("parallelism.default", std::to_string(shards));
  for (const char* kind : {"sources", "sinks"}) {
    for (const Json& table : program_.at(kind)) script += CreateText(table);
  }
  for (const Json& statement : program_.at("statements")) {
    script += statement.get<std::string>();
    if (script.find_last_not_of(" \n") == std::string::npos || script.back() != ';') script += ";";
    script += "\n";
  }
  return script;
}

Status Program::Run(const Phase& phase) {
  for (auto& [name, input] : world_.inputs) {
    const size_t all = phase.after_rest ? input.rows.size() : first_[name];
    input.available = static_cast<size_t>(std::lround(static_cast<double>(all) * phase.part));
    input.bounded = phase.ends;
    input.fails = phase.crashes;
  }
  plan::SessionOptions session_options;
  session_options.connectors.connectors.push_back(ValuesDescription());
  session_options.settings["execution.checkpointing.dir"] = folder_.string();
  plan::Session session(std::move(session_options));
  const sql::Source source{"program.sql", Script(phase.shards)};
  plan::Outcome outcome = session.Run(source);
  if (!outcome.ok()) return InvalidArgument(sql::Render(outcome.diagnostics, source, false));
  for (plan::JobGraph& job : outcome.jobs) {
    Status status = RunJob(std::move(job), phase);
    if (status.ok() && phase.crashes) return Internal("it did not crash");
    if (!status.ok() && !(phase.crashes && status.error().text.find(kCrash) != std::string::npos))
      return status;
  }
  return {};
}

Status Program::RunJob(plan::JobGraph job, const Phase& phase) {
  SLUICE_ASSIGN(runtime::RunOptions run, runtime::RunOptions::FromSettings(job.settings));
  run.once = !phase.ends && !phase.crashes;
  if (phase.crashes) run.epoch_rows_max = 1;
  FalseClock clock(phase.start_ms);
  const auto no_catalog = [](const std::string&) { return nullptr; };
  runtime::Connections connections = runtime::DefaultConnections(no_catalog);
  connections.clock = &clock;
  connections.stop_requests = [] { return 0; };
  connections.open_source = [this, no_catalog](const plan::JobGraph& graph,
                                               const plan::JobNode& node,
                                               const runtime::RunOptions& options) {
    if (std::holds_alternative<plan::ValuesNode>(node.node))
      return runtime::DefaultConnections(no_catalog).open_source(graph, node, options);
    const auto& source = std::get<plan::SourceNode>(node.node);
    return OpenValues(&world_, source.table, source.projection);
  };
  connections.make_operator = [this, made = connections.make_operator](
                                  const plan::JobGraph& graph, const plan::JobNode& node,
                                  const std::vector<flow::Schema>& inputs,
                                  const runtime::ShardPlace& place) {
    if (!std::holds_alternative<plan::LookupJoinNode>(node.node))
      return made(graph, node, inputs, place);
    operators::OperatorOptions options;
    options.open_lookup = [this](const plan::LookupJoinNode& lookup) {
      return OpenLookup(&world_, lookup);
    };
    return operators::MakeOperator(node, inputs, options);
  };
  connections.open_sink = [this](
                              const plan::JobGraph&, const plan::JobNode& node,
                              const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
    return OpenCollector(&world_, std::get<plan::SinkNode>(node.node).table);
  };
  SLUICE_ASSIGN(auto pipeline, runtime::Pipeline::Open(std::move(job), run, connections, nullptr));
  SLUICE_ASSIGN(const auto progress, pipeline->RunOnThisThread());
  spilled_bytes_ += progress.spilled_bytes;
  return {};
}

}  // namespace sluice::flink_programs
