// SPDX-License-Identifier: Apache-2.0
#include "plan/rewrites/column_uses.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace sluice::plan {

int ChainOf(const functions::Expr& expr, FieldPath* path) {
  const functions::Expr* at = &expr;
  while (at->kind == functions::ExprKind::kField) {
    path->insert(path->begin(), at->field);
    at = at->children[0].get();
  }
  return at->kind == functions::ExprKind::kColumn ? at->column : -1;
}

namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

size_t At(int index) {
  return static_cast<size_t>(index);
}

void Use(int column, ColumnUses* uses) {
  if (column >= 0) (*uses)[column].insert(FieldPath());
}

void Use(const std::vector<int>& columns, ColumnUses* uses) {
  for (const int column : columns) Use(column, uses);
}

void Use(const std::vector<sql::SortKey>& keys, ColumnUses* uses) {
  for (const sql::SortKey& key : keys) Use(key.column, uses);
}

void Use(const std::vector<functions::AggregateCall>& calls, ColumnUses* uses) {
  for (const functions::AggregateCall& call : calls) {
    Use(call.arguments, uses);
    Use(call.filter, uses);
  }
}

/// Each node of an expression once, however often it is shared.
class Reader {
 public:
  explicit Reader(ColumnUses* uses) : uses_(uses) {}
  void Read(const ExprPtr& expr) {
    if (expr == nullptr || !seen_.insert(expr.get()).second) return;
    FieldPath path;
    const int column = ChainOf(*expr, &path);
    if (column >= 0) {
      (*uses_)[column].insert(std::move(path));
      return;
    }
    for (const ExprPtr& child : expr->children) Read(child);
  }

 private:
  ColumnUses* uses_;
  std::unordered_set<const Expr*> seen_;
};

/// Uses below and from `size` on.
std::pair<ColumnUses, ColumnUses> Split(const ColumnUses& uses, int size) {
  std::pair<ColumnUses, ColumnUses> parts;
  for (const auto& [column, paths] : uses) {
    if (column < size) {
      parts.first[column].insert(paths.begin(), paths.end());
    } else {
      parts.second[column - size].insert(paths.begin(), paths.end());
    }
  }
  return parts;
}

ColumnUses OfCalc(const LogicalNode& node, const ColumnUses& wanted) {
  ColumnUses uses;
  Reader reader(&uses);
  for (const auto& [column, paths] : wanted) {
    const ExprPtr& output = node.outputs[At(column)];
    FieldPath chain;
    const int from = ChainOf(*output, &chain);
    if (from < 0) {
      reader.Read(output);
      continue;
    }
    for (const FieldPath& path : paths) {
      FieldPath whole = chain;
      whole.insert(whole.end(), path.begin(), path.end());
      uses[from].insert(std::move(whole));
    }
  }
  reader.Read(node.condition);
  return uses;
}

ColumnUses OfAggregate(const LogicalNode& node, const ColumnUses& wanted) {
  ColumnUses uses;
  const sql::AggregateSpec& spec = *node.aggregate;
  Use(spec.groups, &uses);
  const int groups = static_cast<int>(spec.groups.size());
  for (size_t i = 0; i < spec.calls.size(); ++i) {
    if (wanted.contains(groups + static_cast<int>(i))) Use({spec.calls[i]}, &uses);
  }
  if (spec.group_window) {
    Use(spec.group_window->window.time_column, &uses);
    Use(spec.group_window->window.partition_by, &uses);
  }
  return uses;
}

ColumnUses OfOver(const LogicalNode& node, const ColumnUses& wanted) {
  const int size = node.inputs[0]->schema.size();
  ColumnUses uses = Split(wanted, size).first;
  const sql::OverSpec& spec = *node.over;
  Use(spec.partition_by, &uses);
  Use(spec.order_by, &uses);
  Reader reader(&uses);
  for (size_t i = 0; i < spec.calls.size(); ++i) {
    if (!wanted.contains(size + static_cast<int>(i))) continue;
    Use({spec.calls[i]}, &uses);
    if (i < spec.defaults.size()) reader.Read(spec.defaults[i]);
  }
  return uses;
}

std::vector<ColumnUses> OfJoin(const LogicalNode& node, const ColumnUses& wanted) {
  const int size = node.inputs[0]->schema.size();
  ColumnUses uses = wanted;
  const sql::JoinSpec& spec = *node.join;
  Reader(&uses).Read(spec.condition);
  if (spec.system_time >= 0) {
    Use(spec.system_time, &uses);
    // The version of a row: which columns these are is known by their type alone.
    const flow::Schema& right = node.inputs[1]->schema;
    for (int i = 0; i < right.size(); ++i) {
      if (right.fields[At(i)].type->is_rowtime()) Use(size + i, &uses);
    }
  }
  auto [left, right] = Split(uses, size);
  return {std::move(left), std::move(right)};
}

