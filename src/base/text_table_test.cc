// SPDX-License-Identifier: Apache-2.0
#include "base/text_table.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TextTable, BoxAlignsNumbersRightAndCountsWideCharacters) {
  TextTable table{
      {"n", "name"}, {true, false}, {{"1", "a"}, {"23", "日本"}, {std::nullopt, "x\ny"}}};
  EXPECT_EQ(RenderBox(table),
            "┌──────┬──────┐\n"
            "│    n │ name │\n"
            "├──────┼──────┤\n"
            "│    1 │ a    │\n"
            "│   23 │ 日本 │\n"
            "│ NULL │ x\\ny │\n"
            "└──────┴──────┘\n");
}

TEST(TextTable, LongCellsAreCut) {
  TextTable table{{"a"}, {}, {{std::string(100, 'x')}}};
  const std::string box = RenderBox(table, 10);
  EXPECT_NE(box.find("│ xxxxxxxxx… │"), std::string::npos) << box;
}

TEST(TextTable, JsonLinesKeepNumbersBareAndNullsNull) {
  TextTable table{{"n", "s"}, {true, false}, {{"1.5", "a\"b"}, {std::nullopt, "2"}, {"NaN", ""}}};
  EXPECT_EQ(RenderJsonLines(table),
            "{\"n\":1.5,\"s\":\"a\\\"b\"}\n{\"n\":null,\"s\":\"2\"}\n{\"n\":\"NaN\",\"s\":\"\"}\n");
}

TEST(TextTable, BrokenUtf8IsMeasuredNotRead) {
  EXPECT_EQ(DisplayWidth("\xe3\x81"), 2);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1);
}

}  // namespace
}  // namespace sluice
