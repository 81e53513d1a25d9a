// SPDX-License-Identifier: Apache-2.0
// A job node as one line in the look of Flink's plans: "GroupAggregate(groupBy=[a], select=[a,
// COUNT(*) AS n])". For EXPLAIN and for messages.
#pragma once

#include <string>
#include <vector>

#include "plan/job_graph.h"

namespace sluice::plan {

/// `nodes` holds the node's inputs at their ids.
std::string NodeText(const std::vector<JobNode>& nodes, const JobNode& node);
/// "I,UB,UA,D"
std::string ChangelogText(const flow::ChangelogMode& mode);

}  // namespace sluice::plan
