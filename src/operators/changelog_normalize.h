// SPDX-License-Identifier: Apache-2.0
// Operators that put changelogs in order, per key: ChangelogNormalize makes a full changelog from
// upserts (and drops what changes nothing); UpsertMaterialize, before a sink whose primary key is
// not the key of its input, gives the row that came last of those that are still there.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeChangelogNormalize(
    const plan::ChangelogNormalizeNode& node, const OperatorArguments& arguments);
Result<std::unique_ptr<flow::Operator>> MakeUpsertMaterialize(
    const plan::UpsertMaterializeNode& node, const OperatorArguments& arguments);

}  // namespace sluice::operators
