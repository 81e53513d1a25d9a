// SPDX-License-Identifier: Apache-2.0
// The order of the rewrites.
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {

void Optimize(LogicalPlan* plan, ExpressionPool* pool, const functions::EvalContext& context) {
  for (LogicalSink& sink : plan->sinks) {
    PushBelowUnions(&sink.input);
    MergeCalcs(&sink.input, pool);
    FoldConstants(&sink.input, context);
    ComputeValues(&sink.input, pool);
    FoldConstants(&sink.input, context);  // the values that came of it
  }
  ShareSources(plan);
  PruneColumns(plan, pool);
}

}  // namespace sluice::plan