ColumnUses OfMatch(const LogicalNode& node) {
  const flow::Schema& input = node.inputs[0]->schema;
  const sql::MatchSpec& spec = *node.match;
  if (spec.all_rows) return UseAll(input);
  ColumnUses uses;
  Use(spec.partition_by, &uses);
  Use(spec.order_by, &uses);
  ColumnUses reads;
  Reader reader(&reads);
  for (const ExprPtr& definition : spec.definitions) reader.Read(definition);
  for (const ExprPtr& measure : spec.measures) reader.Read(measure);
  for (const sql::MatchSpec::Navigation& navigation : spec.navigations) {
    Use(navigation.column, &reads);
    for (const ExprPtr& argument : navigation.arguments) reader.Read(argument);
  }
  reads = Split(reads, input.size()).first;  // behind the columns stand the navigations
  for (auto& [column, paths] : reads) uses[column].insert(paths.begin(), paths.end());
  return uses;
}

/// A column that costs little to give, for readers that count rows only.
int CheapestColumn(const LogicalNode& node) {
  const flow::Schema& schema = node.schema;
  if (node.kind == Kind::kCalc) {
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      FieldPath path;
      if (ChainOf(*node.outputs[i], &path) >= 0 && !schema.fields[i].type->is_nested()) {
        return static_cast<int>(i);
      }
    }
  }
  int best = 0;
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Type& type = *schema.fields[At(i)].type;
    const flow::Type& known = *schema.fields[At(best)].type;
    if (!type.is_nested() && (known.is_nested() || type.kind() < known.kind())) best = i;
  }
  return best;
}

}  // namespace

ColumnUses UseAll(const flow::Schema& schema) {
  ColumnUses uses;
  for (int i = 0; i < schema.size(); ++i) Use(i, &uses);
  return uses;
}

ColumnUses Complete(const LogicalNode& node, ColumnUses wanted) {
  const int size = node.schema.size();
  const int below = node.inputs.empty() ? 0 : node.inputs[0]->schema.size();
  switch (node.kind) {
    case Kind::kSetOp:
    case Kind::kMatch:
      return UseAll(node.schema);
    case Kind::kWindow:
    case Kind::kCorrelate:
      for (int i = below; i < size; ++i) Use(i, &wanted);
      break;
    case Kind::kAggregate: {
      const sql::AggregateSpec& spec = *node.aggregate;
      for (size_t i = 0; i < spec.groups.size(); ++i) Use(static_cast<int>(i), &wanted);
      if (!spec.grouping_sets.empty()) Use(size - 1, &wanted);
      break;
    }
    default:
      break;
  }
  // What a node that passes its input on reads of it, it gives as well.
  const bool passes = node.kind == Kind::kWatermark || node.kind == Kind::kWindow ||
                      node.kind == Kind::kOver || node.kind == Kind::kJoin ||
                      node.kind == Kind::kCorrelate || node.kind == Kind::kSort ||
                      node.kind == Kind::kNormalize;
  if (passes) {
    const std::vector<ColumnUses> uses = InputUses(node, wanted);
    for (const auto& [column, paths] : uses[0]) wanted[column].insert(paths.begin(), paths.end());
    const bool both = node.kind == Kind::kJoin && node.join->type != sql::JoinType::kSemi &&
                      node.join->type != sql::JoinType::kAnti;
    if (both) {
      for (const auto& [column, paths] : uses[1]) {
        wanted[below + column].insert(paths.begin(), paths.end());
      }
    }
  }
  if (wanted.empty() && size > 0) Use(CheapestColumn(node), &wanted);
  return wanted;
}

std::vector<ColumnUses> InputUses(const LogicalNode& node, const ColumnUses& wanted) {
  std::vector<ColumnUses> uses;
  const int below = node.inputs.empty() ? 0 : node.inputs[0]->schema.size();
  switch (node.kind) {
    case Kind::kScan:
    case Kind::kValues:
      return {};
    case Kind::kCalc:
      uses = {OfCalc(node, wanted)};
      break;
    case Kind::kUnion:
      uses.assign(node.inputs.size(), wanted);
      break;
    case Kind::kWatermark:
      uses = {wanted};
      Use(node.watermark->column, &uses[0]);
      Reader(&uses[0]).Read(node.watermark->delayed);
      break;
    case Kind::kWindow:
      uses = {Split(wanted, below).first};
      Use(node.window->time_column, &uses[0]);
      Use(node.window->partition_by, &uses[0]);
      break;
    case Kind::kAggregate:
      uses = {OfAggregate(node, wanted)};
      break;
    case Kind::kOver:
      uses = {OfOver(node, wanted)};
      break;
    case Kind::kJoin:
      uses = OfJoin(node, wanted);
      break;
    case Kind::kCorrelate: {
      ColumnUses all = wanted;
      Reader(&all).Read(node.correlate->condition);
      uses = {Split(all, below).first};
      Reader(&uses[0]).Read(node.correlate->argument);
      break;
    }
    case Kind::kSort:
      uses = {wanted};
      Use(node.sort->keys, &uses[0]);
      break;
    case Kind::kSetOp:
      for (const LogicalNodePtr& input : node.inputs) uses.push_back(UseAll(input->schema));
      break;
    case Kind::kMatch:
      uses = {OfMatch(node)};
      break;
    case Kind::kNormalize:
      uses = {wanted};
      Use(node.keys, &uses[0]);
      Reader(&uses[0]).Read(node.condition);
      break;
  }
  for (size_t i = 0; i < uses.size(); ++i) {
    const LogicalNode& input = *node.inputs[i];
    if (uses[i].empty() && input.schema.size() > 0) Use(CheapestColumn(input), &uses[i]);
  }
  return uses;
}

}  // namespace sluice::plan
