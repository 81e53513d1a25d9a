// SPDX-License-Identifier: Apache-2.0
#include "cli/job_runner.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <utility>

#include "cli/connectors.h"
#include "cli/exit_code.h"
#include "cli/script.h"
#include "io/clock.h"
#include "io/thread.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

constexpr int64_t kWatchMs = 20;

// One job on its way. `result` is written by its thread before `ended` is set.
struct Run {
  std::unique_ptr<runtime::Pipeline> pipeline;
  Result<runtime::Progress> result = runtime::Progress{};
  std::atomic<bool> ended{false};
};

class JobRunner {
 public:
  JobRunner(plan::Session& session, bool once, JobDisplay& display)
      : session_(session), once_(once), display_(display) {}

  // All jobs are opened before one starts: a mistake in the second leaves nothing half done.
  Status Open(std::vector<plan::JobGraph> jobs) {
    for (plan::JobGraph& job : jobs) {
      SLUICE_ASSIGN(runtime::RunOptions options, runtime::RunOptions::FromSettings(job.settings));
      options.once = once_;
      runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session_));
      connections.stop_requests = [this] { return failed_ ? 1 : io::StopRequests(); };
      auto run = std::make_unique<Run>();
      SLUICE_ASSIGN(run->pipeline,
                    runtime::Pipeline::Open(
                        std::move(job), std::move(options), std::move(connections),
                        [this](const runtime::Progress& progress) { display_.Show(progress); }));
      runs_.push_back(std::move(run));
    }
    return {};
  }

  int RunAll() {
    std::vector<std::unique_ptr<io::Thread>> threads;
    for (auto& run : runs_) {
      threads.push_back(io::StartThread("job", [this, run = run.get()] { RunOne(run); }));
    }
    Watch();
    for (auto& thread : threads) thread->Join();
    int exit_code = kExitOk;
    for (const auto& run : runs_) {
      if (run->result.ok()) continue;
      PrintError(run->result.error());
      exit_code = kExitRunFailed;
    }
    return exit_code;
  }

 private:
  void RunOne(Run* run) {
    run->result = run->pipeline->Run();
    if (run->result.ok()) {
      display_.End(*run->result);
    } else {
      failed_ = true;
    }
    run->ended = true;
  }

  // Waits for the jobs. The first stop drains them (they ask themselves); the second ends the
  // process here and now: what is not committed is read again at the next start.
  void Watch() {
    bool said = false;
    for (;;) {
      bool all_ended = true;
      for (const auto& run : runs_) all_ended = all_ended && run->ended;
      if (all_ended) return;
      const int stops = io::StopRequests();
      if (stops >= 2) std::_Exit(kExitStopped);
      if (stops == 1 && !std::exchange(said, true)) {
        display_.Note("stopping: committing what was read (again to stop at once)");
      }
      io::RealClock().SleepMs(kWatchMs);
    }
  }

  plan::Session& session_;
  const bool once_;
  JobDisplay& display_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::atomic<bool> failed_{false};
};

}  // namespace

int RunJobs(std::vector<plan::JobGraph> jobs, plan::Session& session, bool once,
            JobDisplay& display) {
  JobRunner runner(session, once, display);
  if (auto status = runner.Open(std::move(jobs)); !status.ok()) {
    PrintError(status.error());
    return ExitCodeOf(status.error());
  }
  return runner.RunAll();
}

}  // namespace sluice::cli
