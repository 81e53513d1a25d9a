// SPDX-License-Identifier: Apache-2.0
// Merges a calc with the calc below it, which is how views cost nothing.
#include <algorithm>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::ExprPtr;

// A merged expression that is larger as a tree stays apart: texts and walks stay small.
constexpr int64_t kTreeSizeMax = 20'000;

bool IsRandom(const LogicalNode& calc) {
  return std::any_of(calc.outputs.begin(), calc.outputs.end(),
                     [](const ExprPtr& output) { return !functions::IsDeterministic(*output); });
}

/// a AND b; nullptr stands for TRUE.
ExprPtr Both(const ExprPtr& a, const ExprPtr& b, ExpressionPool* pool) {
  std::vector<ExprPtr> parts = Conjuncts(a);
  for (ExprPtr& part : Conjuncts(b)) parts.push_back(std::move(part));
  return pool->Intern(And(std::move(parts)));
}

bool Merge(LogicalNode* upper, ExpressionPool* pool) {
  const LogicalNode& lower = *upper->inputs[0];
  if (lower.kind != LogicalNode::Kind::kCalc || IsRandom(lower)) return false;
  std::vector<ExprPtr> outputs;
  for (const ExprPtr& output : upper->outputs) {
    outputs.push_back(pool->Substitute(output, lower.outputs));
    if (TreeSize(*outputs.back(), kTreeSizeMax) >= kTreeSizeMax) return false;
  }
  ExprPtr condition =
      upper->condition ? pool->Substitute(upper->condition, lower.outputs) : nullptr;
  if (condition && TreeSize(*condition, kTreeSizeMax) >= kTreeSizeMax) return false;
  if (condition && lower.condition) {
    // The lower condition stands first: what it keeps out must not reach the upper one.
    condition = Both(pool->Intern(lower.condition), condition, pool);
  } else if (lower.condition) {
    condition = pool->Intern(lower.condition);
  }
  upper->outputs = std::move(outputs);
  upper->condition = std::move(condition);
  upper->inputs[0] = LogicalNodePtr(lower.inputs[0]);
  return true;
}

}  // namespace

void MergeCalcs(LogicalNodePtr* root, ExpressionPool* pool) {
  for (LogicalNodePtr& input : (*root)->inputs) MergeCalcs(&input, pool);
  if ((*root)->kind != LogicalNode::Kind::kCalc) return;
  Merge(root->get(), pool);
}

}  // namespace sluice::plan
