// SPDX-License-Identifier: Apache-2.0
// SQL text to tokens with their places. Takes any bytes: what is no token becomes a diagnostic and
// reading goes on behind it. Flink's lexical rules: `identifier`, 'string' with '' for a quote,
// U&'\0041', x'AF', numbers as written, -- and // and /* */ comments, /*+ hints */.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/diagnostics.h"

namespace sluice::sql {

enum class TokenKind : uint8_t {
  kEnd,
  kWord,     // identifier or keyword without quotes
  kQuoted,   // `identifier`
  kString,   // '...'
  kUnicode,  // U&'...'
  kBinary,   // x'...'
  kInteger,  // 12
  kDecimal,  // 1.2, .5, 5.
  kDouble,   // 1e3
  kSymbol,   // operators and punctuation, longest match
  kHintBegin,
  kHintEnd,
  kBad,  // reported
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool reserved = false;  // kWord: needs backticks to be a name
  Span span;
};

/// The tokens of `text`, ending with one kEnd. Text beyond limits::kSqlBytesMax is refused.
std::vector<Token> Tokenize(std::string_view text, Diagnostics* diagnostics);

/// The name that a kWord or kQuoted token stands for (`` inside backticks is one backtick).
std::string NameOf(std::string_view text, const Token& token);
/// The value of a kString token.
std::string StringOf(std::string_view text, const Token& token);
/// The value of a kUnicode token; false if an escape is not valid.
bool UnicodeStringOf(std::string_view text, const Token& token, char escape, std::string* value);
/// The bytes of a kBinary token; false if its digits are not pairs of hex digits.
bool BinaryOf(std::string_view text, const Token& token, std::string* value);

/// Is this word (any case) reserved in Flink 2.1's parser?
bool IsReserved(std::string_view word);
/// A reserved word that may still be called as a function: COUNT(x), LEFT(s, 2), HOUR(t).
bool IsReservedFunction(std::string_view word);
/// `name` as it must be written in SQL: in backticks.
std::string Backtick(std::string_view name);

}  // namespace sluice::sql
