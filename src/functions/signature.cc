// SPDX-License-Identifier: Apache-2.0
#include "functions/signature.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "functions/type_rules.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> SplitList(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  if (Trim(text).empty()) return pieces;
  while (true) {
    const size_t at = text.find(separator);
    pieces.push_back(Trim(text.substr(0, at)));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

/// A concrete type that a word stands for; null for words of families.
TypePtr TypeOfWord(std::string_view word) {
  static const std::array<std::pair<std::string_view, TypePtr>, 16> kTypes = {{
      {"boolean", Type::Simple(TypeKind::kBoolean)},
      {"string", Type::Varchar()},
      {"bytes", Type::Varbinary()},
      {"tinyint", Type::Simple(TypeKind::kTinyInt)},
      {"smallint", Type::Simple(TypeKind::kSmallInt)},
      {"int", Type::Simple(TypeKind::kInt)},
      {"bigint", Type::Simple(TypeKind::kBigInt)},
      {"float", Type::Simple(TypeKind::kFloat)},
      {"double", Type::Simple(TypeKind::kDouble)},
      {"date", Type::Simple(TypeKind::kDate)},
      {"time", Type::Time(0)},
      {"timestamp", Type::Timestamp(3)},
      {"ltz", Type::TimestampLtz(3)},
      {"months", Type::Simple(TypeKind::kIntervalYearMonth)},
      {"millis", Type::Simple(TypeKind::kIntervalDaySecond)},
      {"strings", Type::Array(Type::Varchar())},
  }};
  for (const auto& [name, type] : kTypes) {
    if (name == word) return type;
  }
  return nullptr;
}

bool InFamily(std::string_view word, const Type& type) {
  if (word == "any") return true;
  if (type.kind() == TypeKind::kNull) return true;
  if (word == "integer") return type.is_integer();
  if (word == "exact") return type.is_integer() || type.kind() == TypeKind::kDecimal;
  if (word == "number") return type.is_numeric();
  if (word == "decimal") return type.kind() == TypeKind::kDecimal;
  if (word == "point") return type.is_timestamp() || type.kind() == TypeKind::kDate;
  if (word == "interval") return type.is_interval();
  if (word == "array") return type.kind() == TypeKind::kArray;
  if (word == "map") return type.kind() == TypeKind::kMap;
  if (word == "row") return type.kind() == TypeKind::kRow;
  return false;
}

/// What an untyped NULL is taken for.
TypePtr TypeOfNull(std::string_view word) {
  if (word == "integer" || word == "exact" || word == "number") {
    return Type::Simple(TypeKind::kInt);
  }
  if (word == "point") return Type::Timestamp(3);
  if (word == "interval") return Type::Simple(TypeKind::kIntervalDaySecond);
  return word == "any" ? Type::Simple(TypeKind::kNull) : nullptr;
}

/// The type an argument is cast to for a word, or null when it does not fit.
TypePtr Fit(std::string_view word, const TypePtr& type) {
  const TypePtr wanted = TypeOfWord(word);
  if (wanted == nullptr) {
    if (!InFamily(word, *type)) return nullptr;
    return type->kind() == TypeKind::kNull ? TypeOfNull(word) : type;
  }
  if (type->kind() == wanted->kind() || type->kind() == TypeKind::kNull) {
    return type->kind() == TypeKind::kNull ? wanted : type;
  }
  if (wanted->is_character() && type->is_character()) return type;
  if (wanted->is_binary() && type->is_binary()) return type;
  if (wanted->kind() == TypeKind::kTimestamp && type->kind() == TypeKind::kDate) {
    return wanted->WithNullable(type->nullable());
  }
  if (!wanted->is_numeric() || !IsImplicitlyCastable(*type, *wanted)) return nullptr;
  return wanted->WithNullable(type->nullable());
}

struct Alternative {
  std::vector<std::string_view> words;  // without marks
  size_t required = 0;
  bool repeats = false;
  std::string_view result;
  bool may_be_null = false;
};

Alternative ParseAlternative(std::string_view text) {
  Alternative parsed;
  const size_t arrow = text.find("->");
  for (std::string_view word : SplitList(text.substr(0, arrow), ',')) {
    if (word.ends_with("?")) {
      word.remove_suffix(1);
    } else if (word.ends_with("...")) {
      word.remove_suffix(3);
      parsed.repeats = true;
      ++parsed.required;
    } else {
      ++parsed.required;
    }
    parsed.words.push_back(word);
  }
  parsed.result = Trim(text.substr(arrow + 2));
  if (parsed.result.ends_with(" null")) {
    parsed.may_be_null = true;
    parsed.result = Trim(parsed.result.substr(0, parsed.result.size() - 5));
  }
  return parsed;
}

/// True and the signature when the arguments fit.
bool Try(const Alternative& wanted, std::span<const ExprPtr> arguments, Signature* signature) {
  if (arguments.size() < wanted.required) return false;
  if (arguments.size() > wanted.words.size() && !wanted.repeats) return false;
  signature->arguments.clear();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = wanted.words[std::min(i, wanted.words.size() - 1)];
    TypePtr type = Fit(word, arguments[i]->type);
    if (type == nullptr) return false;
    signature->arguments.push_back(std::move(type));
  }
  const bool nullable = wanted.may_be_null || AnyNullable(arguments);
  if (wanted.result == "same") {
    signature->result = signature->arguments[0]->WithNullable(nullable);
  } else if (wanted.result == "common") {
    auto common = CommonType(signature->arguments);
    if (!common.ok()) return false;
    for (TypePtr& type : signature->arguments) type = (*common)->WithNullable(type->nullable());
    signature->result = (*common)->WithNullable(nullable);
  } else {
    signature->result = TypeOfWord(wanted.result)->WithNullable(nullable);
  }
  return true;
}

