// SPDX-License-Identifier: Apache-2.0
#include "query/table_references.h"

#include <gtest/gtest.h>

#include <set>

#include "query/duckdb.h"

namespace sluice::query {
namespace {

class References : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = DuckDb::Open({});
    ASSERT_TRUE(opened.ok()) << opened.error().ToString();
    database_ = std::move(*opened);
  }
  std::unique_ptr<ParsedQuery> Parse(const std::string& sql) {
    auto rows = database_->Query("SELECT json_serialize_sql(" + QuoteText(sql) + ")", 1);
    EXPECT_TRUE(rows.ok()) << rows.error().ToString();
    auto parsed = ParsedQuery::Make(*rows->table.rows[0][0]);
    EXPECT_TRUE(parsed.ok()) << parsed.error().ToString();
    return parsed.ok() ? std::move(*parsed) : nullptr;
  }
  std::string Answer(const ParsedQuery& query) {
    auto sql =
        database_->Query("SELECT json_deserialize_sql(" + QuoteText(query.ToJson()) + ")", 1);
    if (!sql.ok()) return sql.error().ToString();
    auto rows = database_->Query(*sql->table.rows[0][0], 1);
    return rows.ok() ? rows->table.rows[0][0].value_or("NULL") : rows.error().ToString();
  }
  std::unique_ptr<DuckDb> database_;
};

TEST_F(References, TablesNamesAndTimes) {
  auto query = Parse(
      "WITH x AS (SELECT * FROM a) SELECT * FROM x JOIN lake.db.\"t$files\" AS y AT (VERSION => "
      "42) ON true, "
      "db.u AT (TIMESTAMP => '2024-01-01')");
  const auto& references = query->references();
  ASSERT_EQ(references.size(), 3U);
  std::set<std::string> names;
  for (const auto& reference : references) names.insert(reference.name.back());
  EXPECT_EQ(names, (std::set<std::string>{"a", "t$files", "u"}));
  for (const auto& reference : references) {
    if (reference.name.back() == "t$files") {
      ASSERT_TRUE(reference.as_of.has_value());
      EXPECT_EQ(reference.as_of->unit, AsOf::Unit::kVersion);
      EXPECT_EQ(reference.as_of->text, "42");
      EXPECT_EQ(reference.name, (std::vector<std::string>{"lake", "db", "t$files"}));
    }
  }
}

TEST_F(References, ConditionsBelongToOneTable) {
  auto query = Parse(
      "SELECT * FROM t WHERE a > 5 AND 'x' <= s AND d = DATE '2024-01-01' AND p < 1.25 AND k IN "
      "(1, 2) "
      "AND n IS NULL AND b BETWEEN 1 AND 3 AND (z = 1 OR z = 2) AND a + 1 = 2");
  const auto& conditions = query->references()[0].conditions;
  ASSERT_EQ(conditions.size(), 8U);
  EXPECT_EQ(conditions[0].op, Condition::Op::kGreater);
  EXPECT_EQ(conditions[1].op, Condition::Op::kGreaterOrEqual);
  EXPECT_EQ(conditions[1].column, "s");
  EXPECT_EQ(conditions[2].values[0].type, "DATE");
  EXPECT_EQ(conditions[3].values[0].text, "1.25");
  EXPECT_EQ(conditions[4].values.size(), 2U);
}

TEST_F(References, RowsOfOuterJoinsAreNotFiltered) {
  auto left = Parse("SELECT * FROM t LEFT JOIN u ON t.a = u.a WHERE t.a = 1 AND u.b = 2");
  for (const auto& reference : left->references()) EXPECT_TRUE(reference.conditions.empty());
  auto inner = Parse("SELECT * FROM t JOIN u ON t.a = u.a WHERE t.a = 1 AND u.b = 2 AND c = 3");
  for (const auto& reference : inner->references()) EXPECT_EQ(reference.conditions.size(), 1U);
}

TEST_F(References, APointedReferenceReadsItsView) {
  ASSERT_TRUE(
      database_->Execute("CREATE VIEW v0 AS SELECT 7 AS x; CREATE VIEW v1 AS SELECT 7 AS x, 9 AS y")
          .ok());
  auto query =
      Parse("SELECT db.t.x + u2.y FROM db.t JOIN lake.db.u AS u2 AT (VERSION => 3) ON t.x = u2.x");
  ASSERT_EQ(query->references().size(), 2U);
  for (size_t i = 0; i < 2; ++i)
    query->Point(i, query->references()[i].name.back() == "t" ? "v0" : "v1");
  EXPECT_EQ(Answer(*query), "16");
}

TEST_F(References, MistakesHaveAPosition) {
  auto rows = database_->Query("SELECT json_serialize_sql('SELECT * FORM t')", 1);
  auto parsed = ParsedQuery::Make(*rows->table.rows[0][0]);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kParse);
  EXPECT_FALSE(parsed.error().where.empty());
}

}  // namespace
}  // namespace sluice::query
