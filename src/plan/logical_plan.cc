// SPDX-License-Identifier: Apache-2.0
#include "plan/logical_plan.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "functions/registry.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

LogicalNode::Kind KindOf(sql::RelationKind kind) {
  using From = sql::RelationKind;
  using To = LogicalNode::Kind;
  switch (kind) {
    case From::kScan:
      return To::kScan;
    case From::kValues:
      return To::kValues;
    case From::kFilter:
    case From::kProject:
      return To::kCalc;
    case From::kUnionAll:
      return To::kUnion;
    case From::kWatermark:
      return To::kWatermark;
    case From::kWindow:
      return To::kWindow;
    case From::kAggregate:
      return To::kAggregate;
    case From::kOver:
      return To::kOver;
    case From::kJoin:
      return To::kJoin;
    case From::kCorrelate:
      return To::kCorrelate;
    case From::kSort:
      return To::kSort;
    case From::kSetOp:
      return To::kSetOp;
    case From::kMatch:
      return To::kMatch;
  }
  return To::kValues;
}

void Collect(const Expr& expr, std::unordered_set<const Expr*>* seen, std::vector<int>* columns) {
  if (!seen->insert(&expr).second) return;
  if (expr.kind == ExprKind::kColumn) columns->push_back(expr.column);
  for (const ExprPtr& child : expr.children) Collect(*child, seen, columns);
}

void Visit(LogicalNode* node, std::unordered_set<LogicalNode*>* seen,
           std::vector<LogicalNode*>* order) {
  if (!seen->insert(node).second) return;
  for (const LogicalNodePtr& input : node->inputs) Visit(input.get(), seen, order);
  order->push_back(node);
}

}  // namespace

std::vector<ExprPtr> AllColumns(const flow::Schema& schema) {
  std::vector<ExprPtr> columns;
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Field& field = schema.fields[static_cast<size_t>(i)];
    columns.push_back(functions::Column(i, field.type, field.name));
  }
  return columns;
}

LogicalNodePtr MakeLogical(sql::RelationPtr relation) {
  auto node = std::make_shared<LogicalNode>();
  node->kind = KindOf(relation->kind);
  node->schema = std::move(relation->schema);
  for (sql::RelationPtr& input : relation->inputs) {
    node->inputs.push_back(MakeLogical(std::move(input)));
  }
  node->table = std::move(relation->table);
  node->rows = std::move(relation->rows);
  node->outputs = std::move(relation->expressions);
  if (relation->kind == sql::RelationKind::kFilter) {
    node->condition = std::move(relation->condition);
    node->outputs = AllColumns(node->inputs[0]->schema);
  }
  node->watermark = std::move(relation->watermark);
  node->window = std::move(relation->window);
  node->aggregate = std::move(relation->aggregate);
  node->over = std::move(relation->over);
  node->join = std::move(relation->join);
  node->correlate = std::move(relation->correlate);
  node->sort = std::move(relation->sort);
  node->set_op = std::move(relation->set_op);
  node->match = std::move(relation->match);
  return node;
}

LogicalNodePtr MakeCalc(LogicalNodePtr input, ExprPtr condition, std::vector<ExprPtr> outputs,
                        flow::Schema schema) {
  auto calc = std::make_shared<LogicalNode>();
  calc->kind = LogicalNode::Kind::kCalc;
  calc->schema = std::move(schema);
  calc->condition = std::move(condition);
  calc->outputs = std::move(outputs);
  calc->inputs.push_back(std::move(input));
  return calc;
}

LogicalNodePtr PassOn(LogicalNodePtr input, ExprPtr condition) {
  flow::Schema schema = input->schema;
  std::vector<ExprPtr> outputs = AllColumns(schema);
  return MakeCalc(std::move(input), std::move(condition), std::move(outputs), std::move(schema));
}

std::vector<ExprPtr> Conjuncts(const ExprPtr& condition) {
  if (condition == nullptr) return {};
  if (condition->kind != ExprKind::kCall || condition->function->name != "AND") return {condition};
  std::vector<ExprPtr> parts;
  for (const ExprPtr& child : condition->children) {
    for (ExprPtr& part : Conjuncts(child)) parts.push_back(std::move(part));
  }
  return parts;
}

ExprPtr And(std::vector<ExprPtr> parts) {
  if (parts.empty()) return nullptr;
  if (parts.size() == 1) return parts[0];
  bool nullable = false;
  for (const ExprPtr& part : parts) nullable |= part->type->nullable();
  const flow::TypePtr type = flow::Type::Simple(flow::TypeKind::kBoolean, nullable);
  return functions::Call(functions::FindFunction("AND"), std::move(parts), type);
}

std::vector<int> ColumnsOf(const Expr& expr) {
  std::unordered_set<const Expr*> seen;
  std::vector<int> columns;
  Collect(expr, &seen, &columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::vector<LogicalNode*> InputsFirst(const LogicalPlan& plan) {
  std::unordered_set<LogicalNode*> seen;
  std::vector<LogicalNode*> order;
  for (const LogicalSink& sink : plan.sinks) Visit(sink.input.get(), &seen, &order);
  return order;
}

}  // namespace sluice::plan
