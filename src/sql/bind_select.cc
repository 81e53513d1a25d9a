// SPDX-License-Identifier: Apache-2.0
// Binding the clauses of a SELECT, and making its relations.
#include "sql/bind_select.h"

#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/hints.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using functions::ExprKind;
using functions::ExprPtr;

constexpr size_t kColumnsMax = 10'000;

bool IsCall(const ast::Expression& expression, std::string_view name) {
  return expression.kind == ExpressionKind::kCall && expression.path.empty() &&
         expression.text == name;
}

bool IsRowsQuery(const ast::Expression& expression) {
  return expression.kind == ExpressionKind::kExists ||
         (expression.kind == ExpressionKind::kIn && expression.query != nullptr);
}

}  // namespace

SelectBinder::SelectBinder(QueryBinder* query, const ast::Select& select)
    : query_(*query), select_(select), report_(query->report()) {}

ExprPtr SelectBinder::Fail(Span span, std::string text, std::string hint) {
  report_.Error(span, ErrorKind::kInvalidArgument, std::move(text), std::move(hint));
  return nullptr;
}

RelationPtr SelectBinder::BindAll(const std::vector<ast::OrderItem>* order, SortSpec spec) {
  BindSource();
  bool ok = CheckHints();
  ok &= BindWhere();
  ok &= BindGroups();
  ok &= BindItems();
  ok &= BindConditions();
  ok &= order == nullptr || BindOrder(*order);
  if (!ok || !known_) return nullptr;
  return Build(order, std::move(spec));
}

void SelectBinder::BindSource() {
  scope_ = query_.NewScope();
  if (select_.from == nullptr) return;
  input_ = query_.BindFrom(*select_.from, &scope_, select_.hints);
  known_ = input_ != nullptr;
  scope_.unknown |= !known_;
}

bool SelectBinder::CheckHints() {
  return CheckQueryHints(select_.hints, scope_, report_);
}

ExprPtr SelectBinder::BindPlain(const ast::Expression& expression) {
  return ExpressionBinder(scope_, report_, this).Bind(expression);
}

// ---------------------------------------------------------------- WHERE

bool SelectBinder::BindWhere() {
  if (select_.where == nullptr) return true;
  no_aggregates_in_ = no_overs_in_ = "WHERE clause";
  below_ = true;
  std::vector<const ast::Expression*> conjuncts;
  std::vector<const ast::Expression*> open = {select_.where.get()};
  while (!open.empty()) {
    const ast::Expression* const next = open.back();
    open.pop_back();
    if (!IsCall(*next, "AND")) {
      conjuncts.push_back(next);
      continue;
    }
    for (size_t i = next->children.size(); i-- > 0;) open.push_back(next->children[i].get());
  }
  NoteConditions(*select_.where, true);
  bool ok = true;
  std::vector<ExprPtr> plain;
  // Without FROM there is a row to filter all the same.
  if (select_.from == nullptr) input_ = query_.OneRow(select_.span);
  for (const ast::Expression* conjunct : conjuncts) ok &= BindConjunct(*conjunct, &plain);
  if (ok && known_)
    input_ = query_.Filter(std::move(input_), AndAll(std::move(plain)), select_.span);
  // Semi joins over what is left of the rows.
  for (const ast::Expression* conjunct : conjuncts) {
    bool negated = false;
    const ast::Expression* at = conjunct;
    for (; IsCall(*at, "NOT"); at = at->children[0].get()) negated = !negated;
    if (!IsRowsQuery(*at)) continue;
    std::vector<ExprPtr> operands;
    bool bound = BindOperands(*at, &operands);
    if (input_ == nullptr) {
      // The subquery's own mistakes are told all the same.
      query_.BindWithin(*at->query, scope_);
    } else if (bound) {
      input_ =
          BindSemiJoin(&query_, std::move(input_), *at, negated != at->negated, scope_, operands);
      bound = input_ != nullptr;
    }
    ok &= bound;
    if (!bound) known_ = false;
  }
  if (input_ == nullptr) known_ = false;
  below_ = false;
  no_aggregates_in_.clear();
  no_overs_in_.clear();
  return ok;
}

