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
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  std::vector<ExprPtr> parts;
  for (const ExprPtr& side : {a, b}) {
    const bool chain = side->kind == functions::ExprKind::kCall && side->function->name == "AND";
    if (chain) {
      parts.insert(parts.end(), side->children.begin(), side->children.end());
    } else {
      parts.push_back(side);
    }
  }
  auto both = functions::MakeCall("AND", std::move(parts));
  return both.ok() ? pool->Intern(*both) : nullptr;
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
    if (condition == nullptr) return false;
  } else if (lower.condition) {
    condition = pool->Intern(lower.condition);
  }
  upper->outputs = std::move(outputs);
  upper->condition = std::move(condition);
  LogicalNodePtr input = std::move(upper->inputs[0]->inputs[0]);
  upper->inputs[0] = std::move(input);
  return true;
}

}  // namespace

void MergeCalcs(LogicalNodePtr* root, ExpressionPool* pool) {
  for (LogicalNodePtr& input : (*root)->inputs) MergeCalcs(&input, pool);
  if ((*root)->kind != LogicalNode::Kind::kCalc) return;
  Merge(root->get(), pool);
}

}  // namespace sluice::plan
