// SPDX-License-Identifier: Apache-2.0
#include "sql/lexer.h"

#include <array>

#include "base/limits.h"
#include "base/utf8.h"

namespace sluice::sql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters of identifiers: ASCII letters, _, $, and every byte of a multi-byte character.
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Longest first.
constexpr std::array<std::string_view, 35> kSymbols = {
    "<=>", "||", "<>", "!=", "<=", ">=", "=>", "->", "::", "**", "(", ")",
    "[",   "]",  "{",  "}",  ",",  ";",  ".",  "=",  "<",  ">",  "+", "-",
    "*",   "/",  "%",  "?",  ":",  "|",  "^",  "~",  "!",  "&",  "@"};

// More tokens than this are no pipeline; it bounds the memory of a hostile text.
constexpr size_t kTokensMax = 4'000'000;

/// The first byte that is no UTF-8, or npos.
size_t FindBadUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const size_t length = c >= 0xF5 ? 0 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    if (length == 0 || i + length > text.size()) return i;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const bool overlong = (c == 0xE0 && second < 0xA0) || (c == 0xF0 && second < 0x90);
    const bool beyond = (c == 0xED && second > 0x9F) || (c == 0xF4 && second > 0x8F);
    if (overlong || beyond) return i;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

class Lexer {
 public:
  Lexer(std::string_view text, Diagnostics* diagnostics) : text_(text), diagnostics_(diagnostics) {}

  std::vector<Token> Run() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // a byte order mark
    if (const size_t bad = FindBadUtf8(text_); bad != std::string_view::npos) {
      diagnostics_->AddError({static_cast<uint32_t>(bad), static_cast<uint32_t>(bad) + 1},
                             ErrorKind::kParse, "the text is not UTF-8 here");
    }
    while (SkipBlanksAndComments()) {
      if (tokens_.size() >= kTokensMax) {
        Report(at_, "the text has too many words");
        break;
      }
      Next();
    }
    const auto end = static_cast<uint32_t>(text_.size());
    tokens_.push_back({TokenKind::kEnd, false, {end, end}});
    return std::move(tokens_);
  }

 private:
  char At(size_t index) const { return index < text_.size() ? text_[index] : '\0'; }
  bool Ahead(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void Report(size_t begin, std::string text, std::string hint = {}) {
    diagnostics_->AddError({static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)},
                           ErrorKind::kParse, std::move(text), std::move(hint));
  }

  void Push(TokenKind kind, size_t begin, bool reserved = false) {
    tokens_.push_back({kind, reserved, {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)}});
  }

  /// A hint begins with a name: `/*+ OPTIONS`. `/*++++` is a comment.
  bool AtHint() const {
    if (!Ahead("/*+")) return false;
    size_t i = at_ + 3;
    while (i < text_.size() && IsBlank(text_[i])) ++i;
    return i < text_.size() && IsLetter(text_[i]);
  }

  /// False at the end of the text.
  bool SkipBlanksAndComments() {
    while (at_ < text_.size()) {
      if (IsBlank(text_[at_])) {
        ++at_;
      } else if (Ahead("--") || Ahead("//")) {
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
      } else if (Ahead("/*") && !AtHint()) {
        const size_t begin = at_;
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          at_ = begin + 2;
          Report(begin, "comment without end", "expected */");
          at_ = text_.size();
          return false;
        }
        at_ = end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  void Next() {
    const size_t begin = at_;
    const char c = text_[at_];
    if (AtHint()) {
      at_ += 3;
      in_hint_ = true;
      return Push(TokenKind::kHintBegin, begin);
    }
    if (in_hint_ && Ahead("*/")) {
      at_ += 2;
      in_hint_ = false;
      return Push(TokenKind::kHintEnd, begin);
    }
    if ((c == 'x' || c == 'X') && At(at_ + 1) == '\'') {
      ++at_;
      return Quoted('\'', TokenKind::kBinary, begin, "binary literal");
    }
    if ((c == 'u' || c == 'U') && At(at_ + 1) == '&' && At(at_ + 2) == '\'') {
      at_ += 2;
      return Quoted('\'', TokenKind::kUnicode, begin, "string");
    }
    if (const size_t quote = CharacterSetEnd(); quote > 0) {
      at_ = quote;  // texts are UTF-8 whatever they are said to be
      return Quoted('\'', TokenKind::kString, quote, "string");
    }
    if (IsLetter(c)) {
      while (at_ < text_.size() && (IsLetter(text_[at_]) || IsDigit(text_[at_]))) ++at_;
      return Push(TokenKind::kWord, begin, IsReserved(text_.substr(begin, at_ - begin)));
    }
    if (IsDigit(c) || (c == '.' && IsDigit(At(at_ + 1)))) return Number();
    if (c == '\'') return Quoted('\'', TokenKind::kString, begin, "string");
    if (c == '`') return Quoted('`', TokenKind::kQuoted, begin, "quoted name");
    for (const std::string_view symbol : kSymbols) {
      if (Ahead(symbol)) {
        at_ += symbol.size();
        return Push(TokenKind::kSymbol, begin);
      }
    }
    Unknown();
  }

  /// Where the quote of N'text' or _UTF-16LE'text' stands, as Flink writes texts in its own
  /// statements; 0 where no such thing begins.
  size_t CharacterSetEnd() const {
    const char c = text_[at_];
    if ((c == 'n' || c == 'N') && At(at_ + 1) == '\'') return at_ + 1;
    if (c != '_') return 0;
    size_t i = at_ + 1;
    while (IsDigit(At(i)) || (IsLetter(At(i)) && At(i) != '$') || At(i) == '-' || At(i) == ':' ||
           At(i) == '.') {
      ++i;
    }
    return i > at_ + 1 && At(i) == '\'' ? i : 0;
  }

  void Number() {
    const size_t begin = at_;
    TokenKind kind = TokenKind::kInteger;
    while (IsDigit(At(at_))) ++at_;
    if (At(at_) == '.') {
      kind = TokenKind::kDecimal;
      ++at_;
      while (IsDigit(At(at_))) ++at_;
    }
    if (At(at_) == 'e' || At(at_) == 'E') {
      const size_t sign = At(at_ + 1) == '+' || At(at_ + 1) == '-' ? 1 : 0;
      if (IsDigit(At(at_ + 1 + sign))) {
        kind = TokenKind::kDouble;
        at_ += 1 + sign;
        while (IsDigit(At(at_))) ++at_;
      }
    }
    Push(kind, begin);
  }

  /// at_ is at the opening quote; a doubled quote stands for one.
  void Quoted(char quote, TokenKind kind, size_t begin, const char* what) {
    const size_t open = at_++;
    while (at_ < text_.size()) {
      if (text_[at_] != quote) {
        ++at_;
      } else if (At(at_ + 1) == quote) {
        at_ += 2;
      } else {
        ++at_;
        if (kind == TokenKind::kQuoted && at_ - open == 2) {
          Report(begin, "a name in backticks must not be empty");
          kind = TokenKind::kBad;
        }
        return Push(kind, begin);
      }
    }
    const size_t end = at_;
    at_ = open + 1;
    Report(begin, std::string(what) + " without end", std::string("expected a closing ") + quote);
    at_ = end;
    Push(TokenKind::kBad, begin);
  }

  void Unknown() {
    const size_t begin = at_++;
    const char c = text_[begin];
    if (c == '"') {
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n') ++at_;
      if (At(at_) == '"') ++at_;
      Report(begin, "double quotes mean nothing in this dialect",
             "write strings as 'text' and names as `name`");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      Report(begin, "control character in the text");
    } else {
      Report(begin, std::string("unexpected character '") + c + "'");
    }
    Push(TokenKind::kBad, begin);
  }

  std::string_view text_;
  Diagnostics* diagnostics_;
  size_t at_ = 0;
  bool in_hint_ = false;
  std::vector<Token> tokens_;
};

/// The inside of a quoted token with doubled quotes undone.
std::string Unquote(std::string_view inside, char quote) {
  std::string out;
  out.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    out.push_back(inside[i]);
    if (inside[i] == quote) ++i;
  }
  return out;
}

