// SPDX-License-Identifier: Apache-2.0
// `sluice check FILE.sql`: every mistake that can be found without running. Changes nothing.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <set>
#include <variant>

#include "cli/connectors.h"
#include "cli/exit_code.h"
#include "cli/script.h"
#include "cli/verbs.h"
#include "runtime/connections.h"
#include "runtime/run_options.h"

namespace sluice::cli {
namespace {

struct CheckArguments {
  ScriptArguments script;
  std::string target;
  bool connect = false;
};

// What Flink has under these names, with the same options.
bool FlinkHasConnector(const std::string& connector) {
  static const std::set<std::string> known = {"kafka",     "upsert-kafka", "datagen", "print",
                                              "blackhole", "filesystem",   "iceberg", "jdbc"};
  return known.contains(connector);
}

// What the plan needs and Flink lacks, one line each.
std::vector<std::string> FlinkDifferences(const plan::Outcome& outcome) {
  std::set<std::string> lines;
  for (const plan::JobGraph& job : outcome.jobs) {
    for (const plan::JobNode& node : job.nodes) {
      const auto* source = std::get_if<plan::SourceNode>(&node.node);
      if (source != nullptr && !FlinkHasConnector(source->connector)) {
        lines.insert("table " + source->table.name + ": Flink has no connector '" +
                     source->connector + "'");
      }
    }
  }
  return {lines.begin(), lines.end()};
}

Status CheckSettings(const plan::Outcome& outcome) {
  for (const plan::JobGraph& job : outcome.jobs) {
    SLUICE_TRY(runtime::RunOptions::FromSettings(job.settings));
  }
  return {};
}

// Opens every source of every job and asks for its splits.
Status Connect(const plan::Outcome& outcome, plan::Session& session) {
  const runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session));
  for (const plan::JobGraph& job : outcome.jobs) {
    SLUICE_ASSIGN(const auto options, runtime::RunOptions::FromSettings(job.settings));
    for (const plan::JobNode& node : job.nodes) {
      if (!std::holds_alternative<plan::SourceNode>(node.node)) continue;
      SLUICE_ASSIGN(const auto source, connections.open_source(job, node, options));
      SLUICE_ASSIGN(const auto splits, source->DiscoverSplits());
      std::printf("%s: reachable, %zu %s\n", node.name.c_str(), splits.size(),
                  splits.size() == 1 ? "split" : "splits");
    }
  }
  return {};
}

int Check(const CheckArguments& arguments) {
  auto script = ReadScript(arguments.script);
  if (!script.ok()) {
    PrintError(script.error());
    return kExitUsage;
  }
  plan::Session session = MakeSession(*script);
  const plan::Outcome outcome = session.Check(script->source);
  PrintDiagnostics(outcome, script->source);
  if (!outcome.ok()) return kExitConfiguration;
  if (const auto status = CheckSettings(outcome); !status.ok()) {
    PrintError(status.error());
    return kExitConfiguration;
  }
  bool fits = true;
  if (arguments.target == "flink") {
    for (const std::string& line : FlinkDifferences(outcome)) {
      std::fprintf(stderr, "flink: %s\n", line.c_str());
      fits = false;
    }
  }
  if (arguments.connect) {
    if (const auto status = Connect(outcome, session); !status.ok()) {
      PrintError(status.error());
      return kExitRunFailed;
    }
  }
  if (!fits) return kExitConfiguration;
  std::printf("%s: ok, %zu %s, %zu %s\n", script->source.name.c_str(), outcome.results.size(),
              outcome.results.size() == 1 ? "statement" : "statements", outcome.jobs.size(),
              outcome.jobs.size() == 1 ? "job" : "jobs");
  return kExitOk;
}

}  // namespace

void DefineCheck(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* verb = app.add_subcommand("check", "Find every mistake in a script without running it");
  AddScriptArguments(*verb, &arguments->script);
  verb->add_option("--target", arguments->target, "Also say what would not run there")
      ->check(CLI::IsMember({"flink"}));
  verb->add_flag("--connect", arguments->connect, "Also reach every source");
  verb->footer("Example:  sluice check orders.sql --target flink");
  verb->callback([arguments, action] { *action = [arguments] { return Check(*arguments); }; });
}

}  // namespace sluice::cli
