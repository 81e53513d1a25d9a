// SPDX-License-Identifier: Apache-2.0
// FOR SYSTEM_TIME AS OF a processing time: each row asks the table itself.
#include <algorithm>
#include <utility>

#include "plan/physical/planner.h"

namespace sluice::plan {
namespace {

using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

/// The scan that the right side is, its condition, and which of its columns the side gives.
struct Target {
  const LogicalNode* scan = nullptr;
  ExprPtr condition;
  std::vector<int> columns;
};

std::optional<Target> TargetOf(const LogicalNode& side, ExpressionPool* pool) {
  Target target;
  std::vector<ExprPtr> outputs = AllColumns(side.schema);
  const LogicalNode* at = &side;
  std::vector<ExprPtr> conditions;
  while (at->kind == Kind::kCalc || at->kind == Kind::kWatermark) {
    if (at->kind == Kind::kCalc) {
      for (ExprPtr& output : outputs) output = pool->Substitute(output, at->outputs);
      for (ExprPtr& part : conditions) part = pool->Substitute(part, at->outputs);
      for (ExprPtr& part : Conjuncts(at->condition)) conditions.push_back(std::move(part));
    }
    at = at->inputs[0].get();
  }
  if (at->kind != Kind::kScan) return std::nullopt;
  for (const ExprPtr& output : outputs) {
    if (output->kind != ExprKind::kColumn) return std::nullopt;
    target.columns.push_back(output->column);
  }
  target.scan = at;
  target.condition = And(std::move(conditions));
  return target;
}

/// Keys to look up by, what the rows found must meet, and the rest of the join's condition.
/// `asking`: a condition over the right columns.
void SplitCondition(const sql::JoinSpec& spec, int size, const ExprPtr& asking,
                    ExpressionPool* pool, LookupJoinNode* join) {
  std::vector<ExprPtr> conditions = Conjuncts(asking), rest;
  for (ExprPtr& part : Conjuncts(spec.condition)) {
    const std::vector<int> columns = ColumnsOf(*part);
    if (!columns.empty() && columns.front() >= size) {
      conditions.push_back(pool->Rename(part, [size](int column) { return column - size; }));
      continue;
    }
    const bool equal = part->kind == ExprKind::kCall && part->function->name == "=" &&
                       part->children[0]->kind == ExprKind::kColumn &&
                       part->children[1]->kind == ExprKind::kColumn;
    if (equal && columns.size() == 2 && columns[0] < size && columns[1] >= size) {
      const ExprPtr& value = part->children[part->children[0]->column < size ? 0 : 1];
      const int column = join->columns[static_cast<size_t>(columns[1] - size)];
      join->keys.push_back({column, pool->Intern(value)});
      continue;
    }
    rest.push_back(std::move(part));
  }
  if (!conditions.empty()) join->right_condition = pool->Intern(And(std::move(conditions)));
  if (!rest.empty()) join->residual = pool->Intern(And(std::move(rest)));
}

/// Where the hint LOOKUP lets rows be read on, it is completed by the settings. Changes of a row
/// keep their order.
void CompleteAsync(const PlanSettings& settings, bool insert_only,
                   std::map<std::string, std::string>* hint) {
  const auto async = hint->find("async");
  if (async == hint->end() || async->second != "true") return;
  hint->emplace("output-mode", settings.async_unordered ? "allow_unordered" : "ordered");
  if (!insert_only) (*hint)["output-mode"] = "ordered";
  hint->emplace("capacity", std::to_string(settings.async_capacity));
  hint->emplace("timeout", std::to_string(settings.async_timeout_ms) + " ms");
}

}  // namespace

Result<int> PhysicalPlanner::LookupJoin(const LogicalNode& node, int left) {
  const auto target = TargetOf(*node.inputs[1], pool_);
  if (!target) {
    return Unsupported(
        "Processing-time temporal join is run on a table itself: behind FOR "
        "SYSTEM_TIME AS OF stands something else. Join a table of a connector that "
        "can be looked up, or use an event time");
  }
  const JoinType type = node.join->type;
  if (type != JoinType::kInner && type != JoinType::kLeft) {
    return InvalidArgument(
        "Temporal table join currently only support INNER JOIN and LEFT JOIN, "
        "but was another join");
  }
  const flow::Schema& scan = target->scan->schema;
  const auto& projection = target->scan->projection.columns;
  LookupJoinNode join;
  join.type = type;
  join.table = target->scan->table->table;
  join.connector = target->scan->table->connector;
  join.options = node.join->lookup_options;
  CompleteAsync(settings_, TraitsOf(left).insert_only(), &join.options);
  // What is asked for: the side's columns, then those that only its condition reads.
  std::vector<int> asked = target->columns;
  if (target->condition) {
    for (const int column : ColumnsOf(*target->condition)) {
      if (std::find(asked.begin(), asked.end(), column) == asked.end()) asked.push_back(column);
    }
  }
  const auto table_column = [&projection](int column) {
    return projection.empty() ? column : projection[static_cast<size_t>(column)];
  };
  for (const int column : asked) join.columns.push_back(table_column(column));
  ExprPtr asking;
  if (target->condition) {
    asking = pool_->Rename(target->condition, [&asked](int column) {
      return static_cast<int>(std::find(asked.begin(), asked.end(), column) - asked.begin());
    });
  }
  SplitCondition(*node.join, SchemaOf(left).size(), asking, pool_, &join);
  if (join.keys.empty()) {
    return InvalidArgument(
        "Temporal table join requires an equality condition on fields of table [" +
        target->scan->table->path.ToString() + "]");
  }
  flow::Schema schema = node.schema;
  for (size_t i = target->columns.size(); i < asked.size(); ++i) {
    schema.fields.push_back(scan.fields[static_cast<size_t>(asked[i])]);
  }
  const int width = schema.size();
  Traits traits = Widened(left, width);
  traits.unique_keys.clear();  // a row may find many
  traits.upsert_keys.clear();
  const bool more = width > node.schema.size();
  const int id = Add("LookupJoin", {left}, std::move(schema), std::move(join), std::move(traits));
  if (!more) return id;
  std::vector<int> order;
  for (int i = 0; i < node.schema.size(); ++i) order.push_back(i);
  return Pick(id, order, node.schema);
}

}  // namespace sluice::plan
