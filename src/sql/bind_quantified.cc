// SPDX-License-Identifier: Apache-2.0
// Comparisons with every row of a query, where NULL matters. What such a comparison needs to know
// of the rows is one row: how many they are, how many of them are not NULL, the least, the
// greatest. A comparison that no row decides is UNKNOWN when one of its values is NULL, and FALSE
// over no rows (TRUE for ALL).
#include <string_view>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_subquery.h"

namespace sluice::sql {
namespace {

using functions::ExprPtr;

// Columns of the one row.
constexpr int kRows = 0, kValues = 1, kFirstExtreme = 2;

ExprPtr Make(std::string_view function, std::vector<ExprPtr> arguments, QueryBinder* query,
             Span span) {
  for (const ExprPtr& argument : arguments) {
    if (argument == nullptr) return nullptr;
  }
  auto call = functions::MakeCall(function, std::move(arguments));
  if (call.ok()) return *std::move(call);
  query->report().Error(span, call.error());
  return nullptr;
}

ExprPtr Inner(const Subquery& summary, int column) {
  const flow::Field& field = summary.relation->schema.fields[static_cast<size_t>(column)];
  return functions::Column(kInnerColumns + column, field.type->WithNullable(true), field.name);
}

bool AddCall(const char* name, const std::vector<ExprPtr>& arguments, QueryBinder* query, Span span,
             Relation* aggregate, AggregateSpec* spec) {
  functions::AggregateCall call;
  call.function = functions::FindAggregate(name);
  call.name = "$" + std::to_string(spec->calls.size());
  auto signature = call.function->resolve(arguments);
  if (!signature.ok()) {
    query->report().Error(span, signature.error());
    return false;
  }
  for (const ExprPtr& argument : arguments) {
    call.arguments.push_back(argument->column);
    call.argument_types.push_back(argument->type);
  }
  call.type = signature->result;
  aggregate->schema.fields.push_back({call.name, call.type, ""});
  spec->calls.push_back(std::move(call));
  return true;
}

/// The one row: kRows, kValues, `extremes`; per value of the outer columns, if the query reads any.
std::optional<Subquery> Summarize(QueryBinder* query, const ast::Expression& expression,
                                  const Scope& scope, const std::vector<const char*>& extremes,
                                  const Relation* outer) {
  const Span span = expression.span;
  RelationPtr rows = query->BindWithin(*expression.query, scope);
  if (rows == nullptr) return std::nullopt;
  if (rows->schema.size() != 1) {
    query->report().Error(span, ErrorKind::kInvalidArgument,
                          "a value is compared with queries of one column, not of " +
                              std::to_string(rows->schema.size()));
    return std::nullopt;
  }
  const flow::Field& field = rows->schema.fields[0];
  const ExprPtr value =
      WithoutTimeAttribute(functions::Column(0, field.type->WithNullable(true), field.name));
  Subquery summary;
  summary.relation = query->Make(RelationKind::kAggregate, span);
  if (summary.relation == nullptr) return std::nullopt;
  AggregateSpec spec;
  bool ok = AddCall("COUNT", {}, query, span, summary.relation.get(), &spec) &&
            AddCall("COUNT", {value}, query, span, summary.relation.get(), &spec);
  for (const char* const name : extremes) {
    ok = ok && AddCall(name, {value}, query, span, summary.relation.get(), &spec);
  }
  if (!ok) return std::nullopt;
  summary.relation->aggregate = std::make_shared<AggregateSpec>(std::move(spec));
  summary.relation->inputs.push_back(std::move(rows));
  if (ReadsOuter(*summary.relation)) {
    Decorrelator decorrelator(query, span, outer);
    decorrelator.split_global = true;
    if (!decorrelator.TakeOut(&summary.relation, &summary.conditions)) return std::nullopt;
    ToInnerColumns(&summary.conditions);
  }
  return summary;
}

/// FALSE; UNKNOWN where a NULL on either side might have decided.
ExprPtr LeftOpen(const Subquery& summary, const ExprPtr& operand, QueryBinder* query, Span span) {
  const ExprPtr rows = Inner(summary, kRows);
  const ExprPtr zero =
      functions::Literal(arrow::MakeScalar(int64_t{0}), rows->type->WithNullable(false));
  ExprPtr open = Make(">", {rows, Inner(summary, kValues)}, query, span);
  ExprPtr operand_is_null = Make("IS NULL", {operand}, query, span);
  operand_is_null =
      Make("AND", {std::move(operand_is_null), Make(">", {rows, zero}, query, span)}, query, span);
  open = Make("OR", {std::move(open), std::move(operand_is_null)}, query, span);
  // Without a row of the aggregate there are no rows.
  open = Make("IS TRUE", {std::move(open)}, query, span);
  const ExprPtr unknown = functions::Literal(arrow::MakeNullScalar(arrow::boolean()),
                                             flow::Type::Simple(flow::TypeKind::kBoolean));
  return Make("AND", {std::move(open), unknown}, query, span);
}

std::string_view Opposite(std::string_view op) {
  if (op == ">") return "<=";
  if (op == ">=") return "<";
  if (op == "<") return ">=";
  return op == "<=" ? ">" : "<>";  // of =
}

}  // namespace

std::optional<Subquery> BindUnknownIn(QueryBinder* query, const ast::Expression& expression,
                                      const Scope& scope, const ExprPtr& operand,
                                      const Relation* outer) {
  auto summary = Summarize(query, expression, scope, {}, outer);
  if (!summary) return std::nullopt;
  summary->value = LeftOpen(*summary, operand, query, expression.span);
  if (summary->value == nullptr) return std::nullopt;
  return summary;
}

std::optional<Subquery> BindQuantified(QueryBinder* query, const ast::Expression& expression,
                                       const Scope& scope, const ExprPtr& operand,
                                       const Relation* outer) {
  const Span span = expression.span;
  const std::string_view text = expression.text;
  // x > ALL (query) is NOT (x <= SOME (query)).
  const bool all = text.ends_with(" ALL");
  std::string_view op = text.substr(0, text.find(' '));
  if (all) op = Opposite(op);
  std::vector<const char*> extremes = {op[0] == '>' ? "MIN" : "MAX"};
  if (op == "<>") extremes = {"MIN", "MAX"};
  auto summary = Summarize(query, expression, scope, extremes, outer);
  if (!summary) return std::nullopt;
  ExprPtr value = LeftOpen(*summary, operand, query, span);
  for (size_t i = 0; i < extremes.size(); ++i) {
    const ExprPtr extreme = Inner(*summary, kFirstExtreme + static_cast<int>(i));
    ExprPtr found = Make(op, {operand, extreme}, query, span);
    found = Make("IS TRUE", {std::move(found)}, query, span);
    value = Make("OR", {std::move(found), std::move(value)}, query, span);
  }
  if (all) value = Make("NOT", {std::move(value)}, query, span);
  if (value == nullptr) return std::nullopt;
  summary->value = std::move(value);
  return summary;
}

}  // namespace sluice::sql