/// Finds where an unknown condition does what a false one does: below AND and OR of a condition,
/// and in the conditions of CASE.
void SelectBinder::NoteConditions(const ast::Expression& expression, bool condition) {
  if (condition && IsRowsQuery(expression)) two_valued_.insert(&expression);
  const bool passes = condition && (IsCall(expression, "AND") || IsCall(expression, "OR"));
  const auto& children = expression.children;
  for (size_t i = 0; i < children.size(); ++i) {
    const bool is_when = expression.kind == ExpressionKind::kCase && !expression.has_operand &&
                         i % 2 == 0 && i + 1 < children.size();
    NoteConditions(*children[i], passes || is_when);
  }
  if (expression.extras && expression.extras->filter) {
    NoteConditions(*expression.extras->filter, true);
  }
}

/// The left side of IN, ANY, ALL: a value, or (a, b).
bool SelectBinder::BindOperands(const ast::Expression& in, std::vector<ExprPtr>* operands) {
  if (in.kind == ExpressionKind::kExists) return true;
  const ast::Expression& left = *in.children[0];
  if (left.kind == ExpressionKind::kRow) {
    for (const auto& child : left.children) operands->push_back(BindPlain(*child));
  } else {
    operands->push_back(BindPlain(left));
  }
  bool bound = true;
  for (const ExprPtr& operand : *operands) bound &= operand != nullptr;
  return bound;
}

/// Conditions but for [NOT] EXISTS and [NOT] IN, which become joins.
bool SelectBinder::BindConjunct(const ast::Expression& conjunct, std::vector<ExprPtr>* plain) {
  const ast::Expression* at = &conjunct;
  while (IsCall(*at, "NOT")) at = at->children[0].get();
  if (IsRowsQuery(*at)) return true;
  ExprPtr condition = ExpressionBinder(scope_, report_, this).BindCondition(conjunct, "WHERE");
  if (condition == nullptr) return false;
  plain->push_back(std::move(condition));
  return true;
}

// ---------------------------------------------------------------- SELECT, HAVING, QUALIFY, ORDER
// BY

bool SelectBinder::BindItems() {
  ExpressionBinder binder(scope_, report_, this);
  ColumnNames names;
  bool ok = true;
  const auto add = [&](const std::string& name, ExprPtr value) {
    if (items_.size() < kColumnsMax) {
      items_.push_back({names.Take(name, items_.size()), std::move(value)});
    }
  };
  for (const ast::SelectItem& item : select_.items) {
    const ast::Expression& expression = *item.expression;
    if (expression.kind == ExpressionKind::kStar) {
      const int before = report_.diagnostics->errors();
      for (auto& column : binder.BindStar(expression)) add(column.name, std::move(column.value));
      ok &= report_.diagnostics->errors() == before;
      continue;
    }
    NoteConditions(expression, false);
    ExprPtr value = binder.Bind(expression);
    if (value == nullptr) {
      ok = false;
      continue;
    }
    std::string name;
    if (item.alias) {
      name = item.alias->text;
    } else if (expression.kind == ExpressionKind::kName) {
      name = expression.path.back().text;
    } else if (expression.kind == ExpressionKind::kField) {
      name = expression.text;
    }
    add(name, std::move(value));
  }
  if (items_.size() >= kColumnsMax) {
    report_.Error(select_.span, ErrorKind::kResourceExhausted,
                  "SELECT has more than " + std::to_string(kColumnsMax) + " columns");
    return false;
  }
  return ok;
}

bool SelectBinder::BindConditions() {
  bool ok = true;
  if (select_.having != nullptr) {
    is_grouped_ = true;
    no_overs_in_ = "HAVING clause";
    NoteConditions(*select_.having, true);
    having_ = ExpressionBinder(scope_, report_, this).BindCondition(*select_.having, "HAVING");
    no_overs_in_.clear();
    ok &= having_ != nullptr;
  }
  if (select_.qualify != nullptr) {
    item_names_ = ItemNames::kBehindColumns;
    NoteConditions(*select_.qualify, true);
    qualify_ = ExpressionBinder(scope_, report_, this).BindCondition(*select_.qualify, "QUALIFY");
    item_names_ = ItemNames::kHidden;
    ok &= qualify_ != nullptr;
    if (ok && overs_.empty()) {
      Fail(select_.qualify->span, "QUALIFY expression must contain a window function");
      ok = false;
    }
  }
  return ok;
}

