// SPDX-License-Identifier: Apache-2.0
#include "operators/deduplicate.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

const flow::Schema kInput = SchemaOf({{"k", "INT"}, {"t", "TIMESTAMP"}, {"v", "STRING"}});

plan::DeduplicateNode Node(bool keep_last, bool processing_time = false) {
  plan::DeduplicateNode node;
  node.keys = {0};
  node.time_column = 1;
  node.keep_last = keep_last;
  node.processing_time = processing_time;
  return node;
}

OperatorHarness Harness(plan::DeduplicateNode node) {
  return {std::move(node), kInput, {kInput}};
}

TEST(Deduplicate, TheLatestRowUpdates) {
  auto last = Harness(Node(true));
  EXPECT_EQ(last.PushEach({"+I[1, 10, a]", "+I[1, 9, b]", "+I[1, 10, c]", "+I[null, 1, d]"}),
            (Rows{"+I[1, 10, a]", "-U[1, 10, a]", "+U[1, 10, c]", "+I[null, 1, d]"}));
  last.Restart();
  EXPECT_EQ(last.PushEach({"+I[1, 8, e]", "+I[1, 11, f]", "+I[null, 1, g]"}),
            (Rows{"-U[1, 10, c]", "+U[1, 11, f]", "-U[null, 1, d]", "+U[null, 1, g]"}));
}

TEST(Deduplicate, ABatchGivesTheLastOfItsChanges) {
  auto last = Harness(Node(true));
  EXPECT_EQ(last.Push({"+I[1, 10, a]", "+I[2, 5, b]", "+I[1, 12, c]", "+I[1, 11, d]"}),
            (Rows{"+I[1, 12, c]", "+I[2, 5, b]"}));
  EXPECT_EQ(last.Push({"+I[2, 4, e]", "+I[2, 6, f]", "+I[2, 7, g]"}),
            (Rows{"-U[2, 5, b]", "+U[2, 7, g]"}));
}

TEST(Deduplicate, WithoutUpdateBeforeOnlyTimesAreKept) {
  plan::DeduplicateNode node = Node(true);
  node.emit_update_before = false;
  auto last = Harness(node);
  EXPECT_EQ(last.PushEach({"+I[1, 10, a]", "+I[1, 9, b]", "+I[1, 10, c]"}),
            (Rows{"+I[1, 10, a]", "+U[1, 10, c]"}));
  last.Restart();
  EXPECT_EQ(last.PushEach({"+I[1, 9, d]", "+I[1, 11, e]"}), (Rows{"+U[1, 11, e]"}));
  node.emit_insert = false;
  auto updates = Harness(node);
  EXPECT_EQ(updates.PushEach({"+I[1, 10, a]", "+I[1, 9, b]"}), (Rows{"+U[1, 10, a]"}));
}

TEST(Deduplicate, AnEarlierRowReplacesTheFirst) {
  auto first = Harness(Node(false));
  EXPECT_EQ(first.PushEach({"+I[1, 10, a]", "+I[1, 10, b]", "+I[1, 9, c]"}),
            (Rows{"+I[1, 10, a]", "-U[1, 10, a]", "+U[1, 9, c]"}));
  first.Restart();
  EXPECT_EQ(first.PushEach({"+I[1, 9, d]", "+I[1, 8, e]"}), (Rows{"-U[1, 9, c]", "+U[1, 8, e]"}));
}

TEST(Deduplicate, TheFirstRowOnceAtTheWatermark) {
  plan::DeduplicateNode node = Node(false);
  node.at_watermark = true;
  auto first = Harness(node);
  EXPECT_EQ(first.PushEach({"+I[1, 10, a]", "+I[2, 12, b]", "+I[1, 9, c]"}), Rows{});
  EXPECT_EQ(first.Watermark(8), Rows{});
  first.Restart();
  EXPECT_EQ(first.Watermark(9), Rows{"+I[1, 9, c]"});
  EXPECT_EQ(first.PushEach({"+I[1, 9, d]", "+I[2, 8, e]", "+I[3, 20, f]"}), Rows{});
  EXPECT_EQ(first.op()->counters().late_rows, 1);
  EXPECT_EQ(first.late(), Rows{"0: +I[2, 8, e] at 8, watermark 9"});
  first.Restart();
  EXPECT_EQ(first.Watermark(flow::kWatermarkMax), (Rows{"+I[2, 12, b]", "+I[3, 20, f]"}));
  EXPECT_EQ(first.Push({"+I[1, 9223372036854775, g]"}), Rows{});
}

TEST(Deduplicate, WhatWasGivenIsForgottenAndWhatWaitsIsNot) {
  plan::DeduplicateNode node = Node(false);
  node.at_watermark = true;
  node.ttl_ms = 1000;
  auto first = Harness(node);
  first.Push({"+I[1, 10, a]"});
  first.now_ms = 5000;
  EXPECT_EQ(first.Watermark(10), Rows{"+I[1, 10, a]"});
  first.Restart();
  first.now_ms = 5999;
  first.Push({"+I[1, 20, b]"});
  EXPECT_EQ(first.Watermark(20), Rows{});
  first.now_ms = 6000;
  first.Push({"+I[1, 30, c]"});
  EXPECT_EQ(first.Watermark(30), Rows{"+I[1, 30, c]"});
  EXPECT_EQ(first.op()->counters().state_rows, 1);
}

TEST(Deduplicate, FirstByProcessingTime) {
  auto first = Harness(Node(false, true));
  EXPECT_EQ(first.Push({"+I[1, 10, a]", "+I[1, 9, b]", "+I[2, 9, c]"}),
            (Rows{"+I[1, 10, a]", "+I[2, 9, c]"}));
  first.Restart();
  EXPECT_EQ(first.Push({"+I[1, 1, d]", "+I[3, 1, e]"}), Rows{"+I[3, 1, e]"});
}

TEST(Deduplicate, LastByProcessingTimeLeavesEqualRowsOut) {
  auto last = Harness(Node(true, true));
  EXPECT_EQ(last.PushEach({"+I[1, 10, a]", "+I[1, 10, a]", "+I[1, 9, b]"}),
            (Rows{"+I[1, 10, a]", "-U[1, 10, a]", "+U[1, 9, b]"}));
  plan::DeduplicateNode node = Node(true, true);
  node.emit_update_before = node.emit_insert = false;
  auto updates = Harness(node);
  EXPECT_EQ(updates.Push({"+I[1, 10, a]", "+I[1, 10, a]"}), (Rows{"+U[1, 10, a]", "+U[1, 10, a]"}));
}

}  // namespace
}  // namespace sluice::operators
