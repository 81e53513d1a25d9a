// SPDX-License-Identifier: Apache-2.0
// Expressions by precedence climbing, with the precedences of Flink's parser (Calcite's operator
// table): from 22 (OR) to 80 (unary minus). Calls are in parse_function.cc.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using ast::ExpressionPtr;

constexpr int kOr = 22, kAnd = 24, kNot = 26, kIs = 28, kComparison = 30, kPredicate = 32,
              kAdditive = 40, kMultiplicative = 60, kSign = 80;
// Chains such as 1 + 1 + ... make high trees without nesting; later stages walk them recursively.
constexpr int kHeightMax = 1000;

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

ExpressionPtr Parser::Make(ExpressionKind kind, uint32_t begin) {
  auto expression = std::make_unique<ast::Expression>();
  expression->kind = kind;
  expression->span = {begin, begin};
  return expression;
}

ExpressionPtr Parser::Error() {
  return Make(ExpressionKind::kError, Begin());
}

ExpressionPtr Parser::Close(ExpressionPtr expression, uint32_t begin) {
  int height = 0;
  for (const ExpressionPtr& child : expression->children) height = std::max(height, child->height);
  expression->height = height + 1;
  expression->span = SpanFrom(begin);
  if (expression->height > kHeightMax) Fail(expression->span, "the expression is too long");
  return expression;
}

ExpressionPtr Parser::MakeCall(std::string name, std::vector<ExpressionPtr> children, Span op) {
  auto call = Make(ExpressionKind::kCall, children[0]->span.begin);
  call->text = std::move(name);
  call->operator_span = op;
  const uint32_t begin = std::min(children[0]->span.begin, op.begin);
  call->children = std::move(children);
  return Close(std::move(call), begin);
}

ExpressionPtr Parser::Binary(int precedence_min) {
  if (!EnterLevel()) return Error();
  ExpressionPtr left = Prefix();
  while (!panic_) {
    const auto infix = PeekInfix();
    if (!infix || infix->precedence < precedence_min) break;
    left = ApplyInfix(std::move(left), *infix);
  }
  LeaveLevel();
  return left;
}

ExpressionPtr Parser::Prefix() {
  const Span span = Peek().span;
  std::vector<ExpressionPtr> operand;
  if (IsWord("NOT")) {
    Take();
    operand.push_back(Binary(kNot));
    return MakeCall("NOT", std::move(operand), span);
  }
  if (IsSymbol("-") || IsSymbol("+")) {
    const bool minus = IsSymbol("-");
    Take();
    operand.push_back(Binary(kSign));
    return MakeCall(minus ? "NEGATE" : "PLUS", std::move(operand), span);
  }
  return Postfix(Primary());
}

/// .field and [index] behind a value.
ExpressionPtr Parser::Postfix(ExpressionPtr value) {
  const uint32_t begin = value->span.begin;
  while (!panic_) {
    if (IsSymbol("[")) {
      Take();
      auto item = Make(ExpressionKind::kItem, begin);
      item->children.push_back(std::move(value));
      item->children.push_back(Expression());
      ExpectSymbol("]");
      value = Close(std::move(item), begin);
    } else if (IsSymbol(".") && value->kind != ExpressionKind::kInteger) {
      Take();
      auto field = Make(ExpressionKind::kField, begin);
      if (IsSymbol("*")) {
        Take();
        field->kind = ExpressionKind::kStar;
      } else {
        const ast::Identifier name = DefinedName("the name of a field");
        field->text = name.text;
        field->operator_span = name.span;
      }
      field->children.push_back(std::move(value));
      value = Close(std::move(field), begin);
    } else {
      break;
    }
  }
  return value;
}

