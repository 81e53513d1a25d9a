// SPDX-License-Identifier: Apache-2.0
// Subqueries in expressions: scalar ones, EXISTS and IN, as joins.
#include "sql/bind_subquery.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"

namespace sluice::sql {
namespace {

using flow::TypeKind;
using functions::ExprKind;
using functions::ExprPtr;

ExprPtr Inner(const flow::Schema& schema, int column) {
  const flow::Field& field = schema.fields[static_cast<size_t>(column)];
  return functions::Column(kInnerColumns + column, field.type->WithNullable(true), field.name);
}

/// True when the relation gives one row at most.
bool IsOneRow(const Relation& relation) {
  switch (relation.kind) {
    case RelationKind::kProject:
    case RelationKind::kFilter:
      return IsOneRow(*relation.inputs[0]);
    case RelationKind::kAggregate:
      return relation.aggregate->groups.empty() && !relation.aggregate->group_window;
    case RelationKind::kSort:
      return relation.sort->limit.value_or(2) <= 1 || IsOneRow(*relation.inputs[0]);
    case RelationKind::kValues:
      return relation.rows.size() <= 1;
    default:
      return false;
  }
}

/// True when the relation gives a row whatever its tables hold: an aggregate without GROUP BY.
bool AlwaysGivesRow(const Relation& relation) {
  switch (relation.kind) {
    case RelationKind::kProject:
      return AlwaysGivesRow(*relation.inputs[0]);
    case RelationKind::kAggregate:
      return relation.aggregate->groups.empty() && relation.aggregate->grouping_sets.empty() &&
             !relation.aggregate->group_window;
    case RelationKind::kSort:
      return relation.sort->offset == 0 && relation.sort->limit.value_or(1) > 0 &&
             AlwaysGivesRow(*relation.inputs[0]);
    case RelationKind::kValues:
      return !relation.rows.empty();
    default:
      return false;
  }
}

/// Fails at run time when there are two rows: SINGLE_VALUE of the only column.
RelationPtr SingleValue(QueryBinder* query, RelationPtr relation, Span span) {
  const auto* const function = functions::FindAggregate("SINGLE_VALUE");
  if (function == nullptr) {
    ReportUnsupported(query->report(), span, "a scalar subquery that may give several rows");
    return nullptr;
  }
  const flow::Field field = relation->schema.fields[0];
  const flow::TypePtr nullable =
      field.type->WithNullable(true)->WithTimeAttribute(flow::TimeAttribute::kNone);
  const ExprPtr argument = functions::Column(0, nullable, field.name);
  const std::vector<ExprPtr> arguments = {argument};
  auto signature = function->resolve(arguments);
  if (!signature.ok()) {
    query->report().Error(span, signature.error());
    return nullptr;
  }
  RelationPtr single = query->Make(RelationKind::kAggregate, span);
  if (single == nullptr) return nullptr;
  AggregateSpec spec;
  functions::AggregateCall call;
  call.function = function;
  call.arguments = {0};
  call.argument_types = {nullable};
  call.type = signature->result;
  call.name = field.name;
  single->schema.fields.push_back({field.name, call.type, ""});
  spec.calls.push_back(std::move(call));
  single->aggregate = std::make_shared<AggregateSpec>(std::move(spec));
  single->inputs.push_back(std::move(relation));
  return single;
}

/// What EXISTS selects does not count.
RelationPtr WithoutSelect(RelationPtr relation) {
  while (relation->kind == RelationKind::kProject) {
    RelationPtr input = std::move(relation->inputs[0]);
    relation = std::move(input);
  }
  return relation;
}

ExprPtr Truth(bool truth) {
  return functions::Literal(arrow::MakeScalar(truth),
                            flow::Type::Simple(TypeKind::kBoolean, false));
}

}  // namespace

ExprPtr InnerSide(const ExprPtr& condition) {
  if (condition->kind != ExprKind::kCall) return nullptr;
  const std::string& name = condition->function->name;
  if (name != "=" && name != "IS NOT DISTINCT FROM") return nullptr;
  const auto outer_only = [](const functions::Expr& e) {
    return !AnyColumn(e, [](int column) { return !IsOuter(column); });
  };
  const ExprPtr &a = condition->children[0], &b = condition->children[1];
  if (!HasOuter(*a) && outer_only(*b)) return a;
  if (!HasOuter(*b) && outer_only(*a)) return b;
  return nullptr;
}

std::vector<ExprPtr> TakeExpressions(RelationPtr* relation) {
  const Relation* below = relation->get();
  std::vector<ExprPtr> values = AllColumnsOf(below->schema);
  for (; below->kind == RelationKind::kProject; below = below->inputs[0].get()) {
    for (ExprPtr& value : values) {
      value = MapColumns(value, [below](const ExprPtr& column) {
        return column->column < kColumnRange
                   ? below->expressions[static_cast<size_t>(column->column)]
                   : column;
      });
    }
  }
  const bool global = below->kind == RelationKind::kAggregate && below->aggregate->groups.empty() &&
                      below->aggregate->grouping_sets.empty() && !below->aggregate->group_window;
  const bool outer = std::any_of(values.begin(), values.end(),
                                 [](const ExprPtr& value) { return HasOuter(*value); });
  if (!global || outer) return {};
  *relation = WithoutSelect(std::move(*relation));
  return values;
}

ExprPtr OverAggregates(const ExprPtr& value, const AggregateSpec& aggregate,
                       const std::function<ExprPtr(int)>& column_of) {
  return MapColumns(value, [&](const ExprPtr& column) {
    if (column->column >= kColumnRange) return column;
    ExprPtr joined = column_of(column->column);
    if (aggregate.calls[static_cast<size_t>(column->column)].function->name != "COUNT")
      return joined;
    const auto type = flow::Type::Simple(TypeKind::kBigInt, false);
    auto counted = functions::MakeCall(
        "COALESCE", {joined, functions::Literal(arrow::MakeScalar(int64_t{0}), type)});
    return counted.ok() ? *std::move(counted) : joined;
  });
}

void ToInnerColumns(std::vector<ExprPtr>* conditions) {
  for (ExprPtr& condition : *conditions) {
    condition = MapColumns(condition, [](const ExprPtr& column) {
      if (column->column >= kColumnRange) return column;
      return functions::Column(column->column + kInnerColumns, column->type, column->name);
    });
  }
}

std::optional<Subquery> BindScalarSubquery(QueryBinder* query, const ast::Expression& expression,
                                           const Scope& scope, const Relation* outer) {
  Subquery subquery;
  subquery.relation = query->BindWithin(*expression.query, scope);
  if (subquery.relation == nullptr) return std::nullopt;
  if (subquery.relation->schema.size() != 1) {
    query->report().Error(expression.span, ErrorKind::kInvalidArgument,
                          "a scalar subquery gives one column, not " +
                              std::to_string(subquery.relation->schema.size()));
    return std::nullopt;
  }
  const bool correlated = ReadsOuter(*subquery.relation);
  if (!IsOneRow(*subquery.relation)) {
    subquery.relation = SingleValue(query, std::move(subquery.relation), expression.span);
    if (subquery.relation == nullptr) return std::nullopt;
  }
  std::vector<ExprPtr> values;
  std::shared_ptr<const AggregateSpec> aggregate;
  if (correlated) {
    values = TakeExpressions(&subquery.relation);
    if (!values.empty()) aggregate = subquery.relation->aggregate;
    Decorrelator decorrelator(query, expression.span, outer);
    decorrelator.split_global = true;
    if (!decorrelator.TakeOut(&subquery.relation, &subquery.conditions)) return std::nullopt;
    ToInnerColumns(&subquery.conditions);
  }
  const flow::Schema& schema = subquery.relation->schema;
  const auto inner = [&schema](int column) { return Inner(schema, column); };
  subquery.value = WithoutTimeAttribute(
      values.empty() ? inner(0) : OverAggregates(values[0], *aggregate, inner));
  return subquery;
}

bool EqualToColumns(QueryBinder* query, const std::vector<ExprPtr>& operands,
                    const flow::Schema& schema, Span span, std::vector<ExprPtr>* conditions) {
  if (static_cast<int>(operands.size()) != schema.size()) {
    query->report().Error(span, ErrorKind::kInvalidArgument,
                          "IN compares " + std::to_string(operands.size()) + " columns with " +
                              std::to_string(schema.size()) + " of the query");
    return false;
  }
  for (size_t i = 0; i < operands.size(); ++i) {
    const flow::Field& field = schema.fields[i];
    auto equal = functions::MakeCall(
        "=", {operands[i],
              functions::Column(kInnerColumns + static_cast<int>(i), field.type, field.name)});
    if (!equal.ok()) {
      query->report().Error(span, equal.error());
      return false;
    }
    conditions->push_back(*std::move(equal));
  }
  return true;
}

/// LEFT JOIN with the distinct values that are there; TRUE where one was found.
std::optional<Subquery> BindMarker(QueryBinder* query, const ast::Expression& expression,
                                   const Scope& scope, const std::vector<ExprPtr>& operands,
                                   const Relation* around) {
  const Span span = expression.span;
  RelationPtr relation = query->BindWithin(*expression.query, scope);
  if (relation == nullptr) return std::nullopt;
  const bool is_in = expression.kind == ast::ExpressionKind::kIn;
  // Also in a stream, where the row of an aggregate comes with the first row of its input.
  if (!is_in && AlwaysGivesRow(*relation)) return Subquery{nullptr, {}, Truth(true)};
  if (!is_in) relation = WithoutSelect(std::move(relation));
  std::vector<ExprPtr> conditions;
  // The operands are columns of the query around, like those that the subquery reads itself.
  std::vector<ExprPtr> outer;
  for (const ExprPtr& operand : operands) outer.push_back(ShiftColumns(operand, kOuterColumns));
  bool nullable = false;
  for (const ExprPtr& operand : operands) nullable |= operand->type->nullable();
  for (const flow::Field& field : relation->schema.fields) nullable |= field.type->nullable();
  if (is_in && !EqualToColumns(query, outer, relation->schema, span, &conditions)) {
    return std::nullopt;
  }
  for (ExprPtr& condition : conditions) {
    condition = MapColumns(condition, [](const ExprPtr& column) {
      if (!IsInRange(column->column, kInnerColumns)) return column;
      return functions::Column(column->column - kInnerColumns, column->type, column->name);
    });
  }
  Decorrelator decorrelator(query, span, around);
  decorrelator.only_equal = true;
  if (!decorrelator.TakeOut(&relation, &conditions)) return std::nullopt;
  // One row for each value that the conditions compare, and TRUE.
  std::vector<ExprPtr> columns;
  std::vector<std::string> names;
  Subquery subquery;
  subquery.compares_nulls = is_in && nullable;
  for (const ExprPtr& condition : conditions) {
    const ExprPtr inner = InnerSide(condition);
    if (inner == nullptr) {
      ReportUnsupported(query->report(), span,
                        "a subquery under OR, NOT or in SELECT that compares outer columns by "
                        "anything but =");
      return std::nullopt;
    }
    const int place = static_cast<int>(columns.size());
    columns.push_back(inner);
    names.push_back("$k" + std::to_string(place));
    const bool left = condition->children[0] == inner;
    const ExprPtr column = functions::Column(kInnerColumns + place, inner->type, names.back());
    auto equal =
        functions::MakeCall(condition->function->name, {column, condition->children[left ? 1 : 0]});
    if (!equal.ok()) return std::nullopt;
    subquery.conditions.push_back(*std::move(equal));
  }
  columns.push_back(Truth(true));
  names.emplace_back("$found");
  const int marker = static_cast<int>(columns.size()) - 1;
  relation = query->Project(std::move(relation), std::move(columns), names, span);
  subquery.relation = query->Distinct(std::move(relation), span);
  if (subquery.relation == nullptr) return std::nullopt;
  auto found = functions::MakeCall("IS NOT NULL", {Inner(subquery.relation->schema, marker)});
  if (!found.ok()) return std::nullopt;
  subquery.value = *std::move(found);
  return subquery;
}

RelationPtr BindSemiJoin(QueryBinder* query, RelationPtr input, const ast::Expression& expression,
                         bool negated, const Scope& scope, const std::vector<ExprPtr>& operands) {
  const Span span = expression.span;
  RelationPtr relation = query->BindWithin(*expression.query, scope);
  if (relation == nullptr) return nullptr;
  const bool is_in = expression.kind == ast::ExpressionKind::kIn;
  if (!is_in && AlwaysGivesRow(*relation)) {
    return negated ? query->Filter(std::move(input), Truth(false), span) : std::move(input);
  }
  if (!is_in) relation = WithoutSelect(std::move(relation));
  JoinSpec spec;
  spec.type = negated ? JoinType::kAnti : JoinType::kSemi;
  std::vector<ExprPtr> conditions;
  if (is_in) {
    // Numbered like what the subquery reads of `input`: the operands may read queries further out.
    std::vector<ExprPtr> outer;
    for (const ExprPtr& operand : operands) outer.push_back(ShiftColumns(operand, kOuterColumns));
    if (!EqualToColumns(query, outer, relation->schema, span, &conditions)) return nullptr;
    bool nullable = false;
    for (const ExprPtr& operand : operands) nullable |= operand->type->nullable();
    for (const flow::Field& field : relation->schema.fields) nullable |= field.type->nullable();
    spec.null_aware = negated && nullable;
  }
  std::vector<ExprPtr> pulled;
  Decorrelator decorrelator(query, span, input.get());
  decorrelator.split_global = true;  // where nothing has the outer columns, nothing is compared
  if (!decorrelator.TakeOut(&relation, &pulled)) return nullptr;
  ToInnerColumns(&pulled);
  if (spec.null_aware && (conditions.size() > 1 || !pulled.empty())) {
    // Not one value compared with all of a column: a row is out where some row of its own is not
    // known to be another.
    auto unless = functions::MakeCall("IS NOT FALSE", {AndAll(std::move(conditions))});
    if (!unless.ok()) {
      query->report().Error(span, unless.error());
      return nullptr;
    }
    conditions = {*std::move(unless)};
    spec.null_aware = false;
  }
  conditions.insert(conditions.end(), pulled.begin(), pulled.end());
  const int left = input->schema.size();
  for (ExprPtr& condition : conditions) {
    condition = MapColumns(condition, [&](const ExprPtr& column) {
      int place = column->column;
      if (IsOuter(place)) place -= kOuterColumns;
      if (IsInRange(place, kInnerColumns)) place += left - kInnerColumns;
      return functions::Column(place, column->type, column->name);
    });
  }
  spec.condition = AndAll(std::move(conditions));
  return query->Join(std::move(input), std::move(relation), std::move(spec), span);
}

}  // namespace sluice::sql
