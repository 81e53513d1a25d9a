// SPDX-License-Identifier: Apache-2.0
#include "sql/diagnostics.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "sql/settings.h"

namespace sluice::sql {
namespace {

std::string One(const std::string& text, Span span, bool color = false) {
  Diagnostics diagnostics;
  diagnostics.AddError(span, ErrorKind::kParse, "wrong", "do this");
  return Render(diagnostics.list(), {"f.sql", text}, color);
}

TEST(Render, LineAndCaret) {
  EXPECT_EQ(One("SELECT a\nFROM tt x", {14, 16}),
            "f.sql:2:6: error: wrong\n"
            " 2 | FROM tt x\n"
            "   |      ^^\n"
            "   = do this\n");
}

TEST(Render, WidthOfCharactersAndTabs) {
  // é is two bytes and one column, 表 three bytes and two columns, a tab four.
  EXPECT_EQ(One("\té表 x", {7, 8}),
            "f.sql:1:5: error: wrong\n"
            " 1 |     é表 x\n"
            "   |         ^\n"
            "   = do this\n");
}

TEST(Render, EndOfTextAndBrokenBytes) {
  EXPECT_EQ(One("a\xFF\x01", {3, 3}),
            "f.sql:1:4: error: wrong\n"
            " 1 | a??\n"
            "   |    ^\n"
            "   = do this\n");
  EXPECT_EQ(One("", {0, 0}).substr(0, 23), "f.sql:1:1: error: wrong");
  EXPECT_FALSE(One("a\r\nb", {1, 3}).empty());
}

TEST(Render, LongLinesAreCutAroundTheMistake) {
  const std::string text = One(std::string(5000, 'a') + "X" + std::string(5000, 'b'), {5000, 5001});
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("aX"), std::string::npos);
}

TEST(Render, LongLinesOfBrokenBytes) {
  for (uint32_t at = 0; at < 1000; at += 7) {
    EXPECT_FALSE(One(std::string(1000, '\x92'), {at, at + 1}).empty());
  }
}

TEST(Render, Color) {
  EXPECT_NE(One("x", {0, 1}, true).find("\x1b[1;31m"), std::string::npos);
}

TEST(DiagnosticsList, KeepsEachOnceAndNotTooMany) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) diagnostics.AddError({1, 2}, ErrorKind::kParse, "same");
  EXPECT_EQ(diagnostics.list().size(), 1u);
  for (uint32_t i = 0; i < 100; ++i) diagnostics.AddError({i, i}, ErrorKind::kParse, "other");
  EXPECT_EQ(diagnostics.list().size(), static_cast<size_t>(limits::kSqlErrorsMax));
  EXPECT_TRUE(diagnostics.full());
}

TEST(Settings, Checked) {
  const auto check = [](const char* key, const char* value) {
    Diagnostics diagnostics;
    CheckSetting(key, value, {0, 1}, {2, 3}, &diagnostics);
    if (diagnostics.list().empty()) return std::string();
    const Diagnostic& d = diagnostics.list()[0];
    return std::string(d.severity == Severity::kError ? "E " : "W ") + d.text + "; " + d.hint;
  };
  EXPECT_EQ(check("execution.checkpointing.interval", "10 s"), "");
  EXPECT_EQ(check("execution.checkpointing.interval", "soon"),
            "E 'soon' is no value for 'execution.checkpointing.interval'; expected a duration, "
            "such as '10 s'");
  EXPECT_EQ(check("sluice.dead-letter", "drop"), "");
  EXPECT_EQ(
      check("sluice.dead-letter", "away"),
      "E 'away' is no value for 'sluice.dead-letter'; expected one of 'table', 'fail', 'drop'");
  EXPECT_EQ(check("sluice.dead-leter", "drop"),
            "E SET knows no key 'sluice.dead-leter'; did you mean 'sluice.dead-letter'?");
  EXPECT_EQ(
      check("execution.checkpointing.intervall", "1 s"),
      "W SET knows no key 'execution.checkpointing.intervall'; it is kept and changes nothing; "
      "did you mean 'execution.checkpointing.interval'?");
  EXPECT_EQ(check("execution.runtime-mode", "STREAMING"), "");
  EXPECT_EQ(check("state.backend.type", "rocksdb"), "");
}

}  // namespace
}  // namespace sluice::sql
