// SPDX-License-Identifier: Apache-2.0
// Making, printing, comparing and rewriting bound expressions.
#include "functions/expression.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "base/assert.h"
#include "functions/evaluate.h"
#include "functions/registry.h"

namespace sluice::functions {
namespace {

std::shared_ptr<Expr> Make(ExprKind kind, flow::TypePtr type) {
  auto expr = std::make_shared<Expr>();
  expr->kind = kind;
  expr->type = std::move(type);
  return expr;
}

}  // namespace

ExprPtr Literal(std::shared_ptr<arrow::Scalar> value, flow::TypePtr type) {
  auto expr = Make(ExprKind::kLiteral, std::move(type));
  expr->literal = std::move(value);
  return expr;
}

ExprPtr NullLiteral(flow::TypePtr type) {
  auto nullable = type->WithNullable(true);
  return Literal(arrow::MakeNullScalar(flow::ToArrow(*nullable)), nullable);
}

ExprPtr Column(int index, flow::TypePtr type, std::string name) {
  auto expr = Make(ExprKind::kColumn, std::move(type));
  expr->column = index;
  expr->name = std::move(name);
  return expr;
}

ExprPtr FieldOf(ExprPtr row, int field) {
  SLUICE_ASSERT(row->type->kind() == flow::TypeKind::kRow && field >= 0 &&
                field < static_cast<int>(row->type->fields().size()));
  const flow::Field& wanted = row->type->fields()[static_cast<size_t>(field)];
  const bool nullable = wanted.type->nullable() || row->type->nullable();
  auto expr = Make(ExprKind::kField, wanted.type->WithNullable(nullable));
  expr->field = field;
  expr->name = wanted.name;
  expr->children.push_back(std::move(row));
  return expr;
}

ExprPtr Cast(ExprPtr input, flow::TypePtr to, bool try_cast) {
  if (input->kind == ExprKind::kLiteral && !input->literal->is_valid) return NullLiteral(to);
  auto type = to->WithNullable(input->type->nullable() || try_cast);
  if (type->Equals(*input->type)) return input;
  auto expr = Make(ExprKind::kCast, std::move(type));
  expr->try_cast = try_cast;
  expr->children.push_back(std::move(input));
  return expr;
}

ExprPtr Case(std::vector<ExprPtr> children, flow::TypePtr type) {
  SLUICE_ASSERT(children.size() % 2 == 1);
  auto expr = Make(ExprKind::kCase, std::move(type));
  expr->children = std::move(children);
  return expr;
}

ExprPtr Call(const Function* function, std::vector<ExprPtr> children, flow::TypePtr type) {
  SLUICE_ASSERT(function != nullptr);
  auto expr = Make(ExprKind::kCall, std::move(type));
  expr->function = function;
  expr->children = std::move(children);
  return expr;
}

namespace {

std::string QuotedName(const std::string& name) {
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') out += c;
  }
  return out + "`";
}

std::string LiteralText(const Expr& expr) {
  if (!expr.literal->is_valid) return "NULL";
  const auto array = arrow::MakeArrayFromScalar(*expr.literal, 1);
  if (!array.ok()) return expr.literal->ToString();
  const auto text = ScalarToSqlText(**array, 0, *expr.type);
  if (!text.ok()) return expr.literal->ToString();
  if (expr.type->is_numeric() || expr.type->kind() == flow::TypeKind::kBoolean) return *text;
  std::string out;
  switch (expr.type->kind()) {
    case flow::TypeKind::kDate:
      out = "DATE ";
      break;
    case flow::TypeKind::kTime:
      out = "TIME ";
      break;
    case flow::TypeKind::kTimestamp:
      out = "TIMESTAMP ";
      break;
    case flow::TypeKind::kTimestampLtz:
      out = "TIMESTAMP_LTZ ";
      break;
    case flow::TypeKind::kIntervalYearMonth:
    case flow::TypeKind::kIntervalDaySecond:
      out = "INTERVAL ";
      break;
    default:
      break;
  }
  out += '\'';
  for (const char c : *text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string ListText(const std::vector<ExprPtr>& children, size_t from, std::string_view between) {
  std::string out;
  for (size_t i = from; i < children.size(); ++i) {
    if (i > from) out += between;
    out += ToString(*children[i]);
  }
  return out;
}

bool IsSymbol(std::string_view name) {
  return name.find_first_of("+-*/%=<>|") != std::string_view::npos;
}

std::string CallText(const Expr& expr) {
  const std::string& name = expr.function->name;
  const auto& args = expr.children;
  if (IsSymbol(name) || name == "AND" || name == "OR") {
    return "(" + ListText(args, 0, " " + name + " ") + ")";
  }
  if (name == "NOT") return "(NOT " + ToString(*args[0]) + ")";
  if (name == "NEGATE") return "(-" + ToString(*args[0]) + ")";
  if (name == "ITEM") return ToString(*args[0]) + "[" + ToString(*args[1]) + "]";
  if (name.starts_with("IS ") && args.size() == 1) {
    return "(" + ToString(*args[0]) + " " + name + ")";
  }
  if (name.starts_with("IS ") || name.ends_with("LIKE") || name.ends_with("SIMILAR TO")) {
    std::string out = "(" + ToString(*args[0]) + " " + name + " " + ToString(*args[1]);
    if (args.size() > 2) out += " ESCAPE " + ToString(*args[2]);
    return out + ")";
  }
  if (name.ends_with("BETWEEN")) {
    return "(" + ToString(*args[0]) + " " + name + " " + ListText(args, 1, " AND ") + ")";
  }
  if (name == "IN" || name == "NOT IN") {
    return "(" + ToString(*args[0]) + " " + name + " (" + ListText(args, 1, ", ") + "))";
  }
  if (name == "ARRAY" || name == "MAP") return name + "[" + ListText(args, 0, ", ") + "]";
  return name + "(" + ListText(args, 0, ", ") + ")";
}

std::string CaseText(const Expr& expr) {
  std::string out = "CASE";
  for (size_t i = 0; i + 1 < expr.children.size(); i += 2) {
    out += " WHEN " + ToString(*expr.children[i]) + " THEN " + ToString(*expr.children[i + 1]);
  }
  return out + " ELSE " + ToString(*expr.children.back()) + " END";
}

}  // namespace

std::string ToString(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLiteral:
      return LiteralText(expr);
    case ExprKind::kColumn:
      return QuotedName(expr.name);
    case ExprKind::kField:
      return ToString(*expr.children[0]) + "." + QuotedName(expr.name);
    case ExprKind::kCast:
      return std::string(expr.try_cast ? "TRY_CAST(" : "CAST(") + ToString(*expr.children[0]) +
             " AS " + expr.type->WithNullable(true)->ToString() + ")";
    case ExprKind::kCase:
      return CaseText(expr);
    case ExprKind::kCall:
      return CallText(expr);
  }
  return "?";
}

bool Equals(const Expr& a, const Expr& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.column != b.column || a.field != b.field || a.function != b.function ||
      a.try_cast != b.try_cast || a.children.size() != b.children.size() ||
      !a.type->Equals(*b.type)) {
    return false;
  }
  if (a.kind == ExprKind::kLiteral && !a.literal->Equals(*b.literal)) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    if (!Equals(*a.children[i], *b.children[i])) return false;
  }
  return true;
}

