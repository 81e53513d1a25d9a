// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/planner.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::plan {

using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

namespace {

/// Columns of two inputs may have one name: the later ones get a number, as in Flink's plans.
void MakeNamesUnique(flow::Schema* schema) {
  std::set<std::string> taken;
  for (flow::Field& field : schema->fields) {
    const std::string base = field.name;
    for (int i = 0; !taken.insert(field.name).second; ++i) field.name = base + std::to_string(i);
  }
}

bool GivesAll(const flow::Schema& schema, const std::vector<ExprPtr>& outputs) {
  if (outputs.size() != schema.fields.size()) return false;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const functions::Expr& output = *outputs[i];
    if (output.kind != ExprKind::kColumn || output.column != static_cast<int>(i)) return false;
  }
  return true;
}

}  // namespace

int PhysicalPlanner::Add(std::string name, std::vector<int> inputs, flow::Schema output,
                         NodeVariant node, Traits traits) {
  JobNode job;
  job.id = static_cast<int>(nodes_.size());
  job.name = std::move(name);
  job.inputs = std::move(inputs);
  job.output = std::move(output);
  if (job.inputs.size() == 2) MakeNamesUnique(&job.output);
  job.node = std::move(node);
  nodes_.push_back(std::move(job));
  traits.times = TimeAttributesOf(nodes_.back().output);
  for (size_t i = 0; i < traits.disordered.size(); ++i) {
    if (traits.disordered[i]) traits.times[i] = flow::TimeAttribute::kNone;
  }
  traits_.push_back(std::move(traits));
  return nodes_.back().id;
}

flow::TimeAttribute PhysicalPlanner::TimeOf(int id, int column) const {
  return TraitsOf(id).times[static_cast<size_t>(column)];
}

Traits PhysicalPlanner::Widened(int input, int width) const {
  std::vector<int> same(SchemaOf(input).fields.size());
  for (size_t i = 0; i < same.size(); ++i) same[i] = static_cast<int>(i);
  return Project(TraitsOf(input), same, width);
}

int PhysicalPlanner::Exchange(int input, const std::vector<int>& keys,
                              const std::vector<flow::TypePtr>& key_types) {
  const Traits& from = TraitsOf(input);
  const bool same_types =
      std::equal(key_types.begin(), key_types.end(), from.distribution_types.begin(),
                 from.distribution_types.end(),
                 [](const flow::TypePtr& a, const flow::TypePtr& b) { return a->Equals(*b); });
  if (same_types && from.distribution == keys) return input;
  // Two readers of a node that want its rows by the same key share the exchange.
  std::string meaning = std::to_string(input) + ":";
  for (const int key : keys) meaning += std::to_string(key) + ",";
  for (const flow::TypePtr& type : key_types) meaning += type->ToString() + ",";
  if (const auto known = exchanges_.find(meaning); known != exchanges_.end()) return known->second;
  Traits traits = from;
  traits.distribution = keys;
  traits.distribution_types = key_types;
  // Changes of a key that does not hold the columns of the exchange may overtake each other.
  const ColumnSet sorted = Sorted(keys);
  std::erase_if(traits.upsert_keys,
                [&sorted](const ColumnSet& key) { return !IsSubset(sorted, key); });
  ExchangeNode exchange;
  exchange.keys = keys;
  exchange.key_types = key_types;
  const int id = Add("Exchange", {input}, SchemaOf(input), std::move(exchange), std::move(traits));
  exchanges_[meaning] = id;
  return id;
}

int PhysicalPlanner::Calc(int input, ExprPtr condition, std::vector<ExprPtr> outputs,
                          flow::Schema schema) {
  const int width = static_cast<int>(outputs.size());
  if (condition == nullptr && GivesAll(SchemaOf(input), outputs) &&
      !std::holds_alternative<SourceNode>(nodes_[static_cast<size_t>(input)].node) &&
      TraitsOf(input).times == TimeAttributesOf(schema)) {
    return input;
  }
  std::vector<int> to(SchemaOf(input).fields.size(), -1);
  for (int i = width - 1; i >= 0; --i) {
    const functions::Expr& output = *outputs[static_cast<size_t>(i)];
    if (output.kind == ExprKind::kColumn) to[static_cast<size_t>(output.column)] = i;
  }
  Traits traits = Project(TraitsOf(input), to, width);
  for (ExprPtr& output : outputs) output = pool_->Intern(output);
  if (condition != nullptr) condition = pool_->Intern(condition);
  return Add("Calc", {input}, std::move(schema), CalcNode{std::move(condition), std::move(outputs)},
             std::move(traits));
}

