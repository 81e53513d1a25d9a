// SPDX-License-Identifier: Apache-2.0
// From bound statements to the job graph that the runtime runs: logical plan, rewrites, physical
// plan, kinds of changes, names of state. Sources stand first, sinks last; two INSERTs into one
// table share its sink.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/job_graph.h"
#include "sql/bound.h"
#include "sql/diagnostics.h"

namespace sluice::plan {

/// `settings` go into the graph and name it (pipeline.name). What cannot run is reported at the
/// span of its statement; then there is no graph.
std::optional<JobGraph> BuildJob(std::vector<sql::BoundInsert> inserts,
                                 const std::map<std::string, std::string>& settings,
                                 sql::Diagnostics* diagnostics);
/// A SELECT at the top level, into a `print` sink.
std::optional<JobGraph> BuildQueryJob(sql::BoundQuery query,
                                      const std::map<std::string, std::string>& settings,
                                      sql::Diagnostics* diagnostics);

}  // namespace sluice::plan
