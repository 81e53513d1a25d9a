// SPDX-License-Identifier: Apache-2.0
// The rewrites of a logical plan. Each is one file and keeps the meaning of the plan. Those that
// take a root work on the tree of one sink; those that take a plan work on the DAG of all sinks.
#pragma once

#include "base/result.h"
#include "functions/registry.h"
#include "plan/expression_pool.h"
#include "plan/logical_plan.h"

namespace sluice::plan {

/// INTERSECT and EXCEPT become joins.
Status RewriteSetOperations(LogicalNodePtr* root);
/// Scans of changelogs that are not complete get a normalize node. Errors in Flink's words when the
/// table lacks a primary key.
Status AddNormalize(LogicalNodePtr* root, bool events_duplicate);
/// Calc over union becomes a union of calcs; unions of unions become one.
void PushBelowUnions(LogicalNodePtr* root);
/// Calc over calc becomes one: conditions are joined by AND, columns replaced by what they stand
/// for. Not where an output is random, or where the expressions would grow out of bounds.
void MergeCalcs(LogicalNodePtr* root, ExpressionPool* pool);
/// Constant expressions become literals; a condition that is TRUE goes away.
void FoldConstants(LogicalNodePtr* root, const functions::EvalContext& context);
/// Calc over constant rows becomes constant rows.
void ComputeValues(LogicalNodePtr* root, ExpressionPool* pool);
/// Conditions move towards the sources.
void PushFilters(LogicalNodePtr* root, ExpressionPool* pool);
/// Both sides of an equality in a join become columns.
void MakeJoinKeys(LogicalNodePtr* root, ExpressionPool* pool);
/// Watermarks that nothing waits for go away.
void DropWatermarks(LogicalNodePtr* root);

/// Columns that a condition equates with a constant are that constant in the outputs beside it, and
/// branches of CASE that are never taken go away. Not in plans that keep state.
void UseKnownValues(LogicalPlan* plan, ExpressionPool* pool, const functions::EvalContext& context);

/// Equal sub-plans become one node.
void ShareNodes(LogicalPlan* plan, ExpressionPool* pool);
/// Each node gives, and each source reads, only the columns, and of rows only the fields, that
/// some reader uses.
void PruneColumns(LogicalPlan* plan, ExpressionPool* pool);
/// Calcs that change nothing go away.
void RemoveCalcs(LogicalPlan* plan);
/// Sources hear which rows their only reader drops. After all others: they look at no conditions.
void PushConditions(LogicalPlan* plan);
/// GROUP BY with DISTINCT calls becomes one per group and bucket of the distinct value, and one
/// that puts the buckets together. Not where a call cannot be put together, nor per session or
/// window of processing time.
void SplitDistinct(LogicalPlan* plan, ExpressionPool* pool, int32_t buckets);

/// All of them. The error of a sink is reported with its index.
struct OptimizeOptions {
  functions::EvalContext context;
  bool events_duplicate = false;  // table.exec.source.cdc-events-duplicate
  int32_t distinct_buckets = 0;   // table.optimizer.distinct-agg.split.*; 0: not split
  bool push_conditions = true;    // table.optimizer.source.predicate-pushdown-enabled
};
Status OptimizeSink(LogicalNodePtr* root, ExpressionPool* pool, const OptimizeOptions& options);
void OptimizePlan(LogicalPlan* plan, ExpressionPool* pool, const OptimizeOptions& options);

}  // namespace sluice::plan