std::string ShownWords(const Alternative& wanted) {
  std::string out = "(";
  for (size_t i = 0; i < wanted.words.size(); ++i) {
    if (i > 0) out += ", ";
    std::string word(wanted.words[i]);
    for (char& c : word) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    if (i >= wanted.required) word = "[" + word + "]";
    out += word;
  }
  return out + (wanted.repeats ? ", ...)" : ")");
}

}  // namespace

Result<Signature> ResolveText(std::string_view pattern, std::span<const ExprPtr> arguments) {
  std::string shown;
  for (const std::string_view text : SplitList(pattern, '|')) {
    const Alternative wanted = ParseAlternative(text);
    Signature signature;
    if (Try(wanted, arguments, &signature)) return signature;
    shown += (shown.empty() ? "" : " or ") + ShownWords(wanted);
  }
  return InvalidArgument("takes " + shown + ", not " + TypesText(arguments));
}

std::string TypesText(std::span<const ExprPtr> arguments) {
  std::string out = "(";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) out += ", ";
    out += arguments[i]->type->WithNullable(true)->ToString();
  }
  return out + ")";
}

bool AnyNullable(std::span<const ExprPtr> arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const ExprPtr& argument) { return argument->type->nullable(); });
}

Result<Signature> CastToCommon(std::span<const ExprPtr> arguments) {
  std::vector<TypePtr> types;
  for (const ExprPtr& argument : arguments) types.push_back(argument->type);
  SLUICE_ASSIGN(const TypePtr common, CommonType(types));
  Signature signature;
  for (const TypePtr& type : types) {
    signature.arguments.push_back(common->WithNullable(type->nullable()));
  }
  signature.result = common->WithNullable(AnyNullable(arguments));
  return signature;
}

std::optional<std::string> LiteralString(const Expr& expr) {
  if (expr.kind != ExprKind::kLiteral || !expr.type->is_character() || !expr.literal->is_valid) {
    return std::nullopt;
  }
  return static_cast<const arrow::BaseBinaryScalar&>(*expr.literal).value->ToString();
}

std::optional<int64_t> LiteralInteger(const Expr& expr) {
  if (expr.kind == ExprKind::kCall && expr.function->name == "NEGATE") {
    const auto value = LiteralInteger(*expr.children[0]);
    return value ? std::optional<int64_t>(-*value) : std::nullopt;
  }
  if (expr.kind == ExprKind::kCast) return LiteralInteger(*expr.children[0]);
  if (expr.kind != ExprKind::kLiteral || !expr.literal->is_valid || !expr.type->is_integer()) {
    return std::nullopt;
  }
  switch (expr.type->kind()) {
    case TypeKind::kTinyInt:
      return static_cast<const arrow::Int8Scalar&>(*expr.literal).value;
    case TypeKind::kSmallInt:
      return static_cast<const arrow::Int16Scalar&>(*expr.literal).value;
    case TypeKind::kInt:
      return static_cast<const arrow::Int32Scalar&>(*expr.literal).value;
    default:
      return static_cast<const arrow::Int64Scalar&>(*expr.literal).value;
  }
}

}  // namespace sluice::functions
