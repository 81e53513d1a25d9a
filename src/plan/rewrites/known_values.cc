// SPDX-License-Identifier: Apache-2.0
// What a condition says of a column holds beside it: where `event_type = 2`, CASE WHEN event_type =
// 0 THEN a ... ELSE b END is b, and what only the other branches read need not be decoded.
//
// State is named by what computes it, so plans with state stay as they are: a newer sluice has to
// find what an older one kept.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "arrow/scalar.h"
#include "functions/evaluate.h"
#include "functions/registry.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

bool KeepsNothing(const LogicalNode* node) {
  return node->kind == Kind::kScan || node->kind == Kind::kValues || node->kind == Kind::kCalc ||
         node->kind == Kind::kUnion || node->kind == Kind::kWatermark;
}

/// A column that equals a constant, where equal is the same: whole numbers and BOOLEANs.
bool IsKnown(const Expr& part, const Expr** column, const Expr** value) {
  if (part.kind != ExprKind::kCall || part.function->name != "=") return false;
  *column = part.children[0].get();
  *value = part.children[1].get();
  if ((*column)->kind == ExprKind::kLiteral) std::swap(*column, *value);
  return (*column)->kind == ExprKind::kColumn && (*value)->kind == ExprKind::kLiteral &&
         (*value)->literal->is_valid && (*column)->type->kind() == (*value)->type->kind() &&
         ((*value)->type->is_integer() || (*value)->type->kind() == flow::TypeKind::kBoolean);
}

class Simplifier {
 public:
  explicit Simplifier(const functions::EvalContext& context) : context_(context) {}

  ExprPtr Simplify(const ExprPtr& expr) {
    if (expr->children.empty()) return expr;
    if (const auto found = done_.find(expr.get()); found != done_.end()) return found->second;
    ExprPtr simple = Make(expr);
    done_[expr.get()] = simple;
    return simple;
  }

 private:
  ExprPtr Make(const ExprPtr& expr) {
    auto copy = std::make_shared<Expr>(*expr);
    bool changed = false;
    bool constant = true;
    for (ExprPtr& child : copy->children) {
      child = Simplify(child);
      constant = constant && child->kind == ExprKind::kLiteral;
    }
    for (size_t i = 0; i < copy->children.size(); ++i) {
      changed |= copy->children[i] != expr->children[i];
    }
    if (constant) return functions::Fold(copy, context_);
    if (expr->kind == ExprKind::kCase) return WithoutDeadBranches(copy);
    return changed ? copy : expr;
  }

  static ExprPtr WithoutDeadBranches(const std::shared_ptr<Expr>& expr) {
    std::vector<ExprPtr> children;
    ExprPtr last = expr->children.back();
    for (size_t i = 0; i + 1 < expr->children.size(); i += 2) {
      const Expr& when = *expr->children[i];
      if (when.kind == ExprKind::kLiteral) {
        const bool taken =
            when.literal->is_valid && static_cast<const arrow::BooleanScalar&>(*when.literal).value;
        if (!taken) continue;
        last = expr->children[i + 1];
        break;
      }
      children.push_back(expr->children[i]);
      children.push_back(expr->children[i + 1]);
    }
    const bool same = last->type->WithNullable(true)->Equals(*expr->type->WithNullable(true));
    if (children.empty() && same) return last;
    if (children.empty()) return expr;
    children.push_back(std::move(last));
    expr->children = std::move(children);
    return expr;
  }

  const functions::EvalContext& context_;
  std::unordered_map<const Expr*, ExprPtr> done_;
};

}  // namespace

void UseKnownValues(LogicalPlan* plan, ExpressionPool* pool,
                    const functions::EvalContext& context) {
  const std::vector<LogicalNode*> nodes = InputsFirst(*plan);
  if (!std::all_of(nodes.begin(), nodes.end(), KeepsNothing)) return;
  for (LogicalNode* node : nodes) {
    if (node->kind != Kind::kCalc) continue;
    std::vector<ExprPtr> values = AllColumns(node->inputs[0]->schema);
    bool any = false;
    for (const ExprPtr& part : Conjuncts(node->condition)) {
      const Expr *column, *value;
      if (!IsKnown(*part, &column, &value)) continue;
      values[static_cast<size_t>(column->column)] =
          functions::Literal(value->literal, column->type);
      any = true;
    }
    if (!any) continue;
    Simplifier simplifier(context);
    for (ExprPtr& output : node->outputs) {
      output = simplifier.Simplify(pool->Substitute(output, values));
    }
  }
}

}  // namespace sluice::plan
