// SPDX-License-Identifier: Apache-2.0
// The parser's cursor, its mistakes and recovery, and names.
#include "sql/parser.h"

#include <algorithm>

#include "base/limits.h"
#include "flow/table_options.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = Upper(c);
  return out;
}

/// `word` is upper case.
bool EqualsWord(std::string_view text, std::string_view word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(),
                                                  [](char a, char b) { return Upper(a) == b; });
}

// Words that a mistyped one may have been meant as.
const std::vector<std::string>& ClauseWords() {
  static const std::vector<std::string> words = {
      "SELECT",  "FROM",        "WHERE", "GROUP",  "ORDER",   "HAVING",   "LIMIT",
      "UNION",   "INSERT",      "INTO",  "VALUES", "CREATE",  "TABLE",    "VIEW",
      "CATALOG", "DATABASE",    "WITH",  "JOIN",   "BETWEEN", "METADATA", "WATERMARK",
      "PRIMARY", "PARTITIONED", "DROP",  "ALTER",  "EXPLAIN", "DESCRIBE", "SHOW",
      "EXECUTE", "STATEMENT",   "BEGIN"};
  return words;
}

}  // namespace

Parser::Parser(std::string_view text, Diagnostics* diagnostics)
    : text_(text), diagnostics_(diagnostics), tokens_(Tokenize(text, diagnostics)) {
  end_ = tokens_.back();
}

const Token& Parser::Peek(size_t ahead) const {
  if (panic_ || at_ + ahead >= tokens_.size()) return end_;
  return tokens_[at_ + ahead];
}

const Token& Parser::Take() {
  const Token& token = Peek();
  if (!panic_ && at_ + 1 < tokens_.size()) ++at_;
  return token;
}

std::string_view Parser::Text(const Token& token) const {
  return text_.substr(token.span.begin, token.span.end - token.span.begin);
}

bool Parser::IsWord(std::string_view word, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kWord && EqualsWord(Text(token), word);
}

bool Parser::IsSymbol(std::string_view symbol, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kSymbol && Text(token) == symbol;
}

bool Parser::TakeWord(std::string_view word) {
  if (!IsWord(word)) return false;
  Take();
  return true;
}

bool Parser::TakeWords(std::initializer_list<std::string_view> words) {
  size_t ahead = 0;
  for (const std::string_view word : words) {
    if (!IsWord(word, ahead++)) return false;
  }
  at_ += words.size();
  return true;
}

bool Parser::TakeSymbol(std::string_view symbol) {
  if (!IsSymbol(symbol)) return false;
  Take();
  return true;
}

bool Parser::ExpectWord(std::string_view word) {
  if (TakeWord(word)) return true;
  Unexpected(word);
  return false;
}

bool Parser::ExpectSymbol(std::string_view symbol) {
  if (TakeSymbol(symbol)) return true;
  Unexpected("'" + std::string(symbol) + "'");
  return false;
}

Span Parser::SpanFrom(uint32_t begin) const {
  const uint32_t end = at_ > 0 ? tokens_[at_ - 1].span.end : begin;
  return {begin, std::max(begin, end)};
}

void Parser::Note(Span span, std::string text, std::string hint) {
  if (!panic_) {
    diagnostics_->AddError(span, ErrorKind::kParse, std::move(text), std::move(hint));
  }
}

void Parser::Fail(Span span, std::string text, std::string hint) {
  Note(span, std::move(text), std::move(hint));
  panic_ = true;
}

/// When the word before the cursor looks like a mistyped keyword: SELECT a FORM t.
std::string Parser::DidYouMean() const {
  for (const size_t index : {at_, at_ - 1}) {
    if (index >= tokens_.size() || tokens_[index].kind != TokenKind::kWord ||
        tokens_[index].reserved) {
      continue;
    }
    const std::string word = Upper(Text(tokens_[index]));
    if (word.size() < 3) continue;
    const auto nearest = flow::NearestName(word, ClauseWords());
    if (nearest && *nearest != word) return "did you mean " + *nearest + "?";
  }
  return {};
}

void Parser::Unexpected(std::string_view expected) {
  const Token& token = Peek();
  if (token.kind == TokenKind::kBad) {  // already reported
    panic_ = true;
    return;
  }
  std::string hint = "expected " + std::string(expected);
  const std::string meant = DidYouMean();
  if (!meant.empty()) hint += "; " + meant;
  if (token.kind == TokenKind::kEnd) {
    return Fail(token.span, "the text ends too early", std::move(hint));
  }
  if (token.reserved && (expected.find("name") != std::string_view::npos ||
                         expected.find("table") != std::string_view::npos)) {
    hint = "expected " + std::string(expected) +
           "; a reserved word is a name only in backticks: " + Backtick(Text(token));
  }
  std::string shown(Text(token));
  if (shown.size() > 40) shown = shown.substr(0, 37) + "...";
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  const bool quote = token.kind != TokenKind::kString && token.kind != TokenKind::kQuoted;
  Fail(token.span, "unexpected " + (quote ? "'" + shown + "'" : shown), std::move(hint));
}