std::optional<Parser::Infix> Parser::PeekInfix() const {
  const Token& token = Peek();
  if (token.kind == TokenKind::kSymbol) {
    const std::string_view symbol = Text(token);
    struct Operator {
      std::string_view symbol, name;
      int precedence;
    };
    static constexpr Operator kOperators[] = {
        {"=", "=", kComparison},      {"<>", "<>", kComparison},   {"!=", "<>", kComparison},
        {"<", "<", kComparison},      {">", ">", kComparison},     {"<=", "<=", kComparison},
        {">=", ">=", kComparison},    {"+", "+", kAdditive},       {"-", "-", kAdditive},
        {"*", "*", kMultiplicative},  {"/", "/", kMultiplicative}, {"%", "%", kMultiplicative},
        {"||", "||", kMultiplicative}};
    for (const Operator& op : kOperators) {
      if (op.symbol != symbol) continue;
      const bool quantified = op.precedence == kComparison &&
                              (IsWord("SOME", 1) || IsWord("ANY", 1) || IsWord("ALL", 1)) &&
                              IsSymbol("(", 2);
      return Infix{std::string(op.name), op.precedence, 1, false,
                   quantified ? Infix::Kind::kQuantified : Infix::Kind::kBinary};
    }
    return std::nullopt;
  }
  return token.kind == TokenKind::kWord ? PeekWordInfix() : std::nullopt;
}

std::optional<Parser::Infix> Parser::PeekWordInfix() const {
  using Kind = Infix::Kind;
  if (IsWord("AND")) return Infix{"AND", kAnd, 1, false, Kind::kBinary};
  if (IsWord("OR")) return Infix{"OR", kOr, 1, false, Kind::kBinary};
  if (IsWord("IS")) return PeekIs();
  const bool negated = IsWord("NOT");
  const size_t at = negated ? 1 : 0;
  const int words = negated ? 2 : 1;
  if (IsWord("BETWEEN", at)) return Infix{"BETWEEN", kPredicate, words, negated, Kind::kBetween};
  if (IsWord("IN", at)) return Infix{"IN", kPredicate, words, negated, Kind::kIn};
  if (IsWord("LIKE", at)) return Infix{"LIKE", kPredicate, words, negated, Kind::kLike};
  if (IsWord("RLIKE", at)) return Infix{"RLIKE", kPredicate, words, negated, Kind::kLike};
  if (IsWord("SIMILAR", at) && IsWord("TO", at + 1)) {
    return Infix{"SIMILAR TO", kPredicate, words + 1, negated, Kind::kLike};
  }
  if (negated) return std::nullopt;
  if (IsWord("OVERLAPS")) return Infix{"OVERLAPS", kComparison, 1, false, Kind::kBinary};
  if (IsWord("MEMBER") && IsWord("OF", 1)) {
    return Infix{"MEMBER OF", kComparison, 2, false, Kind::kBinary};
  }
  return std::nullopt;
}

/// IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM | JSON ...
std::optional<Parser::Infix> Parser::PeekIs() const {
  using Kind = Infix::Kind;
  const bool negated = IsWord("NOT", 1);
  const size_t at = negated ? 2 : 1;
  const int words = static_cast<int>(at) + 1;
  const std::string is = negated ? "IS NOT " : "IS ";
  for (const std::string_view what : {"NULL", "TRUE", "FALSE", "UNKNOWN"}) {
    if (IsWord(what, at)) return Infix{is + std::string(what), kIs, words, false, Kind::kIs};
  }
  if (IsWord("DISTINCT", at) && IsWord("FROM", at + 1)) {
    return Infix{is + "DISTINCT FROM", kAdditive, words + 1, false, Kind::kBinary};
  }
  if (IsWord("JSON", at)) {
    for (const std::string_view what : {"OBJECT", "ARRAY", "SCALAR", "VALUE"}) {
      if (IsWord(what, at + 1)) {
        return Infix{is + "JSON " + std::string(what), kIs, words + 1, false, Kind::kIs};
      }
    }
    return Infix{is + "JSON", kIs, words, false, Kind::kIs};
  }
  return Infix{"IS", kIs, 1, false, Kind::kIs};  // reported when it is applied
}

