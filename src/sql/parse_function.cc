// SPDX-License-Identifier: Apache-2.0
// Function calls, and the functions whose arguments have words in them: CAST(x AS t),
// EXTRACT(YEAR FROM x), TRIM(BOTH 'x' FROM s), TIMESTAMPADD(DAY, 1, t), JSON_VALUE(... ON ERROR).
// Such words become kUnit arguments, in the place where the plain call has them.
#include <algorithm>
#include <array>

#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using ast::ExpressionPtr;

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// Names that look reserved to the lexer and are functions with a grammar of their own.
constexpr std::array<std::string_view, 8> kSpecial = {"EXTRACT",    "POSITION",  "SUBSTRING",
                                                      "OVERLAY",    "CONVERT",   "JSON_EXISTS",
                                                      "JSON_VALUE", "JSON_QUERY"};
// Names that Flink reserves without need; they are called like any function.
constexpr std::array<std::string_view, 9> kPlain = {"JSON_OBJECTAGG", "STRING_AGG", "DATE_TRUNC",
                                                    "CORR",           "CLASSIFIER", "JSON_OBJECT",
                                                    "MATCH_NUMBER",   "PREV",       "NEXT"};

}  // namespace

ExpressionPtr Parser::Call(std::vector<ast::Identifier> path, uint32_t begin) {
  auto call = Make(ExpressionKind::kCall, begin);
  if (path.empty()) return Error();
  call->text = Upper(path.back().text);
  call->operator_span = Join(path.front().span, path.back().span);
  const Token& first = tokens_[at_ > 0 ? at_ - 1 : 0];
  const bool one = path.size() == 1;
  if (one && call->text == "TRY_CAST" && IsSymbol("(")) return CastCall(true, begin);
  if (one && first.reserved && !IsReservedFunction(call->text) &&
      std::find(kSpecial.begin(), kSpecial.end(), call->text) == kSpecial.end() &&
      std::find(kPlain.begin(), kPlain.end(), call->text) == kPlain.end()) {
    Fail(call->operator_span, "unexpected '" + path.back().text + "'",
         "expected an expression; a reserved word is a name only in backticks: " +
             Backtick(path.back().text));
    return Error();
  }
  if (!one) call->path = std::move(path);
  ExpectSymbol("(");
  if (!one || !SpecialArguments(call.get())) Arguments(call.get());
  if (!panic_ && !IsSymbol(")")) Unexpected("',' or ')' in the arguments of " + call->text);
  ExpectSymbol(")");
  CallSuffix(call.get());
  return Close(std::move(call), begin);
}

/// CAST(x AS type); the word is taken, the parenthesis is next.
ExpressionPtr Parser::CastCall(bool try_cast, uint32_t begin) {
  auto cast = Make(ExpressionKind::kCast, begin);
  cast->try_cast = try_cast;
  ExpectSymbol("(");
  cast->children.push_back(Expression());
  if (!panic_ && !IsWord("AS")) Unexpected("AS and a type");
  ExpectWord("AS");
  cast->type = Type();
  ExpectSymbol(")");
  return Close(std::move(cast), begin);
}

ExpressionPtr Parser::Unit(std::string_view what) {
  const uint32_t begin = Begin();
  const Token& token = Peek();
  if (token.kind != TokenKind::kWord) {
    Unexpected(what);
    return Error();
  }
  auto unit = Make(ExpressionKind::kUnit, begin);
  unit->text = Upper(Text(token));
  Take();
  return Close(std::move(unit), begin);
}

/// True when the arguments had a grammar of their own and were read.
bool Parser::SpecialArguments(ast::Expression* call) {
  const std::string& name = call->text;
  auto& arguments = call->children;
  if (name == "EXTRACT") {
    arguments.push_back(Unit("a time unit such as YEAR, MONTH, DAY, HOUR, EPOCH"));
    ExpectWord("FROM");
    arguments.push_back(Expression());
  } else if (name == "TIMESTAMPADD" || name == "TIMESTAMPDIFF") {
    arguments.push_back(Unit("a time unit such as SECOND, MINUTE, HOUR, DAY, MONTH, YEAR"));
    if (arguments[0] != nullptr && arguments[0]->text.starts_with("SQL_TSI_")) {
      arguments[0]->text.erase(0, 8);  // names of ODBC
    }
    while (TakeSymbol(",")) arguments.push_back(Argument());
  } else if (name == "FLOOR" || name == "CEIL" || name == "CEILING") {
    if (name == "CEILING") call->text = "CEIL";
    arguments.push_back(Expression());
    if (TakeWord("TO")) arguments.push_back(Unit("a time unit such as DAY, HOUR, MONTH"));
  } else if (name == "POSITION") {
    arguments.push_back(Binary(33));  // IN belongs to POSITION
    ExpectWord("IN");
    arguments.push_back(Expression());
    if (TakeWord("FROM")) arguments.push_back(Expression());
  } else if (name == "SUBSTRING") {
    arguments.push_back(Expression());
    if (TakeWord("FROM")) {
      arguments.push_back(Expression());
      if (TakeWord("FOR")) arguments.push_back(Expression());
    } else {
      while (TakeSymbol(",")) arguments.push_back(Expression());
    }
  } else if (name == "OVERLAY") {
    arguments.push_back(Expression());
    if (TakeWord("PLACING")) {
      arguments.push_back(Expression());
      ExpectWord("FROM");
      arguments.push_back(Expression());
      if (TakeWord("FOR")) arguments.push_back(Expression());
    } else {
      while (TakeSymbol(",")) arguments.push_back(Expression());
    }
  } else if (name == "TRIM") {
    TrimArguments(call);
  } else if (name.starts_with("JSON_")) {
    JsonArguments(call);
  } else {
    return false;
  }
  return true;
}

