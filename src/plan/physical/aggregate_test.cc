// SPDX-License-Identifier: Apache-2.0
// When a GROUP BY has two phases, how EXPLAIN shows them, and that its state does not know of them.
#include <gtest/gtest.h>

#include "plan/explain.h"
#include "plan/session.h"
#include "plan/test_connectors.h"
#include "plan/test_graph_check.h"

namespace sluice::plan {
namespace {

const char kTables[] = R"(
CREATE TABLE t (k BIGINT, a STRING, b INT, c DECIMAL(10, 2), on_sale BOOLEAN)
  WITH ('connector' = 'kafka');
)";
const char kMiniBatch[] = R"(
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '2 s';
SET 'table.exec.mini-batch.size' = '5000';
)";
const char kSums[] =
    "SELECT k, COUNT(*) AS n, SUM(b) FILTER (WHERE on_sale) AS s, AVG(c) AS v, MAX(a) AS m FROM t "
    "GROUP BY k;";

std::string Set(const std::string& key, const std::string& value) {
  return "SET '" + key + "' = '" + value + "';\n";
}

JobGraph Plan(const std::string& query, const std::string& settings) {
  Session session({TestConnectors(), {}});
  const sql::Source source{"case.sql", settings + kTables + query};
  Outcome outcome = session.Check(source);
  EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
  if (outcome.jobs.size() != 1) return {};
  EXPECT_EQ(GraphCheck(outcome.jobs[0]).Run(), "") << Explain(outcome.jobs[0]);
  return std::move(outcome.jobs[0]);
}

int Phases(const std::string& query, const std::string& settings) {
  int count = 0;
  for (const JobNode& node : Plan(query, settings).nodes) {
    count += std::holds_alternative<GroupAggregateNode>(node.node) ||
                     std::holds_alternative<LocalAggregateNode>(node.node)
                 ? 1
                 : 0;
  }
  return count;
}

TEST(TwoPhases, AsFlinkShowsThem) {
  std::string text = Explain(Plan(kSums, kMiniBatch));
  text = text.substr(0, text.find("\nState\n"));
  EXPECT_EQ(
      text,
      "Sink(table=[select], fields=[k, n, s, v, m])\n"
      "+- GlobalGroupAggregate(groupBy=[k], select=[k, COUNT(count$0) AS n, SUM(sum$1) AS s, "
      "AVG(avg$2) AS v, MAX(max$3) AS m])\n"
      "   +- Exchange(distribution=[hash[k]])\n"
      "      +- LocalGroupAggregate(groupBy=[k], select=[k, COUNT(*) AS count$0, SUM(b) FILTER "
      "on_sale AS sum$1, AVG(c) AS avg$2, MAX(a) AS max$3])\n"
      "         +- Calc(select=[k, b, on_sale, c, a])\n"
      "            +- TableSourceScan(table=[default_catalog.default_database.t], "
      "connector=[kafka], fields=[k, a, b, c, on_sale])\n");
}

TEST(TwoPhases, WhereTheyAreAskedForAndPossible) {
  const std::string strategy = "table.optimizer.agg-phase-strategy";
  EXPECT_EQ(Phases(kSums, ""), 1);
  EXPECT_EQ(Phases(kSums, Set(strategy, "TWO_PHASE")), 1);  // as in Flink, with mini-batch alone
  EXPECT_EQ(Phases(kSums, kMiniBatch), 2);
  EXPECT_EQ(Phases(kSums, kMiniBatch + Set(strategy, "ONE_PHASE")), 1);
  const std::string one = kMiniBatch + Set("parallelism.default", "1");
  EXPECT_EQ(Phases(kSums, one), 1);
  EXPECT_EQ(Phases(kSums, one + Set(strategy, "TWO_PHASE")), 2);
  EXPECT_EQ(Phases(kSums, kMiniBatch + Set("execution.runtime-mode", "batch")), 1);
  EXPECT_EQ(Phases("SELECT k, COUNT(DISTINCT a) FROM t GROUP BY k;", kMiniBatch), 1);
  EXPECT_EQ(Phases("SELECT k, LAST_VALUE(a) FROM t GROUP BY k;", kMiniBatch), 1);
  EXPECT_EQ(Phases("SELECT DISTINCT k, a FROM t;", kMiniBatch), 2);
}

