// SPDX-License-Identifier: Apache-2.0
// GROUP BY without windows: group aggregate, and expand for grouping sets.
#include <algorithm>
#include <iterator>
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

/// A bundle that an aggregate below gave arrives in batches, from all shards: they are one bundle
/// again, and nobody waits for more.
constexpr int64_t kArrivingMs = 1;

/// What a call holds of some rows can be added to what it holds of others: in any order, and where
/// rows are taken back also when more of them go than came.
bool Merges(const std::string& function, bool retract) {
  static constexpr const char* kLinear[] = {"COUNT", "SUM", "$SUM0", "AVG"};
  const auto is = [&function](const char* name) { return function == name; };
  return std::any_of(std::begin(kLinear), std::end(kLinear), is) ||
         (!retract && (is("MIN") || is("MAX")));
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

bool PhysicalPlanner::HasLocalPhase(const sql::AggregateSpec& spec,
                                    const GroupAggregateNode& aggregate, int input) const {
  if (!settings_.two_phase || TraitsOf(input).distribution == spec.groups) return false;
  // A change of a group that was forgotten would be no row by itself: nothing could be told of it.
  if (aggregate.retract && aggregate.ttl_ms > 0) return false;
  return Merge(spec.calls, aggregate.retract);
}

bool PhysicalPlanner::Merge(const std::vector<functions::AggregateCall>& calls, bool retract) {
  return std::all_of(calls.begin(), calls.end(), [retract](const functions::AggregateCall& call) {
    return !call.distinct && Merges(call.function->name, retract);
  });
}

bool PhysicalPlanner::GivesBundles(int input) const {
  const JobNode* node = &nodes_[At(input)];
  while (std::holds_alternative<CalcNode>(node->node) ||
         std::holds_alternative<ExchangeNode>(node->node)) {
    node = &nodes_[At(node->inputs[0])];
  }
  const auto* below = std::get_if<GroupAggregateNode>(&node->node);
  return below != nullptr &&
         (below->merges || below->mini_batch_ms > 0 || below->mini_batch_rows > 0);
}

/// Afterwards the aggregate takes what the first phase gives: it was gathered there.
int PhysicalPlanner::LocalAggregate(int input, GroupAggregateNode* aggregate) {
  LocalAggregateNode local;
  local.groups = aggregate->groups;
  local.calls = aggregate->calls;
  local.retract = aggregate->retract;
  if (!GivesBundles(input)) {
    local.mini_batch_ms = aggregate->mini_batch_ms;
    local.mini_batch_rows = aggregate->mini_batch_rows;
  }
  aggregate->mini_batch_ms = kArrivingMs;
  aggregate->merges = true;
  flow::Schema schema;
  for (int& group : aggregate->groups) {
    schema.fields.push_back(SchemaOf(input).fields[At(group)]);
    group = schema.size() - 1;
  }
  schema.fields.push_back({"$accumulators", flow::Type::Varbinary()->WithNullable(false), ""});
  return Add("LocalGroupAggregate", {input}, std::move(schema), std::move(local), Traits());
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
  const Traits from = TraitsOf(input);
  GroupAggregateNode aggregate;
  aggregate.groups = spec.groups;
  aggregate.calls = spec.calls;
  aggregate.retract = !from.insert_only();
  aggregate.ttl_ms = spec.ttl_ms >= 0 ? spec.ttl_ms : settings_.state_ttl_ms;
  aggregate.mini_batch_ms = settings_.mini_batch_ms;
  aggregate.mini_batch_rows = settings_.mini_batch_rows;
  if (GivesBundles(input)) aggregate.mini_batch_ms = kArrivingMs;
  aggregate.row_of_nothing = settings_.batch && spec.groups.empty();
  if (HasLocalPhase(spec, aggregate, input)) input = LocalAggregate(input, &aggregate);
  input = Exchange(input, aggregate.groups);
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
