// SPDX-License-Identifier: Apache-2.0
// The order of the rewrites.
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {

Status OptimizeSink(LogicalNodePtr* root, ExpressionPool* pool, const OptimizeOptions& options) {
  SLUICE_TRY(RewriteSetOperations(root));
  SLUICE_TRY(AddNormalize(root, options.events_duplicate));
  PushBelowUnions(root);
  MergeCalcs(root, pool);
  FoldConstants(root, options.context);
  PushFilters(root, pool);
  MakeJoinKeys(root, pool);
  DropWatermarks(root);
  MergeCalcs(root, pool);
  PushFilters(root, pool);  // past watermarks that are gone
  PushBelowUnions(root);
  MergeCalcs(root, pool);
  FoldConstants(root, options.context);
  ComputeValues(root, pool);
  FoldConstants(root, options.context);  // the values that came of it
  return {};
}

void OptimizePlan(LogicalPlan* plan, ExpressionPool* pool, const OptimizeOptions& options) {
  UseKnownValues(plan, pool, options.context);
  ShareNodes(plan, pool);
  PruneColumns(plan, pool);
  RemoveCalcs(plan);
  if (options.distinct_buckets > 0) SplitDistinct(plan, pool, options.distinct_buckets);
  ShareNodes(plan, pool);
  if (options.push_conditions) PushConditions(plan);
}

}  // namespace sluice::plan