int PhysicalPlanner::Pick(int input, const std::vector<int>& columns, flow::Schema schema) {
  bool same = columns.size() == SchemaOf(input).fields.size();
  std::vector<ExprPtr> outputs;
  for (size_t i = 0; i < columns.size(); ++i) {
    same = same && columns[i] == static_cast<int>(i);
    const flow::Field& from = SchemaOf(input).fields[static_cast<size_t>(columns[i])];
    outputs.push_back(functions::Column(columns[i], from.type, from.name));
  }
  if (same) {
    nodes_[static_cast<size_t>(input)].output = std::move(schema);
    return input;
  }
  return Calc(input, nullptr, std::move(outputs), std::move(schema));
}

Result<int> PhysicalPlanner::Plan(const LogicalNodePtr& node) {
  if (const auto known = done_.find(node.get()); known != done_.end()) return known->second;
  SLUICE_ASSIGN(const int id, PlanNew(node));
  done_[node.get()] = id;
  return id;
}

Result<int> PhysicalPlanner::PlanNew(const LogicalNodePtr& node) {
  switch (node->kind) {
    case Kind::kScan:
      return PlanScan(*node);
    case Kind::kValues:
      return PlanValues(*node);
    case Kind::kCalc:
      return PlanCalc(*node);
    case Kind::kUnion:
      return PlanUnion(*node);
    case Kind::kWatermark:
      return PlanWatermark(*node);
    case Kind::kWindow:
      return PlanWindow(*node);
    case Kind::kAggregate:
      return PlanAggregate(*node);
    case Kind::kOver:
      return PlanOver(*node);
    case Kind::kJoin:
      return PlanJoin(*node);
    case Kind::kCorrelate:
      return PlanCorrelate(*node);
    case Kind::kSort:
      return PlanSort(*node);
    case Kind::kMatch:
      return PlanMatch(*node);
    case Kind::kNormalize:
      return PlanNormalize(*node);
    case Kind::kSetOp:
      break;
  }
  return Internal("a set operation that no rewrite turned into a join");
}

Result<int> PhysicalPlanner::PlanScan(const LogicalNode& node) {
  SourceNode source{node.table->table, node.table->connector, node.projection};
  // Positions are kept by name: a second read with other options needs a name of its own.
  const int count = ++source_names_[source.table.name];
  if (count > 1) source.table.name += "#" + std::to_string(count);
  Traits traits;
  const flow::ChangelogMode& mode = node.table->source_changelog;
  traits.updates = mode.update_before || mode.update_after;
  traits.deletes = mode.deletes;
  traits.gives_before = mode.update_before;
  ColumnSet key;
  for (const std::string& column : source.table.primary_key) {
    key.push_back(node.schema.Find(column));
  }
  key = Sorted(std::move(key));
  if (!key.empty() && key.front() >= 0) {
    traits.unique_keys = {key};
    traits.upsert_keys = {key};
  }
  if (traits.insert_only()) {
    traits.monotony.assign(node.schema.fields.size(), Monotony::kConstant);
  }
  std::string name = "Source: " + source.connector + "[" + node.table->path.table + "]";
  return Add(std::move(name), {}, node.schema, std::move(source), std::move(traits));
}

Result<int> PhysicalPlanner::PlanValues(const LogicalNode& node) {
  ValuesNode values;
  for (const auto& row : node.rows) {
    values.rows.emplace_back();
    for (const ExprPtr& value : row) values.rows.back().push_back(pool_->Intern(value));
  }
  Traits traits;
  return Add("Values", {}, node.schema, std::move(values), std::move(traits));
}

