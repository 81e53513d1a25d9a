// SPDX-License-Identifier: Apache-2.0
// The rewrites of a logical plan, in the order in which Optimize runs them. Each is one file, keeps
// the meaning of the plan, and can run twice.
#pragma once

#include "functions/registry.h"
#include "plan/expression_pool.h"
#include "plan/logical_plan.h"

namespace sluice::plan {

/// Calc over union becomes a union of calcs; unions of unions become one.
void PushBelowUnions(LogicalNodePtr* root);
/// Calc over calc becomes one: conditions are joined by AND, columns replaced by what they stand
/// for. Not where an output is random, or where the expressions would grow out of bounds.
void MergeCalcs(LogicalNodePtr* root, ExpressionPool* pool);
/// Constant expressions become literals; a condition that is TRUE goes away.
void FoldConstants(LogicalNodePtr* root, const functions::EvalContext& context);
/// Calc over constant rows becomes constant rows.
void ComputeValues(LogicalNodePtr* root, ExpressionPool* pool);
/// Scans of the same table with the same options become one group, across all sinks.
void ShareSources(LogicalPlan* plan);
/// Each group of scans reads only the columns, and of rows only the fields, that some calc uses.
void PruneColumns(LogicalPlan* plan, ExpressionPool* pool);

/// All of them.
void Optimize(LogicalPlan* plan, ExpressionPool* pool, const functions::EvalContext& context);

}  // namespace sluice::plan
