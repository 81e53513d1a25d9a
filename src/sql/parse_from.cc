// SPDX-License-Identifier: Apache-2.0
// FROM: tables with hints, joins, subqueries, table functions, temporal tables.
#include <algorithm>

#include "base/limits.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

constexpr int kHeightMax = 500;

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

/// a JOIN b, c LEFT JOIN d: a comma is a join too, and binds less than JOIN.
ast::TableReferencePtr Parser::From() {
  auto left = Joined();
  while (IsSymbol(",")) {
    auto join = std::make_unique<ast::TableReference>();
    join->kind = ast::TableReference::Kind::kJoin;
    join->join = ast::JoinKind::kComma;
    join->join_span = Peek().span;
    Take();
    join->left = std::move(left);
    join->right = Joined();
    join->height = 1 + std::max(join->left->height, join->right->height);
    join->span = Join(join->left->span, join->right->span);
    if (join->height > kHeightMax) Fail(join->join_span, "too many joins in one query");
    left = std::move(join);
  }
  return left;
}

ast::TableReferencePtr Parser::Joined() {
  auto left = TablePrimary();
  for (;;) {
    const uint32_t begin = Begin();
    bool natural = false;
    const auto kind = JoinStart(&natural);
    if (!kind) return left;
    auto join = std::make_unique<ast::TableReference>();
    join->kind = ast::TableReference::Kind::kJoin;
    join->join = *kind;
    join->natural = natural;
    join->join_span = SpanFrom(begin);
    join->left = std::move(left);
    join->right = TablePrimary();
    JoinCondition(join.get());
    join->height = 1 + std::max(join->left->height, join->right->height);
    join->span = Join(join->left->span, SpanFrom(begin));
    if (join->height > kHeightMax) Fail(join->join_span, "too many joins in one query");
    left = std::move(join);
  }
}

/// [NATURAL] [INNER | LEFT [OUTER] | RIGHT [OUTER] | FULL [OUTER] | CROSS] JOIN
std::optional<ast::JoinKind> Parser::JoinStart(bool* natural) {
  *natural = TakeWord("NATURAL");
  ast::JoinKind kind = ast::JoinKind::kInner;
  if (TakeWord("CROSS")) {
    kind = ast::JoinKind::kCross;
  } else if (TakeWord("INNER")) {
  } else if (IsWord("LEFT") || IsWord("RIGHT") || IsWord("FULL")) {
    kind = IsWord("LEFT")    ? ast::JoinKind::kLeft
           : IsWord("RIGHT") ? ast::JoinKind::kRight
                             : ast::JoinKind::kFull;
    Take();
    TakeWord("OUTER");
  } else if (!*natural && !IsWord("JOIN")) {
    return std::nullopt;
  }
  ExpectWord("JOIN");
  return kind;
}

void Parser::JoinCondition(ast::TableReference* join) {
  if (join->join == ast::JoinKind::kCross || join->natural) return;
  if (TakeWord("ON")) {
    join->on = Expression();
  } else if (TakeWord("USING")) {
    join->using_columns = NameList("a column name");
  }
}

ast::TableReferencePtr Parser::TablePrimary() {
  if (!EnterLevel()) return std::make_unique<ast::TableReference>();
  const uint32_t begin = Begin();
  auto table = TablePrimaryCore();
  if (table->kind != ast::TableReference::Kind::kJoin) table = TableSuffix(std::move(table));
  table->span = SpanFrom(begin);
  LeaveLevel();
  return table;
}

ast::TableReferencePtr Parser::TablePrimaryCore() {
  using Kind = ast::TableReference::Kind;
  auto table = std::make_unique<ast::TableReference>();
  const uint32_t begin = Begin();
  table->lateral = TakeWord("LATERAL");
  if (IsSymbol("(")) {
    if (!AtQueryInParentheses()) {
      Take();
      table = From();
      ExpectSymbol(")");
      return table;
    }
    Take();
    table->kind = Kind::kQuery;
    table->query = Query();
    ExpectSymbol(")");
  } else if (TakeWord("UNNEST")) {
    table->kind = Kind::kUnnest;
    ExpectSymbol("(");
    table->call = Expression();
    ExpectSymbol(")");
    table->with_ordinality = TakeWords({"WITH", "ORDINALITY"});
  } else if (IsWord("TABLE") && IsSymbol("(", 1)) {
    Take();
    Take();
    table->kind = Kind::kFunction;
    const uint32_t call = Begin();
    ast::Name name = CompoundName("the name of a table function");
    if (!panic_ && !IsSymbol("(")) Unexpected("'(' of a table function");
    table->call = Call(std::move(name.parts), call);
    ExpectSymbol(")");
  } else if (AtTableFunction()) {
    table->kind = Kind::kFunction;
    ast::Name name = CompoundName("the name of a table function");
    table->call = Call(std::move(name.parts), begin);
  } else {
    table->kind = Kind::kTable;
    table->name = CompoundName("a table, a view or a query in parentheses");
    if (panic_) table->kind = Kind::kError;
    table->hints = Hints();
  }
  return table;
}