ExpressionPtr Parser::ApplyInfix(ExpressionPtr left, const Infix& infix) {
  const uint32_t begin = Begin();
  for (int i = 0; i < infix.words; ++i) Take();
  const Span op = SpanFrom(begin);
  switch (infix.kind) {
    case Infix::Kind::kBetween:
      return Between(std::move(left), infix);
    case Infix::Kind::kIn:
      return In(std::move(left), infix);
    case Infix::Kind::kLike:
      return LikePattern(std::move(left), infix, op);
    case Infix::Kind::kQuantified:
      return Quantified(std::move(left), infix, op);
    case Infix::Kind::kIs: {
      if (infix.name == "IS") Unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS");
      std::vector<ExpressionPtr> operand;
      operand.push_back(std::move(left));
      return MakeCall(infix.name, std::move(operand), op);
    }
    case Infix::Kind::kBinary:
      break;
  }
  ExpressionPtr right = Binary(infix.precedence + 1);
  // a AND b AND c is one node: conditions made by programs are long.
  if ((infix.precedence == kAnd || infix.precedence == kOr) &&
      left->kind == ExpressionKind::kCall && left->text == infix.name &&
      left->children.size() > 1) {
    const uint32_t chain = left->span.begin;
    left->children.push_back(std::move(right));
    return Close(std::move(left), chain);
  }
  std::vector<ExpressionPtr> operands;
  operands.push_back(std::move(left));
  operands.push_back(std::move(right));
  return MakeCall(infix.name, std::move(operands), op);
}

ExpressionPtr Parser::Between(ExpressionPtr left, const Infix& infix) {
  const uint32_t begin = left->span.begin;
  auto between = Make(ExpressionKind::kBetween, begin);
  between->negated = infix.negated;
  between->symmetric = TakeWord("SYMMETRIC");
  if (!between->symmetric) TakeWord("ASYMMETRIC");
  between->children.push_back(std::move(left));
  between->children.push_back(Binary(kPredicate + 1));
  ExpectWord("AND");
  between->children.push_back(Binary(kPredicate + 1));
  return Close(std::move(between), begin);
}

ExpressionPtr Parser::In(ExpressionPtr left, const Infix& infix) {
  const uint32_t begin = left->span.begin;
  auto in = Make(ExpressionKind::kIn, begin);
  in->negated = infix.negated;
  in->children.push_back(std::move(left));
  if (AtQueryInParentheses()) {
    Take();
    in->query = Query();
    ExpectSymbol(")");
    return Close(std::move(in), begin);
  }
  ExpectSymbol("(");
  do {
    in->children.push_back(Expression());
  } while (TakeSymbol(","));
  if (!panic_ && !IsSymbol(")")) Unexpected("',' or ')'");
  ExpectSymbol(")");
  return Close(std::move(in), begin);
}

/// LIKE, SIMILAR TO [ESCAPE c]; NOT is a call around it.
ExpressionPtr Parser::LikePattern(ExpressionPtr left, const Infix& infix, Span op) {
  std::vector<ExpressionPtr> operands;
  operands.push_back(std::move(left));
  operands.push_back(Binary(kPredicate + 1));
  if (TakeWord("ESCAPE")) operands.push_back(Binary(kPredicate + 1));
  ExpressionPtr like = MakeCall(infix.name, std::move(operands), op);
  if (!infix.negated) return like;
  std::vector<ExpressionPtr> operand;
  operand.push_back(std::move(like));
  return MakeCall("NOT", std::move(operand), op);
}

/// a = ANY (query), a > ALL (1, 2). `= ANY` is IN, `<> ALL` is NOT IN.
ExpressionPtr Parser::Quantified(ExpressionPtr left, const Infix& infix, Span op) {
  const uint32_t begin = left->span.begin;
  auto quantified = Make(ExpressionKind::kQuantified, begin);
  const bool all = IsWord("ALL");
  if (infix.name == (all ? "<>" : "=")) {
    quantified->kind = ExpressionKind::kIn;
    quantified->negated = all;
  } else {
    quantified->text = infix.name + (all ? " ALL" : " SOME");
  }
  quantified->operator_span = op;
  Take();
  quantified->children.push_back(std::move(left));
  if (AtQueryInParentheses()) {
    Take();
    quantified->query = Query();
  } else {
    ExpectSymbol("(");
    do {
      quantified->children.push_back(Expression());
    } while (TakeSymbol(","));
  }
  ExpectSymbol(")");
  return Close(std::move(quantified), begin);
}

