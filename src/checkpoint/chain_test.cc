// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/chain.h"

#include <gtest/gtest.h>

namespace sluice::checkpoint {
namespace {

std::string At(int64_t offset) {
  flow::Position position;
  position.sources["s"] = {"kafka", {{"cluster", "c"}}, {{"t-0", offset}}};
  return position.Encode();
}

Record RecordOf(int64_t epoch, int64_t upper) {
  return {std::to_string(epoch), "token", At(upper), CommitId("token", epoch)};
}

ChainLink Link(int64_t epoch, int64_t lower, int64_t upper) {
  return {epoch * 10, WriteSummary(RecordOf(epoch, upper), "p", At(lower))};
}

ChainReport Check(const std::vector<ChainLink>& links, int64_t epoch, int64_t position) {
  return CheckChain("p", WriteRecord(RecordOf(epoch, position), "p"), links);
}

TEST(Chain, AnUnbrokenChainHasNoProblems) {
  const auto report = Check({Link(3, 5, 9), Link(4, 9, 9), Link(5, 9, 20)}, 5, 20);
  EXPECT_TRUE(report.problems.empty()) << report.problems[0];
  EXPECT_EQ(report.commits, 3);
  EXPECT_EQ(report.epoch, 5);
}

TEST(Chain, AGapBetweenNeighbouringEpochsIsFound) {
  EXPECT_EQ(Check({Link(3, 5, 9), Link(4, 10, 20)}, 4, 20).problems.size(), 1U);
}

TEST(Chain, EpochsWithoutRowsMayLieBetween) {
  EXPECT_TRUE(Check({Link(3, 5, 9), Link(6, 12, 20)}, 7, 25).problems.empty());
}

TEST(Chain, OverlapsAndStepsBackAreFound) {
  EXPECT_FALSE(Check({Link(3, 5, 9), Link(4, 8, 20)}, 4, 20).problems.empty());
  EXPECT_FALSE(Check({Link(3, 9, 5)}, 3, 9).problems.empty());
  EXPECT_FALSE(Check({Link(4, 5, 9), Link(3, 9, 20)}, 4, 20).problems.empty());
}

TEST(Chain, TheSameCommitTwiceIsFound) {
  EXPECT_FALSE(Check({Link(3, 5, 9), Link(3, 5, 9)}, 3, 9).problems.empty());
}

TEST(Chain, ARecordBehindItsSnapshotsIsFound) {
  EXPECT_FALSE(Check({Link(3, 5, 9)}, 2, 5).problems.empty());
  EXPECT_FALSE(CheckChain("p", {}, {Link(3, 5, 9)}).problems.empty());
}

TEST(Chain, OtherPipelinesDoNotMatter) {
  const auto other = WriteSummary(RecordOf(1, 3), "q", At(0));
  EXPECT_TRUE(CheckChain("p", WriteRecord(RecordOf(3, 9), "p"), {{1, other}, Link(3, 5, 9)})
                  .problems.empty());
}

}  // namespace
}  // namespace sluice::checkpoint
