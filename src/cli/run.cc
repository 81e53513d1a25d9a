// SPDX-License-Identifier: Apache-2.0
// `sluice run FILE.sql`: a script in the foreground, until its input ends or a signal stops it.
#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <variant>

#include "cli/batch_check.h"
#include "cli/exit_code.h"
#include "cli/job_control.h"
#include "cli/job_display.h"
#include "cli/job_runner.h"
#include "cli/verbs.h"
#include "io/process.h"
#include "io/thread.h"

namespace sluice::cli {
namespace {

struct RunArguments {
  ScriptArguments script;
  bool once = false;
  bool force = false;
  bool check_against_batch = false;
  std::string savepoint_dir, from_savepoint;
};

// What the flags say, as the settings that they stand for.
void ApplyFlags(const RunArguments& arguments, Script* script) {
  auto& settings = script->settings;
  if (arguments.force) settings["execution.state-recovery.ignore-unclaimed-state"] = "true";
  if (!arguments.savepoint_dir.empty()) {
    settings["execution.checkpointing.savepoint-dir"] = arguments.savepoint_dir;
  }
  if (!arguments.from_savepoint.empty()) {
    settings["execution.state-recovery.path"] = arguments.from_savepoint;
  }
}

// Rows on stdout and progress on stdout would be torn apart by whoever reads them.
bool PrintsRows(const std::vector<plan::JobGraph>& jobs) {
  for (const plan::JobGraph& job : jobs) {
    for (const plan::JobNode& node : job.nodes) {
      const auto* sink = std::get_if<plan::SinkNode>(&node.node);
      if (sink != nullptr && sink->connector == "print") return true;
    }
  }
  return false;
}

// SHOW JOBS and STOP JOB, which are about jobs of other processes.
Status ControlJobs(const plan::StatementResult& result) {
  JobRegistry registry = RegistryOf(result.settings);
  const bool show = result.kind == plan::StatementResult::Kind::kShowJobs;
  SLUICE_ASSIGN(const TextTable table,
                show ? ListJobs(registry) : StopJobNow(registry, result.stop, result.settings));
  constexpr int kPathWidth = 400;
  std::fputs(table.columns.empty() ? "OK\n" : RenderBox(table, kPathWidth).c_str(), stdout);
  return {};
}

Status PrintResults(const plan::Outcome& outcome) {
  for (const plan::StatementResult& result : outcome.results) {
    if (result.kind == plan::StatementResult::Kind::kShowJobs ||
        result.kind == plan::StatementResult::Kind::kStopJob) {
      SLUICE_TRY(ControlJobs(result));
    }
    if (result.kind == plan::StatementResult::Kind::kTable) {
      std::fputs(RenderBox(result.table).c_str(), stdout);
    } else if (result.kind == plan::StatementResult::Kind::kText) {
      std::printf("%s\n", result.text.c_str());
    }
  }
  std::fflush(stdout);
  return {};
}

}  // namespace

int RunScript(const Script& script, bool once, bool check_against_batch) {
  io::InstallStopSignals();
  io::EndAtStop(1, kExitOk);  // until there is something to drain
  plan::Session session = MakeSession(script);
  plan::Outcome outcome = session.Run(script.source);
  PrintDiagnostics(outcome, script.source);
  if (!outcome.ok()) return kExitConfiguration;
  if (auto status = PrintResults(outcome); !status.ok()) {
    PrintError(status.error());
    return ExitCodeOf(status.error());
  }
  if (outcome.jobs.empty()) return kExitOk;
  const bool rows_on_stdout = PrintsRows(outcome.jobs);
  std::FILE* out = rows_on_stdout ? stderr : stdout;
  const int descriptor = rows_on_stdout ? 2 : 1;
  JobDisplay display(out, io::IsTerminal(descriptor), io::TerminalColumns(descriptor));
  if (!check_against_batch) return RunJobs(outcome.jobs, session, once, display);
  BatchCheck check(script);
  const int code = RunJobs(outcome.jobs, session, once, display, &check);
  if (code != kExitOk) return code;
  auto same = check.Compare(session);
  if (same.ok()) return *same ? kExitOk : kExitRunFailed;
  const Error error = std::move(same).error().With("batch check");
  PrintError(error);
  return ExitCodeOf(error);
}

void DefineRun(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* verb = app.add_subcommand("run", "Run a script: streams in, tables out");
  AddScriptArguments(*verb, &arguments->script);
  verb->add_flag("--once", arguments->once, "Read what is there now, commit it, and end");
  verb->add_option("--savepoint-dir", arguments->savepoint_dir,
                   "Write a savepoint into this directory when it is stopped")
      ->type_name("DIR");
  verb->add_option("--from-savepoint", arguments->from_savepoint, "Begin with this savepoint")
      ->type_name("DIR");
  verb->add_flag("--force", arguments->force,
                 "When the plan has changed, begin with the state that still maps");
  verb->add_flag("--check-against-batch", arguments->check_against_batch,
                 "When it has ended, read the same range as a batch, and compare what sinks hold");
  verb->footer(
      "Progress is a live line on a terminal, otherwise one JSON object per commit on stdout (on\n"
      "stderr where a print table writes its rows to stdout). Ctrl-C commits what was read and "
      "ends.\n"
      "Started again, the same script goes on where its tables stand.\n"
      "Example:  sluice run orders.sql --once -D execution.checkpointing.interval='1 s'");
  verb->callback([arguments, action] {
    *action = [arguments] {
      auto script = ReadScript(arguments->script);
      if (!script.ok()) {
        PrintError(script.error());
        return kExitUsage;
      }
      ApplyFlags(*arguments, &*script);
      return RunScript(*script, arguments->once, arguments->check_against_batch);
    };
  });
}

}  // namespace sluice::cli