ExpressionPtr Parser::Primary() {
  const Token& token = Peek();
  switch (token.kind) {
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
    case TokenKind::kDouble:
    case TokenKind::kString:
    case TokenKind::kUnicode:
    case TokenKind::kBinary:
      return Literal();
    case TokenKind::kWord:
      return WordExpression();
    case TokenKind::kQuoted:
      return NameOrCall();
    default:
      break;
  }
  if (IsSymbol("(")) return Parenthesized();
  if (IsSymbol("?")) {
    Fail(token.span, "parameters (?) are not supported");
  } else if (IsSymbol("*")) {
    Unexpected("an expression; * stands alone in SELECT, or in COUNT(*)");
  } else {
    Unexpected("an expression");
  }
  return Error();
}

ExpressionPtr Parser::Literal() {
  const uint32_t begin = Begin();
  const Token token = Take();
  ExpressionKind kind = ExpressionKind::kString;
  std::string text(Text(token));
  switch (token.kind) {
    case TokenKind::kInteger:
      kind = ExpressionKind::kInteger;
      break;
    case TokenKind::kDecimal:
      kind = ExpressionKind::kDecimal;
      break;
    case TokenKind::kDouble:
      kind = ExpressionKind::kDouble;
      break;
    case TokenKind::kBinary:
      kind = ExpressionKind::kBinary;
      if (!BinaryOf(text_, token, &text)) {
        Fail(token.span, "x'...' takes pairs of hexadecimal digits");
      }
      break;
    case TokenKind::kUnicode: {
      char escape = '\\';
      if (TakeWord("UESCAPE")) {
        const std::string given = StringLiteral("the escape character in single quotes");
        if (given.size() == 1) escape = given[0];
      }
      if (!UnicodeStringOf(text_, token, escape, &text)) {
        Fail(token.span, "U&'...' takes escapes of four hexadecimal digits, such as \\00e9");
      }
      break;
    }
    default:
      text = StringOf(text_, token);
      // 'a' 'b' is one string.
      while (Peek().kind == TokenKind::kString) text += StringOf(text_, Take());
      break;
  }
  auto literal = Make(kind, begin);
  literal->text = std::move(text);
  return Close(std::move(literal), begin);
}

