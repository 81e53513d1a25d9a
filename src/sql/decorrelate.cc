// SPDX-License-Identifier: Apache-2.0
// Taking outer columns out of a subquery. Filters give their conditions up; what lies above lets
// the columns pass that these need: projections gain columns, aggregates and windows gain keys.
#include <algorithm>
#include <map>
#include <utility>

#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_subquery.h"
#include "sql/decorrelate_values.h"

namespace sluice::sql {
namespace {

using functions::ExprKind;
using functions::ExprPtr;

bool IsOuterOnly(const functions::Expr& expr) {
  return !AnyColumn(expr, [](int column) { return !IsOuter(column); });
}

ExprPtr Move(const ExprPtr& condition, const std::function<int(int)>& place) {
  return MapColumns(condition, [&](const ExprPtr& column) {
    if (column->column >= kColumnRange) return column;
    return functions::Column(place(column->column), column->type, column->name);
  });
}

}  // namespace

bool ReadsOuter(const Relation& relation) {
  const auto reads = [](const ExprPtr& expr) { return expr != nullptr && HasOuter(*expr); };
  if (reads(relation.condition)) return true;
  if (relation.join && reads(relation.join->condition)) return true;
  if (relation.correlate &&
      (reads(relation.correlate->argument) || reads(relation.correlate->condition))) {
    return true;
  }
  for (const ExprPtr& expr : relation.expressions) {
    if (reads(expr)) return true;
  }
  for (const auto& row : relation.rows) {
    for (const ExprPtr& expr : row) {
      if (reads(expr)) return true;
    }
  }
  return std::any_of(relation.inputs.begin(), relation.inputs.end(),
                     [](const RelationPtr& input) { return ReadsOuter(*input); });
}

bool Decorrelator::Refuse(const std::string& what) {
  if (outer_ != nullptr) return false;
  ReportUnsupported(query_.report(), span_, "a subquery that reads outer columns " + what);
  return false;
}

bool Decorrelator::TakeOut(RelationPtr* relation, Conditions* conditions) {
  if (!ReadsOuter(**relation)) return true;
  if (outer_ == nullptr) return Pull(relation, conditions);
  const bool split = split_global;
  const int before = query_.report().diagnostics->errors();
  RelationPtr tried = CloneRelation(&query_, **relation, span_);
  if (tried == nullptr) return false;
  Conditions pulled;
  const auto usable = [this](const ExprPtr& condition) {
    return !only_equal || InnerSide(condition) != nullptr;
  };
  if (Pull(&tried, &pulled) && std::all_of(pulled.begin(), pulled.end(), usable)) {
    conditions->insert(conditions->end(), pulled.begin(), pulled.end());
    *relation = std::move(tried);
    return true;
  }
  if (query_.report().diagnostics->errors() > before) return false;
  return OuterValues(&query_, span_, *outer_, split).TakeOut(relation, conditions);
}

bool Decorrelator::Pull(RelationPtr* relation, Conditions* conditions) {
  if (!ReadsOuter(**relation)) return true;
  switch ((*relation)->kind) {
    case RelationKind::kFilter:
      return PullFilter(relation, conditions);
    case RelationKind::kProject:
      return PullProject(relation->get(), conditions);
    case RelationKind::kJoin:
      return PullJoin(relation, conditions);
    case RelationKind::kAggregate:
      return PullAggregate(relation, conditions);
    case RelationKind::kOver:
      return PullOver(relation, conditions);
    case RelationKind::kSort:
      return PullSort(relation, conditions);
    case RelationKind::kWindow:
    case RelationKind::kCorrelate:
      return PullInPlace(relation, conditions);
    case RelationKind::kUnionAll:
    case RelationKind::kSetOp:
      return Refuse("inside of UNION, INTERSECT or EXCEPT");
    default:
      return Refuse("in this place");
  }
}

bool Decorrelator::PullFilter(RelationPtr* relation, Conditions* conditions) {
  Relation& filter = **relation;
  Conditions parts, kept;
  SplitConjuncts(filter.condition, &parts);
  Conditions pulled;
  if (!Pull(&filter.inputs[0], &pulled)) return false;
  for (ExprPtr& part : parts) (HasOuter(*part) ? pulled : kept).push_back(std::move(part));
  conditions->insert(conditions->end(), pulled.begin(), pulled.end());
  if (kept.empty()) {
    RelationPtr input = std::move(filter.inputs[0]);
    *relation = std::move(input);
    return true;
  }
  filter.condition = AndAll(std::move(kept));
  filter.schema = filter.inputs[0]->schema;
  return true;
}

bool Decorrelator::PullProject(Relation* project, Conditions* conditions) {
  for (const ExprPtr& expr : project->expressions) {
    if (HasOuter(*expr)) return Refuse("in its SELECT");
  }
  Conditions pulled;
  if (!Pull(&project->inputs[0], &pulled)) return false;
  const flow::Schema& input = project->inputs[0]->schema;
  const auto place = [&](int column) {
    for (size_t i = 0; i < project->expressions.size(); ++i) {
      const ExprPtr& expr = project->expressions[i];
      if (expr->kind == ExprKind::kColumn && expr->column == column) return static_cast<int>(i);
    }
    ExprPtr hidden = ColumnOf(input, column);
    project->schema.fields.push_back(
        {"$h" + std::to_string(project->expressions.size()), hidden->type, ""});
    project->expressions.push_back(std::move(hidden));
    return static_cast<int>(project->expressions.size()) - 1;
  };
  for (const ExprPtr& condition : pulled) conditions->push_back(Move(condition, place));
  return true;
}

bool Decorrelator::PullJoin(RelationPtr* relation, Conditions* conditions) {
  Relation& join = **relation;
  JoinSpec spec = *join.join;
  const bool inner = spec.type == JoinType::kInner;
  const bool one_side = spec.type == JoinType::kSemi || spec.type == JoinType::kAnti;
  if (!inner && ReadsOuter(*join.inputs[1])) return Refuse("on the right side of an outer join");
  if (!inner && !one_side && spec.type != JoinType::kLeft)
    return Refuse("under RIGHT or FULL JOIN");
  if (!inner && spec.condition != nullptr && HasOuter(*spec.condition)) {
    return Refuse("in the condition of an outer join");
  }
  const int left = join.inputs[0]->schema.size(), right = join.inputs[1]->schema.size();
  Conditions from_left, from_right, parts, kept;
  if (!Pull(&join.inputs[0], &from_left) || !Pull(&join.inputs[1], &from_right)) return false;
  const int more_left = join.inputs[0]->schema.size() - left;
  const int more_right = join.inputs[1]->schema.size() - right;
  // The condition now finds the right side behind more columns.
  const auto below = [&](int column) { return column < left ? column : column + more_left; };
  const int visible = one_side ? left : left + right;
  const auto above = [&](int column, int own) {
    return column < own ? column : visible + column - own;
  };
  SplitConjuncts(spec.condition, &parts);
  for (const ExprPtr& part : parts) {
    if (HasOuter(*part)) {
      conditions->push_back(part);
    } else {
      kept.push_back(Move(part, below));
    }
  }
  for (const ExprPtr& condition : from_left) {
    conditions->push_back(Move(condition, [&](int column) { return above(column, left); }));
  }
  for (const ExprPtr& condition : from_right) {
    conditions->push_back(Move(condition, [&](int column) {
      return column < right ? left + column : visible + more_left + column - right;
    }));
  }
  spec.condition = AndAll(std::move(kept));
  RelationPtr made =
      query_.Join(std::move(join.inputs[0]), std::move(join.inputs[1]), std::move(spec), span_);
  if (made == nullptr) return false;
  if (more_left > 0 && !one_side) {
    // Hidden columns of the left side go behind the right one.
    std::vector<ExprPtr> order;
    std::vector<std::string> names;
    const auto add = [&](int first, int count) {
      for (int i = first; i < first + count; ++i) {
        order.push_back(ColumnOf(made->schema, i));
        names.push_back(order.back()->name);
      }
    };
    add(0, left);
    add(left + more_left, right);
    add(left, more_left);
    add(left + more_left + right, more_right);
    made = query_.Project(std::move(made), std::move(order), names, span_);
    if (made == nullptr) return false;
  }
  *relation = std::move(made);
  return true;
}

/// Conditions inner = outer give keys; each then compares a column of the relation.
bool Decorrelator::Keys(RelationPtr* relation, Conditions* conditions, std::vector<int>* keys) {
  std::vector<ExprPtr> extra;
  const int columns = (*relation)->schema.size();
  for (ExprPtr& condition : *conditions) {
    const bool equal = condition->kind == ExprKind::kCall && condition->function->name == "=";
    if (!equal) return Refuse("by anything but =, below an aggregate, a window or LIMIT");
    ExprPtr a = condition->children[0], b = condition->children[1];
    if (HasOuter(*a)) std::swap(a, b);
    if (HasOuter(*a) || !IsOuterOnly(*b)) return Refuse("mixed with its own, below an aggregate");
    int place = a->column;
    if (a->kind != ExprKind::kColumn) {
      place = columns + static_cast<int>(extra.size());
      extra.push_back(a);
    }
    if (std::find(keys->begin(), keys->end(), place) == keys->end()) keys->push_back(place);
    auto made = functions::MakeCall("=", {functions::Column(place, a->type, a->name), b});
    if (!made.ok()) return Refuse("of another type");
    condition = *std::move(made);
  }
  *relation = query_.Append(std::move(*relation), std::move(extra), span_);
  return *relation != nullptr;
}

bool Decorrelator::PullAggregate(RelationPtr* relation, Conditions* conditions) {
  Relation& aggregate = **relation;
  AggregateSpec spec = *aggregate.aggregate;
  if (spec.groups.empty() && !std::exchange(split_global, false)) {
    return Refuse("below an aggregate without GROUP BY");
  }
  if (!spec.grouping_sets.empty() || spec.group_window) return Refuse("below grouping sets");
  Conditions pulled;
  std::vector<int> keys;
  if (!Pull(&aggregate.inputs[0], &pulled) || !Keys(&aggregate.inputs[0], &pulled, &keys)) {
    return false;
  }
  const int groups = static_cast<int>(spec.groups.size());
  const int calls = static_cast<int>(spec.calls.size());
  const int visible = groups + calls;
  std::map<int, int> places;  // of an input column, in what is made
  flow::Schema schema;
  for (int i = 0; i < groups; ++i) {
    places.emplace(spec.groups[static_cast<size_t>(i)], i);
    schema.fields.push_back(aggregate.schema.fields[static_cast<size_t>(i)]);
  }
  int more = 0;
  for (const int key : keys) {
    if (places.contains(key)) continue;
    places[key] = visible + more++;
    spec.groups.push_back(key);
    schema.fields.push_back(aggregate.inputs[0]->schema.fields[static_cast<size_t>(key)]);
  }
  for (int i = groups; i < visible; ++i) {
    schema.fields.push_back(aggregate.schema.fields[static_cast<size_t>(i)]);
  }
  for (const ExprPtr& condition : pulled) {
    conditions->push_back(Move(condition, [&](int column) { return places.at(column); }));
  }
  aggregate.schema = schema;
  aggregate.aggregate = std::make_shared<AggregateSpec>(std::move(spec));
  if (more == 0) return true;
  std::vector<ExprPtr> order;
  std::vector<std::string> names;
  const auto add = [&](int first, int count) {
    for (int i = first; i < first + count; ++i) {
      order.push_back(ColumnOf(schema, i));
      names.push_back(order.back()->name);
    }
  };
  add(0, groups);
  add(groups + more, calls);
  add(groups, more);
  *relation = query_.Project(std::move(*relation), std::move(order), names, span_);
  return *relation != nullptr;
}

/// The relation gives its input's columns, of which those from `before` on are new, and `own` of
/// its own: moves the new ones to the end. Conditions over the input's columns follow.
bool Decorrelator::MoveHidden(RelationPtr* relation, int before, int own, const Conditions& pulled,
                              Conditions* conditions) {
  for (const ExprPtr& condition : pulled) {
    conditions->push_back(
        Move(condition, [&](int column) { return column < before ? column : column + own; }));
  }
  const int all = (*relation)->schema.size();
  const int more = all - own - before;
  if (more == 0) return true;
  std::vector<ExprPtr> order;
  std::vector<std::string> names;
  const auto add = [&](int first, int count) {
    for (int i = first; i < first + count; ++i) {
      order.push_back(ColumnOf((*relation)->schema, i));
      names.push_back(order.back()->name);
    }
  };
  add(0, before);
  add(before + more, own);
  add(before, more);
  *relation = query_.Project(std::move(*relation), std::move(order), names, span_);
  return *relation != nullptr;
}

/// The schema of a relation that gives its input's columns and then its own.
void Decorrelator::WidenSchema(Relation* relation, int before) {
  std::vector<flow::Field> own(relation->schema.fields.begin() + before,
                               relation->schema.fields.end());
  relation->schema = relation->inputs[0]->schema;
  relation->schema.fields.insert(relation->schema.fields.end(), own.begin(), own.end());
}

/// A window per value of the outer columns.
bool Decorrelator::PullOver(RelationPtr* relation, Conditions* conditions) {
  Relation& over = **relation;
  const int before = over.inputs[0]->schema.size();
  const int own = over.schema.size() - before;
  Conditions pulled;
  std::vector<int> keys;
  if (!Pull(&over.inputs[0], &pulled) || !Keys(&over.inputs[0], &pulled, &keys)) return false;
  OverSpec spec = *over.over;
  for (const int key : keys) {
    if (std::find(spec.partition_by.begin(), spec.partition_by.end(), key) ==
        spec.partition_by.end()) {
      spec.partition_by.push_back(key);
    }
  }
  over.over = std::make_shared<OverSpec>(std::move(spec));
  WidenSchema(&over, before);
  return MoveHidden(relation, before, own, pulled, conditions);
}

/// ORDER BY x LIMIT n for each value of the outer columns: the rows that ROW_NUMBER counts up to n.
bool Decorrelator::PullSort(RelationPtr* relation, Conditions* conditions) {
  Relation& sort = **relation;
  const SortSpec spec = *sort.sort;
  Conditions pulled;
  if (!Pull(&sort.inputs[0], &pulled)) return false;
  if (!spec.limit && spec.offset == 0) {
    conditions->insert(conditions->end(), pulled.begin(), pulled.end());
    RelationPtr input = std::move(sort.inputs[0]);
    *relation = std::move(input);  // the order of a subquery is not seen
    return true;
  }
  std::vector<int> keys;
  if (!Keys(&sort.inputs[0], &pulled, &keys)) return false;
  conditions->insert(conditions->end(), pulled.begin(), pulled.end());
  *relation = LimitPerKey(&query_, std::move(sort.inputs[0]), spec, std::move(keys), span_);
  return *relation != nullptr;
}

/// Windowing table functions and UNNEST: conditions on their input hold above them as well.
bool Decorrelator::PullInPlace(RelationPtr* relation, Conditions* conditions) {
  Relation& node = **relation;
  const int before = node.inputs[0]->schema.size();
  const int own = node.schema.size() - before;
  if (node.correlate != nullptr) {
    const auto reads = [](const ExprPtr& expr) { return expr != nullptr && HasOuter(*expr); };
    if (reads(node.correlate->argument) || reads(node.correlate->condition)) {
      return Refuse("in UNNEST");
    }
  }
  Conditions pulled;
  if (!Pull(&node.inputs[0], &pulled)) return false;
  const int more = node.inputs[0]->schema.size() - before;
  if (node.correlate != nullptr && node.correlate->condition != nullptr && more > 0) {
    CorrelateSpec spec = *node.correlate;
    spec.condition =
        Move(spec.condition, [&](int column) { return column < before ? column : column + more; });
    node.correlate = std::make_shared<CorrelateSpec>(std::move(spec));
  }
  WidenSchema(&node, before);
  return MoveHidden(relation, before, own, pulled, conditions);
}

}  // namespace sluice::sql
