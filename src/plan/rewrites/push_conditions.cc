// SPDX-License-Identifier: Apache-2.0
// Tells a source which of its rows are of no use to the only calc that reads them, so that decoders
// leave them out before their columns are copied on. The calc keeps its condition: a source may
// pass over what it is told.
#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "arrow/scalar.h"
#include "functions/registry.h"
#include "plan/rewrites/column_uses.h"
#include "plan/rewrites/rewrites.h"
#include "sql/bind_query.h"

namespace sluice::plan {
namespace {

using flow::FieldCondition;
using functions::Expr;
using functions::ExprKind;
using Comparison = FieldCondition::Comparison;
using Kind = LogicalNode::Kind;

std::optional<Comparison> ComparisonOf(const std::string& name, bool mirrored) {
  if (name == "=") return Comparison::kEqual;
  if (name == "<>") return Comparison::kNotEqual;
  if (name == "<") return mirrored ? Comparison::kGreater : Comparison::kLess;
  if (name == "<=") return mirrored ? Comparison::kGreaterOrEqual : Comparison::kLessOrEqual;
  if (name == ">") return mirrored ? Comparison::kLess : Comparison::kGreater;
  if (name == ">=") return mirrored ? Comparison::kLessOrEqual : Comparison::kGreaterOrEqual;
  return std::nullopt;
}

/// A whole number beside a whole number, or text beside text that may be equal.
bool TakeValue(const Expr& field, const Expr& literal, FieldCondition* condition) {
  if (field.type->is_integer() && literal.type->is_integer()) {
    const auto number = sql::IntegerOf(literal);
    if (number) condition->value = *number;
    return number.has_value();
  }
  const bool equality =
      condition->comparison == Comparison::kEqual || condition->comparison == Comparison::kNotEqual;
  if (!equality || field.type->kind() != flow::TypeKind::kVarchar ||
      !literal.type->is_character() || !literal.literal->is_valid) {
    return false;
  }
  condition->value = static_cast<const arrow::StringScalar&>(*literal.literal).value->ToString();
  return true;
}

/// A comparison of a field with a constant; nullopt: it is something else.
std::optional<FieldCondition> ConditionOf(const Expr& part) {
  if (part.kind != ExprKind::kCall || part.children.size() != 2) return std::nullopt;
  const bool mirrored = part.children[0]->kind == ExprKind::kLiteral;
  const Expr& field = *part.children[mirrored ? 1 : 0];
  const Expr& literal = *part.children[mirrored ? 0 : 1];
  const auto comparison = ComparisonOf(part.function->name, mirrored);
  if (!comparison || literal.kind != ExprKind::kLiteral) return std::nullopt;
  FieldCondition condition;
  condition.comparison = *comparison;
  condition.column = ChainOf(field, &condition.path);
  if (condition.column < 0 || !TakeValue(field, literal, &condition)) return std::nullopt;
  return condition;
}

/// Formats that look at conditions.
bool Listens(const LogicalNode& scan) {
  const flow::OptionMap& options = scan.table->table.options;
  return std::any_of(options.begin(), options.end(), [](const auto& option) {
    return (option.first == "format" || option.first == "value.format") &&
           (option.second == "json" || option.second == "csv");
  });
}

}  // namespace

void PushConditions(LogicalPlan* plan) {
  const std::vector<LogicalNode*> nodes = InputsFirst(*plan);
  std::unordered_map<const LogicalNode*, int> readers;
  for (const LogicalNode* node : nodes) {
    for (const LogicalNodePtr& input : node->inputs) ++readers[input.get()];
  }
  for (const LogicalSink& sink : plan->sinks) ++readers[sink.input.get()];
  for (const LogicalNode* node : nodes) {
    if (node->kind != Kind::kCalc) continue;
    LogicalNode& scan = *node->inputs[0];
    if (scan.kind != Kind::kScan || readers[&scan] != 1 || !Listens(scan)) continue;
    for (const functions::ExprPtr& part : Conjuncts(node->condition)) {
      if (auto condition = ConditionOf(*part)) {
        scan.projection.conditions.push_back(*std::move(condition));
      }
    }
  }
}

}  // namespace sluice::plan
