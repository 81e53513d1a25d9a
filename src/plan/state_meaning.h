// SPDX-License-Identifier: Apache-2.0
// The meaning of each node of a job as a hash: of its rows, and of each of its columns. It does not
// depend on names, on positions of columns, or on what other readers of a node ask for, so that
// state that is kept under it is found again when unrelated parts of the SQL change.
#pragma once

#include <string>
#include <vector>

#include "plan/job_graph.h"

namespace sluice::plan {

/// Per node, 32 hexadecimal digits.
std::vector<std::string> MeaningsOf(const std::vector<JobNode>& nodes);

}  // namespace sluice::plan
