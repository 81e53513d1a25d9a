// SPDX-License-Identifier: Apache-2.0
// ORDER BY on streams: by a time attribute (and more), rows in order as the watermark passes them;
// and of a bounded input, all rows at its end.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeTemporalSort(const plan::TemporalSortNode& node,
                                                         const OperatorArguments& arguments);
Result<std::unique_ptr<flow::Operator>> MakeSort(const plan::SortNode& node,
                                                 const OperatorArguments& arguments);

}  // namespace sluice::operators
