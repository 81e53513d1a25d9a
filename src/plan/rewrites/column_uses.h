// SPDX-License-Identifier: Apache-2.0
// Which columns of its inputs a logical node reads, when only some of its own are wanted, and the
// node rewritten for inputs that give no others. Knows every kind of node; the rewrite
// prune_columns walks the plan.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "plan/expression_pool.h"
#include "plan/logical_plan.h"

namespace sluice::plan {

/// Field indices below a column.
using FieldPath = std::vector<int>;
/// Column -> the paths below it that are read; the empty path is the whole column.
using ColumnUses = std::map<int, std::set<FieldPath>>;

/// The column that a chain of field accesses begins with, and the fields; -1: it is no such chain.
int ChainOf(const functions::Expr& expr, FieldPath* path);
/// Every column, whole.
ColumnUses UseAll(const flow::Schema& schema);
/// `wanted` of the node's columns, never empty, with those that it gives in any case.
ColumnUses Complete(const LogicalNode& node, ColumnUses wanted);
/// Per input, what the node reads of it to give `wanted` (which is complete).
std::vector<ColumnUses> InputUses(const LogicalNode& node, const ColumnUses& wanted);
/// Leaves only the columns of `wanted` (which is complete), in order. `columns`: per input, where
/// each of its columns stands now (-1 = gone).
void Narrow(LogicalNode* node, const ColumnUses& wanted,
            const std::vector<std::vector<int>>& columns, ExpressionPool* pool);

}  // namespace sluice::plan