/// TRIM([BOTH|LEADING|TRAILING] [characters] FROM text), TRIM(text): always kept as
/// TRIM(where, characters, text).
void Parser::TrimArguments(ast::Expression* call) {
  auto& arguments = call->children;
  ExpressionPtr where;
  if (IsWord("BOTH") || IsWord("LEADING") || IsWord("TRAILING")) {
    where = Unit("BOTH, LEADING or TRAILING");
  }
  ExpressionPtr characters;
  const uint32_t begin = Begin();
  if (where == nullptr || !IsWord("FROM")) characters = Expression();
  if (TakeWord("FROM")) {
    if (where == nullptr) {
      where = Make(ExpressionKind::kUnit, begin);
      where->text = "BOTH";
    }
    if (characters == nullptr) {
      characters = Make(ExpressionKind::kString, begin);
      characters->text = " ";
    }
    arguments.push_back(std::move(where));
    arguments.push_back(std::move(characters));
    arguments.push_back(Expression());
  } else if (where != nullptr) {
    Unexpected("FROM in TRIM");
  } else {
    for (const auto& [kind, text] :
         {std::pair(ExpressionKind::kUnit, "BOTH"), std::pair(ExpressionKind::kString, " ")}) {
      arguments.push_back(Make(kind, begin));
      arguments.back()->text = text;
    }
    arguments.push_back(std::move(characters));
  }
}

/// Arguments with SQL/JSON clauses between them. KEY k VALUE v, k VALUE v, k : v become k, v; what
/// follows (RETURNING t, NULL ON EMPTY, WITH WRAPPER...) becomes kUnit and kType arguments.
void Parser::JsonArguments(ast::Expression* call) {
  while (!panic_ && !IsSymbol(")")) {
    if (JsonClause(call)) continue;
    const bool key = IsWord("KEY") && !IsSymbol(",", 1) && !IsSymbol(")", 1);
    if (key) Take();
    call->children.push_back(Argument());
    if (TakeWord("VALUE") || TakeSymbol(":")) call->children.push_back(Argument());
    if (IsSymbol(")")) return;
    if (!TakeSymbol(",") && !JsonClause(call)) return;
  }
}

bool Parser::JsonClause(ast::Expression* call) {
  const uint32_t begin = Begin();
  if (TakeWord("RETURNING")) {
    auto type = Make(ExpressionKind::kType, begin);
    type->type = Type();
    call->children.push_back(Close(std::move(type), begin));
    return true;
  }
  const bool behaviour = (IsWord("NULL") || IsWord("ERROR") || IsWord("TRUE") || IsWord("FALSE") ||
                          IsWord("UNKNOWN") || IsWord("ABSENT")) &&
                         IsWord("ON", 1);
  const bool empty = IsWord("EMPTY") && (IsWord("ARRAY", 1) || IsWord("OBJECT", 1));
  const bool wrapper = (IsWord("WITH") || IsWord("WITHOUT")) && !IsSymbol(",", 1);
  if (behaviour || empty || wrapper || (IsWord("FORMAT") && IsWord("JSON", 1))) {
    auto clause = Make(ExpressionKind::kUnit, begin);
    while (Peek().kind == TokenKind::kWord) {
      if (!clause->text.empty()) clause->text += ' ';
      const std::string word = Upper(Text(Take()));
      clause->text += word;
      if (word == "EMPTY" && !IsWord("ARRAY") && !IsWord("OBJECT")) break;
      if (word == "WRAPPER" || word == "JSON" ||
          ((word == "ERROR" || word == "NULL") && clause->text.find(" ON ") != std::string::npos)) {
        break;
      }
    }
    call->children.push_back(Close(std::move(clause), begin));
    return true;
  }
  if (TakeWord("DEFAULT")) {
    auto clause = Make(ExpressionKind::kUnit, begin);
    clause->children.push_back(Expression());
    ExpectWord("ON");
    clause->text = std::string("DEFAULT ON ") + (IsWord("EMPTY") ? "EMPTY" : "ERROR");
    if (!TakeWord("EMPTY")) ExpectWord("ERROR");
    call->children.push_back(Close(std::move(clause), begin));
    return true;
  }
  return false;
}

