// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_expression.h"

#include <algorithm>
#include <array>

#include "arrow/api.h"
#include "flow/table_options.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"
#include "sql/lexer.h"
#include "sql/literals.h"
#include "sql/name_space.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using flow::TypeKind;
using flow::TypePtr;
using functions::ExprPtr;

// Aggregates and window functions of Flink: known, so that nobody is told that SUM does not exist.
constexpr std::array<std::string_view, 34> kAggregates = {"COUNT",
                                                          "SINGLE_VALUE",
                                                          "SUM",
                                                          "SUM0",
                                                          "AVG",
                                                          "MIN",
                                                          "MAX",
                                                          "STDDEV_POP",
                                                          "STDDEV_SAMP",
                                                          "STDDEV",
                                                          "VAR_POP",
                                                          "VAR_SAMP",
                                                          "VARIANCE",
                                                          "COLLECT",
                                                          "LISTAGG",
                                                          "ARRAY_AGG",
                                                          "FIRST_VALUE",
                                                          "LAST_VALUE",
                                                          "LEAD",
                                                          "LAG",
                                                          "ROW_NUMBER",
                                                          "RANK",
                                                          "DENSE_RANK",
                                                          "PERCENT_RANK",
                                                          "CUME_DIST",
                                                          "NTILE",
                                                          "APPROX_COUNT_DISTINCT",
                                                          "JSON_OBJECTAGG",
                                                          "JSON_ARRAYAGG",
                                                          "STRING_AGG",
                                                          "GROUPING",
                                                          "GROUPING_ID",
                                                          "GROUP_ID",
                                                          "PERCENTILE"};
// Functions of the old GROUP BY windows.
constexpr std::array<std::string_view, 16> kWindowFunctions = {
    "TUMBLE",          "HOP",         "SESSION",         "CUMULATE",
    "TUMBLE_START",    "TUMBLE_END",  "HOP_START",       "TUMBLE_ROWTIME",
    "TUMBLE_PROCTIME", "HOP_END",     "HOP_ROWTIME",     "HOP_PROCTIME",
    "SESSION_START",   "SESSION_END", "SESSION_ROWTIME", "SESSION_PROCTIME"};

template <typename List>
bool Has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool IsOperatorName(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kWords = {
      "AND",        "OR",    "NOT",      "NEGATE",    "PLUS", "LIKE",
      "SIMILAR TO", "RLIKE", "OVERLAPS", "MEMBER OF", "||",   "%"};
  return Has(kWords, name) || name.starts_with("IS ") ||
         name.find_first_of("+-*/=<>") != std::string_view::npos;
}

/// Without ESCAPE a backslash escapes, except in a literal without _: as in Flink, whose way of
/// matching those knows no escape.
bool EscapesByBackslash(const functions::Expr& pattern) {
  if (!pattern.type->is_character()) return false;
  if (pattern.kind != functions::ExprKind::kLiteral || !pattern.literal->is_valid) return true;
  const auto& text = static_cast<const arrow::BaseBinaryScalar&>(*pattern.literal);
  return text.view().find('_') != std::string_view::npos;
}

}  // namespace

bool IsAggregateName(std::string_view name) {
  return Has(kAggregates, name);
}

ExprPtr Scope::ValueOf(int column) const {
  const auto index = static_cast<size_t>(column);
  if (!values.empty()) return values[index];
  return functions::Column(column, columns[index].type, columns[index].name);
}

void Report::Error(Span span, ErrorKind kind, std::string text, std::string hint) const {
  diagnostics->AddError(at.value_or(span), kind, prefix + std::move(text), std::move(hint));
}

void Report::Error(Span span, const sluice::Error& error) const {
  // "text; did you mean x?" of other folders: the question goes to the hint.
  const size_t cut = error.text.rfind("; did you mean ");
  if (cut == std::string::npos) return Error(span, error.kind, error.text);
  Error(span, error.kind, error.text.substr(0, cut), error.text.substr(cut + 2));
}

void ReportUnsupported(const Report& report, Span span, const std::string& what) {
  report.Error(span, ErrorKind::kUnsupported, "sluice does not run " + what + " yet");
}

ExprPtr Coerce(ExprPtr value, const TypePtr& type) {
  if (value->type->EqualsIgnoringNullability(*type)) return value;
  return functions::Cast(std::move(value), type);
}

