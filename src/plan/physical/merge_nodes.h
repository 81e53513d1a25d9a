// SPDX-License-Identifier: Apache-2.0
// Takes out of a job what planning operator by operator left behind: a calc right above a calc.
#pragma once

#include <vector>

#include "plan/expression_pool.h"
#include "plan/job_graph.h"
#include "plan/physical/traits.h"

namespace sluice::plan {

/// The nodes stay in topological order and get new ids; `traits` goes with them.
void MergeCalcNodes(std::vector<JobNode>* nodes, std::vector<Traits>* traits, ExpressionPool* pool);

}  // namespace sluice::plan
