// SPDX-License-Identifier: Apache-2.0
#include "operators/rank.h"

#include <algorithm>
#include <random>

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using plan::RankNode;
using Strategy = RankNode::Strategy;

// Partition p, order o, and a value that tells rows apart.
const flow::Schema kInput = SchemaOf({{"p", "INT"}, {"o", "INT"}, {"v", "STRING"}});
const flow::Schema kRanked =
    SchemaOf({{"p", "INT"}, {"o", "INT"}, {"v", "STRING"}, {"rank", "BIGINT NOT NULL"}});

RankNode Top(int64_t to, Strategy strategy, bool emit_rank) {
  RankNode node;
  node.strategy = strategy;
  node.partition_by = {0};
  node.order_by = {{1, true, false}};  // ORDER BY o DESC
  node.to = to;
  node.emit_rank = emit_rank;
  node.unique_key = {0, 2};
  return node;
}

OperatorHarness Harness(RankNode node) {
  flow::Schema output = node.emit_rank ? kRanked : kInput;
  return {std::move(node), std::move(output), {kInput}};
}

TEST(Rank, AppendGivesRowsThatEnterAndLeave) {
  auto rank = Harness(Top(2, Strategy::kAppend, false));
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 7, b]", "+I[1, 6, c]", "+I[1, 6, d]",
                           "+I[2, 1, e]", "+I[1, null, f]"}),
            (Rows{"+I[1, 5, a]", "+I[1, 7, b]", "-D[1, 5, a]", "+I[1, 6, c]", "+I[2, 1, e]"}));
  rank.Restart();
  EXPECT_EQ(rank.Push({"+I[1, 8, g]"}), (Rows{"-D[1, 6, c]", "+I[1, 8, g]"}));
}

TEST(Rank, TopOneUpdates) {
  for (const Strategy strategy : {Strategy::kAppend, Strategy::kUpdateFast}) {
    auto rank = Harness(Top(1, strategy, false));
    EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 5, b]", "+I[1, 6, c]"}),
              (Rows{"+I[1, 5, a]", "-U[1, 5, a]", "+U[1, 6, c]"}));
  }
  RankNode node = Top(1, Strategy::kAppend, true);
  node.emit_update_before = false;
  auto rank = Harness(node);
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 6, c]"}),
            (Rows{"+I[1, 5, a, 1]", "+U[1, 6, c, 1]"}));
}

TEST(Rank, RanksBelowMove) {
  auto rank = Harness(Top(3, Strategy::kAppend, true));
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 7, b]", "+I[1, 6, c]"}),
            (Rows{"+I[1, 5, a, 1]", "-U[1, 5, a, 1]", "+U[1, 7, b, 1]", "+I[1, 5, a, 2]",
                  "-U[1, 5, a, 2]", "+U[1, 6, c, 2]", "+I[1, 5, a, 3]"}));
  rank.Restart();
  EXPECT_EQ(rank.Push({"+I[1, 9, d]"}),
            (Rows{"-U[1, 7, b, 1]", "+U[1, 9, d, 1]", "-U[1, 6, c, 2]", "+U[1, 7, b, 2]",
                  "-U[1, 5, a, 3]", "+U[1, 6, c, 3]"}));
}

TEST(Rank, ABatchGivesTheNetChange) {
  auto rank = Harness(Top(2, Strategy::kAppend, true));
  EXPECT_EQ(rank.Push({"+I[1, 5, a]", "+I[1, 7, b]", "+I[1, 6, c]", "+I[2, 1, d]"}),
            (Rows{"+I[1, 7, b, 1]", "+I[1, 6, c, 2]", "+I[2, 1, d, 1]"}));
  EXPECT_EQ(rank.Push({"+I[1, 6, e]", "+I[1, 8, f]"}),
            (Rows{"-U[1, 7, b, 1]", "+U[1, 8, f, 1]", "-U[1, 6, c, 2]", "+U[1, 7, b, 2]"}));
}

TEST(Rank, AnOffsetHidesTheFirstRanks) {
  RankNode node = Top(3, Strategy::kAppend, false);
  node.from = 2;
  auto rank = Harness(node);
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 7, b]", "+I[1, 6, c]"}),
            (Rows{"+I[1, 5, a]", "-U[1, 5, a]", "+U[1, 6, c]", "+I[1, 5, a]"}));
}