// Above a changelog MIN keeps all values, and a change of a group that was forgotten tells nothing.
TEST(TwoPhases, OverAChangelog) {
  const std::string inner = " FROM (SELECT k, COUNT(DISTINCT a) AS n FROM t GROUP BY k) ";
  const std::string sum = "SELECT n, COUNT(*), SUM(k)" + inner + "GROUP BY n;";
  const std::string min = "SELECT n, MIN(k)" + inner + "GROUP BY n;";
  EXPECT_EQ(Phases(sum, kMiniBatch), 3);
  EXPECT_EQ(Phases(min, kMiniBatch), 2);
  EXPECT_EQ(Phases(sum, kMiniBatch + Set("table.exec.state.ttl", "1 h")), 2);
  const std::string text = Explain(Plan(sum, kMiniBatch), {.changelog_mode = true});
  EXPECT_NE(text.find("COUNT_RETRACT(*) AS count$0, SUM_RETRACT(k) AS sum$1], changelogMode=[I]"),
            std::string::npos)
      << text;
}

// The buckets of a DISTINCT are spread already; what puts them together has two phases.
TEST(TwoPhases, BehindASplitDistinct) {
  const std::string settings =
      kMiniBatch + Set("table.optimizer.distinct-agg.split.enabled", "true");
  const JobGraph job =
      Plan("SELECT k, COUNT(DISTINCT a) AS n, AVG(b) AS v FROM t GROUP BY k;", settings);
  std::vector<std::string> names;
  for (const JobNode& node : job.nodes) {
    names.push_back(node.name);
    if (const auto* local = std::get_if<LocalAggregateNode>(&node.node)) {
      // It was gathered below.
      EXPECT_EQ(local->mini_batch_ms, 0);
      EXPECT_EQ(local->mini_batch_rows, 0);
      EXPECT_TRUE(local->retract);
    }
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"Source: kafka[t]", "Calc", "Exchange", "GroupAggregate",
                                      "LocalGroupAggregate", "Exchange", "GroupAggregate", "Calc",
                                      "Sink: default_catalog.default_database.`select`"}));
}

// A job may go on with the same state when the strategy, or the number of shards, has changed.
TEST(TwoPhases, StateIsThatOfOne) {
  const auto state = [](const std::string& settings) {
    for (const JobNode& node : Plan(kSums, settings).nodes) {
      if (!node.uid.empty()) return node.uid;
    }
    return std::string();
  };
  const std::string one = state("");
  EXPECT_EQ(one.substr(0, 15), "GroupAggregate-");
  EXPECT_EQ(state(kMiniBatch), one);
  EXPECT_EQ(state(kMiniBatch + Set("table.optimizer.agg-phase-strategy", "ONE_PHASE")), one);
}

TEST(TwoPhases, TheJobIsThatOfOne) {
  const std::string both =
      "CREATE TABLE sums (k BIGINT, n BIGINT) WITH ('connector' = 'print');\n"
      "INSERT INTO sums SELECT k, COUNT(*) FROM t GROUP BY k;\n"
      "INSERT INTO sums SELECT k, SUM(c) FROM (SELECT k, MAX(b) AS c FROM t GROUP BY k) GROUP BY "
      "k;\n"
      "INSERT INTO sums SELECT b, COUNT(*) FROM (SELECT k, COUNT(*) AS b FROM t GROUP BY k) GROUP "
      "BY "
      "b;\n";
  const auto one = Plan(both, kMiniBatch + Set("parallelism.default", "1"));
  const auto two = Plan(both, kMiniBatch);
  EXPECT_LT(one.nodes.size(), two.nodes.size());
  EXPECT_EQ(one.fingerprint, two.fingerprint) << Explain(one) << Explain(two);
  EXPECT_NE(Plan(kSums, "").fingerprint, one.fingerprint);
}

}  // namespace
}  // namespace sluice::plan
