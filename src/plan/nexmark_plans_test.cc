// SPDX-License-Identifier: Apache-2.0
// The Nexmark queries, planned: which operators each becomes, and that the source decodes no more
// than is read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "plan/explain.h"
#include "plan/session.h"
#include "plan/test_connectors.h"
#include "plan/test_graph_check.h"

namespace sluice::plan {
namespace {

void ReplaceAll(std::string* text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text->find(from, at)) != std::string::npos; at += to.size()) {
    text->replace(at, from.size(), to);
  }
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class NexmarkPlans : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const root = std::getenv("SLUICE_SOURCE_DIR");
    if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
    folder_ = std::string(root) + "/tests/nexmark";
  }

  JobGraph Plan(const std::string& query) const {
    std::string text =
        ReadFile(folder_ / "ddl.sql") + ReadFile(folder_ / "queries" / (query + ".sql"));
    ReplaceAll(&text, "${SINK}", "'connector' = 'print'");
    ReplaceAll(&text, "'connector' = 'filesystem'", "'connector' = 'datagen'");
    Session session({TestConnectors(), {}});
    const sql::Source source{query, text};
    Outcome outcome = session.Check(source);
    EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
    if (outcome.jobs.size() != 1) return {};
    EXPECT_EQ(GraphCheck(outcome.jobs[0]).Run(), "") << Explain(outcome.jobs[0]);
    return std::move(outcome.jobs[0]);
  }

  /// How many nodes of each name, without sources and sinks.
  static std::map<std::string, int> Kinds(const JobGraph& job) {
    std::map<std::string, int> kinds;
    for (const JobNode& node : job.nodes) {
      if (!node.name.starts_with("Source") && !node.name.starts_with("Sink")) ++kinds[node.name];
    }
    return kinds;
  }

  template <typename Node>
  static const Node* Find(const JobGraph& job) {
    for (const JobNode& node : job.nodes) {
      if (const auto* found = std::get_if<Node>(&node.node)) return found;
    }
    return nullptr;
  }

  std::filesystem::path folder_;
};

using Kinds_ = std::map<std::string, int>;

TEST_F(NexmarkPlans, OperatorsOfEachQuery) {
  const std::map<std::string, Kinds_> expected = {
      {"q0", {{"Calc", 1}}},
      {"q1", {{"Calc", 1}}},
      {"q2", {{"Calc", 1}}},
      {"q3", {{"Calc", 3}, {"Exchange", 2}, {"Join", 1}}},
      {"q4", {{"Calc", 4}, {"Exchange", 4}, {"Join", 1}, {"GroupAggregate", 2}}},
      {"q8",
       {{"Calc", 4},
        {"Exchange", 4},
        {"WatermarkAssigner", 1},
        {"WindowAggregate", 2},
        {"WindowJoin", 1}}},
      {"q9", {{"Calc", 3}, {"Exchange", 3}, {"Join", 1}, {"Rank", 1}}},
      {"q10", {{"Calc", 1}}},
      {"q11",
       {{"Calc", 2}, {"Exchange", 1}, {"WatermarkAssigner", 1}, {"GroupWindowAggregate", 1}}},
      {"q12", {{"Calc", 2}, {"Exchange", 1}, {"WindowAggregate", 1}}},
      {"q14", {{"Calc", 1}}},
      {"q15", {{"Calc", 1}, {"Exchange", 1}, {"GroupAggregate", 1}}},
      {"q16", {{"Calc", 1}, {"Exchange", 1}, {"GroupAggregate", 1}}},
      {"q17", {{"Calc", 1}, {"Exchange", 1}, {"GroupAggregate", 1}}},
      {"q18", {{"Calc", 1}, {"Exchange", 1}, {"Deduplicate", 1}}},
      {"q19", {{"Calc", 1}, {"Exchange", 1}, {"Rank", 1}}},
      {"q20", {{"Calc", 3}, {"Exchange", 2}, {"Join", 1}}},
      {"q21", {{"Calc", 1}}},
      {"q22", {{"Calc", 1}}},
      {"q23", {{"Calc", 3}, {"Exchange", 3}, {"Join", 2}}},
  };
  for (const auto& [query, kinds] : expected) {
    const JobGraph job = Plan(query);
    EXPECT_EQ(Kinds(job), kinds) << query << "\n" << Explain(job);
  }
}

TEST_F(NexmarkPlans, OneScanDecodesWhatIsRead) {
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "queries")) {
    const std::string query = entry.path().stem();
    if (query == "q6") continue;
    const JobGraph job = Plan(query);
    int scans = 0;
    for (const JobNode& node : job.nodes) {
      const auto* source = std::get_if<SourceNode>(&node.node);
      if (source == nullptr || source->connector != "kafka") continue;
      ++scans;
      for (size_t i = 0; i < source->projection.nested.size(); ++i) {
        const bool row = node.output.fields[i].type->kind() == flow::TypeKind::kRow;
        EXPECT_EQ(row, !source->projection.nested[i].empty()) << query << "\n" << Explain(job);
      }
    }
    EXPECT_EQ(scans, 1) << query;
  }
  // auction, bidder of a bid; its time; what the time of other events is made from.
  const JobGraph job = Plan("q15");
  const auto& projection = Find<SourceNode>(job)->projection;
  EXPECT_EQ(projection.columns, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(projection.nested[3], (std::vector<std::vector<int>>{{0}, {1}, {2}, {5}}));
}

