// SPDX-License-Identifier: Apache-2.0
#include "sql/decorrelate_values.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_subquery.h"

namespace sluice::sql {
namespace {

using functions::ExprPtr;

void CollectOuter(const ExprPtr& expr, std::vector<ExprPtr>* columns) {
  if (expr == nullptr) return;
  MapColumns(expr, [columns](const ExprPtr& column) {
    const bool known = std::any_of(columns->begin(), columns->end(), [&](const ExprPtr& other) {
      return other->column == column->column;
    });
    if (IsOuter(column->column) && !known) columns->push_back(column);
    return column;
  });
}

void CollectOuter(const Relation& relation, std::vector<ExprPtr>* columns) {
  CollectOuter(relation.condition, columns);
  if (relation.join) CollectOuter(relation.join->condition, columns);
  if (relation.correlate) {
    CollectOuter(relation.correlate->argument, columns);
    CollectOuter(relation.correlate->condition, columns);
  }
  for (const ExprPtr& expr : relation.expressions) CollectOuter(expr, columns);
  for (const auto& row : relation.rows) {
    for (const ExprPtr& expr : row) CollectOuter(expr, columns);
  }
  for (const RelationPtr& input : relation.inputs) CollectOuter(*input, columns);
}

bool IsAggregate(const Relation& relation) {
  const Relation* at = &relation;
  while (at->kind == RelationKind::kProject) at = at->inputs[0].get();
  return at->kind == RelationKind::kAggregate;
}

void AddFields(const flow::Schema& from, int first, flow::Schema* to) {
  to->fields.insert(to->fields.end(), from.fields.begin() + first, from.fields.end());
}

}  // namespace

bool OuterValues::Refuse(const char* what) {
  ReportUnsupported(query_.report(), span_,
                    std::string("a subquery that reads outer columns ") + what);
  return false;
}

ExprPtr OuterValues::Same(ExprPtr a, ExprPtr b) {
  const bool nullable = a->type->nullable() || b->type->nullable();
  auto made =
      functions::MakeCall(nullable ? "IS NOT DISTINCT FROM" : "=", {std::move(a), std::move(b)});
  if (made.ok()) return *std::move(made);
  query_.report().Error(span_, made.error());
  return nullptr;
}

RelationPtr CloneRelation(QueryBinder* query, const Relation& relation, Span span) {
  RelationPtr copy = query->Make(relation.kind, span);
  if (copy == nullptr) return nullptr;
  copy->schema = relation.schema;
  copy->table = relation.table;
  copy->rows = relation.rows;
  copy->condition = relation.condition;
  copy->expressions = relation.expressions;
  copy->watermark = relation.watermark;
  copy->window = relation.window;
  copy->aggregate = relation.aggregate;
  copy->over = relation.over;
  copy->join = relation.join;
  copy->correlate = relation.correlate;
  copy->sort = relation.sort;
  copy->set_op = relation.set_op;
  copy->match = relation.match;
  for (const RelationPtr& input : relation.inputs) {
    copy->inputs.push_back(CloneRelation(query, *input, span));
    if (copy->inputs.back() == nullptr) return nullptr;
  }
  return copy;
}

RelationPtr OuterValues::Values() {
  std::vector<ExprPtr> values;
  std::vector<std::string> names;
  for (const ExprPtr& column : columns_) {
    names.push_back("$d" + std::to_string(values.size()));
    values.push_back(WithoutTimeAttribute(
        functions::Column(column->column - kOuterColumns, column->type, column->name)));
  }
  RelationPtr rows = CloneRelation(&query_, outer_, span_);
  return query_.Distinct(query_.Project(std::move(rows), std::move(values), names, span_), span_);
}

ExprPtr OuterValues::Replace(const ExprPtr& expr, const flow::Schema& schema, int at) {
  if (expr == nullptr) return nullptr;
  return MapColumns(expr, [&](const ExprPtr& column) {
    if (!IsOuter(column->column)) return column;
    for (int i = 0; i < count(); ++i) {
      if (columns_[static_cast<size_t>(i)]->column == column->column) {
        return ColumnOf(schema, at + i);
      }
    }
    return column;
  });
}

bool OuterValues::TakeOut(RelationPtr* relation, std::vector<ExprPtr>* conditions) {
  CollectOuter(**relation, &columns_);
  split_global_ &= IsAggregate(**relation);
  const int before = (*relation)->schema.size();
  if (!Bring(relation)) return false;
  for (int i = 0; i < count(); ++i) {
    ExprPtr same =
        Same(ColumnOf((*relation)->schema, before + i), columns_[static_cast<size_t>(i)]);
    if (same == nullptr) return false;
    conditions->push_back(std::move(same));
  }
  return true;
}

bool OuterValues::Bring(RelationPtr* relation) {
  Relation& node = **relation;
  const bool one_row = node.kind == RelationKind::kValues && node.rows.size() == 1;
  if (!ReadsOuter(node) && !one_row) {
    *relation = query_.Join(std::move(*relation), Values(), {}, span_);
    return *relation != nullptr;
  }
  switch (node.kind) {
    case RelationKind::kValues:
      return BringValues(relation);
    case RelationKind::kFilter:
      return BringFilter(&node);
    case RelationKind::kProject:
      return BringProject(&node);
    case RelationKind::kJoin:
      return BringJoin(relation);
    case RelationKind::kAggregate:
      return BringAggregate(relation);
    case RelationKind::kOver:
      return BringOver(relation);
    case RelationKind::kSort:
      return BringSort(relation);
    case RelationKind::kWindow:
    case RelationKind::kCorrelate:
      return BringInPlace(relation);
    case RelationKind::kUnionAll:
    case RelationKind::kSetOp:
      return BringAll(&node);
    default:
      return Refuse("in this place");
  }
}

/// Each row for each of the values.
bool OuterValues::BringValues(RelationPtr* relation) {
  std::vector<RelationPtr> parts;
  for (const auto& row : (*relation)->rows) {
    RelationPtr values = Values();
    if (values == nullptr) return false;
    std::vector<ExprPtr> all;
    std::vector<std::string> names;
    for (const ExprPtr& expr : row) {
      names.push_back((*relation)->schema.fields[all.size()].name);
      all.push_back(Replace(expr, values->schema, 0));
    }
    for (const ExprPtr& value : AllColumnsOf(values->schema)) {
      names.push_back(value->name);
      all.push_back(value);
    }
    parts.push_back(query_.Project(std::move(values), std::move(all), names, span_));
    if (parts.back() == nullptr) return false;
  }
  if (parts.size() == 1) {
    *relation = std::move(parts[0]);
    return true;
  }
  RelationPtr together = query_.Make(RelationKind::kUnionAll, span_);
  if (together == nullptr || parts.empty()) return false;
  together->schema = (*relation)->schema;
  AddFields(parts[0]->schema, (*relation)->schema.size(), &together->schema);
  together->inputs = std::move(parts);
  *relation = std::move(together);
  return true;
}

bool OuterValues::BringFilter(Relation* filter) {
  const int at = filter->schema.size();
  if (!Bring(&filter->inputs[0])) return false;
  filter->schema = filter->inputs[0]->schema;
  filter->condition = Replace(filter->condition, filter->schema, at);
  return true;
}

bool OuterValues::BringProject(Relation* project) {
  const int at = project->inputs[0]->schema.size();
  if (!Bring(&project->inputs[0])) return false;
  const flow::Schema& input = project->inputs[0]->schema;
  for (ExprPtr& expr : project->expressions) expr = Replace(expr, input, at);
  AddFields(input, at, &project->schema);
  for (int i = 0; i < count(); ++i) project->expressions.push_back(ColumnOf(input, at + i));
  return true;
}

bool OuterValues::MoveValues(RelationPtr* relation, int before) {
  std::vector<ExprPtr> order = AllColumnsOf((*relation)->schema);
  const auto first = order.begin() + before;
  std::rotate(first, first + count(), order.end());
  std::vector<std::string> names;
  for (const ExprPtr& column : order) names.push_back(column->name);
  *relation = query_.Project(std::move(*relation), std::move(order), names, span_);
  return *relation != nullptr;
}

bool OuterValues::BringJoin(RelationPtr* relation) {
  Relation& join = **relation;
  JoinSpec spec = *join.join;
  const bool one_side = spec.type == JoinType::kSemi || spec.type == JoinType::kAnti;
  const int left = join.inputs[0]->schema.size(), right = join.inputs[1]->schema.size();
  const bool reads_right = ReadsOuter(*join.inputs[1]);
  // Values must come from the side whose rows all stay.
  bool on_left = ReadsOuter(*join.inputs[0]) || spec.type == JoinType::kFull ||
                 spec.type == JoinType::kLeft || one_side;
  const bool on_right =
      reads_right || spec.type == JoinType::kFull || spec.type == JoinType::kRight;
  on_left |= !on_right;
  if (on_right && (spec.system_time >= 0 || spec.null_aware)) {
    return Refuse("on the right side of a temporal join or NOT IN");
  }
  if (on_left && !Bring(&join.inputs[0])) return false;
  if (on_right && !Bring(&join.inputs[1])) return false;
  const int more = on_left ? count() : 0;
  flow::Schema both = join.inputs[0]->schema;
  AddFields(join.inputs[1]->schema, 0, &both);
  const int right_values = left + more + right;
  if (spec.condition != nullptr) {
    const ExprPtr moved = MapColumns(spec.condition, [&](const ExprPtr& column) {
      if (column->column < left || column->column >= kColumnRange) return column;
      return functions::Column(column->column + more, column->type, column->name);
    });
    spec.condition = Replace(moved, both, on_left ? left : right_values);
  }
  std::vector<ExprPtr> conditions;
  SplitConjuncts(spec.condition, &conditions);
  for (int i = 0; on_left && on_right && i < count(); ++i) {
    conditions.push_back(Same(ColumnOf(both, left + i), ColumnOf(both, right_values + i)));
    if (conditions.back() == nullptr) return false;
  }
  spec.condition = AndAll(std::move(conditions));
  const JoinType type = spec.type;
  RelationPtr made =
      query_.Join(std::move(join.inputs[0]), std::move(join.inputs[1]), std::move(spec), span_);
  if (made == nullptr) return false;
  if (!one_side && on_left) {
    std::vector<ExprPtr> order;
    std::vector<std::string> names;
    for (int i = 0; i < left; ++i) order.push_back(ColumnOf(made->schema, i));
    for (int i = 0; i < right; ++i) order.push_back(ColumnOf(made->schema, left + more + i));
    const int values = type == JoinType::kRight ? right_values : left;
    for (int i = 0; i < count(); ++i) order.push_back(ColumnOf(made->schema, values + i));
    for (const ExprPtr& column : order) names.push_back(column->name);
    for (int i = 0; type == JoinType::kFull && i < count(); ++i) {
      const int place = left + right + i;
      ExprPtr& value = order[static_cast<size_t>(place)];
      auto first =
          functions::MakeCall("COALESCE", {value, ColumnOf(made->schema, right_values + i)});
      if (!first.ok()) return Refuse("under FULL JOIN");
      value = *std::move(first);
    }
    made = query_.Project(std::move(made), std::move(order), names, span_);
  }
  *relation = std::move(made);
  return *relation != nullptr;
}

bool OuterValues::BringAggregate(RelationPtr* relation) {
  Relation& aggregate = **relation;
  AggregateSpec spec = *aggregate.aggregate;
  const int groups = static_cast<int>(spec.groups.size());
  const bool global = groups == 0 && spec.grouping_sets.empty() && !spec.group_window;
  const bool split = global && std::exchange(split_global_, false);
  const int at = aggregate.inputs[0]->schema.size();
  if (!Bring(&aggregate.inputs[0])) return false;
  const flow::Schema& input = aggregate.inputs[0]->schema;
  for (int i = 0; i < count(); ++i) {
    spec.groups.push_back(at + i);
    for (std::vector<int>& set : spec.grouping_sets) set.push_back(groups + i);
    const int place = at + i;
    aggregate.schema.fields.insert(aggregate.schema.fields.begin() + groups + i,
                                   input.fields[static_cast<size_t>(place)]);
  }
  aggregate.aggregate = std::make_shared<AggregateSpec>(spec);
  if (!MoveValues(relation, groups)) return false;
  if (!spec.grouping_sets.empty()) return WithoutValueBits(relation->get());
  return !global || split || WithAllValues(relation, spec);
}

bool OuterValues::WithoutValueBits(Relation* project) {
  ExprPtr& bits = project->expressions[project->expressions.size() - columns_.size() - 1];
  const ExprPtr shift =
      functions::Literal(arrow::MakeScalar(int64_t{1} << count()), bits->type->WithNullable(false));
  auto shifted = functions::MakeCall("/", {bits, shift});
  if (!shifted.ok()) return Refuse("below grouping sets");
  bits = *std::move(shifted);
  return true;
}

bool OuterValues::WithAllValues(RelationPtr* relation, const AggregateSpec& spec) {
  const int calls = static_cast<int>(spec.calls.size());
  RelationPtr values = Values();
  if (values == nullptr) return false;
  flow::Schema both = values->schema;
  AddFields((*relation)->schema, 0, &both);
  JoinSpec join;
  join.type = JoinType::kLeft;
  std::vector<ExprPtr> conditions;
  for (int i = 0; i < count(); ++i) {
    conditions.push_back(Same(ColumnOf(both, i), ColumnOf(both, count() + calls + i)));
    if (conditions.back() == nullptr) return false;
  }
  join.condition = AndAll(std::move(conditions));
  RelationPtr joined = query_.Join(std::move(values), std::move(*relation), std::move(join), span_);
  if (joined == nullptr) return false;
  std::vector<ExprPtr> all;
  std::vector<std::string> names;
  const auto column_of = [&](int column) { return ColumnOf(joined->schema, count() + column); };
  for (int i = 0; i < calls; ++i) {
    const ExprPtr call = column_of(i);
    names.push_back(call->name);
    all.push_back(OverAggregates(functions::Column(i, call->type, call->name), spec, column_of));
  }
  for (int i = 0; i < count(); ++i) {
    all.push_back(ColumnOf(joined->schema, i));
    names.push_back(all.back()->name);
  }
  *relation = query_.Project(std::move(joined), std::move(all), names, span_);
  return *relation != nullptr;
}

/// A window per value.
bool OuterValues::BringOver(RelationPtr* relation) {
  Relation& over = **relation;
  const int before = over.inputs[0]->schema.size();
  flow::Schema own;
  AddFields(over.schema, before, &own);
  if (!Bring(&over.inputs[0])) return false;
  OverSpec spec = *over.over;
  for (int i = 0; i < count(); ++i) spec.partition_by.push_back(before + i);
  over.over = std::make_shared<OverSpec>(std::move(spec));
  over.schema = over.inputs[0]->schema;
  AddFields(own, 0, &over.schema);
  return MoveValues(relation, before);
}

bool OuterValues::BringSort(RelationPtr* relation) {
  const SortSpec spec = *(*relation)->sort;
  RelationPtr input = std::move((*relation)->inputs[0]);
  const int at = input->schema.size();
  if (!Bring(&input)) return false;
  std::vector<int> keys;
  for (int i = 0; i < count(); ++i) keys.push_back(at + i);
  const bool limits = spec.limit || spec.offset > 0;  // the order of a subquery is not seen
  *relation = limits ? LimitPerKey(&query_, std::move(input), spec, std::move(keys), span_)
                     : std::move(input);
  return *relation != nullptr;
}

/// Windowing table functions and UNNEST.
bool OuterValues::BringInPlace(RelationPtr* relation) {
  Relation& node = **relation;
  const int before = node.inputs[0]->schema.size();
  flow::Schema own;
  AddFields(node.schema, before, &own);
  if (!Bring(&node.inputs[0])) return false;
  const flow::Schema& input = node.inputs[0]->schema;
  if (node.correlate != nullptr) {
    CorrelateSpec spec = *node.correlate;
    spec.argument = Replace(spec.argument, input, before);
    if (spec.condition != nullptr) {
      const ExprPtr moved = MapColumns(spec.condition, [&](const ExprPtr& column) {
        if (column->column < before || column->column >= kColumnRange) return column;
        return functions::Column(column->column + count(), column->type, column->name);
      });
      spec.condition = Replace(moved, input, before);
    }
    node.correlate = std::make_shared<CorrelateSpec>(std::move(spec));
  }
  if (node.window != nullptr && node.window->kind == WindowKind::kSession) {
    WindowSpec spec = *node.window;
    for (int i = 0; i < count(); ++i) spec.partition_by.push_back(before + i);
    node.window = std::make_shared<WindowSpec>(std::move(spec));
  }
  node.schema = input;
  AddFields(own, 0, &node.schema);
  return MoveValues(relation, before);
}

/// UNION ALL, INTERSECT, EXCEPT: per value.
bool OuterValues::BringAll(Relation* relation) {
  const int before = relation->schema.size();
  for (RelationPtr& input : relation->inputs) {
    if (!Bring(&input)) return false;
  }
  AddFields(relation->inputs[0]->schema, before, &relation->schema);
  return true;
}

RelationPtr LimitPerKey(QueryBinder* query, RelationPtr input, const SortSpec& spec,
                        std::vector<int> keys, Span span) {
  OverSpec over;
  over.partition_by = std::move(keys);
  const auto type = flow::Type::Simple(flow::TypeKind::kBigInt, false);
  over.order_by = spec.keys;
  over.ranking = {"ROW_NUMBER"};
  over.offsets = {1};
  over.defaults = {nullptr};
  over.calls.emplace_back();
  over.calls[0].type = type;
  over.calls[0].name = "w0$o0";
  RelationPtr ranked = query->Make(RelationKind::kOver, span);
  if (ranked == nullptr) return nullptr;
  ranked->schema = input->schema;
  const int columns = ranked->schema.size();
  ranked->schema.fields.push_back({"w0$o0", type, ""});
  ranked->over = std::make_shared<OverSpec>(std::move(over));
  ranked->inputs.push_back(std::move(input));
  const auto bound = [&](const char* op, int64_t value) {
    auto made = functions::MakeCall(op, {functions::Column(columns, type, "w0$o0"),
                                         functions::Literal(arrow::MakeScalar(value), type)});
    return made.ok() ? *std::move(made) : ExprPtr();
  };
  std::vector<ExprPtr> limits;
  if (spec.offset > 0) limits.push_back(bound(">", spec.offset));
  if (spec.limit) limits.push_back(bound("<=", spec.offset + *spec.limit));
  RelationPtr kept = query->Filter(std::move(ranked), AndAll(std::move(limits)), span);
  if (kept == nullptr) return nullptr;
  std::vector<ExprPtr> shown = AllColumnsOf(kept->schema);
  shown.pop_back();
  std::vector<std::string> names;
  for (const ExprPtr& column : shown) names.push_back(column->name);
  return query->Project(std::move(kept), std::move(shown), names, span);
}

}  // namespace sluice::sql
