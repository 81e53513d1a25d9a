// SPDX-License-Identifier: Apache-2.0
#include "plan/logical_plan.h"

#include <utility>

namespace sluice::plan {
namespace {

std::vector<functions::ExprPtr> AllColumns(const flow::Schema& schema) {
  std::vector<functions::ExprPtr> columns;
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Field& field = schema.fields[static_cast<size_t>(i)];
    columns.push_back(functions::Column(i, field.type, field.name));
  }
  return columns;
}

}  // namespace

LogicalNodePtr MakeLogical(sql::RelationPtr relation) {
  auto node = std::make_unique<LogicalNode>();
  node->schema = relation->schema;
  for (sql::RelationPtr& input : relation->inputs) {
    node->inputs.push_back(MakeLogical(std::move(input)));
  }
  switch (relation->kind) {
    case sql::RelationKind::kScan:
      node->kind = LogicalNode::Kind::kScan;
      node->table = relation->table;
      break;
    case sql::RelationKind::kValues:
      node->kind = LogicalNode::Kind::kValues;
      node->rows = std::move(relation->rows);
      break;
    case sql::RelationKind::kFilter:
      node->kind = LogicalNode::Kind::kCalc;
      node->condition = relation->condition;
      node->outputs = AllColumns(node->inputs[0]->schema);
      break;
    case sql::RelationKind::kProject:
      node->kind = LogicalNode::Kind::kCalc;
      node->outputs = std::move(relation->expressions);
      break;
    case sql::RelationKind::kUnionAll:
      node->kind = LogicalNode::Kind::kUnion;
      break;
    default:
      break;
  }
  return node;
}

LogicalNodePtr PassOn(LogicalNodePtr input, flow::Schema schema) {
  auto calc = std::make_unique<LogicalNode>();
  calc->kind = LogicalNode::Kind::kCalc;
  calc->schema = std::move(schema);
  calc->outputs = AllColumns(input->schema);
  calc->inputs.push_back(std::move(input));
  return calc;
}

}  // namespace sluice::plan
