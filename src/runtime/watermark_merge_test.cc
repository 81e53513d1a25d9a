// SPDX-License-Identifier: Apache-2.0
#include "runtime/watermark_merge.h"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using Returning = WatermarkMerge::Returning;

TEST(WatermarkMerge, TheSmallestCounts) {
  WatermarkMerge merge(2, Returning::kHoldsBack);
  EXPECT_FALSE(merge.SetWatermark(0, 10));
  EXPECT_TRUE(merge.SetWatermark(1, 5));
  EXPECT_EQ(merge.watermark_ms(), 5);
  EXPECT_FALSE(merge.SetWatermark(1, 3));  // never back
  EXPECT_TRUE(merge.SetWatermark(1, 20));
  EXPECT_EQ(merge.watermark_ms(), 10);
  EXPECT_TRUE(merge.Set(0, INT64_MAX, false));
  EXPECT_EQ(merge.watermark_ms(), 20);
}

TEST(WatermarkMerge, AnIdleInputDoesNotCount) {
  WatermarkMerge merge(2, Returning::kHoldsBack);
  merge.SetWatermark(0, 10);
  EXPECT_TRUE(merge.SetIdle(1, true));
  EXPECT_EQ(merge.watermark_ms(), 10);
  EXPECT_FALSE(merge.idle());
  EXPECT_TRUE(merge.SetIdle(0, true));
  EXPECT_TRUE(merge.idle());
  EXPECT_EQ(merge.watermark_ms(), 10);
  EXPECT_TRUE(merge.SetIdle(1, false));
  EXPECT_FALSE(merge.idle());
}

TEST(WatermarkMerge, AnInputOfAJoinThatComesBackHoldsBack) {
  WatermarkMerge merge(2, Returning::kHoldsBack);
  merge.SetWatermark(0, 10);
  merge.SetIdle(1, true);
  merge.SetIdle(1, false);
  EXPECT_FALSE(merge.SetWatermark(0, 20));
  EXPECT_TRUE(merge.SetWatermark(1, 15));
  EXPECT_EQ(merge.watermark_ms(), 15);
}

TEST(WatermarkMerge, AChannelThatComesBackCatchesUpFirst) {
  WatermarkMerge merge(2, Returning::kCatchesUp);
  merge.SetWatermark(0, 10);
  merge.SetIdle(1, true);
  EXPECT_EQ(merge.watermark_ms(), 10);
  merge.Set(1, 4, false);
  EXPECT_TRUE(merge.SetWatermark(0, 20));  // channel 1 is behind and not waited for
  EXPECT_EQ(merge.watermark_ms(), 20);
  EXPECT_FALSE(merge.SetWatermark(1, 25));
  EXPECT_TRUE(merge.SetWatermark(0, 30));
  EXPECT_EQ(merge.watermark_ms(), 25);  // now it is
}

TEST(WatermarkMerge, WhenAllChannelsFallIdleTheLargestIsTheLast) {
  WatermarkMerge merge(2, Returning::kCatchesUp);
  merge.SetWatermark(0, 10);
  merge.SetWatermark(1, 30);
  EXPECT_EQ(merge.watermark_ms(), 10);
  merge.SetIdle(1, true);
  EXPECT_EQ(merge.watermark_ms(), 10);
  EXPECT_TRUE(merge.SetIdle(0, true));
  EXPECT_EQ(merge.watermark_ms(), 30);
  EXPECT_TRUE(merge.idle());
}

TEST(WatermarkMerge, GoesOnFromWhatWasRestored) {
  WatermarkMerge merge(2, Returning::kCatchesUp);
  merge.StartAt(50);
  EXPECT_FALSE(merge.SetWatermark(0, 40));
  EXPECT_FALSE(merge.SetWatermark(0, 60));  // channel 1 has not said where it stands
  EXPECT_TRUE(merge.SetWatermark(1, 55));
  EXPECT_EQ(merge.watermark_ms(), 55);
}

}  // namespace
}  // namespace sluice::runtime
