// SPDX-License-Identifier: Apache-2.0
// Types as Flink writes them ("Data Types"), with their synonyms, parameters, NOT NULL, and the
// postfix forms INT ARRAY and INT MULTISET.
#include "base/limits.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

struct SimpleType {
  std::string_view word;
  TypeKind kind;
};

constexpr SimpleType kSimpleTypes[] = {
    {"BOOLEAN", TypeKind::kBoolean},   {"TINYINT", TypeKind::kTinyInt},
    {"SMALLINT", TypeKind::kSmallInt}, {"INT", TypeKind::kInt},
    {"INTEGER", TypeKind::kInt},       {"BIGINT", TypeKind::kBigInt},
    {"FLOAT", TypeKind::kFloat},       {"REAL", TypeKind::kFloat},
    {"DATE", TypeKind::kDate},
};

// Stands in after a mistake, so that callers need not check.
TypePtr AnyType() {
  return Type::Simple(TypeKind::kNull);
}

}  // namespace

TypePtr Parser::Type() {
  if (!EnterLevel()) return AnyType();
  TypePtr type = Suffixed(TypeCore());
  LeaveLevel();
  return type;
}

bool Parser::Nullability(bool fallback) {
  if (TakeWords({"NOT", "NULL"})) return false;
  // RETURNING INT NULL ON EMPTY: that NULL is not the type's.
  if (IsWord("NULL") && !IsWord("ON", 1)) {
    Take();
    return true;
  }
  return fallback;
}

/// [NOT NULL] {ARRAY | MULTISET [NOT NULL]}*
TypePtr Parser::Suffixed(TypePtr type) {
  type = type->WithNullable(Nullability(true));
  for (int count = 0;; ++count) {
    const bool array = IsWord("ARRAY");
    if (!array && !IsWord("MULTISET")) return type;
    if (count >= limits::kSqlDepthMax) {
      Fail(Peek().span, "type nested too deep");
      return type;
    }
    Take();
    type = array ? Type::Array(std::move(type)) : Type::Multiset(std::move(type));
    type = type->WithNullable(Nullability(true));
  }
}

TypePtr Parser::TypeCore() {
  for (const SimpleType& simple : kSimpleTypes) {
    if (TakeWord(simple.word)) return Type::Simple(simple.kind);
  }
  if (TakeWord("DOUBLE")) {
    TakeWord("PRECISION");
    return Type::Simple(TypeKind::kDouble);
  }
  if (TakeWord("NULL")) return AnyType();
  if (TakeWord("STRING")) return Type::Varchar();
  if (TakeWord("BYTES")) return Type::Varbinary();
  if (IsWord("DECIMAL") || IsWord("DEC") || IsWord("NUMERIC")) return DecimalType();
  if (IsWord("CHAR") || IsWord("CHARACTER") || IsWord("VARCHAR") || IsWord("BINARY") ||
      IsWord("VARBINARY")) {
    return CharacterType();
  }
  if (IsWord("TIME") || IsWord("TIMESTAMP") || IsWord("TIMESTAMP_LTZ")) return TimestampType();
  if (IsWord("INTERVAL")) return IntervalType();
  if (IsWord("ROW")) return RowType();
  return NamedType();
}

/// ARRAY<t>, MAP<k, v>, MULTISET<t>, and what is no type.
TypePtr Parser::NamedType() {
  if (IsWord("MAP")) return MapType();
  if (IsWord("ARRAY") || IsWord("MULTISET")) {
    const bool array = IsWord("ARRAY");
    Take();
    ExpectSymbol("<");
    TypePtr element = Type();
    ExpectSymbol(">");
    return array ? Type::Array(std::move(element)) : Type::Multiset(std::move(element));
  }
  if (TakeWord("VARIANT")) return Type::Varchar();  // kept as JSON, see PARSE_JSON
  for (const std::string_view known : {"RAW", "STRUCTURED"}) {
    if (IsWord(known)) {
      Fail(Peek().span, "type " + std::string(known) + " is not supported");
      return AnyType();
    }
  }
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord || token.kind == TokenKind::kQuoted) {
    static const std::vector<std::pair<std::string_view, std::string_view>> kForeign = {
        {"TEXT", "STRING"},    {"LONG", "BIGINT"},
        {"INT64", "BIGINT"},   {"INT32", "INT"},
        {"INT8", "BIGINT"},    {"INT4", "INT"},
        {"BOOL", "BOOLEAN"},   {"TIMESTAMPTZ", "TIMESTAMP_LTZ"},
        {"BLOB", "BYTES"},     {"DATETIME", "TIMESTAMP"},
        {"FLOAT64", "DOUBLE"}, {"BYTEA", "BYTES"},
        {"STRUCT", "ROW"},     {"JSON", "STRING"},
        {"UUID", "STRING"},    {"LIST", "ARRAY"},
        {"CLOB", "STRING"},    {"NUMBER", "DECIMAL"}};
    for (const auto& [foreign, ours] : kForeign) {
      if (IsWord(foreign)) {
        Fail(token.span, "unknown type '" + std::string(Text(token)) + "'",
             "did you mean " + std::string(ours) + "?");
        return AnyType();
      }
    }
  }
  Unexpected("a type");
  return AnyType();
}

