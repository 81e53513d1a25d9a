// SPDX-License-Identifier: Apache-2.0
// Runs Flink's own streaming programs (programs.jsonl, SOURCE.md) and compares changelogs:
//   flink_programs FILE [--only ID] [--mode whole|restart] [--batch-rows N] [--show] [--open FILE]
// Mode whole: all rows in one bounded run. Mode restart: the first rows, a checkpoint, a new
// pipeline that goes on from it with the other rows.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "flink_programs/values_connector.h"
#include "io/clock.h"
#include "operators/operators.h"
#include "plan/session.h"
#include "runtime/pipeline.h"
#include "sql/diagnostics.h"

namespace sluice::flink_programs {
namespace {

using Json = nlohmann::json;

struct Options {
  std::string file, only, open, mode = "whole", batch_rows = "1";
  bool show = false;
};

class FalseClock : public io::Clock {
 public:
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicNs() override { return now_ms_ * 1'000'000; }
  void SleepMs(int64_t delay_ms) override { now_ms_ += delay_ms; }

 private:
  int64_t now_ms_ = 1'600'000'000'000;
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

std::string ScriptOf(const Json& program, const Options& options) {
  std::string script;
  for (const auto& [key, value] : program.at("config").items()) {
    script += "SET '" + key + "' = '" + value.get<std::string>() + "';\n";
  }
  script +=
      "SET 'sluice.batch-rows' = '" + options.batch_rows + "';\nSET 'parallelism.default' = '1';\n";
  for (const char* kind : {"sources", "sinks"}) {
    for (const Json& table : program.at(kind)) script += CreateText(table);
  }
  for (const Json& statement : program.at("statements")) {
    script += statement.get<std::string>();
    if (script.find_last_not_of(" \n") == std::string::npos || script.back() != ';') script += ";";
    script += "\n";
  }
  return script;
}

/// What one run of a program is.
struct Phase {
  bool with_rest = true;  // the rows after the restart are there
  bool ends = true;       // input ends; else it is stopped with its state kept
};

class Runner {
 public:
  Runner(const Json& program, const Options& options) : program_(program), options_(options) {
    folder_ =
        std::filesystem::temp_directory_path() / ("sluice-programs-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    for (const Json& table : program.at("sources")) {
      World::Input& input = world_.inputs[table.at("name")];
      for (const Json& row : table.at("rows")) input.rows.push_back(row);
      first_[table.at("name")] = input.rows.size();
      for (const Json& row : table.at("rows_after_restart")) input.rows.push_back(row);
    }
  }
  ~Runner() { std::filesystem::remove_all(folder_); }

  Status Run(const Phase& phase) {
    for (auto& [name, input] : world_.inputs) {
      input.available = phase.with_rest ? input.rows.size() : first_[name];
      input.bounded = phase.ends;
    }
    plan::SessionOptions session_options;
    session_options.connectors.connectors.push_back(ValuesDescription());
    session_options.settings["execution.checkpointing.dir"] = folder_.string();
    plan::Session session(std::move(session_options));
    const sql::Source source{"program.sql", ScriptOf(program_, options_)};
    plan::Outcome outcome = session.Run(source);
    if (!outcome.ok()) return InvalidArgument(sql::Render(outcome.diagnostics, source, false));
    for (plan::JobGraph& job : outcome.jobs) SLUICE_TRY(RunJob(std::move(job), !phase.ends));
    return {};
  }

  World& world() { return world_; }

