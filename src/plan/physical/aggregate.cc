// SPDX-License-Identifier: Apache-2.0
// GROUP BY without windows: group aggregate, and expand for grouping sets.
#include <algorithm>
#include <utility>

#include "plan/physical/planner.h"

namespace sluice::plan {
namespace {

size_t At(int index) {
  return static_cast<size_t>(index);
}

/// No two rows have the same values in these columns.
bool IsUnique(const Traits& traits, const std::vector<int>& columns) {
  const ColumnSet sorted = Sorted(columns);
  return std::any_of(traits.unique_keys.begin(), traits.unique_keys.end(),
                     [&sorted](const ColumnSet& key) { return IsSubset(key, sorted); });
}

/// How the result of a call moves as rows are added.
Monotony MonotonyOf(const functions::AggregateCall& call) {
  const std::string& name = call.function->name;
  if (name == "COUNT" || name == "MAX") return Monotony::kIncreasing;
  return name == "MIN" ? Monotony::kDecreasing : Monotony::kUnknown;
}

}  // namespace

Result<int> PhysicalPlanner::PlanAggregate(const LogicalNode& node) {
  if (node.aggregate->group_window) {
    SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
    return GroupWindowAggregate(node, input);
  }
  SLUICE_ASSIGN(const std::optional<int> window, WindowAggregate(node));
  if (window) return *window;
  SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
  return GroupAggregate(node, input, *node.aggregate);
}

/// Repeats the rows per grouping set; afterwards the spec's groups end with the grouping id.
int PhysicalPlanner::Expand(int input, sql::AggregateSpec* spec) {
  // Arguments keep their values in sets that lack them as a group: they read copies.
  const flow::Schema before = SchemaOf(input);
  flow::Schema schema = before;
  std::vector<int> columns;
  for (int i = 0; i < before.size(); ++i) columns.push_back(i);
  const auto copy_of = [&](int column) {
    if (std::find(spec->groups.begin(), spec->groups.end(), column) == spec->groups.end()) {
      return column;
    }
    columns.push_back(column);
    schema.fields.push_back(before.fields[At(column)]);
    return schema.size() - 1;
  };
  for (functions::AggregateCall& call : spec->calls) {
    for (int& argument : call.arguments) argument = copy_of(argument);
    if (call.filter >= 0) call.filter = copy_of(call.filter);
  }
  if (schema.size() > before.size()) input = Pick(input, columns, schema);
  for (const int group : spec->groups) {
    flow::Field& field = schema.fields[At(group)];
    field.type = field.type->WithNullable(true);
  }
  schema.fields.push_back({"$e", flow::Type::Simple(flow::TypeKind::kBigInt, false), ""});
  Traits traits;
  traits.updates = TraitsOf(input).updates;
  traits.deletes = TraitsOf(input).deletes;
  ExpandNode expand{spec->groups, spec->grouping_sets};
  spec->groups.push_back(schema.size() - 1);
  spec->grouping_sets.clear();
  return Add("Expand", {input}, std::move(schema), std::move(expand), std::move(traits));
}

Result<int> PhysicalPlanner::GroupAggregate(const LogicalNode& node, int input,
                                            sql::AggregateSpec spec) {
  const int groups = static_cast<int>(spec.groups.size());
  const int calls = static_cast<int>(spec.calls.size());
  const bool sets = !spec.grouping_sets.empty();
  const bool distinct = spec.calls.empty() && !spec.groups.empty() && !sets;
  if (distinct && IsUnique(TraitsOf(input), spec.groups)) {
    return Pick(input, spec.groups, node.schema);  // DISTINCT of what is
  }
  if (sets) input = Expand(input, &spec);
  input = Exchange(input, spec.groups);
  const Traits from = TraitsOf(input);
  GroupAggregateNode aggregate;
  aggregate.groups = spec.groups;
  aggregate.calls = spec.calls;
  aggregate.retract = !from.insert_only();
  aggregate.ttl_ms = spec.ttl_ms >= 0 ? spec.ttl_ms : settings_.state_ttl_ms;
  aggregate.mini_batch_ms = settings_.mini_batch_ms;
  aggregate.mini_batch_rows = settings_.mini_batch_rows;
  aggregate.row_of_nothing = settings_.batch && spec.groups.empty();
  flow::Schema schema = node.schema;
  if (sets) {  // the grouping id stands with the groups
    const flow::Field id = schema.fields.back();
    schema.fields.pop_back();
    schema.fields.insert(schema.fields.begin() + groups, id);
  }
  Traits traits;
  traits.updates = !spec.calls.empty() || aggregate.retract;
  traits.deletes = aggregate.retract;
  ColumnSet key;
  for (int i = 0; i < static_cast<int>(spec.groups.size()); ++i) {
    key.push_back(i);
    traits.monotony.push_back(Monotony::kConstant);
  }
  for (const functions::AggregateCall& call : spec.calls) {
    traits.monotony.push_back(aggregate.retract ? Monotony::kUnknown : MonotonyOf(call));
  }
  traits.unique_keys = {key};
  traits.upsert_keys = {key};
  traits.distribution = key;
  const int id =
      Add("GroupAggregate", {input}, std::move(schema), std::move(aggregate), std::move(traits));
  if (!sets) return id;
  std::vector<int> order;
  for (int i = 0; i < groups; ++i) order.push_back(i);
  for (int i = 0; i < calls; ++i) order.push_back(groups + 1 + i);
  order.push_back(groups);
  return Pick(id, order, node.schema);
}

}  // namespace sluice::plan