/// A name is first one of SELECT's, then a column of FROM; a whole number is SELECT's i-th item.
bool SelectBinder::BindOrder(const std::vector<ast::OrderItem>& order) {
  bool ok = true;
  for (const ast::OrderItem& item : order) {
    const ast::Expression& expression = *item.expression;
    order_span_ = expression.span;
    int place = -1;
    if (expression.kind == ExpressionKind::kName && expression.path.size() == 1) {
      for (size_t i = 0; i < items_.size() && place < 0; ++i) {
        if (items_[i].name == expression.path[0].text) place = static_cast<int>(i);
      }
    }
    ExprPtr value;
    if (place < 0) {
      item_names_ = ItemNames::kFirst;
      value = BindPlain(expression);
      item_names_ = ItemNames::kHidden;
      ok &= value != nullptr;
      if (value == nullptr) continue;
      if (const auto ordinal = IntegerOf(*value)) {
        if (*ordinal < 1 || *ordinal > static_cast<int64_t>(items_.size())) {
          Fail(expression.span, "Ordinal out of range");
          ok = false;
          continue;
        }
        place = static_cast<int>(*ordinal) - 1;
      }
    }
    for (size_t i = 0; place < 0 && i < items_.size(); ++i) {
      if (functions::Equals(*items_[i].value, *value)) place = static_cast<int>(i);
    }
    if (place < 0 && select_.distinct) {
      Fail(expression.span, "Expression in ORDER BY is not in the SELECT DISTINCT list",
           "rows that differ only in it are one row of the result");
      ok = false;
    }
    order_.emplace_back(place, place < 0 ? value : nullptr);
  }
  return ok;
}

std::optional<ExprPtr> SelectBinder::BindName(const ast::Expression& name) {
  if (item_names_ == ItemNames::kHidden || name.path.size() != 1) return std::nullopt;
  if (item_names_ == ItemNames::kFirst && in_aggregate_) return std::nullopt;
  if (item_names_ == ItemNames::kBehindColumns) {
    for (const flow::Field& column : scope_.columns) {
      if (column.name == name.path[0].text) return std::nullopt;
    }
  }
  for (const Item& item : items_) {
    if (item.name == name.path[0].text) return item.value;
  }
  return std::nullopt;
}

void SelectBinder::NoteColumn(const ExprPtr& column, const ast::Expression& name) {
  notes_[column.get()] = {column, &name};
}

std::optional<ExprPtr> SelectBinder::BindCall(const ast::Expression& call) {
  if (call.extras && (call.extras->over || call.extras->over_name)) return BindOver(call);
  const std::string& name = call.text;
  if (name == "GROUPING" || name == "GROUPING_ID" || name == "GROUP_ID") return BindGrouping(call);
  if (functions::FindAggregate(name) != nullptr || IsAggregateName(name)) {
    return BindAggregate(call);
  }
  if (name == "CURRENT_DATABASE" && call.children.empty() && query_.context().names != nullptr) {
    return functions::Literal(
        std::make_shared<arrow::StringScalar>(query_.context().names->database()),
        flow::Type::Varchar(flow::Type::kUnboundedLength, false));
  }
  for (const char* end : {"_START", "_END", "_ROWTIME", "_PROCTIME"}) {
    for (const char* window : {"TUMBLE", "HOP", "SESSION"}) {
      if (name == std::string(window) + end) return BindAuxiliary(call);
    }
  }
  return std::nullopt;
}

ExprPtr SelectBinder::BindSubquery(const ast::Expression& expression) {
  const bool scalar = expression.kind == ExpressionKind::kQuery;
  if (scalar && !expression.text.empty()) {
    ReportUnsupported(report_, expression.span, expression.text + "(SELECT ...)");
    return nullptr;
  }
  if (!scalar) return BindComparison(expression);
  auto subquery = BindScalarSubquery(&query_, expression, scope_, input_.get());
  return subquery ? Attach(*std::move(subquery), expression.span) : nullptr;
}

