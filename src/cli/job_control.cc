// SPDX-License-Identifier: Apache-2.0
#include "cli/job_control.h"

#include "io/file_system.h"
#include "tables/iceberg/value.h"

namespace sluice::cli {
namespace {

// A job that has much to commit takes its time; who waits for it longer than this is told so.
constexpr int64_t kStopTimeoutMs = 600'000;
constexpr char kDefaultSavepoints[] = "sluice_data/savepoints";

std::string Setting(const std::map<std::string, std::string>& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

std::string TimeText(int64_t ms) {
  using namespace tables::iceberg;
  return ToText(Type::Simple(TypeKind::kTimestamp), Value(ms * 1000));
}

// Where the savepoint goes: as this session says, or the default. The job may run elsewhere.
Result<std::string> SavepointDirectory(const std::map<std::string, std::string>& settings) {
  std::string directory = Setting(settings, "execution.checkpointing.savepoint-dir");
  if (directory.empty()) directory = Setting(settings, "state.savepoints.dir");
  if (directory.empty()) directory = kDefaultSavepoints;
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(directory));
  return io::AbsolutePath(path);
}

}  // namespace

JobRegistry RegistryOf(const std::map<std::string, std::string>& settings) {
  const std::string directory = Setting(settings, kJobsDirectorySetting);
  return {&io::RealFileSystem(), directory.empty() ? kDefaultJobsDirectory : directory};
}

Result<TextTable> ListJobs(JobRegistry& registry) {
  TextTable table{{"job id", "job name", "status", "start time"}, {}, {}};
  SLUICE_ASSIGN(const auto jobs, registry.List());
  for (const RegisteredJob& job : jobs) {
    table.rows.push_back(
        {job.id, job.name, job.running ? "RUNNING" : "FAILED", TimeText(job.started_ms)});
  }
  return table;
}

Result<TextTable> StopJobNow(JobRegistry& registry, const plan::StopJob& stop,
                             const std::map<std::string, std::string>& settings) {
  SLUICE_ASSIGN(const RegisteredJob job, registry.Find(stop.job));
  runtime::StopOrder order;
  order.drain = stop.drain;
  if (stop.savepoint) {
    SLUICE_ASSIGN(order.savepoint_dir, SavepointDirectory(settings));
  }
  SLUICE_ASSIGN(const JobEnd end, registry.Stop(job, order, kStopTimeoutMs));
  if (!end.ok) return IoError("job " + job.id + " failed when it was stopped: " + end.error);
  TextTable table;
  if (!stop.savepoint) return table;
  if (end.savepoint.empty()) {
    return InvalidArgument("job " + job.id +
                           " is stopped; it keeps no state beside its tables, "
                           "so that there is nothing to save: its script goes on where they stand");
  }
  table.columns = {"savepoint path"};
  table.rows.push_back({end.savepoint});
  return table;
}

}  // namespace sluice::cli
