// SPDX-License-Identifier: Apache-2.0
// Joins rows whose times lie within an interval of each other. A row waits until no partner can
// come any more; of an outer join it is then given, padded with NULL, if it found none. So that
// these rows are not late downstream, the watermark is passed on with a delay.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeIntervalJoin(const plan::IntervalJoinNode& node,
                                                         const OperatorArguments& arguments);

}  // namespace sluice::operators
