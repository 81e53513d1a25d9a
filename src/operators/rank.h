// SPDX-License-Identifier: Apache-2.0
// Top-N: the rows whose ROW_NUMBER within their partition is between `from` and `to`. Gives what
// Flink's top-n functions give: without the rank as a column only rows that enter (+I) and leave
// (-D), +U for Top-1; with it, a row that moves is updated at each rank that it passes. Of several
// changes of a partition in one batch the net change is given.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeRank(const plan::RankNode& node,
                                                 const OperatorArguments& arguments);

}  // namespace sluice::operators
