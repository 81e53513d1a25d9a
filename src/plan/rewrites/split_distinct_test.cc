// SPDX-License-Identifier: Apache-2.0
// Which GROUP BY is split, and into what. That the rows stay the same is held by tests/streaming.
#include <gtest/gtest.h>

#include <set>

#include "plan/explain.h"
#include "plan/session.h"
#include "plan/test_connectors.h"
#include "plan/test_graph_check.h"

namespace sluice::plan {
namespace {

const char kTables[] = R"(
CREATE TABLE t (k BIGINT, a STRING, b INT, c DECIMAL(10, 2), f FLOAT, on_sale BOOLEAN,
  ts TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'kafka');
)";

const char kOn[] = "SET 'table.optimizer.distinct-agg.split.enabled' = 'true';\n";

JobGraph Plan(const std::string& query, const std::string& settings = kOn) {
  Session session({TestConnectors(), {}});
  const sql::Source source{"case.sql", settings + kTables + query};
  Outcome outcome = session.Check(source);
  EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
  if (outcome.jobs.size() != 1) return {};
  EXPECT_EQ(GraphCheck(outcome.jobs[0]).Run(), "") << Explain(outcome.jobs[0]);
  return std::move(outcome.jobs[0]);
}

/// EXPLAIN without the state, and without the sink and the source.
std::string Middle(const JobGraph& job) {
  std::string text = Explain(job);
  text = text.substr(0, text.find("\nState\n") + 1);
  text = text.substr(text.find('\n') + 1);
  return text.substr(0, text.rfind('\n', text.rfind("+- TableSourceScan")) + 1);
}

int Aggregates(const std::string& query, const std::string& settings = kOn) {
  int count = 0;
  for (const JobNode& node : Plan(query, settings).nodes) {
    count += std::holds_alternative<GroupAggregateNode>(node.node) ||
                     std::holds_alternative<WindowAggregateNode>(node.node)
                 ? 1
                 : 0;
  }
  return count;
}

TEST(SplitDistinct, PerBucketFirst) {
  EXPECT_EQ(Middle(Plan("SELECT k, COUNT(DISTINCT a) AS n, SUM(b) AS s FROM t GROUP BY k;")),
            "+- GroupAggregate(groupBy=[k], select=[k, $SUM0_RETRACT(n) AS n, SUM_RETRACT(s) AS "
            "s])\n"
            "   +- Exchange(distribution=[hash[k]])\n"
            "      +- GroupAggregate(groupBy=[k, $bucket], select=[k, $bucket, COUNT(DISTINCT a) "
            "AS n, SUM(b) AS s])\n"
            "         +- Exchange(distribution=[hash[k, $bucket]])\n"
            "            +- Calc(select=[k, a, b, HASH_BUCKET(`a`, 1024, 0) AS $bucket])\n");
}

TEST(SplitDistinct, TwoColumnsAreTwoCopies) {
  const JobGraph job = Plan(
      "SELECT COUNT(DISTINCT a) AS n, COUNT(DISTINCT b) FILTER (WHERE on_sale) AS m, COUNT(*) "
      "AS r, LAST_VALUE(k) AS l FROM t;");
  const std::string text = Explain(job);
  for (const char* part :
       {"GroupAggregate(groupBy=[$bucket], select=[$bucket, COUNT(DISTINCT a) FILTER $f0 AS n, "
        "COUNT(DISTINCT b) FILTER $f1 AS m, COUNT(*) FILTER $f0 AS r, LAST_VALUE(k) FILTER $f2 AS "
        "l])",
        "TRUE AS $f0, (FALSE AND `on_sale`) AS $f1, FALSE AS $f2, HASH_BUCKET(`a`, 1024, 0) AS "
        "$bucket])",
        "FALSE AS $f0, `on_sale` AS $f1, FALSE AS $f2, HASH_BUCKET(`b`, 1024, 1024) AS $bucket])",
        "FALSE AS $f0, (FALSE AND `on_sale`) AS $f1, TRUE AS $f2, 2048 AS $bucket])"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(SplitDistinct, AveragesKeepTheirType) {
  const JobGraph job = Plan(
      "SELECT k, AVG(DISTINCT b) AS x, AVG(c) AS y, AVG(f) AS z, AVG(b) FILTER (WHERE on_sale) AS "
      "w FROM t GROUP BY k;");
  const std::string text = Explain(job);
  for (const char* part :
       {"$SUM0(DISTINCT $wide0) AS x$sum, COUNT(DISTINCT $wide0) AS x$count, $SUM0(c) AS y$sum, "
        "COUNT(c) AS y$count, $SUM0($wide1) AS z$sum, COUNT($wide1) AS z$count, $SUM0($wide0) "
        "FILTER "
        "on_sale AS w$sum, COUNT($wide0) FILTER on_sale AS w$count])",
        "CAST(`b` AS BIGINT) AS $wide0, CAST(`f` AS DOUBLE) AS $wide1, HASH_BUCKET(`b`, 1024, 0)",
        "(`y$sum` / CASE WHEN (`y$count` = 0) THEN NULL ELSE `y$count` END) AS y"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  const flow::Schema& given = job.nodes.back().output;
  EXPECT_EQ(given.fields[1].type->ToString(), "INT");
  EXPECT_EQ(given.fields[2].type->ToString(), "DECIMAL(38, 6)");
  EXPECT_EQ(given.fields[3].type->ToString(), "FLOAT");
}

TEST(SplitDistinct, GroupingSets) {
  const std::string text =
      Explain(Plan("SELECT k, b, COUNT(DISTINCT a) AS n, GROUPING_ID(k, b) AS g FROM t GROUP BY "
                   "ROLLUP (k, b);"));
  for (const char* part :
       {"GroupAggregate(groupBy=[k, b, $grouping], select=[k, b, $grouping, $SUM0_RETRACT(n) AS "
        "n])",
        "GroupAggregate(groupBy=[k, b, $bucket, $e], select=[k, b, $bucket, $e, COUNT(DISTINCT a) "
        "AS n])",
        "Expand(sets=[{k, b, $bucket}, {k, $bucket}, {$bucket}])", "(`$grouping` / 2)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(SplitDistinct, PerWindow) {
  const std::string from =
      "SELECT window_start, window_end, COUNT(DISTINCT a) AS n, COUNT(*) AS m FROM TABLE(";
  const std::string by = ") GROUP BY window_start, window_end;";
  const std::string text =
      Explain(Plan(from + "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)" + by));
  for (const char* part :
       {"WindowAggregate(window=[TUMBLE(win_start=[window_start], win_end=[window_end], size=[1 "
        "min])], select=[$SUM0(n) AS n, $SUM0(m) AS m, window_start, window_end])",
        "WindowAggregate(groupBy=[$bucket], window=[TUMBLE(time_col=[ts], size=[1 min])], "
        "select=[$bucket, COUNT(DISTINCT a) AS n, COUNT(*) AS m, window_start, window_end])"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  // Two columns: the copies are in their windows too.
  const std::string two = Explain(
      Plan("SELECT window_start, window_end, COUNT(DISTINCT a), COUNT(DISTINCT b) FROM TABLE("
           "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)" +
           by));
  EXPECT_EQ(two.find("GroupAggregate"), std::string::npos) << two;
  EXPECT_NE(two.find("WindowAggregate(groupBy=[$bucket]"), std::string::npos) << two;
  EXPECT_EQ(Aggregates(from + "TUMBLE(TABLE t, DESCRIPTOR(pt), INTERVAL '1' MINUTE)" + by), 1);
  EXPECT_EQ(Aggregates(from + "SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)" + by), 1);
}

TEST(SplitDistinct, OnlyWhereItIsAskedForAndPossible) {
  const std::string count = "SELECT k, COUNT(DISTINCT a) FROM t GROUP BY k;";
  EXPECT_EQ(Aggregates(count), 2);
  EXPECT_EQ(Aggregates(count, ""), 1);
  EXPECT_EQ(Aggregates(count, std::string(kOn) + "SET 'execution.runtime-mode' = 'batch';"), 1);
  EXPECT_EQ(Aggregates("SELECT k, COUNT(a), MAX(b) FROM t GROUP BY k;"), 1);
  // A variance of buckets is not the variance of all.
  EXPECT_EQ(Aggregates("SELECT k, COUNT(DISTINCT a), VAR_POP(b) FROM t GROUP BY k;"), 1);
  // The order of the values would be that of the buckets.
  EXPECT_EQ(Aggregates("SELECT k, LISTAGG(DISTINCT a) FROM t GROUP BY k;"), 1);
  EXPECT_EQ(Aggregates("SELECT k, COUNT(DISTINCT a), LISTAGG(a, ';') FROM t GROUP BY k;"), 2);
  EXPECT_EQ(Aggregates("SELECT k, COUNT(DISTINCT ROW(a, b)) FROM t GROUP BY k;"), 1);
}

TEST(SplitDistinct, BucketsAreThoseThatAreAskedFor) {
  const std::string count = "SELECT k, COUNT(DISTINCT a) FROM t GROUP BY k;";
  const auto with = [&count](const std::string& number) {
    return Explain(Plan(count, std::string(kOn) +
                                   "SET 'table.optimizer.distinct-agg.split.bucket-num' = '" +
                                   number + "';\n"));
  };
  EXPECT_NE(with("16").find("HASH_BUCKET(`a`, 16, 0)"), std::string::npos) << with("16");
  EXPECT_NE(with("0").find("HASH_BUCKET(`a`, 1024, 0)"), std::string::npos) << with("0");
}

std::vector<std::string> StatesOf(const std::string& query, const std::string& settings) {
  std::vector<std::string> states;
  for (const JobNode& node : Plan(query, settings).nodes) {
    if (!node.uid.empty()) states.push_back(node.uid);
  }
  return states;
}

// What is kept per bucket is not what is kept per group, nor per other buckets: a job goes on with
// neither.
TEST(SplitDistinct, StateHasANameOfItsOwn) {
  const std::string count = "SELECT k, COUNT(DISTINCT a) FROM t GROUP BY k;";
  const auto whole = StatesOf(count, "");
  const auto split = StatesOf(count, kOn);
  const auto other = StatesOf(
      count, std::string(kOn) + "SET 'table.optimizer.distinct-agg.split.bucket-num' = '16';\n");
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(split.size(), 2u);
  ASSERT_EQ(other.size(), 2u);
  std::set<std::string> all(whole.begin(), whole.end());
  all.insert(split.begin(), split.end());
  all.insert(other.begin(), other.end());
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(StatesOf(count, kOn), split);
}

// The FILTER of a call whose rows are another copy counts as well.
TEST(SplitDistinct, FiltersAreKnownByWhatTheySay) {
  const auto with = [](const char* filter) {
    return StatesOf("SELECT k, COUNT(DISTINCT a), COUNT(DISTINCT b) FILTER (WHERE " +
                        std::string(filter) + ") FROM t GROUP BY k;",
                    kOn);
  };
  EXPECT_NE(with("c > 1"), with("c > 2"));
  EXPECT_EQ(with("c > 1"), with("c > 1"));
}

}  // namespace
}  // namespace sluice::plan
