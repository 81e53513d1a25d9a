// SPDX-License-Identifier: Apache-2.0
// Top-N and deduplication within windows: rows wait until the watermark closes their window, then
// those of the wanted ranks are given. Rows of closed windows are late.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeWindowRank(const plan::WindowRankNode& node,
                                                       const OperatorArguments& arguments);

}  // namespace sluice::operators
