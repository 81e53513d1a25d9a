// SPDX-License-Identifier: Apache-2.0
// Sinks: which key their rows are kept in order by, and whether rows of one primary key that come
// under different keys must be put in order first.
#include <algorithm>
#include <utility>

#include "plan/physical/changelog.h"
#include "plan/physical/final_rows.h"
#include "plan/physical/planner.h"

namespace sluice::plan {
namespace {

/// Columns of the primary key in what the sink takes; empty without one.
std::vector<int> PrimaryKey(const LogicalSink& sink) {
  std::vector<int> key;
  for (const std::string& name : sink.target.table.primary_key) {
    int at = -1, next = 0;
    for (const flow::ConnectorColumn& column : sink.target.table.columns) {
      if (column.is_metadata && column.is_virtual) continue;
      if (column.field.name == name) at = next;
      ++next;
    }
    if (at < 0 || at >= sink.input->schema.size()) return {};
    key.push_back(at);
  }
  return key;
}

}  // namespace

flow::ChangelogMode SinkMode(const sql::BoundTable& target) {
  // These show what comes, as it comes.
  if (target.connector == "print" || target.connector == "blackhole") {
    return flow::ChangelogMode::Retract();
  }
  return target.sink_changelog;
}

int PhysicalPlanner::Materialize(int input, const std::vector<int>& primary_key,
                                 const flow::ChangelogMode& mode) {
  const Traits& from = TraitsOf(input);
  const ColumnSet sorted = Sorted(primary_key);
  const bool known = std::any_of(from.upsert_keys.begin(), from.upsert_keys.end(),
                                 [&sorted](const ColumnSet& key) { return IsSubset(key, sorted); });
  using Setting = PlanSettings::UpsertMaterialize;
  const bool needed = settings_.upsert_materialize == Setting::kForce ||
                      (settings_.upsert_materialize == Setting::kAuto && !mode.insert_only() &&
                       !from.insert_only() && !known);
  if (!needed) return input;
  UpsertMaterializeNode node;
  node.primary_key = primary_key;
  if (!from.upsert_keys.empty()) node.input_upsert_key = from.upsert_keys[0];
  node.ttl_ms = settings_.state_ttl_ms;
  const int exchange = Exchange(input, primary_key);
  Traits traits;
  traits.updates = traits.deletes = true;
  traits.unique_keys = {sorted};
  traits.upsert_keys = {sorted};
  traits.distribution = primary_key;
  return Add("SinkUpsertMaterializer", {exchange}, SchemaOf(exchange), std::move(node),
             std::move(traits));
}

Status PhysicalPlanner::AddSink(const LogicalSink& sink) {
  std::vector<int> inputs;
  const bool united = sink.input->kind == LogicalNode::Kind::kUnion;
  if (united) {
    for (const LogicalNodePtr& input : sink.input->inputs) {
      SLUICE_ASSIGN(const int id, Plan(input));
      inputs.push_back(id);
    }
  }
  // Branches that change rows of one key must meet before the sink.
  const bool apart = united && std::all_of(inputs.begin(), inputs.end(), [this](int input) {
                       return TraitsOf(input).insert_only();
                     });
  if (!apart) {
    SLUICE_ASSIGN(const int id, Plan(sink.input));
    inputs = {id};
  }
  // A batch gives what is left at the end of all input, as rows that are added.
  const auto final_rows = [this](int input) {
    std::vector<SortKey> keys = KeysOfFinalRows(TraitsOf(input), SchemaOf(input));
    input = Exchange(input, {});
    Traits traits = TraitsOf(input);
    traits.updates = traits.deletes = false;
    return Add("Sort", {input}, SchemaOf(input), SortNode{std::move(keys)}, std::move(traits));
  };
  const flow::ChangelogMode mode = SinkMode(sink.target);
  const std::vector<int> primary_key = PrimaryKey(sink);
  for (int& input : inputs) {
    if (settings_.batch && !TraitsOf(input).insert_only()) input = final_rows(input);
    SLUICE_TRY(CheckSink(nodes_, traits_, input, sink.target));
    if (!primary_key.empty()) input = Materialize(input, primary_key, mode);
  }
  const sql::TablePath& path = sink.target.path;
  if (const auto known = sinks_.find(path); known != sinks_.end()) {
    // Its inputs must stand before it: the sink moves to the end.
    std::vector<int>& all = pending_[known->second].first.inputs;
    all.insert(all.end(), inputs.begin(), inputs.end());
    return {};
  }
  sinks_[path] = pending_.size();
  SinkNode node;
  node.table = sink.target.table;
  node.connector = sink.target.connector;
  if (sink.target.kind == sql::TableEntry::Kind::kCatalogTable) {
    node.kind = SinkNode::Kind::kCatalogTable;
    node.catalog = path.catalog;
    node.identifier = {path.database, path.table};
  }
  JobNode job;
  job.name = "Sink: " + path.ToString();
  job.inputs = std::move(inputs);
  job.output = sink.input->schema;
  job.node = std::move(node);
  job.changelog = mode;
  Traits traits;
  if (!primary_key.empty()) traits.unique_keys = {Sorted(primary_key)};
  pending_.emplace_back(std::move(job), std::move(traits));
  return {};
}

void PhysicalPlanner::Finish() {
  for (auto& [job, traits] : pending_) {
    job.id = static_cast<int>(nodes_.size());
    nodes_.push_back(std::move(job));
    traits_.push_back(std::move(traits));
  }
  pending_.clear();
}

}  // namespace sluice::plan