/// A number in min..max.
std::optional<int> Parser::Parameter(int min, int max, std::string_view what) {
  const Token& token = Peek();
  if (token.kind != TokenKind::kInteger) {
    Unexpected("the " + std::string(what));
    return std::nullopt;
  }
  int64_t value = 0;
  for (const char c : Text(token)) {
    if (value <= INT32_MAX) value = value * 10 + (c - '0');
  }
  if (value < min || value > max) {
    Fail(token.span,
         std::string(what) + " must be from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  Take();
  return static_cast<int>(value);
}

TypePtr Parser::DecimalType() {
  Take();
  if (!TakeSymbol("(")) return Type::Decimal(10, 0);
  const auto precision = Parameter(1, 38, "precision");
  int scale = 0;
  if (TakeSymbol(",")) scale = Parameter(0, precision.value_or(38), "scale").value_or(0);
  ExpectSymbol(")");
  return panic_ ? AnyType() : Type::Decimal(*precision, scale);
}

int32_t Parser::Length(int32_t fallback) {
  if (!TakeSymbol("(")) return fallback;
  const auto length = Parameter(1, INT32_MAX, "length");
  ExpectSymbol(")");
  return length.value_or(fallback);
}

TypePtr Parser::CharacterType() {
  if (TakeWord("BINARY")) return Type::Binary(Length(1));
  if (TakeWord("VARBINARY")) return Type::Varbinary(Length(Type::kUnboundedLength));
  bool varying = IsWord("VARCHAR");
  Take();
  if (!varying) varying = TakeWord("VARYING");
  // VARCHAR without a length is STRING in Flink's DDL.
  TypePtr type = varying ? Type::Varchar(Length(Type::kUnboundedLength)) : Type::Char(Length(1));
  // Flink writes it into the statements that it gives back; texts are UTF-8 here.
  if (TakeWords({"CHARACTER", "SET"})) Identifier("the name of a character set");
  return type;
}

TypePtr Parser::TimestampType() {
  const bool time = IsWord("TIME");
  bool local = IsWord("TIMESTAMP_LTZ");
  Take();
  int precision = time ? 0 : 6;
  if (TakeSymbol("(")) {
    precision = Parameter(0, 9, "precision").value_or(precision);
    ExpectSymbol(")");
  }
  if (!local && TakeWords({"WITHOUT", "TIME", "ZONE"})) {
  } else if (!local && !time && TakeWords({"WITH", "LOCAL", "TIME", "ZONE"})) {
    local = true;
  } else if (!local && IsWord("WITH") && IsWord("TIME", 1)) {
    Fail(Join(Peek().span, Peek(2).span), "WITH TIME ZONE is not supported",
         "use TIMESTAMP_LTZ, which is TIMESTAMP WITH LOCAL TIME ZONE");
  }
  if (time) return Type::Time(precision);
  return local ? Type::TimestampLtz(precision) : Type::Timestamp(precision);
}

/// INTERVAL YEAR [TO MONTH], INTERVAL DAY [TO SECOND] with their precisions, which change nothing.
TypePtr Parser::IntervalType() {
  Take();
  const auto one = [this]() -> std::optional<bool> {
    for (const std::string_view unit : {"YEAR", "QUARTER", "MONTH"}) {
      if (TakeWord(unit)) return true;
    }
    for (const std::string_view unit : {"WEEK", "DAY", "HOUR", "MINUTE", "SECOND"}) {
      if (TakeWord(unit)) return false;
    }
    Unexpected("a unit: YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
    return std::nullopt;
  };
  const auto precision = [this] {
    if (!TakeSymbol("(")) return;
    Parameter(0, 10, "precision");
    if (TakeSymbol(",")) Parameter(0, 9, "precision");
    ExpectSymbol(")");
  };
  const uint32_t begin = Begin();
  const auto months = one();
  precision();
  if (TakeWord("TO")) {
    const auto second = one();
    precision();
    if (months && second && *months != *second) {
      Fail(SpanFrom(begin), "an interval is either of years and months or of days and seconds");
    }
  }
  return Type::Simple(months.value_or(false) ? TypeKind::kIntervalYearMonth
                                             : TypeKind::kIntervalDaySecond);
}

/// ROW<a INT 'comment', b STRING> or ROW(a INT, b STRING); ROW<> and ROW<INT> as Flink has them.
TypePtr Parser::RowType() {
  Take();
  std::string_view close = ">";
  if (TakeSymbol("(")) {
    close = ")";
  } else if (TakeSymbol("<>")) {
    return Type::Row({});
  } else {
    ExpectSymbol("<");
  }
  std::vector<flow::Field> fields;
  if (TakeSymbol(close)) return Type::Row({});
  do {
    flow::Field field;
    const ast::Identifier name = DefinedName("the name of a field");
    field.name = name.text;
    field.type = Type();
    if (Peek().kind == TokenKind::kString) field.comment = StringLiteral("a comment");
    for (const flow::Field& known : fields) {
      if (!panic_ && known.name == field.name) {
        Note(name.span, "the field " + Backtick(field.name) + " is there twice");
      }
    }
    fields.push_back(std::move(field));
  } while (TakeSymbol(","));
  if (!panic_ && !IsSymbol(close)) Unexpected("',' or '" + std::string(close) + "' after a field");
  ExpectSymbol(close);
  return panic_ ? AnyType() : Type::Row(std::move(fields));
}

TypePtr Parser::MapType() {
  Take();
  ExpectSymbol("<");
  TypePtr key = Type();
  ExpectSymbol(",");
  TypePtr value = Type();
  ExpectSymbol(">");
  return Type::Map(std::move(key), std::move(value));
}

}  // namespace sluice::sql
