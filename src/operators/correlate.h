// SPDX-License-Identifier: Apache-2.0
// UNNEST: each row of the input with each element of an ARRAY, MAP (key, value) or MULTISET of it;
// elements that are ROWs give a column for each field. WITH ORDINALITY adds their number, from 1.
// A left join keeps rows without elements, padded with NULL.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeCorrelate(const plan::CorrelateNode& node,
                                                      const OperatorArguments& arguments);

}  // namespace sluice::operators
