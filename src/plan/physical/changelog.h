// SPDX-License-Identifier: Apache-2.0
// Which kinds of changes flow where, by Flink's rules (FlinkChangelogModeInferenceProgram): the
// kinds that each node gives are known when it is planned; here it is checked that their readers
// take them, and decided, from the sinks upwards, which nodes must give the row before an update.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "plan/job_graph.h"
#include "plan/physical/traits.h"
#include "sql/bound.h"

namespace sluice::plan {

/// What the sink of a table takes.
flow::ChangelogMode SinkMode(const sql::BoundTable& target);
/// May a sink take what node `input` gives? The error is in Flink's words; its `where` is a hint.
Status CheckSink(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits, int input,
                 const sql::BoundTable& target);
/// The same for the operators from `first` on.
Status CheckOperators(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits,
                      size_t first);

/// Sets JobNode::changelog and emit_update_before, and puts DropUpdateBefore nodes where a reader
/// takes upserts of a node that gives full updates. The nodes stay in topological order.
void InferChangelogs(std::vector<JobNode>* nodes, const std::vector<Traits>& traits);

}  // namespace sluice::plan
