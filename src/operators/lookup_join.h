// SPDX-License-Identifier: Apache-2.0
// left JOIN table FOR SYSTEM_TIME AS OF left.proctime: asks the table (flow/lookup.h) for the keys
// of a whole batch at once, each different key once, and waits for the answer, or (the hint says
// so) goes on meanwhile: async_lookup_join.h. Keeps no state.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeLookupJoin(const plan::LookupJoinNode& node,
                                                       const OperatorArguments& arguments);

}  // namespace sluice::operators
