// SPDX-License-Identifier: Apache-2.0
#include "cli/job_runner.h"

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.h"
#include "cli/batch_check.h"
#include "cli/connectors.h"
#include "cli/exit_code.h"
#include "cli/job_control.h"
#include "cli/job_registry.h"
#include "cli/script.h"
#include "io/clock.h"
#include "io/process.h"
#include "io/thread.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

constexpr int64_t kWatchMs = 20;
constexpr int64_t kRegistryTurns = 15;  // of the watch: jobs that end sooner leave no trace

// One job on its way. `result` is written by its thread before `ended` is set.
struct Run {
  std::unique_ptr<runtime::Pipeline> pipeline;
  Result<runtime::Progress> result = runtime::Progress{};
  std::atomic<bool> ended{false};
  // In the registry, for STOP JOB; `order` is written before `asked` is set.
  std::string id, name;
  bool is_query = false;  // a SELECT of the script
  bool registered = false;
  runtime::StopOrder order;
  std::atomic<bool> asked{false};
};

bool IsQuery(const plan::JobGraph& job) {
  for (const plan::JobNode& node : job.nodes) {
    const auto* sink = std::get_if<plan::SinkNode>(&node.node);
    if (sink != nullptr && sink->connector == "print" && sink->table.name == "select") return true;
  }
  return false;
}

class JobRunner {
 public:
  JobRunner(plan::Session& session, bool once, JobDisplay& display, BatchCheck* check)
      : session_(session), once_(once), display_(display), check_(check) {}

  // All jobs are opened before one starts: a mistake in the second leaves nothing half done.
  Status Open(const std::vector<plan::JobGraph>& jobs) {
    for (const plan::JobGraph& job : jobs) {
      SLUICE_ASSIGN(runtime::RunOptions options, runtime::RunOptions::FromSettings(job.settings));
      options.once = once_;
      if (!registry_) registry_.emplace(RegistryOf(job.settings));
      runtime::Connections connections = runtime::DefaultConnections(CatalogsOf(session_));
      auto run = std::make_unique<Run>();
      run->name = job.name;
      run->is_query = IsQuery(job);
      connections.stop_requests = [this, run = run.get()] {
        return failed_ || run->asked ? 1 : io::StopRequests();
      };
      if (check_ != nullptr) connections = check_->Watch(job, std::move(connections));
      SLUICE_ASSIGN(run->pipeline,
                    runtime::Pipeline::Open(
                        job, std::move(options), std::move(connections),
                        [this](const runtime::Progress& progress) { display_.Show(progress); }));
      if (check_ != nullptr) check_->Began(job, run->pipeline->layout());
      run->pipeline->SetStopOrder([run = run.get()] { return run->order; });
      runs_.push_back(std::move(run));
    }
    return {};
  }

  // The first stop drains the jobs (they ask themselves); the second ends the process here and now:
  // what is not committed is read again at the next start.
  int RunAll() {
    io::EndAtStop(2, kExitStopped);
    std::vector<std::unique_ptr<io::Thread>> threads;
    for (auto& run : runs_) {
      if (run->is_query) continue;
      threads.push_back(io::StartThread("job", [this, run = run.get()] { RunOne(run); }));
    }
    // What SELECTs print is told apart by its order: one after another, as they are written.
    threads.push_back(io::StartThread("queries", [this] {
      for (auto& run : runs_) {
        if (run->is_query) RunOne(run.get());
      }
    }));
    Watch();
    for (auto& thread : threads) thread->Join();
    int exit_code = kExitOk;
    for (const auto& run : runs_) {
      if (run->result.ok() && check_ != nullptr) check_->Ended(run->name, run->pipeline->layout());
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

  // Waits for the jobs.
  void Watch() {
    bool said = false;
    for (int64_t turn = 0;; ++turn) {
      bool all_ended = true;
      for (const auto& run : runs_) all_ended = all_ended && run->ended;
      if (all_ended || turn % kRegistryTurns == kRegistryTurns - 1) TendRegistry();
      if (all_ended) return;
      if (io::StopRequests() > 0 && !std::exchange(said, true)) {
        display_.Note("stopping: committing what was read (again to stop at once)");
      }
      io::RealClock().SleepMs(kWatchMs);
    }
  }

  // Jobs that run for a while can be seen and stopped by other processes. It helps to operate them:
  // where the folder cannot be written they run all the same.
  void TendRegistry() {
    for (const auto& run : runs_) {
      if (run->ended && !run->registered) continue;
      if (run->ended) {
        std::optional<JobEnd> end;
        if (run->asked) end = EndOf(*run);
        registry_->Deregister(run->id, end);
        run->registered = false;
      } else if (!run->registered) {
        if (registry_failed_) continue;
        run->id = JobRegistry::NewId();
        const auto status = registry_->Register({.id = run->id,
                                                 .name = run->name,
                                                 .process = io::ThisProcess(),
                                                 .started_ms = io::RealClock().NowMs()});
        registry_failed_ = !status.ok();
        run->registered = status.ok();
        if (!status.ok()) {
          log::Warn("jobs cannot be registered: SHOW JOBS and STOP JOB will not find them",
                    {{"error", status.error().ToString()}});
        }
      } else if (!run->asked) {
        if (auto order = registry_->Asked(run->id)) {
          run->order = *std::move(order);
          run->asked = true;
        }
      }
    }
  }

  static JobEnd EndOf(const Run& run) {
    JobEnd end;
    end.ok = run.result.ok();
    if (end.ok) {
      end.savepoint = run.result->savepoint;
    } else {
      end.error = run.result.error().ToString();
    }
    return end;
  }

  plan::Session& session_;
  const bool once_;
  std::optional<JobRegistry> registry_;
  bool registry_failed_ = false;
  JobDisplay& display_;
  BatchCheck* const check_;
  std::vector<std::unique_ptr<Run>> runs_;
  std::atomic<bool> failed_{false};
};

}  // namespace

int RunJobs(const std::vector<plan::JobGraph>& jobs, plan::Session& session, bool once,
            JobDisplay& display, BatchCheck* check) {
  JobRunner runner(session, once, display, check);
  if (auto status = runner.Open(jobs); !status.ok()) {
    PrintError(status.error());
    return ExitCodeOf(status.error());
  }
  return runner.RunAll();
}

}  // namespace sluice::cli
