// SPDX-License-Identifier: Apache-2.0
#include "query/duckdb.h"

#include <arrow/builder.h>
#include <arrow/table.h>
#include <gtest/gtest.h>

namespace sluice::query {
namespace {

std::unique_ptr<DuckDb> OpenForTest() {
  auto database = DuckDb::Open({});
  EXPECT_TRUE(database.ok()) << database.error().ToString();
  return std::move(*database);
}

TEST(DuckDb, GivesRowsAsText) {
  auto database = OpenForTest();
  auto rows = database->Query("SELECT 1 AS a, 'x' AS b, NULL AS c, [1, 2] AS d", -1);
  ASSERT_TRUE(rows.ok()) << rows.error().ToString();
  EXPECT_EQ(rows->table.columns, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_TRUE(rows->table.numeric[0]);
  EXPECT_FALSE(rows->table.numeric[1]);
  ASSERT_EQ(rows->table.rows.size(), 1U);
  EXPECT_EQ(rows->table.rows[0][0], "1");
  EXPECT_EQ(rows->table.rows[0][2], std::nullopt);
  EXPECT_EQ(rows->table.rows[0][3], "[1, 2]");
}

TEST(DuckDb, StopsAtTheLimitAndSaysSo) {
  auto database = OpenForTest();
  auto rows = database->Query("SELECT * FROM range(10000)", 3000);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->table.rows.size(), 3000U);
  EXPECT_TRUE(rows->truncated);
}

TEST(DuckDb, AnErrorIsTheUsers) {
  auto database = OpenForTest();
  auto rows = database->Query("SELEC 1", -1);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().blame, Blame::kUser);
}

TEST(DuckDb, AnArrowTableCanBeReadTwice) {
  auto database = OpenForTest();
  arrow::Int64Builder builder;
  ASSERT_TRUE(builder.AppendValues({1, 2, 3}).ok());
  auto table = arrow::Table::Make(arrow::schema({arrow::field("v", arrow::int64())}),
                                  {builder.Finish().ValueOrDie()});
  ASSERT_TRUE(database->CreateTable("t", *table).ok());
  for (int i = 0; i < 2; ++i) {
    auto rows = database->Query("SELECT sum(v) FROM t", -1);
    ASSERT_TRUE(rows.ok()) << rows.error().ToString();
    EXPECT_EQ(rows->table.rows[0][0], "6");
  }
}

}  // namespace
}  // namespace sluice::query
