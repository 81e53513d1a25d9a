// SPDX-License-Identifier: Apache-2.0
// Runs the jobs of a script at the same time (its SELECTs one after another), each with its own
// coordinator, until all have ended or one has failed; then the others drain and commit. One stop
// signal drains all; a second one ends the process at once.
#pragma once

#include <vector>

#include "cli/job_display.h"
#include "plan/job_graph.h"
#include "plan/session.h"

namespace sluice::cli {

class BatchCheck;

/// Runs all jobs; shows errors on stderr. The exit code. `check`: watches them; may be null.
int RunJobs(const std::vector<plan::JobGraph>& jobs, plan::Session& session, bool once,
            JobDisplay& display, BatchCheck* check = nullptr);

}  // namespace sluice::cli
