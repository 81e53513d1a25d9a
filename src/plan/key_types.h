// SPDX-License-Identifier: Apache-2.0
// What the keys of a join are encoded as, so that equal keys of both sides have equal bytes and
// live on the same shard. The exchanges in front of a join and the join itself use the same types.
#pragma once

#include <vector>

#include "base/result.h"
#include "flow/type.h"
#include "plan/job_graph.h"

namespace sluice::plan {

/// One type for each key, nullable: the longer text, the finer timestamp, the wider decimal of the
/// same scale. kInternal for a pair of types that the planner should have cast.
Result<std::vector<flow::TypePtr>> JoinKeyTypes(const flow::Schema& left, const flow::Schema& right,
                                                const std::vector<EquiKey>& keys);

}  // namespace sluice::plan
