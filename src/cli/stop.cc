// SPDX-License-Identifier: Apache-2.0
// `sluice stop [JOB]`: what STOP JOB does, for shells; without a job, which ones run.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/exit_code.h"
#include "cli/job_control.h"
#include "cli/output.h"
#include "cli/script.h"
#include "cli/verbs.h"

namespace sluice::cli {
namespace {

struct StopArguments {
  plan::StopJob stop;
  std::string savepoint_dir;
  std::string jobs_dir;
  OutputArguments output;
};

int Stop(const StopArguments& arguments) {
  std::map<std::string, std::string> settings;
  if (!arguments.jobs_dir.empty()) settings[kJobsDirectorySetting] = arguments.jobs_dir;
  if (!arguments.savepoint_dir.empty()) {
    settings["execution.checkpointing.savepoint-dir"] = arguments.savepoint_dir;
  }
  plan::StopJob stop = arguments.stop;
  stop.savepoint = stop.savepoint || stop.drain || !arguments.savepoint_dir.empty();
  JobRegistry registry = RegistryOf(settings);
  auto table = stop.job.empty() ? ListJobs(registry) : StopJobNow(registry, stop, settings);
  if (!table.ok()) {
    PrintError(table.error());
    return ExitCodeOf(table.error());
  }
  if (!table->columns.empty()) Print(*table, arguments.output, 400);
  return kExitOk;
}

}  // namespace

void DefineStop(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<StopArguments>();
  CLI::App* verb = app.add_subcommand("stop", "Stop a running job, with a savepoint if asked");
  verb->add_option("JOB", arguments->stop.job, "Its id, or its name; without it: list the jobs");
  verb->add_flag("--savepoint", arguments->stop.savepoint, "Write a savepoint");
  verb->add_option("--savepoint-dir", arguments->savepoint_dir,
                   "Where, if not sluice_data/savepoints")
      ->type_name("DIR");
  verb->add_flag("--drain", arguments->stop.drain,
                 "Let event time go to its end first: windows give what they have");
  verb->add_option("--jobs-dir", arguments->jobs_dir,
                   "Where jobs are registered, if not sluice_data/jobs")
      ->type_name("DIR");
  AddOutputArguments(*verb, &arguments->output);
  verb->footer(
      "It is the folder in which the job was started that knows it; run this there.\n"
      "Example:  sluice stop orders --savepoint   then:  sluice run orders.sql --from-savepoint "
      "PATH");
  verb->callback([arguments, action] { *action = [arguments] { return Stop(*arguments); }; });
}

}  // namespace sluice::cli