ExprPtr ExpressionBinder::Unsupported(Span span, const std::string& what) {
  ReportUnsupported(report_, span, what);
  return nullptr;
}

ExprPtr ExpressionBinder::Bind(const ast::Expression& expression) {
  if (IsLiteral(expression)) {
    auto literal = BindLiteral(expression);
    if (literal.ok()) return *std::move(literal);
    report_.Error(expression.span, literal.error());
    return nullptr;
  }
  switch (expression.kind) {
    case ExpressionKind::kName:
      return BindName(expression);
    case ExpressionKind::kCall:
      return BindCall(expression);
    case ExpressionKind::kBetween:
      return BindBetween(expression);
    case ExpressionKind::kIn:
      return BindIn(expression);
    case ExpressionKind::kCase:
      return BindCase(expression);
    case ExpressionKind::kCast:
      return BindCast(expression);
    case ExpressionKind::kItem:
      return BindItem(expression);
    case ExpressionKind::kField: {
      ExprPtr row = Bind(*expression.children[0]);
      if (row == nullptr) return nullptr;
      return BindField(std::move(row), expression.text, expression.operator_span);
    }
    case ExpressionKind::kRow:
      return BindConstructor(expression, "ROW");
    case ExpressionKind::kArray:
      return BindConstructor(expression, "ARRAY");
    case ExpressionKind::kMap:
      return BindConstructor(expression, "MAP");
    case ExpressionKind::kUnit:
      return TextLiteral(expression.text);
    case ExpressionKind::kQuantified:
      return BindQuantified(expression);
    case ExpressionKind::kMultiset:
      return Unsupported(expression.span, "MULTISET[...]");
    case ExpressionKind::kQuery:
    case ExpressionKind::kExists:
      return BindSubquery(expression);
    case ExpressionKind::kDefault:
      report_.Error(expression.span, ErrorKind::kUnsupported, "columns have no defaults",
                    "leave the column out of the INSERT's column list, or write NULL");
      return nullptr;
    case ExpressionKind::kStar:
      report_.Error(expression.span, ErrorKind::kParse, "* cannot stand here",
                    "it stands alone in SELECT, or in COUNT(*)");
      return nullptr;
    case ExpressionKind::kNamed:
      return Unsupported(expression.span, "arguments by name");
    case ExpressionKind::kDescriptor:
    case ExpressionKind::kTable:
      return Unsupported(expression.span, "table functions");
    case ExpressionKind::kType:
      return Unsupported(expression.span, "a type as an argument");
    default:
      return nullptr;  // kError: reported by the parser
  }
}

ExprPtr ExpressionBinder::BindCondition(const ast::Expression& expression,
                                        std::string_view clause) {
  ExprPtr condition = Bind(expression);
  if (condition == nullptr) return nullptr;
  if (condition->type->kind() == TypeKind::kNull) {
    return functions::Cast(condition, flow::Type::Simple(TypeKind::kBoolean));
  }
  if (condition->type->kind() != TypeKind::kBoolean) {
    report_.Error(expression.span, ErrorKind::kInvalidArgument,
                  std::string(clause) + " takes a BOOLEAN, not " + condition->type->ToString());
    return nullptr;
  }
  return condition;
}

bool ExpressionBinder::BindAll(const std::vector<ast::ExpressionPtr>& children, size_t from,
                               std::vector<ExprPtr>* bound) {
  bool all = true;
  for (size_t i = from; i < children.size(); ++i) {
    bound->push_back(Bind(*children[i]));
    all &= bound->back() != nullptr;
  }
  return all;
}

ExprPtr ExpressionBinder::Make(std::string_view function, std::vector<ExprPtr> arguments,
                               Span span) {
  const bool like = function == "LIKE" || function == "NOT LIKE";
  if (like && arguments.size() == 2 && EscapesByBackslash(*arguments[1])) {
    arguments.push_back(TextLiteral("\\"));
  }
  auto call = functions::MakeCall(function, std::move(arguments));
  if (call.ok()) return WithoutTimeAttribute(*std::move(call));
  report_.Error(span, call.error());
  return nullptr;
}

