// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "functions/signature.h"
#include "functions/testing.h"
#include "functions/time_parts.h"

namespace sluice::functions {
namespace {

constexpr int64_t kRows = 3;

/// Replaces each literal that is a direct argument of a call or cast by a column of equal rows.
ExprPtr LiteralsToColumns(const ExprPtr& expr,
                          std::vector<std::shared_ptr<arrow::Array>>* columns) {
  if (expr->kind == ExprKind::kLiteral) {
    auto array = arrow::MakeArrayFromScalar(*expr->literal, kRows);
    if (!array.ok()) return expr;
    columns->push_back(*array);
    return Column(static_cast<int>(columns->size()) - 1, expr->type, "c");
  }
  auto copy = std::make_shared<Expr>(*expr);
  for (ExprPtr& child : copy->children) {
    const auto text = LiteralString(*child);
    const bool unit = expr->kind == ExprKind::kCall && expr->function->category != "string" &&
                      text && UnitNamed(*text);
    if (!unit) child = LiteralsToColumns(child, columns);  // units are always literals
  }
  return copy;
}

std::string Show(const Result<std::shared_ptr<arrow::Array>>& array, int64_t row,
                 const flow::Type& type) {
  if (!array.ok()) return "ERROR: " + array.error().text;
  const arrow::Status valid = (*array)->ValidateFull();
  if (!valid.ok()) return "INVALID: " + valid.ToString();
  if (!(*array)->type()->Equals(*flow::ToArrow(type))) {
    return "WRONG TYPE: " + (*array)->type()->ToString();
  }
  const auto text = ScalarToSqlText(**array, row, type);
  return text.ok() ? *text : "ERROR: " + text.error().text;
}

}  // namespace

std::string ValueOf(const ExprPtr& expr, const EvalContext& context) {
  const auto one = arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{});
  const std::string constant = Show(Evaluate(*expr, *one, context), 0, *expr->type);
  if (!IsDeterministic(*expr)) return constant;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  const ExprPtr varying = LiteralsToColumns(expr, &columns);
  arrow::FieldVector fields;
  for (const auto& column : columns) fields.push_back(arrow::field("c", column->type()));
  const auto batch = arrow::RecordBatch::Make(arrow::schema(fields), kRows, columns);
  const auto values = Evaluate(*varying, *batch, context);
  for (int64_t row = 0; row < kRows; ++row) {
    const std::string shown = Show(values, row, *expr->type);
    if (shown != constant) return "constant: " + constant + ", column: " + shown;
    if (!values.ok()) break;
  }
  return constant;
}

std::string CallText(std::string_view name, std::vector<ExprPtr> arguments,
                     const EvalContext& context) {
  const auto call = MakeCall(name, std::move(arguments));
  return call.ok() ? ValueOf(*call, context) : "ERROR: " + call.error().text;
}

std::string CallType(std::string_view name, std::vector<ExprPtr> arguments) {
  const auto call = MakeCall(name, std::move(arguments));
  return call.ok() ? (*call)->type->ToString() : "ERROR: " + call.error().text;
}

}  // namespace sluice::functions
