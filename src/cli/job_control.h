// SPDX-License-Identifier: Apache-2.0
// SHOW JOBS and STOP JOB: what another process of this machine runs.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "base/text_table.h"
#include "cli/job_registry.h"
#include "plan/session.h"

namespace sluice::cli {

/// The registry that settings name (kJobsDirectorySetting).
JobRegistry RegistryOf(const std::map<std::string, std::string>& settings);

/// "job id", "job name", "status", "start time", as Flink's SHOW JOBS.
Result<TextTable> ListJobs(JobRegistry& registry);
/// Stops a job and waits for its end. A table "savepoint path" WITH SAVEPOINT; without: no columns.
Result<TextTable> StopJobNow(JobRegistry& registry, const plan::StopJob& stop,
                             const std::map<std::string, std::string>& settings);

}  // namespace sluice::cli
