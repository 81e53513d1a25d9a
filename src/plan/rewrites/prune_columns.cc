// SPDX-License-Identifier: Apache-2.0
// Finds which columns and nested fields each source has to decode, and renumbers what reads them.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using Path = std::vector<int>;

/// Column of the scan -> the paths below it that are read; the empty path is the whole column.
using Uses = std::map<int, std::set<Path>>;

/// Each node once, however often it is shared.
void Collect(const Expr& expr, std::unordered_set<const Expr*>* seen, Uses* uses) {
  if (!seen->insert(&expr).second) return;
  Path path;
  const Expr* at = &expr;
  while (at->kind == ExprKind::kField) {
    path.insert(path.begin(), at->field);
    at = at->children[0].get();
  }
  if (at->kind == ExprKind::kColumn) {
    (*uses)[at->column].insert(std::move(path));
    return;
  }
  for (const ExprPtr& child : expr.children) Collect(*child, seen, uses);
}

void CollectNode(const LogicalNode& node, std::map<int, Uses>* groups) {
  for (const LogicalNodePtr& input : node.inputs) {
    CollectNode(*input, groups);
    if (input->kind != LogicalNode::Kind::kScan) continue;
    Uses& uses = (*groups)[input->group];
    if (node.kind != LogicalNode::Kind::kCalc) {
      for (int i = 0; i < input->schema.size(); ++i) uses[i].insert(Path());
      continue;
    }
    std::unordered_set<const Expr*> seen;
    for (const ExprPtr& output : node.outputs) Collect(*output, &seen, &uses);
    if (node.condition) Collect(*node.condition, &seen, &uses);
  }
}

/// Without the paths that a shorter one covers; empty when all is read.
std::vector<Path> Shortest(const std::set<Path>& paths) {
  std::vector<Path> kept;
  for (const Path& path : paths) {  // in order: a prefix comes before what it covers
    if (path.empty()) return {};
    const bool covered = !kept.empty() && kept.back().size() <= path.size() &&
                         std::equal(kept.back().begin(), kept.back().end(), path.begin());
    if (!covered) kept.push_back(path);
  }
  return kept;
}

/// The column that costs least to read, for a query that uses none.
int CheapestColumn(const flow::Schema& schema) {
  int best = 0;
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Type& type = *schema.fields[static_cast<size_t>(i)].type;
    const flow::Type& known = *schema.fields[static_cast<size_t>(best)].type;
    if (!type.is_nested() && (known.is_nested() || type.kind() < known.kind())) best = i;
  }
  return best;
}

void Apply(LogicalNode* scan, const Uses& uses) {
  flow::Schema schema;
  scan->projection = {};
  for (const auto& [column, paths] : uses) {
    scan->projection.columns.push_back(column);
    scan->projection.nested.push_back(Shortest(paths));
    schema.fields.push_back(scan->schema.fields[static_cast<size_t>(column)]);
  }
  scan->schema = std::move(schema);
}

void ApplyNode(LogicalNode* node, const std::map<int, Uses>& groups, ExpressionPool* pool) {
  for (LogicalNodePtr& input : node->inputs) {
    ApplyNode(input.get(), groups, pool);
    if (input->kind != LogicalNode::Kind::kScan) continue;
    const flow::Schema before = input->schema;
    Apply(input.get(), groups.at(input->group));
    if (node->kind != LogicalNode::Kind::kCalc) continue;
    // Where each column of the table stands now.
    std::vector<ExprPtr> columns(before.fields.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i] =
          functions::Column(static_cast<int>(i), before.fields[i].type, before.fields[i].name);
    }
    const auto& kept = input->projection.columns;
    for (size_t i = 0; i < kept.size(); ++i) {
      const flow::Field& field = before.fields[static_cast<size_t>(kept[i])];
      columns[static_cast<size_t>(kept[i])] =
          functions::Column(static_cast<int>(i), field.type, field.name);
    }
    for (ExprPtr& output : node->outputs) output = pool->Substitute(output, columns);
    if (node->condition) node->condition = pool->Substitute(node->condition, columns);
  }
}

void FindSchemas(const LogicalNode& node, std::map<int, const flow::Schema*>* schemas) {
  if (node.kind == LogicalNode::Kind::kScan) schemas->emplace(node.group, &node.schema);
  for (const LogicalNodePtr& input : node.inputs) FindSchemas(*input, schemas);
}

}  // namespace

void PruneColumns(LogicalPlan* plan, ExpressionPool* pool) {
  // Every scan stands below a calc, so that a source may give more than one of its readers asks.
  for (LogicalSink& sink : plan->sinks) {
    const auto wrap = [](LogicalNodePtr* node) {
      if ((*node)->kind != LogicalNode::Kind::kScan) return;
      flow::Schema schema = (*node)->schema;
      *node = PassOn(std::move(*node), std::move(schema));
    };
    wrap(&sink.input);
    if (sink.input->kind == LogicalNode::Kind::kUnion) {
      for (LogicalNodePtr& input : sink.input->inputs) wrap(&input);
    }
  }
  std::map<int, Uses> groups;
  std::map<int, const flow::Schema*> schemas;
  for (const LogicalSink& sink : plan->sinks) {
    FindSchemas(*sink.input, &schemas);
    CollectNode(*sink.input, &groups);
  }
  for (const auto& [group, schema] : schemas) {
    Uses& uses = groups[group];
    if (uses.empty() && schema->size() > 0) uses[CheapestColumn(*schema)].insert(Path());
  }
  for (LogicalSink& sink : plan->sinks) ApplyNode(sink.input.get(), groups, pool);
}

}  // namespace sluice::plan