TEST(Rank, UpdatesMoveUp) {
  auto rank = Harness(Top(3, Strategy::kUpdateFast, true));
  EXPECT_EQ(rank.PushEach({"+I[1, 3, a]", "+I[1, 2, b]", "+I[1, 1, c]"}),
            (Rows{"+I[1, 3, a, 1]", "+I[1, 2, b, 2]", "+I[1, 1, c, 3]"}));
  // The old row of the same key is taken back right after the first rank that changes.
  EXPECT_EQ(rank.Push({"+U[1, 4, c]"}),
            (Rows{"-U[1, 3, a, 1]", "-U[1, 1, c, 3]", "+U[1, 4, c, 1]", "-U[1, 2, b, 2]",
                  "+U[1, 3, a, 2]", "+U[1, 2, b, 3]"}));
  EXPECT_EQ(rank.Push({"+U[1, 4, c]"}), (Rows{"-U[1, 4, c, 1]", "+U[1, 4, c, 1]"}));
}

TEST(Rank, UpdatesWithoutRank) {
  auto rank = Harness(Top(2, Strategy::kUpdateFast, false));
  EXPECT_EQ(
      rank.PushEach({"+I[1, 3, a]", "+I[1, 2, b]", "+I[1, 1, c]", "+U[1, 4, b]", "+U[1, 5, c]"}),
      (Rows{"+I[1, 3, a]", "+I[1, 2, b]", "-U[1, 2, b]", "+U[1, 4, b]", "-D[1, 3, a]",
            "+I[1, 5, c]"}));
}

TEST(Rank, RetractBringsBackWhatWasBelow) {
  auto rank = Harness(Top(2, Strategy::kRetract, false));
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[1, 7, b]", "+I[1, 6, c]", "+I[1, 4, d]"}),
            (Rows{"+I[1, 5, a]", "+I[1, 7, b]", "-D[1, 5, a]", "+I[1, 6, c]"}));
  rank.Restart();
  EXPECT_EQ(rank.PushEach({"-U[1, 7, b]", "-D[1, 4, d]", "-D[1, 9, z]"}),
            (Rows{"-D[1, 7, b]", "+I[1, 5, a]"}));
  EXPECT_EQ(rank.PushEach({"-D[1, 6, c]", "-D[1, 5, a]"}), (Rows{"-D[1, 6, c]", "-D[1, 5, a]"}));
  EXPECT_EQ(rank.op()->counters().state_rows, 0);
}

TEST(Rank, RetractMovesRanksUp) {
  auto rank = Harness(Top(2, Strategy::kRetract, true));
  EXPECT_EQ(rank.PushEach({"+I[1, 7, b]", "+I[1, 6, c]", "+I[1, 5, a]"}),
            (Rows{"+I[1, 7, b, 1]", "+I[1, 6, c, 2]"}));
  EXPECT_EQ(rank.Push({"-D[1, 7, b]"}),
            (Rows{"-U[1, 7, b, 1]", "+U[1, 6, c, 1]", "-U[1, 6, c, 2]", "+U[1, 5, a, 2]"}));
  EXPECT_EQ(rank.Push({"-D[1, 6, c]"}),
            (Rows{"-U[1, 6, c, 1]", "+U[1, 5, a, 1]", "-D[1, 5, a, 2]"}));
}

TEST(Rank, TheLimitMayComeFromAColumn) {
  RankNode node = Top(0, Strategy::kAppend, false);
  node.to_column = 0;
  auto rank = Harness(node);
  EXPECT_EQ(rank.PushEach({"+I[1, 5, a]", "+I[2, 5, b]", "+I[1, 6, c]", "+I[2, 6, d]"}),
            (Rows{"+I[1, 5, a]", "+I[2, 5, b]", "-D[1, 5, a]", "+I[1, 6, c]", "+I[2, 6, d]"}));
}