/// EXISTS, IN and comparisons with ANY and ALL.
ExprPtr SelectBinder::BindComparison(const ast::Expression& expression) {
  const Span span = expression.span;
  std::vector<ExprPtr> operands;
  if (!BindOperands(expression, &operands)) return nullptr;
  if (expression.kind == ExpressionKind::kQuantified) {
    if (operands.size() > 1) {
      ReportUnsupported(report_, span,
                        "a comparison of several columns with SOME or ALL (SELECT ...)");
      return nullptr;
    }
    auto quantified = BindQuantified(&query_, expression, scope_, operands[0], input_.get());
    return quantified ? Attach(*std::move(quantified), span) : nullptr;
  }
  auto marker = BindMarker(&query_, expression, scope_, operands, input_.get());
  if (!marker) return nullptr;
  // Where UNKNOWN does what FALSE does, nobody asks which of them it is.
  const bool three_valued =
      marker->compares_nulls && (expression.negated || !two_valued_.contains(&expression));
  std::vector<ExprPtr> parts = {Attach(*std::move(marker), span)};
  if (three_valued) {
    if (operands.size() > 1) {
      ReportUnsupported(
          report_, span,
          "IN (SELECT ...) of several columns that may be NULL, but as a condition of "
          "WHERE,");
      return nullptr;
    }
    auto open = BindUnknownIn(&query_, expression, scope_, operands[0], input_.get());
    if (!open) return nullptr;
    parts.push_back(Attach(*std::move(open), span));
  }
  for (const ExprPtr& part : parts) {
    if (part == nullptr) return nullptr;
  }
  ExprPtr value = parts[0];
  const auto apply = [&](const char* name, std::vector<ExprPtr> arguments) {
    auto call = functions::MakeCall(name, std::move(arguments));
    if (!call.ok()) report_.Error(span, call.error());
    return call.ok() ? *std::move(call) : ExprPtr();
  };
  if (parts.size() > 1) value = apply("OR", std::move(parts));
  return expression.negated && value != nullptr ? apply("NOT", {value}) : value;
}

/// Joins a subquery: now, or, above the aggregate, later. Its value.
ExprPtr SelectBinder::Attach(Subquery subquery, Span span) {
  if (!known_) return nullptr;
  if (subquery.relation == nullptr) return subquery.value;
  const bool now = below_ || in_aggregate_;
  if (now && input_ == nullptr) input_ = query_.OneRow(span);
  const int first = now ? input_->schema.size() : kSubqueryColumns + subquery_columns_;
  const auto place = [first](const ExprPtr& column) {
    if (!IsInRange(column->column, kInnerColumns)) return column;
    return functions::Column(column->column - kInnerColumns + first, column->type, column->name);
  };
  ExprPtr value = MapColumns(subquery.value, place);
  if (!now) {
    const int columns = subquery.relation->schema.size();
    subqueries_.push_back({std::move(subquery), subquery_columns_});
    subquery_columns_ += columns;
    return value;
  }
  JoinSpec spec;
  spec.type = JoinType::kLeft;
  std::vector<ExprPtr> conditions;
  for (const ExprPtr& condition : subquery.conditions) {
    conditions.push_back(MapColumns(condition, [&](const ExprPtr& column) {
      if (!IsOuter(column->column)) return place(column);
      return functions::Column(column->column - kOuterColumns, column->type, column->name);
    }));
  }
  spec.condition = AndAll(std::move(conditions));
  input_ = query_.Join(std::move(input_), std::move(subquery.relation), std::move(spec), span);
  return input_ == nullptr ? nullptr : value;
}

// ---------------------------------------------------------------- building

ExprPtr SelectBinder::Finish(const ExprPtr& expr) {
  ExprPtr value = is_grouped_ ? Grouped(expr) : expr;
  if (value == nullptr) return nullptr;
  return MapColumns(value, [this](const ExprPtr& column) {
    int place = column->column;
    if (IsInRange(place, kSubqueryColumns)) {
      place = subquery_places_[static_cast<size_t>(place - kSubqueryColumns)];
    } else if (IsInRange(place, kOverColumns)) {
      place = over_places_[static_cast<size_t>(place - kOverColumns)];
    } else {
      return column;
    }
    return functions::Column(place, column->type, column->name);
  });
}

