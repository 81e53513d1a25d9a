// SPDX-License-Identifier: Apache-2.0
// A lookup join that asks and goes on: the batches it took wait here for their answers, at most
// `capacity` questions at once, and leave in their order, or (unordered) as they are answered.
//
//   Process --> [ batch: questions ][ batch ][ watermark ][ batch ] --TakeAnswers--> rows
//
//   - Rows leave behind the watermark they came behind, and before the next one, in both orders.
//   - The keys of a batch are divided into several questions where several are worked on at once.
//   - A question that is not answered in time, or ends with an error, ends the pipeline: what waits
//     here is read again after a restart, because no barrier has passed it.
#pragma once

#include <functional>
#include <memory>

#include "flow/lookup_requests.h"
#include "flow/operator.h"
#include "io/clock.h"
#include "operators/operators.h"
#include "plan/job_graph.h"

namespace sluice::operators {

/// What it reaches outside; tests bring their own.
struct AsyncLookupEdges {
  /// So many questions side by side at most.
  std::function<Result<std::unique_ptr<flow::LookupRequests>>(int side_by_side_max)> ask;
  io::Clock* clock = nullptr;
};

/// The hint says so.
bool IsAsync(const plan::LookupJoinNode& node);
/// Of node.options: 'output-mode', 'capacity' and 'timeout', as the planner completed them.
Result<std::unique_ptr<flow::Operator>> MakeAsyncLookupJoin(const plan::LookupJoinNode& node,
                                                            const OperatorArguments& arguments,
                                                            const AsyncLookupEdges& edges);

}  // namespace sluice::operators