 private:
  Status RunJob(plan::JobGraph job, bool stop) {
    SLUICE_ASSIGN(runtime::RunOptions run, runtime::RunOptions::FromSettings(job.settings));
    run.once = stop;
    FalseClock clock;
    runtime::Connections connections =
        runtime::DefaultConnections([](const std::string&) { return nullptr; });
    connections.clock = &clock;
    connections.stop_requests = [] { return 0; };
    connections.open_source = [this](const plan::JobGraph& graph, const plan::JobNode& node,
                                     const runtime::RunOptions& options) {
      if (std::holds_alternative<plan::ValuesNode>(node.node)) {
        return runtime::DefaultConnections([](const std::string&) { return nullptr; })
            .open_source(graph, node, options);
      }
      const auto& source = std::get<plan::SourceNode>(node.node);
      return OpenValues(&world_, source.table, source.projection);
    };
    connections.make_operator = [this, made = connections.make_operator](
                                    const plan::JobGraph& graph, const plan::JobNode& node,
                                    const std::vector<flow::Schema>& inputs,
                                    const runtime::ShardPlace& place) {
      if (!std::holds_alternative<plan::LookupJoinNode>(node.node)) {
        return made(graph, node, inputs, place);
      }
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
    SLUICE_ASSIGN(auto pipeline,
                  runtime::Pipeline::Open(std::move(job), run, connections, nullptr));
    SLUICE_ASSIGN(const auto progress, pipeline->RunOnThisThread());
    (void)progress;
    return {};
  }

  const Json& program_;
  const Options& options_;
  std::filesystem::path folder_;
  std::map<std::string, size_t> first_;
  World world_;
};

std::vector<std::string> Texts(const Json& lines) {
  return lines.get<std::vector<std::string>>();
}

/// The rows that remain of a changelog: by key where the sink has one.
std::vector<std::string> Fold(const std::vector<std::string>& lines) {
  std::vector<std::string> rows;
  for (const std::string& line : lines) {
    const std::string row = line.substr(2);
    if (line[0] == '+') {
      rows.push_back(row);
      continue;
    }
    const auto found = std::find(rows.begin(), rows.end(), row);
    if (found != rows.end()) rows.erase(found);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "      " + line + "\n";
  return text;
}

/// Empty when equal, else the difference.
std::string Compare(const Json& program, const Json& sink, std::vector<std::string> expected,
                    std::vector<std::string> got) {
  if (!sink.value("changelog", true)) {
    expected = Fold(expected);
    got = Fold(got);
  } else if (program.value("order", "any") == "any") {
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
  }
  if (expected == got) return "";
  return "    expected:\n" + Joined(expected) + "    got:\n" + Joined(got);
}

std::string CompareAll(const Json& program, World& world, bool with_rest) {
  std::string difference;
  for (const Json& sink : program.at("sinks")) {
    std::vector<std::string> expected = Texts(sink.at("expected"));
    if (with_rest) {
      for (const std::string& line : Texts(sink.at("expected_after_restart")))
        expected.push_back(line);
    }
    difference += Compare(program, sink, expected, world.outputs[sink.at("name")]);
  }
  return difference;
}

bool HasRest(const Json& program) {
  const auto& sources = program.at("sources");
  return std::any_of(sources.begin(), sources.end(),
                     [](const Json& source) { return !source.at("rows_after_restart").empty(); });
}

std::string RunProgram(const Json& program, const Options& options) {
  Runner runner(program, options);
  if (options.mode == "restart") {
    if (auto status = runner.Run({.with_rest = false, .ends = false}); !status.ok()) {
      return status.error().text + "\n";
    }
    // A program without rows for afterwards was run in one piece: its rows come at the end of
    // input.
    std::string difference;
    if (HasRest(program)) difference = CompareAll(program, runner.world(), false);
    if (!difference.empty()) return "    before the restart\n" + difference;
  }
  if (auto status = runner.Run({}); !status.ok()) return status.error().text + "\n";
  return CompareAll(program, runner.world(), true);
}

std::optional<Options> Parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    const bool more = i + 1 < count;
    if (word == "--show") {
      options.show = true;
    } else if (word == "--open" && more) {
      options.open = arguments[++i];
    } else if (word == "--only" && more) {
      options.only = arguments[++i];
    } else if (word == "--mode" && more) {
      options.mode = arguments[++i];
    } else if (word == "--batch-rows" && more) {
      options.batch_rows = arguments[++i];
    } else if (options.file.empty() && !word.starts_with("-")) {
      options.file = word;
    } else {
      return std::nullopt;
    }
  }
  if (options.file.empty()) return std::nullopt;
  return options;
}

/// Programs that are known not to pass, and why: "ID  reason" a line.
std::map<std::string, std::string> ReadOpen(const std::string& path) {
  std::map<std::string, std::string> open;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t end = line.find("  ");
    if (end != std::string::npos) open[line.substr(0, end)] = line.substr(end + 2);
  }
  return open;
}

int Main(int count, char** arguments) {
  const auto options = Parse(count, arguments);
  if (!options) {
    std::fprintf(
        stderr,
        "flink_programs FILE [--only TEXT] [--mode whole|restart] [--batch-rows N] [--show]\n");
    return 2;
  }
  std::ifstream file(options->file);
  const auto open = ReadOpen(options->open);
  int passed = 0, failed = 0, skipped = 0;
  for (std::string line; std::getline(file, line);) {
    const Json program = Json::parse(line);
    const std::string id = program.at("id");
    if (!options->only.empty() && id.find(options->only) == std::string::npos) continue;
    if (const auto found = open.find(id); found != open.end()) {
      ++skipped;
      std::printf("skip  %s: %s\n", id.c_str(), found->second.c_str());
      continue;
    }
    if (options->show) std::printf("%s\n", ScriptOf(program, *options).c_str());
    const std::string difference = RunProgram(program, *options);
    if (difference.empty()) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAIL  %s\n%s", id.c_str(), difference.c_str());
    }
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace sluice::flink_programs

int main(int count, char** arguments) {
  return sluice::flink_programs::Main(count, arguments);
}