ExpressionPtr Parser::WordExpression() {
  const uint32_t begin = Begin();
  if (!Peek().reserved) {
    if (IsWord("MAP") && IsSymbol("[", 1)) return Constructor(ExpressionKind::kMap);
    return NameOrCall();
  }
  for (const std::string_view word : {"TRUE", "FALSE", "UNKNOWN", "NULL"}) {
    if (!TakeWord(word)) continue;
    auto literal = Make(word == "NULL" ? ExpressionKind::kNull : ExpressionKind::kBoolean, begin);
    literal->text = word;
    return Close(std::move(literal), begin);
  }
  if (Peek(1).kind == TokenKind::kString &&
      (IsWord("DATE") || IsWord("TIME") || IsWord("TIMESTAMP"))) {
    const ExpressionKind kind = IsWord("DATE")   ? ExpressionKind::kDate
                                : IsWord("TIME") ? ExpressionKind::kTime
                                                 : ExpressionKind::kTimestamp;
    Take();
    auto literal = Make(kind, begin);
    literal->text = StringLiteral("a string");
    return Close(std::move(literal), begin);
  }
  if (IsWord("INTERVAL")) return Interval();
  if (IsWord("CASE")) return Case();
  if (IsWord("CAST")) {
    Take();
    return CastCall(false, begin);
  }
  if (IsWord("ARRAY")) return Constructor(ExpressionKind::kArray);
  if (IsWord("MULTISET")) return Constructor(ExpressionKind::kMultiset);
  if (IsWord("ROW") && IsSymbol("(", 1)) return Row();
  if (TakeWord("DEFAULT")) return Close(Make(ExpressionKind::kDefault, begin), begin);
  if (IsWord("EXISTS") && IsSymbol("(", 1)) {
    Take();
    Take();
    auto exists = Make(ExpressionKind::kExists, begin);
    exists->query = Query();
    ExpectSymbol(")");
    return Close(std::move(exists), begin);
  }
  for (const std::string_view word :
       {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"}) {
    if (IsWord(word) && (!IsSymbol("(", 1) || IsSymbol(")", 2))) {
      auto call = Make(ExpressionKind::kCall, begin);
      call->text = word;
      call->operator_span = Take().span;
      if (IsSymbol("(")) {
        Take();
        Take();
      }
      return Close(std::move(call), begin);
    }
  }
  // Flink reserves these without having such functions: a column may have the name.
  for (const std::string_view word : {"USER", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER",
                                      "CURRENT_CATALOG", "CURRENT_SCHEMA"}) {
    if (IsWord(word) && !IsSymbol("(", 1)) {
      auto name = Make(ExpressionKind::kName, begin);
      const Token token = Take();
      name->path.push_back({NameOf(text_, token), token.span});
      return Close(std::move(name), begin);
    }
  }
  return NameOrCall();
}

/// name, name.name, name(...), catalog.database.function(...), name.*
ExpressionPtr Parser::NameOrCall() {
  const uint32_t begin = Begin();
  const bool callable = Peek().kind == TokenKind::kWord && Peek().reserved && IsSymbol("(", 1);
  std::vector<ast::Identifier> path;
  if (callable) {
    const Token token = Take();
    path.push_back({NameOf(text_, token), token.span});
    return Call(std::move(path), begin);
  }
  path.push_back(Identifier("an expression, or the name of a column"));
  while (!panic_ && IsSymbol(".")) {
    Take();
    if (IsSymbol("*")) {
      Take();
      auto star = Make(ExpressionKind::kStar, begin);
      star->path = std::move(path);
      return Close(std::move(star), begin);
    }
    path.push_back(DefinedName("the name of a field"));
  }
  if (panic_) return Error();
  if (IsSymbol("(")) return Call(std::move(path), begin);
  auto name = Make(ExpressionKind::kName, begin);
  name->path = std::move(path);
  return Close(std::move(name), begin);
}

/// (expression), (a, b) as a row, (SELECT ...)
ExpressionPtr Parser::Parenthesized() {
  const uint32_t begin = Begin();
  if (AtQueryInParentheses()) {
    Take();
    auto query = Make(ExpressionKind::kQuery, begin);
    query->query = Query();
    ExpectSymbol(")");
    return Close(std::move(query), begin);
  }
  Take();
  ExpressionPtr first = Expression();
  if (!IsSymbol(",")) {
    if (!panic_ && !IsSymbol(")")) Unexpected("')'");
    ExpectSymbol(")");
    first->span = SpanFrom(begin);
    return first;
  }
  auto row = Make(ExpressionKind::kRow, begin);
  row->children.push_back(std::move(first));
  while (TakeSymbol(",")) row->children.push_back(Expression());
  ExpectSymbol(")");
  return Close(std::move(row), begin);
}

ExpressionPtr Parser::Case() {
  const uint32_t begin = Begin();
  Take();
  auto expression = Make(ExpressionKind::kCase, begin);
  if (!IsWord("WHEN")) {
    expression->has_operand = true;
    expression->children.push_back(Expression());
  }
  if (!panic_ && !IsWord("WHEN")) Unexpected("WHEN");
  while (TakeWord("WHEN")) {
    expression->children.push_back(Expression());
    // CASE x WHEN 1, 2 THEN: kept as a row of alternatives.
    if (expression->has_operand && IsSymbol(",")) {
      auto row = Make(ExpressionKind::kRow, expression->children.back()->span.begin);
      row->children.push_back(std::move(expression->children.back()));
      while (TakeSymbol(",")) row->children.push_back(Expression());
      const uint32_t row_begin = row->span.begin;
      expression->children.back() = Close(std::move(row), row_begin);
    }
    ExpectWord("THEN");
    expression->children.push_back(Expression());
  }
  if (TakeWord("ELSE")) {
    expression->children.push_back(Expression());
  } else {
    auto null = Make(ExpressionKind::kNull, Begin());
    null->span = {begin, begin + 4};
    expression->children.push_back(std::move(null));
  }
  if (!panic_ && !IsWord("END")) Unexpected("WHEN, ELSE or END of CASE");
  ExpectWord("END");
  return Close(std::move(expression), begin);
}

/// INTERVAL [-] 'n' unit [(p)] [TO unit [(p)]]
ExpressionPtr Parser::Interval() {
  const uint32_t begin = Begin();
  Take();
  auto interval = Make(ExpressionKind::kInterval, begin);
  interval->negated = TakeSymbol("-");
  if (!interval->negated) TakeSymbol("+");
  if (Peek().kind == TokenKind::kInteger) {
    Unexpected("the number in single quotes: INTERVAL '" + std::string(Text(Peek())) + "' ...");
  }
  interval->text = StringLiteral("the length in single quotes: INTERVAL '10' SECOND");
  if (!IntervalUnit(interval.get(), &interval->unit)) return Error();
  if (TakeWord("TO") && !IntervalUnit(interval.get(), &interval->unit_to)) return Error();
  return Close(std::move(interval), begin);
}

bool Parser::IntervalUnit(ast::Expression* interval, std::string* unit) {
  static constexpr std::array<std::string_view, 8> kUnits = {"YEAR", "QUARTER", "MONTH",  "WEEK",
                                                             "DAY",  "HOUR",    "MINUTE", "SECOND"};
  for (const std::string_view known : kUnits) {
    if (!IsWord(known) && !IsWord(std::string(known) + "S")) continue;
    Take();
    *unit = known;
    if (!TakeSymbol("(")) return true;
    const bool leading = unit == &interval->unit;
    const auto precision = Parameter(0, 10, "precision");
    if (leading) interval->unit_precision = precision.value_or(-1);
    if (!leading) interval->unit_fraction = precision.value_or(-1);
    if (leading && TakeSymbol(",")) {
      interval->unit_fraction = Parameter(0, 9, "precision").value_or(-1);
    }
    return ExpectSymbol(")");
  }
  Unexpected("a unit: YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND");
  return false;
}

/// ARRAY[...], MAP[...], MULTISET[...], ARRAY(query)
ExpressionPtr Parser::Constructor(ExpressionKind kind) {
  const uint32_t begin = Begin();
  const std::string word = Upper(Text(Take()));
  auto value = Make(kind, begin);
  if (IsSymbol("(") && AtQueryInParentheses()) {
    Take();
    value->kind = ExpressionKind::kQuery;
    value->text = word;
    value->query = Query();
    ExpectSymbol(")");
    return Close(std::move(value), begin);
  }
  if (!IsSymbol("[")) {
    Unexpected("'[' after " + word);
    return Error();
  }
  Take();
  if (!IsSymbol("]")) {
    do {
      value->children.push_back(Expression());
    } while (TakeSymbol(","));
  }
  if (!panic_ && !IsSymbol("]")) Unexpected("',' or ']'");
  ExpectSymbol("]");
  value = Close(std::move(value), begin);
  if (kind == ExpressionKind::kMap && value->children.size() % 2 != 0) {
    Fail(value->span, "MAP[...] takes keys and values in pairs");
  }
  return value;
}

ExpressionPtr Parser::Row() {
  const uint32_t begin = Begin();
  Take();
  Take();
  auto row = Make(ExpressionKind::kRow, begin);
  if (!IsSymbol(")")) {
    do {
      row->children.push_back(Expression());
    } while (TakeSymbol(","));
  }
  ExpectSymbol(")");
  return Close(std::move(row), begin);
}

}  // namespace sluice::sql
