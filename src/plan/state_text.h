// SPDX-License-Identifier: Apache-2.0
// What state an operator keeps, in words, and whether it is bounded: for EXPLAIN and for warnings.
#pragma once

#include <string>

#include "plan/job_graph.h"

namespace sluice::plan {

struct StateNote {
  std::string kept;    // "one entry per group"
  std::string bound;   // why it does not grow for ever, or how it does
  bool grows = false;  // it does, for as long as the input does
};

/// Empty texts for a node that keeps none.
StateNote StateOf(const JobNode& node);

/// All sources of the job come to an end.
bool IsBounded(const JobGraph& job);

}  // namespace sluice::plan
