// SPDX-License-Identifier: Apache-2.0
// Operators that pass rows on by counting or by kind alone: LIMIT over a stream that only adds
// rows, and the one that drops -U for readers of upserts.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeLimit(const plan::LimitNode& node,
                                                  const OperatorArguments& arguments);
Result<std::unique_ptr<flow::Operator>> MakeDropUpdateBefore(const plan::DropUpdateBeforeNode& node,
                                                             const OperatorArguments& arguments);

}  // namespace sluice::operators
