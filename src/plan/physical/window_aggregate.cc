// SPDX-License-Identifier: Apache-2.0
// Windowing table functions, and aggregates per window: the function and GROUP BY window_start,
// window_end become one node, as do aggregates over rows that carry their window already.
#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "base/assert.h"
#include "functions/registry.h"
#include "plan/physical/planner.h"
#include "plan/physical/window_groups.h"

namespace sluice::plan {
namespace {

using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;
using Role = WindowGroups::Role;

size_t At(int index) {
  return static_cast<size_t>(index);
}

/// An aggregate, its projection and the windowing function below it.
struct Chain {
  const LogicalNode* window = nullptr;
  ExprPtr condition;
  std::vector<ExprPtr> outputs;
};

std::optional<Chain> ChainOf(const LogicalNode& aggregate) {
  const LogicalNode& input = *aggregate.inputs[0];
  if (input.kind == Kind::kWindow) return Chain{&input, nullptr, AllColumns(input.schema)};
  if (input.kind != Kind::kCalc || input.inputs[0]->kind != Kind::kWindow) return std::nullopt;
  return Chain{input.inputs[0].get(), input.condition, input.outputs};
}

bool ReadsBelow(const functions::Expr& expr, int size) {
  const std::vector<int> columns = ColumnsOf(expr);
  return columns.empty() || columns.back() < size;
}

/// A session per key is what GROUP BY key asks for; any other grouping of it is not per window.
bool IsSessionPerGroup(const WindowSpec& window, const std::vector<int>& groups,
                       const std::vector<ExprPtr>& outputs) {
  if (window.kind != WindowKind::kSession) return true;
  std::vector<int> columns;
  for (const int group : groups) {
    const functions::Expr& output = *outputs[At(group)];
    if (output.kind != ExprKind::kColumn) return false;
    columns.push_back(output.column);
  }
  return Sorted(std::move(columns)) == Sorted(window.partition_by);
}

void Move(const std::vector<int>& to, sql::AggregateSpec* spec) {
  for (int& group : spec->groups) group = to[At(group)];
  for (functions::AggregateCall& call : spec->calls) {
    for (int& argument : call.arguments) argument = to[At(argument)];
    if (call.filter >= 0) call.filter = to[At(call.filter)];
  }
}

// Aggregates of a HOP share slices of its windows, as in Flink, which takes no others.
Status CheckSlices(const WindowSpec& window) {
  if (window.kind != WindowKind::kHop || window.size_ms % window.slide_ms == 0) return {};
  return InvalidArgument(
      "HOP table function based aggregate requires size must be an integral multiple of slide, but "
      "got size " +
      std::to_string(window.size_ms) + " ms and slide " + std::to_string(window.slide_ms) + " ms");
}

// A stream knows when a window ends by its time attribute; a batch does not ask.
Status CheckTime(const Traits& traits, const WindowSpec& window, const PlanSettings& settings) {
  if (settings.batch || traits.times[At(window.time_column)] != flow::TimeAttribute::kNone) {
    return {};
  }
  return InvalidArgument(
      "the window function takes a time attribute, and its column is none any more: a regular "
      "join, "
      "an aggregate or a computation below gives its rows in no order of time");
}

}  // namespace

std::optional<WindowGroups> SplitGroups(const sql::AggregateSpec& spec,
                                        const WindowColumns& window) {
  WindowGroups groups;
  std::vector<int> places(spec.groups.size(), -1);  // of each group in the rest
  for (size_t i = 0; i < spec.groups.size(); ++i) {
    const int column = spec.groups[i];
    Role role = Role::kGroup;
    if (column == window.start) role = Role::kStart;
    if (column == window.end) role = Role::kEnd;
    if (column == window.time && window.time >= 0) role = Role::kTime;
    groups.roles.push_back(role);
    if (role != Role::kGroup) continue;
    places[i] = static_cast<int>(groups.rest.groups.size());
    groups.rest.groups.push_back(column);
  }
  if (!groups.Has(Role::kStart) || !groups.Has(Role::kEnd)) return std::nullopt;
  groups.rest.calls = spec.calls;
  for (const std::vector<int>& set : spec.grouping_sets) {
    std::vector<int> rest;
    size_t of_window = 0;
    for (const int group : set) {
      if (places[At(group)] >= 0) rest.push_back(places[At(group)]);
      of_window += places[At(group)] < 0 ? 1 : 0;
    }
    // A set without the window would be an aggregate over all of them.
    if (of_window + groups.rest.groups.size() != spec.groups.size()) return std::nullopt;
    groups.rest.grouping_sets.push_back(std::move(rest));
  }
  return groups;
}

Result<int> PhysicalPlanner::PlanWindow(const LogicalNode& node) {
  SLUICE_ASSIGN(int input, Plan(node.inputs[0]));
  const WindowSpec& spec = *node.window;
  SLUICE_TRY(CheckTime(TraitsOf(input), spec, settings_));
  if (spec.kind == WindowKind::kSession) input = Exchange(input, spec.partition_by);
  const int width = node.schema.size();
  Traits traits = Widened(input, width);
  if (spec.kind != WindowKind::kTumble) {
    traits.unique_keys.clear();  // a row becomes many, or moves to another window
    traits.upsert_keys.clear();
  }
  traits.window = WindowColumns{width - 3, width - 2, width - 1, spec};
  return Add("WindowTableFunction", {input}, node.schema, WindowTableNode{spec}, std::move(traits));
}

Result<std::optional<int>> PhysicalPlanner::FusedWindowAggregate(const LogicalNode& node) {
  const std::optional<Chain> chain = ChainOf(node);
  if (!chain) return std::optional<int>();
  const int size = chain->window->inputs[0]->schema.size();
  WindowColumns columns;
  for (size_t i = 0; i < chain->outputs.size(); ++i) {
    const functions::Expr& output = *chain->outputs[i];
    if (output.kind != ExprKind::kColumn || output.column < size) continue;
    int* const places[] = {&columns.start, &columns.end, &columns.time};
    *places[output.column - size] = static_cast<int>(i);
  }
  if (columns.start < 0 || columns.end < 0) return std::optional<int>();
  auto groups = SplitGroups(*node.aggregate, columns);
  if (!groups || (chain->condition && !ReadsBelow(*chain->condition, size)) ||
      !IsSessionPerGroup(*chain->window->window, groups->rest.groups, chain->outputs)) {
    return std::optional<int>();
  }
  // The projection without the window's columns, with the time column.
  std::vector<int> to(chain->outputs.size(), -1);
  std::vector<ExprPtr> outputs;
  flow::Schema schema;
  const flow::Schema& given = node.inputs[0]->schema;
  for (size_t i = 0; i < chain->outputs.size(); ++i) {
    const bool of_window = static_cast<int>(i) == columns.start ||
                           static_cast<int>(i) == columns.end ||
                           static_cast<int>(i) == columns.time;
    if (of_window) continue;
    if (!ReadsBelow(*chain->outputs[i], size)) return std::optional<int>();
    to[i] = schema.size();
    outputs.push_back(chain->outputs[i]);
    schema.fields.push_back(given.fields[i]);
  }
  for (const functions::AggregateCall& call : groups->rest.calls) {
    for (const int argument : call.arguments) {
      if (to[At(argument)] < 0) return std::optional<int>();
    }
  }
  SLUICE_ASSIGN(int input, Plan(chain->window->inputs[0]));
  WindowSpec window = *chain->window->window;
  SLUICE_TRY(CheckTime(TraitsOf(input), window, settings_));
  const flow::Field time = SchemaOf(input).fields[At(window.time_column)];
  outputs.push_back(functions::Column(window.time_column, time.type, time.name));
  schema.fields.push_back(time);
  window.time_column = schema.size() - 1;
  window.partition_by.clear();
  Move(to, &groups->rest);
  if (window.kind == WindowKind::kSession) window.partition_by = groups->rest.groups;
  input = Calc(input, chain->condition, std::move(outputs), std::move(schema));
  SLUICE_TRY(CheckSlices(window));
  return std::optional<int>(AddWindowAggregate(node, input, window, *groups));
}

Result<std::optional<int>> PhysicalPlanner::WindowAggregate(const LogicalNode& node) {
  SLUICE_ASSIGN(std::optional<int> fused, FusedWindowAggregate(node));
  if (fused) return fused;
  SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
  const std::optional<WindowColumns> window = TraitsOf(input).window;
  if (!window || window->start < 0 || window->spec.kind == WindowKind::kSession) {
    return std::optional<int>();
  }
  auto groups = SplitGroups(*node.aggregate, *window);
  if (!groups) return std::optional<int>();
  groups->start = window->start;
  groups->end = window->end;
  SLUICE_TRY(CheckSlices(window->spec));
  return std::optional<int>(AddWindowAggregate(node, input, window->spec, *groups));
}

namespace {

ExprPtr Binary(const char* name, ExprPtr left, int64_t right) {
  const ExprPtr number = functions::Literal(arrow::MakeScalar(right),
                                            flow::Type::Simple(flow::TypeKind::kBigInt, false));
  auto call = functions::MakeCall(name, {std::move(left), number});
  SLUICE_ASSERT(call.ok());
  return *std::move(call);
}

/// The grouping id of all groups from that of the groups without the window's columns, which every
/// set has: a bit for each group, the last group's the lowest; above them which repetition of the
/// set it is.
ExprPtr WithWindowBits(const ExprPtr& id, const std::vector<Role>& roles) {
  size_t rest = static_cast<size_t>(std::count(roles.begin(), roles.end(), Role::kGroup));
  ExprPtr all = Binary("*", Binary("/", id, int64_t{1} << rest), int64_t{1} << roles.size());
  for (size_t i = 0; i < roles.size(); ++i) {
    if (roles[i] != Role::kGroup) continue;
    --rest;
    const ExprPtr bit = Binary("%", Binary("/", id, int64_t{1} << rest), 2);
    auto sum = functions::MakeCall(
        "+", {std::move(all), Binary("*", bit, int64_t{1} << (roles.size() - 1 - i))});
    SLUICE_ASSERT(sum.ok());
    all = *std::move(sum);
  }
  return all;
}

}  // namespace

int PhysicalPlanner::Distribute(int input, WindowAggregateNode* aggregate) {
  const Traits& from = TraitsOf(input);
  const bool assigns = aggregate->window_end_column < 0 && !aggregate->window.processing_time &&
                       aggregate->window.kind != WindowKind::kSession;
  const bool folds = settings_.two_phase_windows && assigns && aggregate->groups.empty() &&
                     !aggregate->retract && from.distribution != aggregate->groups &&
                     Merge(aggregate->calls, false);
  if (!folds) return Exchange(input, aggregate->groups);
  flow::Schema schema;
  schema.fields.push_back(SchemaOf(input).fields[At(aggregate->window.time_column)]);
  schema.fields.push_back({"$accumulators", flow::Type::Varbinary()->WithNullable(false), ""});
  input = Add("LocalWindowAggregate", {input}, std::move(schema),
              LocalWindowAggregateNode{aggregate->window, aggregate->calls}, Traits());
  aggregate->window.time_column = 0;
  aggregate->merges = true;
  return Exchange(input, {});
}

int PhysicalPlanner::AddWindowAggregate(const LogicalNode& node, int input,
                                        const WindowSpec& window, const WindowGroups& groups) {
  sql::AggregateSpec spec = groups.rest;
  const bool sets = !spec.grouping_sets.empty();
  if (sets) input = Expand(input, &spec);
  // Windows that are there already are groups where there are no others: each may be elsewhere.
  const bool by_window = spec.groups.empty() && groups.start >= 0;
  if (by_window) spec.groups = {groups.start, groups.end};
  WindowAggregateNode aggregate;
  aggregate.window = window;
  aggregate.groups = spec.groups;
  aggregate.calls = spec.calls;
  aggregate.wants_start = aggregate.wants_end = true;
  aggregate.wants_time = groups.Has(Role::kTime);
  aggregate.retract = !TraitsOf(input).insert_only();
  aggregate.window_start_column = groups.start;
  aggregate.window_end_column = groups.end;
  input = Distribute(input, &aggregate);
  const int keys = static_cast<int>(spec.groups.size());
  const int start = keys + static_cast<int>(spec.calls.size());
  // Where each column of the node stands in what the operator gives.
  std::vector<int> order;
  int next = 0;
  for (const Role role : groups.roles) {
    if (role == Role::kGroup) order.push_back(next++);
    if (role == Role::kStart) order.push_back(start);
    if (role == Role::kEnd) order.push_back(start + 1);
    if (role == Role::kTime) order.push_back(start + 2);
  }
  for (int i = keys; i < start; ++i) order.push_back(i);
  if (sets) order.push_back(keys - 1);
  flow::Schema schema;
  schema.fields.resize(At(start + 2 + (aggregate.wants_time ? 1 : 0)));
  for (size_t i = 0; i < order.size(); ++i) schema.fields[At(order[i])] = node.schema.fields[i];
  for (int i = 0; by_window && i < keys; ++i) {
    schema.fields[At(i)] = SchemaOf(input).fields[At(spec.groups[At(i)])];
  }
  Traits traits;
  traits.window = WindowColumns{start, start + 1, aggregate.wants_time ? start + 2 : -1, window};
  ColumnSet key;
  for (int i = 0; i < keys && !by_window; ++i) key.push_back(i);
  traits.distribution = key;
  key.push_back(start);
  key.push_back(start + 1);
  if (by_window) traits.distribution = key;
  traits.unique_keys = {key};
  traits.upsert_keys = {key};
  const int id =
      Add("WindowAggregate", {input}, std::move(schema), std::move(aggregate), std::move(traits));
  if (!sets) return Pick(id, order, node.schema);
  std::vector<ExprPtr> outputs;
  for (size_t i = 0; i < order.size(); ++i) {
    const flow::Field& field = node.schema.fields[i];
    outputs.push_back(functions::Column(order[i], field.type, field.name));
  }
  outputs.back() = pool_->Intern(WithWindowBits(outputs.back(), groups.roles));
  return Calc(id, nullptr, std::move(outputs), node.schema);
}

Result<int> PhysicalPlanner::GroupWindowAggregate(const LogicalNode& node, int input) {
  const sql::AggregateSpec& given = *node.aggregate;
  const sql::GroupWindow& window = *given.group_window;
  SLUICE_TRY(CheckTime(TraitsOf(input), window.window, settings_));
  sql::AggregateSpec spec = given;
  const bool sets = !spec.grouping_sets.empty();
  if (sets) input = Expand(input, &spec);
  WindowAggregateNode aggregate;
  aggregate.window = window.window;
  if (aggregate.window.kind == WindowKind::kSession) aggregate.window.partition_by = spec.groups;
  aggregate.groups = spec.groups;
  aggregate.calls = spec.calls;
  aggregate.wants_start = window.wants_start;
  aggregate.wants_end = window.wants_end;
  aggregate.wants_time = window.wants_rowtime || window.wants_proctime;
  aggregate.retract = !TraitsOf(input).insert_only();
  input = Distribute(input, &aggregate);
  const int groups = static_cast<int>(given.groups.size());
  const int keys = static_cast<int>(spec.groups.size());
  const int calls = static_cast<int>(spec.calls.size());
  std::vector<int> order;
  for (int i = 0; i < groups; ++i) order.push_back(i);
  for (int i = 0; i < calls; ++i) order.push_back(keys + i);
  int next = keys + calls;
  if (window.wants_start) order.push_back(next++);
  if (window.wants_end) order.push_back(next++);
  if (window.wants_rowtime) order.push_back(next);
  if (window.wants_proctime) order.push_back(next);
  next += aggregate.wants_time ? 1 : 0;
  if (sets) order.push_back(groups);
  flow::Schema schema;
  schema.fields.resize(At(next));
  for (size_t i = 0; i < order.size(); ++i) schema.fields[At(order[i])] = node.schema.fields[i];
  Traits traits;
  ColumnSet key;
  for (int i = 0; i < keys; ++i) key.push_back(i);
  traits.distribution = key;
  if (window.wants_start || window.wants_end) {
    key.push_back(keys + calls);
    traits.unique_keys = {key};
    traits.upsert_keys = {key};
  }
  const int id = Add("GroupWindowAggregate", {input}, std::move(schema), std::move(aggregate),
                     std::move(traits));
  return Pick(id, order, node.schema);
}

}  // namespace sluice::plan
