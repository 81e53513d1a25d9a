// SPDX-License-Identifier: Apache-2.0
// From an operator that leaves late rows out to the late table (SET 'sluice.late-rows').
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "flow/operator.h"
#include "plan/job_graph.h"

namespace sluice::runtime {

/// Gives `write` the rows that the operator of `node` leaves out, as rows of the late table.
/// `inputs`: what it reads.
Result<std::unique_ptr<flow::LateRows>> WriteLateRows(
    const plan::JobNode& node, const std::vector<flow::Schema>& inputs,
    std::function<Status(const flow::Batch&)> write);

}  // namespace sluice::runtime