bool Parser::Recover(size_t from, std::initializer_list<std::string_view> stops) {
  panic_ = false;
  int depth = 0;
  for (at_ = from; at_ + 1 < tokens_.size(); ++at_) {
    const Token& token = tokens_[at_];
    const std::string_view text = Text(token);
    if (token.kind == TokenKind::kSymbol) {
      if (text == ";") return false;
      if (depth == 0 && std::find(stops.begin(), stops.end(), text) != stops.end()) return true;
      if (text == "(" || text == "[") ++depth;
      if ((text == ")" || text == "]") && depth > 0) --depth;
    } else if (token.kind == TokenKind::kWord && depth == 0) {
      for (const std::string_view stop : stops) {
        if (EqualsWord(text, stop)) return true;
      }
    }
  }
  return false;
}

void Parser::SkipStatement() {
  panic_ = false;
  while (!AtEnd() && !IsSymbol(";")) Take();
  TakeSymbol(";");
}

bool Parser::EnterLevel() {
  if (level_ < limits::kSqlDepthMax) {
    ++level_;
    return true;
  }
  Fail(Peek().span, "nested deeper than " + std::to_string(limits::kSqlDepthMax) + " levels");
  return false;
}

bool Parser::AtName(size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kQuoted || (token.kind == TokenKind::kWord && !token.reserved);
}

ast::Identifier Parser::Identifier(std::string_view what) {
  if (!AtName()) {
    Unexpected(what);
    return {};
  }
  const Token& token = Take();
  return {NameOf(text_, token), token.span};
}

ast::Identifier Parser::DefinedName(std::string_view what) {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord && token.reserved) {
    const std::string word(Text(token));
    Note(token.span, "'" + word + "' is a reserved word",
         "write it in backticks: " + Backtick(word));
    Take();
    return {word, token.span};
  }
  return Identifier(what);
}

/// The name of what is created or written: reserved words are noted, and taken as names.
ast::Name Parser::TargetName(std::string_view what) {
  ast::Name name;
  const uint32_t begin = Begin();
  do {
    name.parts.push_back(DefinedName(what));
  } while (TakeSymbol("."));
  name.span = SpanFrom(begin);
  return name;
}

ast::Name Parser::CompoundName(std::string_view what) {
  ast::Name name;
  const uint32_t begin = Begin();
  do {
    name.parts.push_back(Identifier(what));
  } while (TakeSymbol("."));
  name.span = SpanFrom(begin);
  return name;
}

std::vector<ast::Identifier> Parser::NameList(std::string_view what) {
  std::vector<ast::Identifier> names;
  ExpectSymbol("(");
  do {
    names.push_back(Identifier(what));
  } while (TakeSymbol(","));
  ExpectSymbol(")");
  return names;
}

/// [AS] name
std::optional<ast::Identifier> Parser::Alias() {
  if (TakeWord("AS")) return Identifier("a name");
  if (!AtName()) return std::nullopt;
  return Identifier("a name");
}

std::string Parser::StringLiteral(std::string_view what, Span* span) {
  const Token& token = Peek();
  if (token.kind != TokenKind::kString) {
    Unexpected(what);
    return {};
  }
  Take();
  if (span != nullptr) *span = token.span;
  return StringOf(text_, token);
}

ast::Options Parser::OptionList() {
  ast::Options options;
  const uint32_t begin = Begin();
  ExpectSymbol("(");
  if (TakeSymbol(")")) {
    options.span = SpanFrom(begin);
    return options;
  }
  do {
    ast::Option option;
    option.key = StringLiteral("an option: 'key' = 'value'", &option.key_span);
    ExpectSymbol("=");
    option.value = StringLiteral("the value of the option, in single quotes", &option.value_span);
    if (!panic_) options.items.push_back(std::move(option));
  } while (TakeSymbol(","));
  if (!panic_ && !IsSymbol(")")) Unexpected("',' or ')' after an option");
  ExpectSymbol(")");
  options.span = SpanFrom(begin);
  return options;
}

std::string Parser::Comment() {
  return TakeWord("COMMENT") ? StringLiteral("the comment in single quotes") : std::string();
}

bool Parser::Finish() {
  if (!panic_ && !AtEnd()) Unexpected("the end of the text");
  return !panic_;
}

Script ParseScript(std::string_view text, Diagnostics* diagnostics) {
  return Parser(text, diagnostics).ParseAll();
}

ast::QueryPtr ParseQuery(std::string_view text, Diagnostics* diagnostics) {
  const int before = diagnostics->errors();
  Parser parser(text, diagnostics);
  auto query = parser.Query();
  return parser.Finish() && diagnostics->errors() == before ? std::move(query) : nullptr;
}

ast::ExpressionPtr ParseExpression(std::string_view text, Diagnostics* diagnostics) {
  const int before = diagnostics->errors();
  Parser parser(text, diagnostics);
  auto expression = parser.Expression();
  return parser.Finish() && diagnostics->errors() == before ? std::move(expression) : nullptr;
}

flow::TypePtr ParseType(std::string_view text, Diagnostics* diagnostics) {
  const int before = diagnostics->errors();
  Parser parser(text, diagnostics);
  auto type = parser.Type();
  return parser.Finish() && diagnostics->errors() == before ? type : nullptr;
}

}  // namespace sluice::sql
