// SPDX-License-Identifier: Apache-2.0
// What has nothing but its window to part its rows by still runs on all shards: windows that the
// rows carry are their key, and rows that get one are folded first.
#include <gtest/gtest.h>

#include "plan/explain.h"
#include "plan/session.h"
#include "plan/test_connectors.h"
#include "plan/test_graph_check.h"

namespace sluice::plan {
namespace {

const char kTables[] = R"(
CREATE TABLE t (k BIGINT, a STRING, ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'kafka');
)";
const char kPerMinute[] =
    "SELECT window_start, window_end, COUNT(*) AS n, MAX(k) AS m FROM TUMBLE(TABLE t, "
    "DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end";

JobGraph Plan(const std::string& query, const std::string& settings = "") {
  Session session({TestConnectors(), {}});
  const sql::Source source{"case.sql", settings + kTables + query + ";"};
  Outcome outcome = session.Check(source);
  EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
  if (outcome.jobs.size() != 1) return {};
  EXPECT_EQ(GraphCheck(outcome.jobs[0]).Run(), "") << Explain(outcome.jobs[0]);
  return std::move(outcome.jobs[0]);
}

bool Folds(const JobGraph& job) {
  for (const JobNode& node : job.nodes) {
    if (std::holds_alternative<LocalWindowAggregateNode>(node.node)) return true;
  }
  return false;
}

/// Some exchange brings all rows to one shard.
bool MeetsOnOneShard(const JobGraph& job) {
  for (const JobNode& node : job.nodes) {
    const auto* exchange = std::get_if<ExchangeNode>(&node.node);
    if (exchange != nullptr && exchange->keys.empty()) return true;
  }
  return false;
}

TEST(WindowPhases, AsFlinkShowsThem) {
  const std::string text = Explain(Plan(kPerMinute));
  EXPECT_NE(text.find("GlobalWindowAggregate(window=[TUMBLE(time_col=[ts], size=[1 min])], "
                      "select=[COUNT(count$0) AS n, MAX(max$1) AS m, window_start, window_end])"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Exchange(distribution=[single])\n"), std::string::npos) << text;
  EXPECT_NE(text.find("LocalWindowAggregate(window=[TUMBLE(time_col=[ts], size=[1 min])], "
                      "select=[COUNT(*) AS count$0, MAX(k) AS max$1])"),
            std::string::npos)
      << text;
}

TEST(WindowPhases, WhereTheyPay) {
  const std::string from = " FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE) ";
  EXPECT_TRUE(
      Folds(Plan("SELECT COUNT(*) FROM t GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL "
                 "'1' HOUR)")));
  EXPECT_TRUE(
      Folds(Plan("SELECT window_start, window_end" + from + "GROUP BY window_start, window_end")));
  // A group spreads its rows itself.
  EXPECT_FALSE(Folds(Plan("SELECT k, COUNT(*)" + from + "GROUP BY k, window_start, window_end")));
  // Which value came first is not known of folded rows; nor is what a clock says later.
  EXPECT_FALSE(Folds(Plan("SELECT FIRST_VALUE(a)" + from + "GROUP BY window_start, window_end")));
  EXPECT_FALSE(
      Folds(Plan("SELECT COUNT(DISTINCT a)" + from + "GROUP BY window_start, window_end")));
  EXPECT_FALSE(Folds(Plan("SELECT COUNT(*) FROM t GROUP BY TUMBLE(p, INTERVAL '1' MINUTE)")));
  EXPECT_FALSE(Folds(Plan("SELECT COUNT(*) FROM t GROUP BY SESSION(ts, INTERVAL '1' MINUTE)")));
  // Late rows are wanted as they came; one shard has nothing to spread.
  EXPECT_FALSE(Folds(Plan(kPerMinute, "SET 'sluice.late-rows' = 'table';\n")));
  EXPECT_FALSE(Folds(Plan(kPerMinute, "SET 'parallelism.default' = '1';\n")));
  EXPECT_FALSE(
      Folds(Plan(kPerMinute, "SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';\n")));
}

TEST(WindowPhases, AWindowIsAKey) {
  const std::string counts =
      "CREATE VIEW counts AS SELECT k, window_start, window_end, window_time, COUNT(*) AS n FROM "
      "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY k, window_start, window_end, "
      "window_time;\n";
  const auto over_counts = [&](const std::string& query) { return Plan(counts + query); };
  const JobGraph most = over_counts(
      "SELECT window_start, window_end, MAX(n) FROM counts GROUP BY window_start, "
      "window_end");
  EXPECT_FALSE(MeetsOnOneShard(most)) << Explain(most);
  const JobGraph top = over_counts(
      "SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY "
      "n DESC) AS r FROM counts) WHERE r <= 3");
  EXPECT_FALSE(MeetsOnOneShard(top)) << Explain(top);
  const JobGraph join = over_counts(
      "SELECT a.k, b.k FROM counts a JOIN counts b ON a.window_start = b.window_start AND "
      "a.window_end = b.window_end AND a.n > b.n");
  EXPECT_FALSE(MeetsOnOneShard(join)) << Explain(join);
}

// A job may go on with the same state when the strategy, or the number of shards, has changed.
TEST(WindowPhases, StateIsThatOfOne) {
  const JobGraph two = Plan(kPerMinute);
  const JobGraph one = Plan(kPerMinute, "SET 'parallelism.default' = '1';\n");
  const auto state = [](const JobGraph& job) {
    for (const JobNode& node : job.nodes) {
      if (!node.uid.empty()) return node.uid;
    }
    return std::string();
  };
  EXPECT_EQ(state(two).substr(0, 16), "WindowAggregate-");
  EXPECT_EQ(state(two), state(one));
  EXPECT_EQ(two.fingerprint, one.fingerprint) << Explain(one) << Explain(two);
  EXPECT_NE(Plan("SELECT window_start, window_end, COUNT(*) AS n, MAX(k) AS m FROM TUMBLE(TABLE t, "
                 "DESCRIPTOR(ts), INTERVAL '2' MINUTE) GROUP BY window_start, window_end")
                .fingerprint,
            one.fingerprint);
}

}  // namespace
}  // namespace sluice::plan
