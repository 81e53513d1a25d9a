// SPDX-License-Identifier: Apache-2.0
// Joins of two changelogs without bound in time. Gives what Flink's StreamingJoinOperator and
// StreamingSemiAntiJoinOperator give, row for row:
//   inner        each pair with the kind of the row that came
//   outer        +I and -D; a row's first match takes its NULL-padded row back first (-D, +I), its
//                last match that goes gives it again (-D, +I)
//   semi, anti   rows of the left side, when the number of their matches leaves or reaches zero
// A NULL key matches nothing, unless the key is null_safe.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeRegularJoin(const plan::RegularJoinNode& node,
                                                        const OperatorArguments& arguments);

/// NOT IN: keeps a left row unless the condition is true or unknown for some right row. All rows of
/// both inputs must be on one shard.
Result<std::unique_ptr<flow::Operator>> MakeNullAwareAntiJoin(const plan::RegularJoinNode& node,
                                                              const OperatorArguments& arguments);

}  // namespace sluice::operators
