// SPDX-License-Identifier: Apache-2.0
// Replaces what is constant by its value. What fails while it is folded (1/0) is left as it is, to
// fail when a row comes.
#include "arrow/api.h"
#include "functions/evaluate.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

bool IsTrue(const functions::Expr& expr) {
  if (expr.kind != functions::ExprKind::kLiteral || !expr.literal->is_valid) return false;
  if (expr.type->kind() != flow::TypeKind::kBoolean) return false;
  return static_cast<const arrow::BooleanScalar&>(*expr.literal).value;
}

}  // namespace

void FoldConstants(LogicalNodePtr* root, const functions::EvalContext& context) {
  LogicalNode* const node = root->get();
  for (LogicalNodePtr& input : node->inputs) FoldConstants(&input, context);
  for (auto& row : node->rows) {
    for (auto& value : row) value = functions::Fold(value, context);
  }
  for (auto& output : node->outputs) output = functions::Fold(output, context);
  if (node->join != nullptr && node->join->condition != nullptr) {
    auto spec = std::make_shared<sql::JoinSpec>(*node->join);
    spec->condition = functions::Fold(spec->condition, context);
    if (IsTrue(*spec->condition)) spec->condition = nullptr;
    node->join = std::move(spec);
  }
  if (node->condition != nullptr) {
    node->condition = functions::Fold(node->condition, context);
    if (IsTrue(*node->condition)) node->condition = nullptr;
  }
}

}  // namespace sluice::plan
