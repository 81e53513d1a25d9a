// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_columns.h"

#include <utility>

#include "base/assert.h"
#include "functions/registry.h"

namespace sluice::sql {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

ExprPtr MapColumns(const ExprPtr& expr, const ColumnMap& map) {
  if (expr->kind == ExprKind::kColumn) return map(expr);
  std::vector<ExprPtr> children;
  bool changed = false;
  for (const ExprPtr& child : expr->children) {
    children.push_back(MapColumns(child, map));
    if (children.back() == nullptr) return nullptr;
    changed |= children.back() != child;
  }
  if (!changed) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  copy->children = std::move(children);
  return copy;
}

ExprPtr ShiftColumns(const ExprPtr& expr, int by) {
  return MapColumns(expr, [by](const ExprPtr& column) {
    return functions::Column(column->column + by, column->type, column->name);
  });
}

bool AnyColumn(const Expr& expr, const std::function<bool(int column)>& is) {
  if (expr.kind == ExprKind::kColumn) return is(expr.column);
  for (const ExprPtr& child : expr.children) {
    if (AnyColumn(*child, is)) return true;
  }
  return false;
}

bool HasOuter(const Expr& expr) {
  return AnyColumn(expr, [](int column) { return IsOuter(column); });
}

ExprPtr WithType(const ExprPtr& expr, flow::TypePtr type) {
  auto copy = std::make_shared<Expr>(*expr);
  copy->type = std::move(type);
  return copy;
}

ExprPtr WithoutTimeAttribute(ExprPtr expr) {
  if (expr->type->time_attribute() == flow::TimeAttribute::kNone) return expr;
  return WithType(expr, expr->type->WithTimeAttribute(flow::TimeAttribute::kNone));
}

void SplitConjuncts(const ExprPtr& condition, std::vector<ExprPtr>* parts) {
  if (condition == nullptr) return;
  if (condition->kind == ExprKind::kCall && condition->function->name == "AND") {
    for (const ExprPtr& child : condition->children) SplitConjuncts(child, parts);
    return;
  }
  parts->push_back(condition);
}

ExprPtr AndAll(std::vector<ExprPtr> parts) {
  if (parts.empty()) return nullptr;
  if (parts.size() == 1) return parts[0];
  auto all = functions::MakeCall("AND", std::move(parts));
  SLUICE_ASSERT(all.ok());
  return *std::move(all);
}

ExprPtr ColumnOf(const flow::Schema& schema, int column) {
  const flow::Field& field = schema.fields[static_cast<size_t>(column)];
  return functions::Column(column, field.type, field.name);
}

std::vector<ExprPtr> AllColumnsOf(const flow::Schema& schema) {
  std::vector<ExprPtr> columns;
  for (int i = 0; i < schema.size(); ++i) columns.push_back(ColumnOf(schema, i));
  return columns;
}

}  // namespace sluice::sql