/// name.name( ... : a table function without TABLE(...).
bool Parser::AtTableFunction() const {
  size_t ahead = 0;
  while (AtName(ahead) && IsSymbol(".", ahead + 1)) ahead += 2;
  return AtName(ahead) && IsSymbol("(", ahead + 1);
}

ast::TableReferencePtr Parser::TableSuffix(ast::TableReferencePtr table) {
  if (IsWord("FOR") && IsWord("SYSTEM_TIME", 1)) {
    Take();
    Take();
    ExpectWord("AS");
    ExpectWord("OF");
    table->system_time = Expression();
  }
  TableAlias(table.get());
  if (TakeWord("TABLESAMPLE")) {
    if (!TakeWord("BERNOULLI")) TakeWord("SYSTEM");
    ExpectSymbol("(");
    table->sample = Expression();
    ExpectSymbol(")");
  }
  while (IsWord("MATCH_RECOGNIZE") || IsWord("PIVOT") || IsWord("UNPIVOT")) {
    auto outer = std::make_unique<ast::TableReference>();
    outer->kind = IsWord("MATCH_RECOGNIZE") ? ast::TableReference::Kind::kMatch
                                            : ast::TableReference::Kind::kPivot;
    outer->join_span = Peek().span;
    outer->height = table->height + 1;
    Take();
    if (outer->kind == ast::TableReference::Kind::kMatch) {
      outer->match = Match();
    } else {
      SkipParentheses();
    }
    outer->left = std::move(table);
    table = std::move(outer);
    TableAlias(table.get());
    if (table->height > kHeightMax) Fail(table->join_span, "nested too deep");
  }
  return table;
}

/// [AS] name [(column, ...)]
void Parser::TableAlias(ast::TableReference* table) {
  table->alias = Alias();
  if (table->alias && IsSymbol("(")) table->column_aliases = NameList("a column name");
}

/// PIVOT is read over: the binder names the clause as one that does not run.
void Parser::SkipParentheses() {
  ExpectSymbol("(");
  int depth = 1;
  while (depth > 0 && !AtEnd() && !IsSymbol(";")) {
    if (IsSymbol("(")) ++depth;
    if (IsSymbol(")")) --depth;
    Take();
  }
  if (depth > 0 && !panic_) Unexpected("')'");
}

/// /*+ NAME(...), NAME(...) */
std::vector<ast::Hint> Parser::Hints() {
  std::vector<ast::Hint> hints;
  while (Peek().kind == TokenKind::kHintBegin) {
    Take();
    do {
      hints.push_back(Hint());
    } while (TakeSymbol(","));
    if (Peek().kind != TokenKind::kHintEnd) Unexpected("*/ after the hint");
    Take();
  }
  return hints;
}

ast::Hint Parser::Hint() {
  ast::Hint hint;
  const uint32_t begin = Begin();
  hint.name = Upper(Identifier("the name of a hint").text);
  if (TakeSymbol("(") && !TakeSymbol(")")) {
    do {
      const Token token = Peek();
      const bool string = token.kind == TokenKind::kString;
      if (!string && token.kind != TokenKind::kWord && token.kind != TokenKind::kQuoted &&
          token.kind != TokenKind::kInteger) {
        Unexpected("an option 'key' = 'value'");
        break;
      }
      Take();
      std::string key = string ? StringOf(text_, token) : NameOf(text_, token);
      while (!string && TakeSymbol(".")) key += "." + Identifier("a name").text;
      const Span key_span = SpanFrom(token.span.begin);
      if (TakeSymbol("=")) {
        ast::Hint::Option option{std::move(key), {}, key_span, {}};
        option.value = StringLiteral("a value in single quotes", &option.value_span);
        hint.options.push_back(std::move(option));
      } else {
        hint.arguments.push_back(std::move(key));
      }
    } while (TakeSymbol(","));
    ExpectSymbol(")");
  }
  hint.span = SpanFrom(begin);
  return hint;
}

}  // namespace sluice::sql
