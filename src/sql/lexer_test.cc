// SPDX-License-Identifier: Apache-2.0
#include "sql/lexer.h"

#include <gtest/gtest.h>

namespace sluice::sql {
namespace {

/// Each token as KIND:text, R: for reserved words.
std::string Kinds(std::string_view text, int errors = 0) {
  Diagnostics diagnostics;
  std::string out;
  for (const Token& token : Tokenize(text, &diagnostics)) {
    static const char* const kNames[] = {"end", "w", "q", "s", "u", "x",  "i",
                                         "d",   "e", "",  "h", "H", "bad"};
    if (token.kind == TokenKind::kEnd) break;
    if (!out.empty()) out += ' ';
    out += token.reserved ? "R" : kNames[static_cast<int>(token.kind)];
    out += ":" + std::string(text.substr(token.span.begin, token.span.end - token.span.begin));
  }
  EXPECT_EQ(diagnostics.errors(), errors) << text;
  return out;
}

TEST(Lexer, Words) {
  EXPECT_EQ(Kinds("SELECT a, b2 FROM t$files"), "R:SELECT w:a :, w:b2 R:FROM w:t$files");
  EXPECT_EQ(Kinds("größe 表"), "w:größe w:表");
  EXPECT_EQ(Kinds("`a b` `x``y`"), "q:`a b` q:`x``y`");
}

TEST(Lexer, Numbers) {
  EXPECT_EQ(Kinds("1 1.5 .5 5. 1e3 1.5E-3 1e+2"), "i:1 d:1.5 d:.5 d:5. e:1e3 e:1.5E-3 e:1e+2");
  EXPECT_EQ(Kinds("1e x"), "i:1 w:e w:x");
}

TEST(Lexer, Strings) {
  EXPECT_EQ(Kinds("'a''b' x'AF' U&'\\0041' ''"), "s:'a''b' x:x'AF' u:U&'\\0041' s:''");
  EXPECT_EQ(Kinds("'two\nlines'"), "s:'two\nlines'");
}

TEST(Lexer, Comments) {
  EXPECT_EQ(Kinds("a -- b\n c // d\r\n e /* f\n */ g"), "w:a w:c w:e w:g");
  EXPECT_EQ(Kinds("t /*+ OPTIONS('a'='b') */ x"),
            "w:t h:/*+ w:OPTIONS :( s:'a' := s:'b' :) H:*/ w:x");
  EXPECT_EQ(Kinds("a /*++++*/ b"), "w:a w:b");
  EXPECT_EQ(Kinds("a -- no newline"), "w:a");
}

TEST(Lexer, Operators) {
  EXPECT_EQ(Kinds("a<>b<=c>=d||e=>f!=g"), "w:a :<> w:b :<= w:c :>= w:d :|| w:e :=> w:f :!= w:g");
  EXPECT_EQ(Kinds("ARRAY<ARRAY<INT>>"), "R:ARRAY :< R:ARRAY :< R:INT :> :>");
}

TEST(Lexer, MistakesAreReportedAndReadingGoesOn) {
  EXPECT_EQ(Kinds("a # b", 1), "w:a bad:# w:b");
  EXPECT_EQ(Kinds("'open", 1), "bad:'open");
  EXPECT_EQ(Kinds("`open", 1), "bad:`open");
  EXPECT_EQ(Kinds("``", 1), "bad:``");
  EXPECT_EQ(Kinds("/* open", 1), "");
  EXPECT_EQ(Kinds("\"a\" b", 1), "bad:\"a\" w:b");
  EXPECT_EQ(Kinds(std::string_view("a\0b", 3), 1), std::string("w:a bad:") + '\0' + " w:b");
  EXPECT_EQ(Kinds("'\xFF'", 1), "s:'\xFF'");
}

TEST(Lexer, Values) {
  Diagnostics diagnostics;
  const auto value = [&](std::string_view text) { return Tokenize(text, &diagnostics)[0]; };
  EXPECT_EQ(NameOf("`x``y`", value("`x``y`")), "x`y");
  EXPECT_EQ(StringOf("'it''s'", value("'it''s'")), "it's");
  std::string out;
  EXPECT_TRUE(BinaryOf("x'00aF'", value("x'00aF'"), &out));
  EXPECT_EQ(out, std::string("\0\xAF", 2));
  EXPECT_FALSE(BinaryOf("x'0'", value("x'0'"), &out));
  EXPECT_FALSE(BinaryOf("x'zz'", value("x'zz'"), &out));
  EXPECT_TRUE(UnicodeStringOf("U&'d\\00e9j\\\\'", value("U&'d\\00e9j\\\\'"), '\\', &out));
  EXPECT_EQ(out, "déj\\");
  EXPECT_FALSE(UnicodeStringOf("U&'\\00'", value("U&'\\00'"), '\\', &out));
  EXPECT_FALSE(UnicodeStringOf("U&'\\d800'", value("U&'\\d800'"), '\\', &out));
}

TEST(Lexer, ReservedWords) {
  for (const char* word : {"value", "COUNT", "user", "Timestamp", "offset", "partition", "method",
                           "day", "hour", "year", "table", "string", "rank", "start"}) {
    EXPECT_TRUE(IsReserved(word)) << word;
  }
  for (const char* word :
       {"name", "key", "type", "state", "auction", "metadata", "model", "week", "data", "zone",
        "session", "", "averyveryveryverylongwordthatisnokeyword"}) {
    EXPECT_FALSE(IsReserved(word)) << word;
  }
  EXPECT_TRUE(IsReservedFunction("count"));
  EXPECT_TRUE(IsReservedFunction("LEFT"));
  EXPECT_FALSE(IsReservedFunction("VALUES"));
}

}  // namespace
}  // namespace sluice::sql