std::string_view Slice(std::string_view text, Span span) {
  return text.substr(span.begin, span.end - span.begin);
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool AppendCodePoint(uint32_t code, std::string* out) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  AppendUtf8(code, out);
  return true;
}

}  // namespace

std::vector<Token> Tokenize(std::string_view text, Diagnostics* diagnostics) {
  if (text.size() > static_cast<size_t>(limits::kSqlBytesMax)) {
    diagnostics->AddError(
        {0, 0}, ErrorKind::kResourceExhausted,
        "the text is longer than " + std::to_string(limits::kSqlBytesMax >> 20) + " MiB");
    return {Token{}};
  }
  return Lexer(text, diagnostics).Run();
}

std::string NameOf(std::string_view text, const Token& token) {
  const std::string_view slice = Slice(text, token.span);
  if (token.kind != TokenKind::kQuoted || slice.size() < 2) return std::string(slice);
  return Unquote(slice.substr(1, slice.size() - 2), '`');
}

std::string StringOf(std::string_view text, const Token& token) {
  const std::string_view slice = Slice(text, token.span);
  return slice.size() < 2 ? std::string() : Unquote(slice.substr(1, slice.size() - 2), '\'');
}

bool UnicodeStringOf(std::string_view text, const Token& token, char escape, std::string* value) {
  const std::string_view slice = Slice(text, token.span);
  if (slice.size() < 4) return false;
  const std::string raw = Unquote(slice.substr(3, slice.size() - 4), '\'');
  value->clear();
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != escape) {
      value->push_back(raw[i]);
    } else if (i + 1 < raw.size() && raw[i + 1] == escape) {
      value->push_back(escape);
      ++i;
    } else {
      if (raw.size() - i < 5) return false;
      uint32_t code = 0;
      for (size_t k = 1; k <= 4; ++k) {
        const int digit = HexDigit(raw[i + k]);
        if (digit < 0) return false;
        code = code * 16 + static_cast<uint32_t>(digit);
      }
      if (!AppendCodePoint(code, value)) return false;
      i += 4;
    }
  }
  return true;
}

bool BinaryOf(std::string_view text, const Token& token, std::string* value) {
  const std::string_view slice = Slice(text, token.span);
  if (slice.size() < 3) return false;
  const std::string_view digits = slice.substr(2, slice.size() - 3);
  if (digits.size() % 2 != 0) return false;
  value->clear();
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = HexDigit(digits[i]);
    const int low = HexDigit(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    value->push_back(static_cast<char>(high * 16 + low));
  }
  return true;
}

std::string Backtick(std::string_view name) {
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') out += c;
  }
  return out + "`";
}

}  // namespace sluice::sql
