// SPDX-License-Identifier: Apache-2.0
#include "query/time_travel.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

namespace sluice::query {
namespace {

enum class Kind { kWord, kNumber, kText, kHint, kOther, kEnd };

struct Token {
  Kind kind;
  size_t begin, end;  // bytes of the statement
};

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         (c & 0x80) != 0;
}

// The token at or after `at`; blanks and comments are skipped, hints are not.
Token Next(std::string_view sql, size_t at) {
  for (;;) {
    while (at < sql.size() && std::isspace(static_cast<unsigned char>(sql[at])) != 0) ++at;
    if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*" && sql.substr(at, 3) != "/*+") {
      const size_t close = sql.find("*/", at + 2);
      at = close == std::string_view::npos ? sql.size() : close + 2;
    } else {
      break;
    }
  }
  if (at >= sql.size()) return {Kind::kEnd, sql.size(), sql.size()};
  const char c = sql[at];
  size_t end = at + 1;
  if (sql.substr(at, 3) == "/*+") {
    const size_t close = sql.find("*/", at);
    return {Kind::kHint, at, close == std::string_view::npos ? sql.size() : close + 2};
  }
  if (c == '\'' || c == '"' || c == '`') {
    while (end < sql.size()) {
      if (sql[end] == c && end + 1 < sql.size() && sql[end + 1] == c)
        ++end;
      else if (sql[end] == c)
        break;
      ++end;
    }
    return {c == '\'' ? Kind::kText : Kind::kOther, at, std::min(end + 1, sql.size())};
  }
  if (!IsWordByte(c)) return {Kind::kOther, at, end};
  while (end < sql.size() && IsWordByte(sql[end])) ++end;
  return {std::isdigit(static_cast<unsigned char>(c)) != 0 ? Kind::kNumber : Kind::kWord, at, end};
}

bool IsWord(std::string_view sql, const Token& token, std::string_view word) {
  if (token.kind != Kind::kWord || token.end - token.begin != word.size()) return false;
  return std::equal(
      word.begin(), word.end(), sql.begin() + static_cast<std::ptrdiff_t>(token.begin),
      [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); });
}

struct Clause {
  std::string text;  // what replaces it
  size_t end;        // where the statement goes on
};

// [FOR] {SYSTEM_TIME | TIMESTAMP | VERSION | SYSTEM_VERSION} AS OF value, beginning at `first`.
std::optional<Clause> AsOfClause(std::string_view sql, const Token& first) {
  Token token = first;
  if (IsWord(sql, token, "FOR")) token = Next(sql, token.end);
  const bool time = IsWord(sql, token, "SYSTEM_TIME") || IsWord(sql, token, "TIMESTAMP");
  const bool version = IsWord(sql, token, "SYSTEM_VERSION") || IsWord(sql, token, "VERSION");
  if (!time && !version) return std::nullopt;
  token = Next(sql, token.end);
  if (!IsWord(sql, token, "AS")) return std::nullopt;
  token = Next(sql, token.end);
  if (!IsWord(sql, token, "OF")) return std::nullopt;
  token = Next(sql, token.end);
  if (time && IsWord(sql, token, "TIMESTAMP")) token = Next(sql, token.end);
  if (token.kind != Kind::kText && token.kind != Kind::kNumber) return std::nullopt;
  const std::string value(sql.substr(token.begin, token.end - token.begin));
  return Clause{std::string("AT (") + (time ? "TIMESTAMP" : "VERSION") + " => " + value + ")",
                token.end};
}

// The value of 'key' = 'value' inside a hint.
std::optional<std::string> HintOption(std::string_view hint, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "'";
  size_t at = hint.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  at = hint.find('=', at + quoted.size());
  if (at == std::string_view::npos) return std::nullopt;
  const size_t open = hint.find('\'', at);
  const size_t close = open == std::string_view::npos ? open : hint.find('\'', open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return std::string(hint.substr(open + 1, close - open - 1));
}

// An alias after the clause: DuckDB wants it before AT. Words that go on with the statement are
// none.
std::optional<Token> AliasAt(std::string_view sql, size_t at) {
  Token token = Next(sql, at);
  if (IsWord(sql, token, "AS")) return Next(sql, token.end);
  if (token.kind != Kind::kWord) return std::nullopt;
  for (const char* word :
       {"WHERE",   "JOIN",    "INNER",      "LEFT",  "RIGHT",      "FULL",   "CROSS",
        "NATURAL", "ON",      "USING",      "GROUP", "ORDER",      "HAVING", "LIMIT",
        "OFFSET",  "QUALIFY", "WINDOW",     "UNION", "INTERSECT",  "EXCEPT", "SEMI",
        "ANTI",    "ASOF",    "POSITIONAL", "FOR",   "TABLESAMPLE"}) {
    if (IsWord(sql, token, word)) return std::nullopt;
  }
  return token;
}

Result<Clause> HintClause(std::string_view hint, size_t end) {
  if (auto id = HintOption(hint, "snapshot-id"))
    return Clause{"AT (VERSION => '" + *id + "')", end};
  if (auto ms = HintOption(hint, "as-of-timestamp"))
    return Clause{"AT (TIMESTAMP => '" + *ms + "')", end};
  for (const char* key : {"tag", "branch"}) {
    if (auto name = HintOption(hint, key)) return Clause{"AT (VERSION => '" + *name + "')", end};
  }
  return Unsupported(
      "a query knows the hints 'snapshot-id', 'as-of-timestamp', 'tag' and 'branch', not " +
      std::string(hint));
}

}  // namespace

Result<std::string> NormalizeTimeTravel(std::string_view sql) {
  std::string out;
  size_t copied = 0;
  for (Token token = Next(sql, 0); token.kind != Kind::kEnd;) {
    std::optional<Clause> clause;
    if (token.kind == Kind::kHint) {
      SLUICE_ASSIGN(clause,
                    HintClause(sql.substr(token.begin, token.end - token.begin), token.end));
    } else if (token.kind == Kind::kWord) {
      clause = AsOfClause(sql, token);
    }
    if (clause.has_value()) {
      if (const auto alias = AliasAt(sql, clause->end)) {
        clause->text = "AS " + std::string(sql.substr(alias->begin, alias->end - alias->begin)) +
                       " " + clause->text;
        clause->end = alias->end;
      }
      out.append(sql.substr(copied, token.begin - copied)).append(clause->text);
      copied = clause->end;
      token = Next(sql, clause->end);
    } else {
      // Flink quotes names with backticks, DuckDB with double quotes.
      if (sql[token.begin] == '`') {
        out.append(sql.substr(copied, token.begin - copied));
        std::string name(sql.substr(token.begin, token.end - token.begin));
        std::replace(name.begin(), name.end(), '`', '"');
        out += name;
        copied = token.end;
      }
      token = Next(sql, token.end);
    }
  }
  out.append(sql.substr(copied));
  return out;
}

}  // namespace sluice::query
