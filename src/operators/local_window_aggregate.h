// SPDX-License-Identifier: Apache-2.0
// The first of two phases of an aggregate per window that has no groups, on the shard where rows
// come in: it folds the rows of a batch by slice of the window, so that not all rows of a job meet
// on one shard but one per slice and batch. Gives the time of a row of the slice and, in a BYTES
// column, what the calls hold of its rows; WindowAggregate merges it. It keeps nothing: rows that
// are late when they come here stay apart, so that WindowAggregate drops and counts each of them.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeLocalWindowAggregate(
    const plan::LocalWindowAggregateNode& node, const OperatorArguments& arguments);

}  // namespace sluice::operators
