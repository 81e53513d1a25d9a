// SPDX-License-Identifier: Apache-2.0
// MATCH_RECOGNIZE, with the semantics of Flink's CEP: rows of a partition in order of time; partial
// matches go on row by row; of matches that are complete the one that began first is given, when no
// partial match began before it, and AFTER MATCH SKIP takes away what overlaps it. WITHIN ends
// partial matches that take too long.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeMatch(const plan::MatchNode& node,
                                                  const OperatorArguments& arguments);

}  // namespace sluice::operators