/// FILTER, OVER, DISTINCT and such belong to aggregates; aggregates belong to SELECT.
bool ExpressionBinder::RefuseExtras(const ast::Expression& call) {
  if (Has(kAggregates, call.text)) {
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument,
                  "the aggregate " + call.text + " cannot stand here",
                  "it stands in SELECT, HAVING, QUALIFY and ORDER BY");
    return true;
  }
  if (Has(kWindowFunctions, call.text)) {
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument,
                  "the window function " + call.text + " cannot stand here",
                  "a window stands in FROM TABLE(...) or in GROUP BY; its _START, _END, _ROWTIME "
                  "and _PROCTIME in the SELECT of such a GROUP BY");
    return true;
  }
  if (call.extras) {
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument,
                  call.text + " is not an aggregate: it takes no OVER, FILTER or DISTINCT");
    return true;
  }
  return false;
}

ExprPtr ExpressionBinder::BindSubquery(const ast::Expression& expression) {
  if (clause_ != nullptr) return clause_->BindSubquery(expression);
  return Unsupported(expression.span, "a subquery here");
}

void ExpressionBinder::UnknownFunction(const ast::Expression& call) {
  std::vector<std::string> known;
  for (const functions::Function* function : functions::AllFunctions()) {
    if (!IsOperatorName(function->name)) known.push_back(function->name);
  }
  for (const std::string_view name : kAggregates) known.emplace_back(name);
  const auto nearest = flow::NearestName(call.text, known);
  report_.Error(
      call.operator_span, ErrorKind::kNotFound, "function " + call.text + " is not known",
      nearest ? "did you mean " + *nearest + "?" : "SHOW FUNCTIONS lists those there are");
}

ExprPtr ExpressionBinder::BindCall(const ast::Expression& call) {
  if (!call.path.empty()) {
    report_.Error(call.operator_span, ErrorKind::kNotFound, "there are no functions in catalogs",
                  "system functions have names of one part");
    return nullptr;
  }
  if (clause_ != nullptr) {
    if (auto special = clause_->BindCall(call)) return *std::move(special);
  }
  if (RefuseExtras(call)) return nullptr;
  if (call.text == "NEGATE") return BindNegate(call);
  if (IsOperatorName(call.text)) return BindOperator(call);
  if (call.text == "JSON_VALUE" || call.text == "JSON_QUERY" || call.text == "JSON_EXISTS") {
    return BindJson(call);
  }
  if (call.text == "JSON_OBJECT" || call.text == "JSON_ARRAY") return BindJsonMade(call);
  if (call.text == "JSON") {
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument, "JSON(...) cannot stand here",
                  "it is a value of JSON_OBJECT or of JSON_ARRAY, where it is not quoted");
    return nullptr;
  }
  std::vector<ExprPtr> arguments;
  const bool all = BindAll(call.children, 0, &arguments);
  if (functions::FindFunction(call.text) == nullptr) {
    UnknownFunction(call);
    return nullptr;
  }
  if (call.text == "PROCTIME" && call.children.empty()) {
    return functions::Call(
        functions::FindFunction("PROCTIME"), {},
        flow::Type::TimestampLtz(3, false)->WithTimeAttribute(flow::TimeAttribute::kProctime));
  }
  return all ? Make(call.text, std::move(arguments), call.operator_span) : nullptr;
}

ExprPtr ExpressionBinder::BindNegate(const ast::Expression& call) {
  const ast::Expression& operand = *call.children[0];
  if (operand.kind == ExpressionKind::kInteger || operand.kind == ExpressionKind::kDecimal ||
      operand.kind == ExpressionKind::kDouble) {
    auto literal = BindLiteral(operand, true);
    if (literal.ok()) return *std::move(literal);
    report_.Error(operand.span, literal.error());
    return nullptr;
  }
  ExprPtr value = Bind(operand);
  if (value == nullptr) return nullptr;
  return Make("NEGATE", {std::move(value)}, call.operator_span);
}

/// (start, end) or (start, length) as two points in time.
bool ExpressionBinder::BindPeriod(const ast::Expression& period, std::vector<ExprPtr>* ends) {
  if (period.kind != ExpressionKind::kRow || period.children.size() != 2) {
    report_.Error(period.span, ErrorKind::kInvalidArgument,
                  "OVERLAPS takes two pairs of a point in time and another one or an interval");
    return false;
  }
  if (!BindAll(period.children, 0, ends)) return false;
  ExprPtr& last = ends->back();
  const ExprPtr& first = (*ends)[ends->size() - 2];
  if (last->type->is_interval()) last = Make("+", {first, last}, period.children[1]->span);
  return last != nullptr;
}

