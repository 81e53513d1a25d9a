// SPDX-License-Identifier: Apache-2.0
#include "runtime/resume.h"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

SinkFacts At(std::map<std::string, int64_t> splits) {
  SinkFacts facts{.durable = true};
  facts.recorded.exists = true;
  facts.recorded.epoch = 3;
  facts.recorded.position.sources["t"] = {.kind = "k", .identity = {}, .splits = std::move(splits)};
  return facts;
}
const std::vector<flow::Split> kSplits = {{.name = "t-0", .start_offset = 5}, {.name = "t-1"}};

TEST(DecideStarts, WithoutARecordASplitBeginsAtItsStart) {
  const auto starts = DecideStarts({SinkFacts{.durable = true}}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[0].offset, 5);
  EXPECT_EQ((*starts)[1].offset, 0);
}

TEST(DecideStarts, ReadsFromTheSmallestAndSkipsWhatEachHas) {
  const auto starts =
      DecideStarts({At({{"t-0", 40}, {"t-1", 7}}), At({{"t-0", 30}, {"t-1", 9}})}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[0].offset, 30);
  EXPECT_EQ((*starts)[0].skip_below, (std::vector<int64_t>{40, 30}));
  EXPECT_EQ((*starts)[1].offset, 7);
  EXPECT_EQ((*starts)[1].skip_below, (std::vector<int64_t>{7, 9}));
}

TEST(DecideStarts, ASinkWithoutARecordFollowsTheOthers) {
  const auto starts = DecideStarts({SinkFacts{}, At({{"t-0", 40}, {"t-1", 7}})}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[0].offset, 40);
  EXPECT_EQ((*starts)[0].skip_below, (std::vector<int64_t>{0, 40}));
}

TEST(DecideStarts, ANewTableBesideAnOldOneBeginsAtTheStart) {
  const auto starts =
      DecideStarts({SinkFacts{.durable = true}, At({{"t-0", 40}, {"t-1", 7}})}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[0].offset, 5);
  EXPECT_EQ((*starts)[0].skip_below, (std::vector<int64_t>{5, 40}));
}

TEST(DecideStarts, DeadLettersNeverDecideWhereReadingBegins) {
  SinkFacts behind = At({{"t-0", 7}, {"t-1", 50}});
  behind.follows = true;
  const auto starts = DecideStarts({behind, At({{"t-0", 40}, {"t-1", 40}})}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[0].offset, 40);
  EXPECT_EQ((*starts)[1].offset, 40);
  EXPECT_EQ((*starts)[1].skip_below, (std::vector<int64_t>{50, 40}));
  EXPECT_EQ(RecordedPositions({behind}, "t").size(), 0U);
}

TEST(DecideStarts, ANewSplitBeginsAtItsStart) {
  const auto starts = DecideStarts({At({{"t-0", 40}})}, "t", kSplits);
  ASSERT_TRUE(starts.ok());
  EXPECT_EQ((*starts)[1].offset, 0);
}

TEST(DecideStarts, AVanishedSplitIsNamed) {
  const auto starts = DecideStarts({At({{"t-0", 40}, {"t-9", 7}})}, "t", kSplits);
  ASSERT_FALSE(starts.ok());
  EXPECT_EQ(starts.error().kind, ErrorKind::kPositionMismatch);
  EXPECT_NE(starts.error().text.find("t-9"), std::string::npos);
}

}  // namespace
}  // namespace sluice::runtime