TEST(Rank, FirstRowsByProcessingTimeKeepNoRows) {
  const flow::Schema input = SchemaOf({{"p", "INT"}, {"t", "PROCTIME"}});
  RankNode node;
  node.partition_by = {0};
  node.order_by = {{1, false, true}};
  node.to = 2;
  node.emit_rank = true;
  OperatorHarness rank(node, SchemaOf({{"p", "INT"}, {"t", "PROCTIME"}, {"r", "BIGINT"}}), {input});
  EXPECT_EQ(rank.Push({"+I[1, 10]", "+I[1, 10]", "+I[2, 10]", "+I[1, 10]"}),
            (Rows{"+I[1, 10, 1]", "+I[1, 10, 2]", "+I[2, 10, 1]"}));
  rank.Restart();
  EXPECT_EQ(rank.Push({"+I[1, 20]", "+I[2, 20]"}), Rows{"+I[2, 20, 2]"});
}

struct Row {
  int p, o;
  std::string v;
  std::string Text() const { return std::to_string(p) + ", " + std::to_string(o) + ", " + v; }
};

/// Top-N by definition; `rows` in order of arrival.
Rows Model(const std::vector<Row>& rows, int64_t to, bool ranked) {
  Rows log;
  for (int p = 0; p < 3; ++p) {
    std::vector<Row> partition;
    for (const Row& row : rows) {
      if (row.p == p) partition.push_back(row);
    }
    std::stable_sort(partition.begin(), partition.end(),
                     [](const Row& a, const Row& b) { return a.o > b.o; });
    for (size_t i = 0; i < partition.size() && static_cast<int64_t>(i) < to; ++i) {
      const std::string rank = ranked ? ", " + std::to_string(i + 1) : "";
      log.push_back("+I[" + partition[i].Text() + rank + "]");
    }
  }
  return Folded(log);
}

void Compare(Strategy strategy, bool ranked, size_t batch_rows, uint32_t seed) {
  std::mt19937 random(seed);
  const int64_t to = 1 + static_cast<int64_t>(seed % 4);
  auto rank = Harness(Top(to, strategy, ranked));
  std::vector<Row> rows;
  Rows log;
  int next = 0;
  for (int step = 0; step < 40; ++step) {
    Rows batch;
    while (batch.size() < batch_rows) {
      const size_t at = rows.empty() ? 0 : random() % rows.size();
      if (strategy == Strategy::kRetract && !rows.empty() && random() % 2 == 0) {
        batch.push_back("-D[" + rows[at].Text() + "]");
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        continue;
      }
      rows.push_back({static_cast<int>(random() % 3), static_cast<int>(random() % 6),
                      "v" + std::to_string(next++)});
      batch.push_back("+I[" + rows.back().Text() + "]");
    }
    const Rows given = rank.Push(batch);
    log.insert(log.end(), given.begin(), given.end());
    ASSERT_EQ(Folded(log), Model(rows, to, ranked)) << "seed " << seed << " step " << step;
    if (random() % 6 == 0) rank.Restart();
  }
}

TEST(Rank, LooksLikeItsDefinition) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    for (const bool ranked : {false, true}) {
      for (const size_t batch_rows : {1U, 5U}) {
        Compare(Strategy::kAppend, ranked, batch_rows, seed);
        Compare(Strategy::kRetract, ranked, batch_rows, seed);
      }
    }
  }
}

TEST(Rank, ManyRowsOfOnePartition) {
  auto rank = Harness(Top(2, Strategy::kRetract, false));
  Rows batch;
  for (int i = 0; i < 5000; ++i) {
    batch.push_back("+I[1, " + std::to_string(i * 7919 % 5000) + ", v]");
  }
  EXPECT_EQ(Folded(rank.Push(batch)), (Rows{"[1, 4998, v]", "[1, 4999, v]"}));
  rank.Restart();
  EXPECT_EQ(rank.Push({"-D[1, 4999, v]"}), (Rows{"-D[1, 4999, v]", "+I[1, 4997, v]"}));
}

TEST(Rank, OtherRankingsAreRefused) {
  RankNode node = Top(2, Strategy::kAppend, true);
  node.function = RankNode::Function::kDenseRank;
  plan::JobNode job;
  job.node = node;
  job.output = kRanked;
  EXPECT_FALSE(MakeOperator(job, {kInput}, {}).ok());
}

}  // namespace
}  // namespace sluice::operators
