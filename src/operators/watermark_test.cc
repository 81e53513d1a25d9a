// SPDX-License-Identifier: Apache-2.0
#include "operators/watermark.h"

#include "arrow/api.h"
#include "gtest/gtest.h"

namespace sluice::operators {
namespace {

using Times = std::vector<std::optional<int64_t>>;

// One TIMESTAMP(3) column, and the watermark is the column itself.
flow::Batch Rows(const Times& times_us, int split) {
  const auto type = arrow::timestamp(arrow::TimeUnit::MICRO);
  arrow::TimestampBuilder builder(type, arrow::default_memory_pool());
  for (const auto& time_us : times_us) EXPECT_TRUE(builder.AppendOrNull(time_us).ok());
  const auto column = builder.Finish().ValueOrDie();
  return {arrow::RecordBatch::Make(arrow::schema({arrow::field("ts", type)}), column->length(),
                                   {column}),
          {.split = split}};
}

std::unique_ptr<WatermarkGenerator> Make(int64_t idle_timeout_ms, int64_t event_gap = 0) {
  sql::WatermarkSpec spec;
  spec.event_gap = event_gap;
  spec.delayed = functions::Column(0, flow::Type::Timestamp(3), "ts");
  auto made = WatermarkGenerator::Make(spec, {}, idle_timeout_ms);
  EXPECT_TRUE(made.ok());
  return std::move(*made);
}

TEST(Watermark, IsTheSmallestOfTheLargestTimesOfTheSplits) {
  const auto generator = Make(0);
  EXPECT_TRUE(generator->idle());
  generator->AddSplits({{0, flow::kWatermarkMin}}, 0);
  generator->AddSplits({{1, flow::kWatermarkMin}}, 0);
  EXPECT_FALSE(generator->idle());
  ASSERT_TRUE(generator->Observe(Rows({5'000, 9'000, 7'000}, 0), 0).ok());
  EXPECT_EQ(generator->watermark_ms(), flow::kWatermarkMin);  // nothing of split 1 yet
  ASSERT_TRUE(generator->Observe(Rows({4'999}, 1), 0).ok());
  EXPECT_EQ(generator->watermark_ms(), 4);
  ASSERT_TRUE(generator->Observe(Rows({1'000}, 1), 0).ok());  // never back
  EXPECT_EQ(generator->watermark_ms(), 4);
  generator->EndSplit(1);
  EXPECT_EQ(generator->watermark_ms(), 9);
  generator->EndSplit(0);
  EXPECT_FALSE(generator->idle());  // else a join would take this input for silent, and close
  EXPECT_EQ(generator->watermark_ms(), 9);
}

TEST(Watermark, AfterARestartItIsTheSmallestThatSplitsHad) {
  for (const bool first_is_ahead : {true, false}) {
    const auto generator = Make(0);
    generator->AddSplits({{0, first_is_ahead ? 9 : 4}, {1, first_is_ahead ? 4 : 9}}, 0);
    EXPECT_EQ(generator->watermark_ms(), 4);
    ASSERT_TRUE(generator->Observe(Rows({6'000}, first_is_ahead ? 1 : 0), 0).ok());
    EXPECT_EQ(generator->watermark_ms(), 6);
  }
}

TEST(Watermark, TimesBeforeTheEpochAreFloored) {
  const auto generator = Make(0);
  generator->AddSplits({{0, flow::kWatermarkMin}}, 0);
  ASSERT_TRUE(generator->Observe(Rows({-1}, 0), 0).ok());
  EXPECT_EQ(generator->watermark_ms(), -1);
}

TEST(Watermark, ARowWithoutATimeIsAnError) {
  const auto generator = Make(0);
  generator->AddSplits({{0, flow::kWatermarkMin}}, 0);
  const auto status = generator->Observe(Rows({1'000, std::nullopt}, 0), 0);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text.find("RowTime field should not be null, please convert it to a "
                                     "non-null long value."),
            0u);
}

TEST(Watermark, ASplitThatGivesNothingHoldsBackUntilItIsIdle) {
  const auto generator = Make(100);
  generator->AddSplits({{0, flow::kWatermarkMin}}, 1000);
  generator->AddSplits({{1, flow::kWatermarkMin}}, 1000);
  ASSERT_TRUE(generator->Observe(Rows({50'000}, 0), 1090).ok());
  EXPECT_EQ(generator->NextTime(), 1100);
  generator->OnTime(1099);
  EXPECT_EQ(generator->watermark_ms(), flow::kWatermarkMin);
  generator->OnTime(1100);
  EXPECT_EQ(generator->watermark_ms(), 50);
  EXPECT_EQ(generator->NextTime(), 1190);
  ASSERT_TRUE(generator->Observe(Rows({10'000}, 1), 1150).ok());  // back, and behind
  ASSERT_TRUE(generator->Observe(Rows({60'000}, 0), 1150).ok());
  EXPECT_EQ(generator->watermark_ms(), 50);
  ASSERT_TRUE(generator->Observe(Rows({55'000}, 1), 1150).ok());
  EXPECT_EQ(generator->watermark_ms(), 55);
  generator->OnTime(2000);
  EXPECT_TRUE(generator->idle());
  EXPECT_EQ(generator->NextTime(), flow::kNoTime);
}

// The changes of an upsert source, put in order per key, are rows of no split.
TEST(Watermark, RowsOfNoSplitMoveItAlone) {
  const auto generator = Make(0);
  generator->AddSplits({{0, flow::kWatermarkMin}}, 0);
  EXPECT_EQ(generator->watermark_ms(), flow::kWatermarkMin);
  ASSERT_TRUE(generator->Observe(Rows({5'000, 9'000}, -1), 0).ok());
  EXPECT_EQ(generator->watermark_ms(), 9);
  EXPECT_EQ(generator->WatermarkOf(0), 9);
  generator->EndSplit(0);
  EXPECT_FALSE(generator->idle());
  EXPECT_EQ(generator->watermark_ms(), 9);
}

TEST(Watermark, OnEventItPassesBehindEachRowThatMovesIt) {
  const flow::Batch rows = Rows({1'000, 1'000, 3'000, 2'000, 2'000, 4'000, 1'000}, 0);
  EXPECT_FALSE(Make(0)->on_event());
  EXPECT_EQ(*Make(0, 1)->PartsOf(rows), (std::vector<int64_t>{1, 3, 6, 7}));
  EXPECT_EQ(*Make(0, 2)->PartsOf(rows), (std::vector<int64_t>{2, 4, 6, 7}));
  EXPECT_EQ(*Make(0, 9)->PartsOf(rows), (std::vector<int64_t>{7}));
}

TEST(Watermark, ASplitBeginsWhereItStoodBeforeARestart) {
  const auto generator = Make(0);
  generator->AddSplits({{0, 77}}, 0);
  EXPECT_EQ(generator->watermark_ms(), 77);
  EXPECT_EQ(generator->WatermarkOf(0), 77);
  EXPECT_EQ(generator->WatermarkOf(1), flow::kWatermarkMin);
}

}  // namespace
}  // namespace sluice::operators