/// (a, b) OVERLAPS (c, d): the later of a and b is not before the earlier of c and d, and the other
/// way round.
ExprPtr ExpressionBinder::BindOverlaps(const ast::Expression& call) {
  std::vector<ExprPtr> ends;
  if (!BindPeriod(*call.children[0], &ends) || !BindPeriod(*call.children[1], &ends)) {
    return nullptr;
  }
  std::vector<TypePtr> types;
  for (const ExprPtr& end : ends) types.push_back(end->type);
  auto common = functions::CommonType(types);
  if (!common.ok() || !(*common)->is_datetime()) {
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument,
                  "OVERLAPS takes points in time and intervals");
    return nullptr;
  }
  for (ExprPtr& end : ends) end = Coerce(std::move(end), *common);
  std::vector<ExprPtr> early, late;
  for (size_t i = 0; i < 4; i += 2) {
    const ExprPtr ordered = Make("<=", {ends[i], ends[i + 1]}, call.operator_span);
    early.push_back(functions::Case({ordered, ends[i], ends[i + 1]}, *common));
    late.push_back(functions::Case({ordered, ends[i + 1], ends[i]}, *common));
  }
  return Make("AND",
              {Make(">=", {late[0], early[1]}, call.operator_span),
               Make(">=", {late[1], early[0]}, call.operator_span)},
              call.operator_span);
}

ExprPtr ExpressionBinder::BindOperator(const ast::Expression& call) {
  if (call.text == "OVERLAPS") return BindOverlaps(call);
  std::vector<ExprPtr> arguments;
  if (!BindAll(call.children, 0, &arguments)) return nullptr;
  if (call.text == "PLUS") {
    if (arguments[0]->type->is_numeric() || arguments[0]->type->is_interval()) return arguments[0];
    report_.Error(call.operator_span, ErrorKind::kInvalidArgument,
                  "+ takes a number, not " + arguments[0]->type->ToString());
    return nullptr;
  }
  if (functions::FindFunction(call.text) == nullptr) {
    return Unsupported(call.operator_span, call.text);
  }
  return Make(call.text, std::move(arguments), call.operator_span);
}

ExprPtr ExpressionBinder::BindBetween(const ast::Expression& between) {
  std::vector<ExprPtr> operands;
  if (!BindAll(between.children, 0, &operands)) return nullptr;
  if (!between.symmetric) {
    return Make(between.negated ? "NOT BETWEEN" : "BETWEEN", std::move(operands), between.span);
  }
  // Either bound may be the lower one.
  ExprPtr up = Make("BETWEEN", operands, between.span);
  std::swap(operands[1], operands[2]);
  ExprPtr down = Make("BETWEEN", std::move(operands), between.span);
  if (up == nullptr || down == nullptr) return nullptr;
  ExprPtr either = Make("OR", {std::move(up), std::move(down)}, between.span);
  return between.negated && either ? Make("NOT", {std::move(either)}, between.span) : either;
}

ExprPtr ExpressionBinder::BindIn(const ast::Expression& in) {
  if (in.query != nullptr) return BindSubquery(in);
  std::vector<ExprPtr> operands;
  if (!BindAll(in.children, 0, &operands)) return nullptr;
  return Make(in.negated ? "NOT IN" : "IN", std::move(operands), in.span);
}

ExprPtr ExpressionBinder::BindQuantified(const ast::Expression& quantified) {
  if (quantified.query != nullptr) return BindSubquery(quantified);
  const bool all = quantified.text.ends_with(" ALL");
  const std::string op = quantified.text.substr(0, quantified.text.find(' '));
  std::vector<ExprPtr> operands;
  if (!BindAll(quantified.children, 0, &operands)) return nullptr;
  std::vector<ExprPtr> parts;
  for (size_t i = 1; i < operands.size(); ++i) {
    parts.push_back(Make(op, {operands[0], operands[i]}, quantified.operator_span));
    if (parts.back() == nullptr) return nullptr;
  }
  if (parts.size() == 1) return parts[0];
  return Make(all ? "AND" : "OR", std::move(parts), quantified.operator_span);
}

