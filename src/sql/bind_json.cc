// SPDX-License-Identifier: Apache-2.0
// SQL/JSON functions, whose arguments have words between them: the words become arguments of the
// functions in the registry.
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "functions/json_path.h"
#include "functions/registry.h"
#include "sql/bind_expression.h"

namespace sluice::sql {

using ast::ExpressionKind;
using flow::TypePtr;
using functions::ExprPtr;

namespace {

/// Reads "NULL ON EMPTY", "WITH ARRAY WRAPPER" and the like; false for words that are none.
bool TakeJsonClause(const std::string& words, functions::json_path::Clauses* clauses) {
  using functions::json_path::Otherwise;
  using functions::json_path::Wrapper;
  if (words.ends_with("WRAPPER")) {
    clauses->wrapper = words.starts_with("WITHOUT")                      ? Wrapper::kNone
                       : words.find(" CONDITIONAL") != std::string::npos ? Wrapper::kConditional
                                                                         : Wrapper::kAlways;
    return true;
  }
  const std::pair<const char*, Otherwise> kinds[] = {{"NULL ON", Otherwise::kNull},
                                                     {"ERROR ON", Otherwise::kError},
                                                     {"EMPTY ARRAY ON", Otherwise::kEmptyArray},
                                                     {"EMPTY OBJECT ON", Otherwise::kEmptyObject},
                                                     {"TRUE ON", Otherwise::kTrue},
                                                     {"FALSE ON", Otherwise::kFalse},
                                                     {"UNKNOWN ON", Otherwise::kNull},
                                                     {"DEFAULT ON", Otherwise::kNull}};
  for (const auto& [start, otherwise] : kinds) {
    if (!words.starts_with(start)) continue;
    (words.ends_with(" EMPTY") ? clauses->on_empty : clauses->on_error) = otherwise;
    return true;
  }
  return false;
}

ExprPtr IntLiteral(int32_t value) {
  return functions::Literal(arrow::MakeScalar(value),
                            flow::Type::Simple(flow::TypeKind::kInt, false));
}

}  // namespace

/// The clauses become a number; RETURNING a cast that gives NULL, DEFAULT a CASE.
ExprPtr ExpressionBinder::BindJson(const ast::Expression& call) {
  functions::json_path::Clauses clauses;
  if (call.text == "JSON_EXISTS") clauses.on_error = functions::json_path::Otherwise::kFalse;
  TypePtr type = flow::Type::Varchar();
  ExprPtr defaults[2];  // ON EMPTY, ON ERROR
  std::vector<ExprPtr> arguments;
  for (const auto& child : call.children) {
    if (child->kind == ExpressionKind::kType) {
      type = child->type->WithNullable(true);
      const bool texts = type->kind() == flow::TypeKind::kArray && type->element()->is_character();
      if (call.text == "JSON_QUERY" && !texts && !type->is_character()) {
        report_.Error(child->span, ErrorKind::kInvalidArgument,
                      "JSON_QUERY gives STRING or ARRAY<STRING>, not " + type->ToString());
        return nullptr;
      }
    } else if (child->kind != ExpressionKind::kUnit) {
      arguments.push_back(Bind(*child));
      if (arguments.back() == nullptr) return nullptr;
    } else if (!TakeJsonClause(child->text, &clauses)) {
      return Unsupported(child->span, call.text + " ... " + child->text);
    } else if (!child->children.empty()) {
      ExprPtr value = Bind(*child->children[0]);
      if (value == nullptr) return nullptr;
      defaults[child->text.ends_with(" EMPTY") ? 0 : 1] = std::move(value);
    }
  }
  const bool array = type->kind() == flow::TypeKind::kArray && call.text == "JSON_QUERY";
  for (const auto otherwise : {clauses.on_empty, clauses.on_error}) {
    if (!array || otherwise != functions::json_path::Otherwise::kEmptyObject) continue;
    report_.Error(call.span, ErrorKind::kInvalidArgument,
                  "EMPTY OBJECT is no ARRAY<STRING>: write EMPTY ARRAY, NULL or ERROR");
    return nullptr;
  }
  const std::vector<ExprPtr> plain = arguments;
  arguments.push_back(IntLiteral(clauses.Encode()));
  ExprPtr value =
      Make(array ? "JSON_QUERY_ARRAY" : call.text, std::move(arguments), call.operator_span);
  if (value == nullptr || call.text != "JSON_VALUE") return value;
  if (!type->is_character()) value = functions::Cast(value, type, true);
  if (defaults[0] == nullptr && defaults[1] == nullptr) return value;
  const ExprPtr outcome = Make("JSON_VALUE_OUTCOME", plain, call.operator_span);
  std::vector<ExprPtr> branches;
  for (int32_t i = 0; i < 2; ++i) {
    if (defaults[i] == nullptr) continue;
    branches.push_back(Make("=", {outcome, IntLiteral(i + 1)}, call.operator_span));
    branches.push_back(Coerce(defaults[i], type));
  }
  branches.push_back(std::move(value));
  return functions::Case(std::move(branches), type);
}

/// A value of JSON_OBJECT or JSON_ARRAY as JSON: what such a call or JSON(...) gives is JSON
/// already.
ExprPtr ExpressionBinder::BindJsonValue(const ast::Expression& value) {
  const bool call = value.kind == ExpressionKind::kCall && value.path.empty();
  if (call && (value.text == "JSON_OBJECT" || value.text == "JSON_ARRAY")) return Bind(value);
  if (call && value.text == "JSON") {
    std::vector<ExprPtr> arguments;
    if (!BindAll(value.children, 0, &arguments)) return nullptr;
    return Make("JSON", std::move(arguments), value.operator_span);
  }
  ExprPtr bound = Bind(value);
  return bound == nullptr ? nullptr : Make("JSON_STRING", {std::move(bound)}, value.span);
}

/// JSON_OBJECT and JSON_ARRAY: what is done with NULLs becomes their first argument.
ExprPtr ExpressionBinder::BindJsonMade(const ast::Expression& call) {
  const bool object = call.text == "JSON_OBJECT";
  bool nulls_shown = object, ok = true;
  std::vector<ExprPtr> arguments = {nullptr};
  for (const auto& child : call.children) {
    if (child->kind == ExpressionKind::kUnit &&
        (child->text == "NULL ON NULL" || child->text == "ABSENT ON NULL")) {
      nulls_shown = child->text == "NULL ON NULL";
      continue;
    }
    if (child->kind == ExpressionKind::kUnit || child->kind == ExpressionKind::kType) {
      const bool type = child->kind == ExpressionKind::kType;
      return Unsupported(child->span, call.text + " ... " + (type ? "RETURNING" : child->text));
    }
    const bool key = object && arguments.size() % 2 == 1;
    arguments.push_back(key ? Bind(*child) : BindJsonValue(*child));
    ok &= arguments.back() != nullptr;
    if (!ok || !key) continue;
    const ExprPtr& name = arguments.back();
    if (name->kind != functions::ExprKind::kLiteral || !name->type->is_character()) {
      report_.Error(child->span, ErrorKind::kInvalidArgument,
                    "a key of JSON_OBJECT is a text in single quotes");
      ok = false;
    }
  }
  if (!ok) return nullptr;
  arguments[0] = IntLiteral(nulls_shown ? 1 : 0);
  return Make(call.text, std::move(arguments), call.operator_span);
}

}  // namespace sluice::sql
