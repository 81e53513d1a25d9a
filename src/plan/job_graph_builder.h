// SPDX-License-Identifier: Apache-2.0
// An optimized logical plan as the job graph that the runtime runs: sources first, each once, then
// per sink its calcs and the sink itself. Two INSERTs into one table share its sink.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/job_graph.h"
#include "plan/logical_plan.h"
#include "sql/bound.h"

namespace sluice::plan {

/// Optimizes and builds. `settings` go into the graph and name it (pipeline.name).
JobGraph BuildJob(std::vector<sql::BoundInsert> inserts,
                  const std::map<std::string, std::string>& settings);
/// A SELECT at the top level, into a `print` sink.
JobGraph BuildQueryJob(sql::BoundQuery query, const std::map<std::string, std::string>& settings);

}  // namespace sluice::plan
