// SPDX-License-Identifier: Apache-2.0
#include "operators/window_rank.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

const flow::Schema kInput =
    SchemaOf({{"p", "INT"}, {"o", "INT"}, {"t", "TIMESTAMP"}, {"window_end", "TIMESTAMP"}});
const flow::Schema kRanked = SchemaOf(
    {{"p", "INT"}, {"o", "INT"}, {"t", "TIMESTAMP"}, {"window_end", "TIMESTAMP"}, {"r", "BIGINT"}});

TEST(WindowRank, GivesTheBestWhenTheWindowCloses) {
  plan::WindowRankNode node;
  node.window_end = 3;
  node.partition_by = {0};
  node.order_by = {{1, false, true}};
  node.to = 2;
  node.emit_rank = true;
  OperatorHarness rank(node, kRanked, {kInput});
  EXPECT_EQ(rank.Push({"+I[1, 5, 1, 10]", "+I[1, 3, 2, 10]", "+I[1, 4, 3, 10]", "+I[2, 9, 4, 10]",
                       "+I[1, 1, 11, 20]"}),
            Rows{});
  EXPECT_EQ(rank.Watermark(8), Rows{});
  rank.Restart();
  EXPECT_EQ(Folded(rank.Watermark(9)),
            (Rows{"[1, 3, 2, 10, 1]", "[1, 4, 3, 10, 2]", "[2, 9, 4, 10, 1]"}));
  EXPECT_EQ(rank.Push({"+I[1, 0, 5, 10]", "+I[1, 0, 12, 20]"}), Rows{});
  EXPECT_EQ(rank.op()->counters().late_rows, 1);
  EXPECT_EQ(rank.late(), Rows{"0: +I[1, 0, 5, 10] at 9, watermark 9"});
  EXPECT_EQ(rank.Watermark(flow::kWatermarkMax),
            (Rows{"+I[1, 0, 12, 20, 1]", "+I[1, 1, 11, 20, 2]"}));
  EXPECT_EQ(rank.op()->counters().state_rows, 0);
}

TEST(WindowRank, OfLatestRowsTheLastOneStays) {
  plan::WindowRankNode node;
  node.window_end = 3;
  node.order_by = {{2, true, false}};
  OperatorHarness rank(node, kInput, {kInput});
  EXPECT_EQ(rank.Push({"+I[1, 1, 5, 10]", "+I[1, 2, 5, 10]", "+I[1, 3, 4, 10]"}), Rows{});
  EXPECT_EQ(rank.Watermark(10), Rows{"+I[1, 2, 5, 10]"});
  node.order_by = {{2, false, true}};
  OperatorHarness first(node, kInput, {kInput});
  EXPECT_EQ(first.Push({"+I[1, 1, 5, 10]", "+I[1, 2, 5, 10]"}), Rows{});
  EXPECT_EQ(first.Watermark(10), Rows{"+I[1, 1, 5, 10]"});
}

}  // namespace
}  // namespace sluice::operators