TEST_F(NexmarkPlans, HotItemsCountOnce) {
  const JobGraph job = Plan("q5");
  const Kinds_ kinds = Kinds(job);
  // One count per auction and window feeds both sides of the join.
  EXPECT_EQ(kinds.at("WindowAggregate"), 2) << Explain(job);
  EXPECT_EQ(kinds.at("WindowJoin"), 1);
  EXPECT_EQ(kinds.at("WatermarkAssigner"), 1);
  const auto* join = Find<WindowJoinNode>(job);
  // Nothing else is equal: each window is a key of its own, and all shards have some.
  ASSERT_EQ(join->keys.size(), 2u);
  for (const EquiKey& key : join->keys) {
    EXPECT_TRUE(key.left == join->left_window_start || key.left == join->left_window_end);
  }
  EXPECT_NE(join->residual, nullptr);
}

TEST_F(NexmarkPlans, HighestBidIsARegularJoin) {
  const JobGraph job = Plan("q7");
  const auto* join = Find<RegularJoinNode>(job);
  ASSERT_NE(join, nullptr) << Explain(job);
  ASSERT_EQ(join->keys.size(), 1u);
  EXPECT_NE(join->residual, nullptr);
  EXPECT_FALSE(join->left_retract);
  EXPECT_EQ(Kinds(job).at("WindowAggregate"), 1);
}

TEST_F(NexmarkPlans, WinningBids) {
  const JobGraph job = Plan("q9");
  const auto* rank = Find<RankNode>(job);
  ASSERT_NE(rank, nullptr);
  EXPECT_EQ(rank->strategy, RankNode::Strategy::kAppend);
  EXPECT_EQ(rank->to, 1);
  EXPECT_FALSE(rank->emit_rank);
  EXPECT_TRUE(rank->emit_update_before);
  EXPECT_EQ(job.nodes.back().changelog, flow::ChangelogMode::Retract());
}

TEST_F(NexmarkPlans, LastBids) {
  const JobGraph job = Plan("q18");
  const auto* last = Find<DeduplicateNode>(job);
  ASSERT_NE(last, nullptr);
  EXPECT_TRUE(last->keep_last);
  EXPECT_FALSE(last->processing_time);
  const JobGraph top = Plan("q19");
  EXPECT_TRUE(Find<RankNode>(top)->emit_rank);
}

TEST_F(NexmarkPlans, AveragesOfMaximaAreTakenBack) {
  const JobGraph job = Plan("q4");
  std::vector<const GroupAggregateNode*> aggregates;
  for (const JobNode& node : job.nodes) {
    if (const auto* one = std::get_if<GroupAggregateNode>(&node.node)) aggregates.push_back(one);
  }
  ASSERT_EQ(aggregates.size(), 2u);
  EXPECT_FALSE(aggregates[0]->retract);
  EXPECT_TRUE(aggregates[0]->emit_update_before);
  EXPECT_TRUE(aggregates[1]->retract);
}

TEST_F(NexmarkPlans, StateKeepsItsNameWhenOtherThingsChange) {
  const auto uid = [](const JobGraph& job) {
    for (const JobNode& node : job.nodes) {
      if (std::holds_alternative<GroupAggregateNode>(node.node)) return node.uid;
    }
    return std::string();
  };
  std::string text = ReadFile(folder_ / "ddl.sql") +
                     "CREATE TABLE s (a BIGINT, n BIGINT) WITH ('connector' = 'print');"
                     "CREATE TABLE o (a BIGINT, x STRING) WITH ('connector' = 'print');";
  const auto plan = [&text](const std::string& more) {
    Session session({TestConnectors(), {}});
    Outcome outcome = session.Check({"case", text + more});
    EXPECT_TRUE(outcome.ok());
    return std::move(outcome.jobs.at(0));
  };
  const std::string one = "INSERT INTO s SELECT auction, COUNT(*) FROM bid GROUP BY auction;";
  const std::string renamed =
      "INSERT INTO s SELECT b, COUNT(*) AS m FROM (SELECT auction AS b FROM bid) GROUP BY b;";
  const std::string other = "INSERT INTO o SELECT bidder, extra FROM bid WHERE price > 1;";
  const std::string first = uid(plan(one));
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, uid(plan(renamed)));
  EXPECT_EQ(first, uid(plan(one + other)));
  EXPECT_NE(first, uid(plan("INSERT INTO s SELECT bidder, COUNT(*) FROM bid GROUP BY bidder;")));
  EXPECT_NE(first, uid(plan("INSERT INTO s SELECT auction, COUNT(*) FROM bid WHERE price > 1 "
                            "GROUP BY auction;")));
}

// A join keeps the columns that something behind it reads: with one more its rows are others.
TEST_F(NexmarkPlans, StateOfRowsIsNamedByTheirColumns) {
  const std::string text = ReadFile(folder_ / "ddl.sql") +
                           "CREATE TABLE s (a BIGINT, n BIGINT) WITH ('connector' = 'print');";
  const auto uids = [&text](const std::string& columns) {
    Session session({TestConnectors(), {}});
    Outcome outcome = session.Check(
        {"case", text + "INSERT INTO s SELECT " + columns +
                     " FROM bid AS b JOIN auction AS a ON b.auction = a.id GROUP BY b.auction;"});
    EXPECT_TRUE(outcome.ok());
    std::map<std::string, std::string> found;
    for (const JobNode& node : outcome.jobs.at(0).nodes) {
      if (!node.uid.empty()) found[node.name] = node.uid;
    }
    return found;
  };
  const auto before = uids("b.auction, COUNT(*)");
  EXPECT_EQ(before, uids("b.auction, COUNT(*) AS n"));
  const auto after = uids("b.auction, SUM(b.price)");
  ASSERT_TRUE(before.contains("Join") && after.contains("Join"));
  EXPECT_NE(before.at("Join"), after.at("Join"));
}

}  // namespace
}  // namespace sluice::plan