ExprPtr Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& inputs) {
  if (expr->kind == ExprKind::kColumn) {
    SLUICE_ASSERT(expr->column >= 0 && expr->column < static_cast<int>(inputs.size()));
    return inputs[static_cast<size_t>(expr->column)];
  }
  std::vector<ExprPtr> children;
  bool changed = false;
  for (const ExprPtr& child : expr->children) {
    children.push_back(Substitute(child, inputs));
    changed |= children.back() != child;
  }
  if (!changed) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  copy->children = std::move(children);
  return copy;
}

void CollectColumns(const Expr& expr, std::vector<std::pair<int, std::vector<int>>>* uses) {
  std::vector<int> path;
  const Expr* at = &expr;
  while (at->kind == ExprKind::kField) {
    path.push_back(at->field);
    at = at->children[0].get();
  }
  if (at->kind == ExprKind::kColumn) {
    std::reverse(path.begin(), path.end());
    std::pair<int, std::vector<int>> use{at->column, std::move(path)};
    const auto place = std::lower_bound(uses->begin(), uses->end(), use);
    if (place == uses->end() || *place != use) uses->insert(place, std::move(use));
    return;
  }
  for (const ExprPtr& child : at->children) CollectColumns(*child, uses);
}

bool IsDeterministic(const Expr& expr) {
  if (expr.kind == ExprKind::kCall && !expr.function->deterministic) return false;
  return std::all_of(expr.children.begin(), expr.children.end(),
                     [](const ExprPtr& child) { return IsDeterministic(*child); });
}

}  // namespace sluice::functions