RelationPtr SelectBinder::Build(const std::vector<ast::OrderItem>* order, SortSpec spec) {
  if (input_ == nullptr && !is_grouped_ && overs_.empty() && subqueries_.empty() &&
      qualify_ == nullptr) {
    RelationPtr values = BuildValues();
    if (select_.distinct) values = query_.Distinct(std::move(values), select_.span);
    if (order == nullptr) return values;
    for (size_t i = 0; i < order_.size(); ++i) {
      if (order_[i].first < 0) continue;  // one row, or none
      spec.keys.push_back(MakeSortKey(order_[i].first, (*order)[i]));
    }
    return query_.Sort(std::move(values), std::move(spec), select_.span);
  }
  RelationPtr input = input_ != nullptr ? std::move(input_) : query_.OneRow(select_.span);
  if (is_grouped_) input = BuildAggregate(std::move(input));
  for (Pending& pending : subqueries_) {
    if (input == nullptr) return nullptr;
    const int base = input->schema.size();
    for (int c = 0; c < pending.subquery.relation->schema.size(); ++c) {
      subquery_places_.push_back(base + c);
    }
    JoinSpec join;
    join.type = JoinType::kLeft;
    std::vector<ExprPtr> conditions;
    for (const ExprPtr& condition : pending.subquery.conditions) {
      // Outer columns are ours, before the aggregate; Finish finds them above it.
      ExprPtr finished = Finish(MapColumns(condition, [&](const ExprPtr& column) {
        int place = column->column;
        if (IsOuter(place)) place -= kOuterColumns;
        if (IsInRange(place, kInnerColumns)) {
          place = place - kInnerColumns + kSubqueryColumns + pending.first;
        }
        return functions::Column(place, column->type, column->name);
      }));
      if (finished == nullptr) return nullptr;
      conditions.push_back(std::move(finished));
    }
    join.condition = AndAll(std::move(conditions));
    input = query_.Join(std::move(input), std::move(pending.subquery.relation), std::move(join),
                        select_.span);
  }
  if (having_ != nullptr) {
    ExprPtr having = Finish(having_);
    if (having == nullptr) return nullptr;
    input = query_.Filter(std::move(input), std::move(having), select_.span);
  }
  input = BuildOvers(std::move(input));
  if (input == nullptr) return nullptr;
  if (qualify_ != nullptr) {
    ExprPtr qualify = Finish(qualify_);
    if (qualify == nullptr) return nullptr;
    input = query_.Filter(std::move(input), std::move(qualify), select_.span);
  }
  return BuildItems(std::move(input), order, std::move(spec));
}

/// SELECT without FROM: one row.
RelationPtr SelectBinder::BuildValues() {
  RelationPtr values = query_.Make(RelationKind::kValues, select_.span);
  if (values == nullptr) return nullptr;
  values->rows.emplace_back();
  for (Item& item : items_) {
    values->schema.fields.push_back({item.name, item.value->type, ""});
    values->rows[0].push_back(std::move(item.value));
  }
  return values;
}

RelationPtr SelectBinder::BuildItems(RelationPtr input, const std::vector<ast::OrderItem>* order,
                                     SortSpec spec) {
  std::vector<ExprPtr> values;
  std::vector<std::string> names;
  bool ok = true;
  for (const Item& item : items_) {
    values.push_back(Finish(item.value));
    names.push_back(item.name);
    ok &= values.back() != nullptr;
  }
  const int visible = static_cast<int>(values.size());
  for (size_t i = 0; i < order_.size(); ++i) {
    int place = order_[i].first;
    if (place < 0) {
      place = static_cast<int>(values.size());
      values.push_back(Finish(order_[i].second));
      names.push_back("$f" + std::to_string(place));
      ok &= values.back() != nullptr;
    }
    spec.keys.push_back(MakeSortKey(place, (*order)[i]));
  }
  if (!ok) return nullptr;
  const bool hidden = static_cast<int>(values.size()) > visible;
  RelationPtr project = query_.Project(std::move(input), std::move(values), names, select_.span);
  if (select_.distinct) project = query_.Distinct(std::move(project), select_.span);
  if (order == nullptr || project == nullptr) return project;
  RelationPtr sorted = query_.Sort(std::move(project), std::move(spec), order_span_);
  if (!hidden || sorted == nullptr) return sorted;
  names.resize(static_cast<size_t>(visible));
  std::vector<ExprPtr> shown = AllColumnsOf(sorted->schema);
  shown.resize(static_cast<size_t>(visible));
  return query_.Project(std::move(sorted), std::move(shown), names, select_.span);
}

}  // namespace sluice::sql
