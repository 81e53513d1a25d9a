// SPDX-License-Identifier: Apache-2.0
// Joins rows of two inputs that carry the same window, when the watermark closes it. Rows of closed
// windows are late.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeWindowJoin(const plan::WindowJoinNode& node,
                                                       const OperatorArguments& arguments);

}  // namespace sluice::operators
