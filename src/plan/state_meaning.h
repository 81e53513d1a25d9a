// SPDX-License-Identifier: Apache-2.0
// The meaning of each node of a job as a hash: of its rows, and of each of its columns. It does not
// depend on names or on what the same rows are used for elsewhere, so that state that is kept under
// it is found again when unrelated parts of the SQL change. Of an operator that keeps whole rows
// their columns count too: it could not read rows that were kept with others.
#pragma once

#include <string>
#include <vector>

#include "plan/job_graph.h"

namespace sluice::plan {

/// Per node, 32 hexadecimal digits.
std::vector<std::string> MeaningsOf(const std::vector<JobNode>& nodes);

}  // namespace sluice::plan