Result<int> PhysicalPlanner::PlanCalc(const LogicalNode& node) {
  if (node.inputs[0]->kind == Kind::kOver) {
    SLUICE_ASSIGN(const std::optional<int> rank, PlanRank(node));
    if (rank) return *rank;
  }
  SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
  return Calc(input, node.condition, node.outputs, node.schema);
}

Result<int> PhysicalPlanner::PlanUnion(const LogicalNode& node) {
  std::vector<int> inputs;
  Traits traits;
  traits.disordered.assign(node.schema.fields.size(), false);
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    SLUICE_ASSIGN(const int input, Plan(node.inputs[i]));
    const Traits& from = TraitsOf(input);
    traits.updates |= from.updates;
    traits.deletes |= from.deletes;
    for (size_t k = 0; k < from.times.size(); ++k) {
      const auto declared = node.schema.fields[k].type->time_attribute();
      if (from.times[k] != declared) traits.disordered[k] = true;
    }
    // Rows of one window function, on several ways, are in its windows still.
    if (i == 0) traits.window = from.window;
    if (traits.window && !(from.window && *from.window == *traits.window)) traits.window.reset();
    inputs.push_back(input);
  }
  return Add("Union", std::move(inputs), node.schema, UnionNode{}, std::move(traits));
}

Result<int> PhysicalPlanner::PlanWatermark(const LogicalNode& node) {
  SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
  // In a batch no row is late: time passes at the end of all input.
  if (settings_.batch) return Calc(input, nullptr, AllColumns(node.schema), node.schema);
  Traits traits = TraitsOf(input);
  WatermarkNode watermark{*node.watermark};
  if (watermark.spec.delayed) watermark.spec.delayed = pool_->Intern(watermark.spec.delayed);
  return Add("WatermarkAssigner", {input}, node.schema, std::move(watermark), std::move(traits));
}

Result<int> PhysicalPlanner::PlanNormalize(const LogicalNode& node) {
  SLUICE_ASSIGN(const int scan, Plan(node.inputs[0]));
  const int input = Exchange(scan, node.keys);
  Traits traits;
  traits.updates = traits.deletes = true;
  traits.unique_keys = {Sorted(node.keys)};
  traits.upsert_keys = traits.unique_keys;
  traits.distribution = node.keys;
  ChangelogNormalizeNode normalize;
  normalize.keys = node.keys;
  if (node.condition) normalize.condition = pool_->Intern(node.condition);
  normalize.ttl_ms = settings_.state_ttl_ms;
  return Add("ChangelogNormalize", {input}, node.schema, std::move(normalize), std::move(traits));
}

Result<int> PhysicalPlanner::PlanCorrelate(const LogicalNode& node) {
  SLUICE_ASSIGN(const int input, Plan(node.inputs[0]));
  Traits traits = Widened(input, node.schema.size());
  traits.unique_keys.clear();  // a row becomes many
  traits.upsert_keys.clear();
  CorrelateNode correlate{*node.correlate};
  correlate.spec.argument = pool_->Intern(correlate.spec.argument);
  if (correlate.spec.condition) correlate.spec.condition = pool_->Intern(correlate.spec.condition);
  return Add("Correlate", {input}, node.schema, std::move(correlate), std::move(traits));
}

Result<int> PhysicalPlanner::PlanMatch(const LogicalNode& node) {
  SLUICE_ASSIGN(const int below, Plan(node.inputs[0]));
  const sql::MatchSpec& spec = *node.match;
  const int time = spec.order_by.empty() ? -1 : spec.order_by[0].column;
  if (time < 0 || TimeOf(below, time) == flow::TimeAttribute::kNone) {
    return InvalidArgument(
        "You must specify either rowtime or proctime for order by as the first "
        "one in MATCH_RECOGNIZE");
  }
  if (spec.order_by[0].descending) {
    return InvalidArgument("Primary sort order of a streaming table must be ascending on time");
  }
  const int input = Exchange(below, spec.partition_by);
  Traits traits;
  MatchNode match;
  match.spec = spec;
  match.time_column = time;
  match.processing_time = TimeOf(below, time) == flow::TimeAttribute::kProctime;
  return Add("Match", {input}, node.schema, std::move(match), std::move(traits));
}

}  // namespace sluice::plan