/// Both forms; CASE x WHEN y becomes WHEN x = y.
ExprPtr ExpressionBinder::BindCase(const ast::Expression& expression) {
  const auto& nodes = expression.children;
  size_t at = 0;
  bool ok = true;
  ExprPtr operand;
  if (expression.has_operand) {
    operand = Bind(*nodes[at++]);
    ok = operand != nullptr;
  }
  std::vector<ExprPtr> children;
  std::vector<TypePtr> types;
  for (; at + 1 < nodes.size(); at += 2) {
    ExprPtr when;
    if (!expression.has_operand) {
      when = BindCondition(*nodes[at], "WHEN");
    } else {
      std::vector<ExprPtr> arguments = {operand};
      const bool list = nodes[at]->kind == ExpressionKind::kRow;
      if (list) {
        ok &= BindAll(nodes[at]->children, 0, &arguments);
      } else {
        arguments.push_back(Bind(*nodes[at]));
        ok &= arguments.back() != nullptr;
      }
      if (ok) when = Make(list ? "IN" : "=", std::move(arguments), nodes[at]->span);
    }
    ExprPtr then = Bind(*nodes[at + 1]);
    ok &= when != nullptr && then != nullptr;
    if (!ok) continue;
    types.push_back(then->type);
    children.push_back(std::move(when));
    children.push_back(std::move(then));
  }
  ExprPtr otherwise = Bind(*nodes[at]);
  if (!ok || otherwise == nullptr) return nullptr;
  types.push_back(otherwise->type);
  children.push_back(std::move(otherwise));
  auto common = functions::CommonType(types);
  if (!common.ok()) {
    report_.Error(expression.span, std::move(common).error().With("the branches of CASE"));
    return nullptr;
  }
  bool nullable = false;
  for (const TypePtr& type : types) nullable |= type->nullable() || type->kind() == TypeKind::kNull;
  for (size_t i = 1; i < children.size(); i += 2) {
    children[i] = Coerce(std::move(children[i]), *common);
  }
  children.back() = Coerce(std::move(children.back()), *common);
  return WithoutTimeAttribute(
      functions::Case(std::move(children), (*common)->WithNullable(nullable)));
}

ExprPtr ExpressionBinder::BindCast(const ast::Expression& cast) {
  ExprPtr value = Bind(*cast.children[0]);
  if (value == nullptr) return nullptr;
  if (!functions::IsExplicitlyCastable(*value->type, *cast.type)) {
    report_.Error(cast.span, ErrorKind::kInvalidArgument,
                  "CAST of " + value->type->WithNullable(true)->ToString() + " to " +
                      cast.type->ToString() + " does not exist");
    return nullptr;
  }
  return WithoutTimeAttribute(functions::Cast(std::move(value), cast.type, cast.try_cast));
}

/// array[index], map[key]; row['name'] and row[1] are fields.
ExprPtr ExpressionBinder::BindItem(const ast::Expression& item) {
  std::vector<ExprPtr> children;
  if (!BindAll(item.children, 0, &children)) return nullptr;
  const flow::Type& type = *children[0]->type;
  const functions::Expr& index = *children[1];
  if (type.kind() != flow::TypeKind::kRow || index.kind != functions::ExprKind::kLiteral ||
      !index.literal->is_valid) {
    return Make("ITEM", std::move(children), item.span);
  }
  if (index.type->is_character()) {
    const auto& name = static_cast<const arrow::BaseBinaryScalar&>(*index.literal);
    return BindField(std::move(children[0]), std::string(name.view()), item.children[1]->span);
  }
  const auto number = IntegerOf(index);
  if (number && *number >= 1 && *number <= static_cast<int64_t>(type.fields().size())) {
    const std::string name = type.fields()[static_cast<size_t>(*number - 1)].name;
    return BindField(std::move(children[0]), name, item.children[1]->span);
  }
  report_.Error(
      item.children[1]->span, ErrorKind::kInvalidArgument,
      "a field of a ROW is named, or counted from 1 to " + std::to_string(type.fields().size()));
  return nullptr;
}

ExprPtr ExpressionBinder::BindConstructor(const ast::Expression& value, const char* function) {
  std::vector<ExprPtr> children;
  if (!BindAll(value.children, 0, &children)) return nullptr;
  if (functions::FindFunction(function) == nullptr) {
    static const std::string kText[] = {"ROW(...)", "ARRAY[...]", "MAP[...]"};
    const int which = value.kind == ExpressionKind::kRow     ? 0
                      : value.kind == ExpressionKind::kArray ? 1
                                                             : 2;
    return Unsupported(value.span, kText[which]);
  }
  return Make(function, std::move(children), value.span);
}

}  // namespace sluice::sql