void Parser::Arguments(ast::Expression* call) {
  if (IsSymbol(")")) return;
  if (IsSymbol("*") && IsSymbol(")", 1)) {
    const uint32_t begin = Begin();
    Take();
    call->children.push_back(Close(Make(ExpressionKind::kStar, begin), begin));
    return;
  }
  if (IsWord("DISTINCT") || IsWord("ALL")) {
    call->extras = std::make_unique<ast::CallExtras>();
    call->extras->distinct = IsWord("DISTINCT");
    Take();
  }
  do {
    call->children.push_back(Argument());
  } while (TakeSymbol(","));
  if (call->text == "ARRAY_AGG") NullTreatment(call);
}

/// [IGNORE|RESPECT NULLS], inside of ARRAY_AGG( ) or behind a call.
void Parser::NullTreatment(ast::Expression* call) {
  const bool ignore = TakeWords({"IGNORE", "NULLS"});
  if (!ignore && !TakeWords({"RESPECT", "NULLS"})) return;
  if (!call->extras) call->extras = std::make_unique<ast::CallExtras>();
  call->extras->ignore_nulls = ignore;
}

ExpressionPtr Parser::Argument() {
  const uint32_t begin = Begin();
  if (AtName() && IsSymbol("=>", 1)) {
    auto named = Make(ExpressionKind::kNamed, begin);
    const Token token = Take();
    named->text = NameOf(text_, token);
    Take();
    named->children.push_back(Argument());
    return Close(std::move(named), begin);
  }
  if (IsWord("TABLE")) return TableArgument();
  if (IsWord("DESCRIPTOR") && IsSymbol("(", 1)) return DescriptorArgument();
  if (AtQuery()) {
    auto query = Make(ExpressionKind::kQuery, begin);
    query->query = Query();
    return Close(std::move(query), begin);
  }
  ExpressionPtr argument = Expression();
  // (query) PARTITION BY k: a table as TABLE (query) is.
  if (argument->kind != ExpressionKind::kQuery || !IsWord("PARTITION")) return argument;
  argument->kind = ExpressionKind::kTable;
  TableOrder(argument.get());
  return Close(std::move(argument), begin);
}

/// TABLE name [PARTITION BY k, ... | (k, ...)] [ORDER BY ...], TABLE (query)
ExpressionPtr Parser::TableArgument() {
  const uint32_t begin = Begin();
  Take();
  auto table = Make(ExpressionKind::kTable, begin);
  if (IsSymbol("(")) {
    Take();
    table->query = Query();
    ExpectSymbol(")");
  } else {
    table->path = CompoundName("the name of a table").parts;
  }
  TableOrder(table.get());
  return Close(std::move(table), begin);
}

/// [PARTITION BY k, ... | (k, ...)] [ORDER BY ...] of a table that is an argument
void Parser::TableOrder(ast::Expression* table) {
  if (TakeWord("PARTITION")) {
    ExpectWord("BY");
    const bool parenthesis = TakeSymbol("(");
    do {
      // A comma may belong to the call: PARTITION BY k, DESCRIPTOR(t).
      table->children.push_back(Expression());
      if (!parenthesis && IsSymbol(",") &&
          (IsWord("DESCRIPTOR", 1) || !AtName(1) || IsSymbol("=>", 2))) {
        break;
      }
    } while (TakeSymbol(","));
    if (parenthesis) ExpectSymbol(")");
  }
  if (TakeWord("ORDER")) {
    ExpectWord("BY");
    const bool parenthesis = TakeSymbol("(");
    Expression();
    if (!TakeWord("DESC")) TakeWord("ASC");
    if (parenthesis) ExpectSymbol(")");
  }
}

ExpressionPtr Parser::DescriptorArgument() {
  const uint32_t begin = Begin();
  Take();
  auto descriptor = Make(ExpressionKind::kDescriptor, begin);
  descriptor->path = NameList("a column name");
  return Close(std::move(descriptor), begin);
}

/// [WITHIN GROUP (...)] [FILTER (WHERE ...)] [IGNORE|RESPECT NULLS] [OVER ...]
void Parser::CallSuffix(ast::Expression* call) {
  const auto extras = [call]() -> ast::CallExtras& {
    if (!call->extras) call->extras = std::make_unique<ast::CallExtras>();
    return *call->extras;
  };
  if (TakeWords({"WITHIN", "GROUP"})) {
    ExpectSymbol("(");
    ExpectWord("ORDER");
    ExpectWord("BY");
    extras().within_group = OrderBy();
    ExpectSymbol(")");
  }
  if (IsWord("FILTER") && IsSymbol("(", 1)) {
    Take();
    Take();
    ExpectWord("WHERE");
    extras().filter = Expression();
    ExpectSymbol(")");
  }
  NullTreatment(call);
  if (TakeWord("OVER")) {
    if (IsSymbol("(")) {
      extras().over = std::make_unique<ast::Window>(WindowSpecification());
    } else {
      extras().over_name = Identifier("the name of a window");
    }
  }
}

}  // namespace sluice::sql
