// SPDX-License-Identifier: Apache-2.0
// The first or the last row per key, by event or processing time, as Flink's deduplicate functions:
//   processing time   first: later rows are dropped; last: each row updates, unless it is equal
//   event time        last: a row of a later or equal time updates. first: an earlier row updates;
//                     or (at_watermark) each key's row is given once, when the watermark passes it
// Of several changes of a key in one batch the last one is given.
#pragma once

#include <memory>

#include "flow/operator.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeDeduplicate(const plan::DeduplicateNode& node,
                                                        const OperatorArguments& arguments);

}  // namespace sluice::operators
