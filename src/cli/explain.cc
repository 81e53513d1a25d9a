// SPDX-License-Identifier: Apache-2.0
// `sluice explain FILE.sql`: the plan of every job of a script.
#include "plan/explain.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/exit_code.h"
#include "cli/script.h"
#include "cli/verbs.h"

namespace sluice::cli {
namespace {

int ExplainScript(const ScriptArguments& arguments) {
  auto script = ReadScript(arguments);
  if (!script.ok()) {
    PrintError(script.error());
    return kExitUsage;
  }
  plan::Session session = MakeSession(*script);
  const plan::Outcome outcome = session.Check(script->source);
  PrintDiagnostics(outcome, script->source);
  if (!outcome.ok()) return kExitConfiguration;
  for (const plan::JobGraph& job : outcome.jobs) {
    std::printf("== %s ==\n%s\n", job.name.c_str(), plan::Explain(job).c_str());
  }
  return kExitOk;
}

}  // namespace

void DefineExplain(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<ScriptArguments>();
  CLI::App* verb = app.add_subcommand("explain", "Show the plan of a script");
  AddScriptArguments(*verb, arguments.get());
  verb->footer("Example:  sluice explain orders.sql");
  verb->callback(
      [arguments, action] { *action = [arguments] { return ExplainScript(*arguments); }; });
}

}  // namespace sluice::cli
