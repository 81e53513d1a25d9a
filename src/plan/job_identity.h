// SPDX-License-Identifier: Apache-2.0
// What makes two plans the same: the fingerprint of a job, and the names under which operators keep
// their state. Both come from what is computed, not from where it stands in the plan.
#pragma once

#include <string>
#include <vector>

#include "plan/fingerprint.h"
#include "plan/job_graph.h"

namespace sluice::plan {

/// Changes when the SQL changes meaning.
std::string FingerprintOf(const JobGraph& job);
/// A table as far as it changes what its rows mean: not where reading starts, nor how fast it goes.
void AddTable(const flow::ConnectorTable& table, Fingerprint* print);
/// Sets JobNode::uid of the nodes that keep state.
void NameStates(std::vector<JobNode>* nodes);

}  // namespace sluice::plan
