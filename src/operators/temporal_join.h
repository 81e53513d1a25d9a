// SPDX-License-Identifier: Apache-2.0
// left JOIN right FOR SYSTEM_TIME AS OF left.time: each left row with the version of the right row
// that was valid at its time. By event time left rows wait for the watermark, and of the versions
// before it the last one of each key is kept; by processing time the last version is.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeTemporalJoin(const plan::TemporalJoinNode& node,
                                                         const OperatorArguments& arguments);

}  // namespace sluice::operators
