// SPDX-License-Identifier: Apache-2.0
#include "cli/test_file.h"

#include "gtest/gtest.h"

namespace sluice::cli {
namespace {

Result<TestFile> Parse(const std::string& text) {
  return ParseTestFile(text, [](const std::string& name) -> Result<std::string> {
    if (name == "pipeline.sql") return std::string("CREATE TABLE included (a INT);");
    return NotFound("there is no " + name);
  });
}

std::string Mistake(const std::string& text) {
  const auto parsed = Parse(text);
  return parsed.ok() ? "" : parsed.error().text;
}

TEST(TestFile, PartsOfACase) {
  const auto file = Parse(
      "-- Words about the file\n"
      "-- include pipeline.sql\n"
      "CREATE TABLE t (a INT);\n"
      "-- test: totals\n"
      "-- given t (a, b) changelog\n"
      "VALUES ('+I', 1, 2);\n"
      "-- given db.t\n"
      "-- run\n"
      "INSERT INTO o SELECT a FROM t;\n"
      "-- then o changelog\n"
      "VALUES ('+I', 1);\n"
      "-- then\n"
      "-- modes: whole, rows\n"
      "-- test: refused\n"
      "-- run\n"
      "SELECT 1 / 0;\n"
      "-- then fails: by zero\n");
  ASSERT_TRUE(file.ok()) << file.error().text;
  EXPECT_EQ(file->setup,
            "-- Words about the file\nCREATE TABLE included (a INT);\nCREATE TABLE t (a INT);\n");
  ASSERT_EQ(file->cases.size(), 2u);
  const TestCase& totals = file->cases[0];
  EXPECT_EQ(totals.name, "totals");
  EXPECT_EQ(totals.line, 4);
  ASSERT_EQ(totals.given.size(), 2u);
  EXPECT_EQ(totals.given[0].table, "t");
  EXPECT_EQ(totals.given[0].columns, "a, b");
  EXPECT_TRUE(totals.given[0].changelog);
  EXPECT_EQ(totals.given[0].query, "VALUES ('+I', 1, 2);\n");
  EXPECT_EQ(totals.given[0].line, 5);
  EXPECT_EQ(totals.given[1].table, "db.t");
  EXPECT_EQ(totals.given[1].query, "");
  EXPECT_EQ(totals.run, "INSERT INTO o SELECT a FROM t;\n");
  ASSERT_EQ(totals.then.size(), 2u);
  EXPECT_TRUE(totals.then[0].changelog);
  EXPECT_EQ(totals.then[1].table, "");
  EXPECT_EQ(totals.modes, (std::vector<std::string>{"whole", "rows"}));
  EXPECT_EQ(file->cases[1].fails, "by zero");
}

TEST(TestFile, MistakesHaveTheirLine) {
  EXPECT_EQ(Mistake("SELECT 1;\n"), "no case: one begins with '-- test: NAME'");
  EXPECT_EQ(Mistake("-- include x.sql\n"), "line 1: there is no x.sql");
  EXPECT_EQ(Mistake("-- test: a\nSELECT 1;\n"),
            "line 2: a statement belongs behind '-- given', '-- run' or '-- then'");
  EXPECT_EQ(Mistake("-- test: a\n-- given\n-- then\n"),
            "line 2: expected the name of a table, perhaps (columns), and perhaps 'changelog', not "
            "''");
  EXPECT_EQ(Mistake("-- test: a\n-- run\nSELECT 1;\n"),
            "line 1: the case expects nothing: '-- then TABLE'");
  EXPECT_EQ(Mistake("-- test: a\n-- then\n-- test: a\n"),
            "line 3: the case of line 1 has the same name");
}

}  // namespace
}  // namespace sluice::cli
