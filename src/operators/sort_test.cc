// SPDX-License-Identifier: Apache-2.0
#include "operators/sort.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"
#include "operators/limit.h"

namespace sluice::operators {
namespace {

const flow::Schema kInput = SchemaOf({{"t", "TIMESTAMP"}, {"o", "INT"}});

TEST(Sort, ByEventTimeAsTheWatermarkPasses) {
  plan::TemporalSortNode node;
  node.keys = {{0, false, true}, {1, true, false}};
  OperatorHarness sort(node, kInput, {kInput});
  EXPECT_EQ(sort.Push({"+I[5, 1]", "+I[3, 1]", "+I[5, 2]", "+I[9, 1]", "+I[5, null]"}), Rows{});
  EXPECT_EQ(sort.Watermark(6), (Rows{"+I[3, 1]", "+I[5, 2]", "+I[5, 1]", "+I[5, null]"}));
  EXPECT_EQ(sort.Push({"+I[5, 7]", "+I[6, 7]"}), Rows{});
  EXPECT_EQ(sort.op()->counters().late_rows, 1);
  EXPECT_EQ(sort.late(), Rows{"0: +I[5, 7] at 5, watermark 5"});
  sort.Restart();
  EXPECT_EQ(sort.Push({"+I[5, 8]"}), Rows{});
  EXPECT_EQ(sort.Watermark(flow::kWatermarkMax), (Rows{"+I[6, 7]", "+I[9, 1]"}));
}

TEST(Sort, ByProcessingTime) {
  plan::TemporalSortNode node;
  node.processing_time = true;
  node.keys = {{0, false, true}};
  OperatorHarness alone(node, kInput, {kInput});
  EXPECT_EQ(alone.Push({"+I[5, 1]", "+I[3, 1]"}), (Rows{"+I[5, 1]", "+I[3, 1]"}));
  node.keys = {{0, false, true}, {1, false, true}};
  OperatorHarness sort(node, kInput, {kInput});
  sort.now_ms = 100;
  EXPECT_EQ(sort.Push({"+I[5, 2]", "+I[3, 1]"}), Rows{});
  EXPECT_EQ(sort.Time(101), (Rows{"+I[3, 1]", "+I[5, 2]"}));
}

TEST(Sort, OfABoundedInputAtItsEnd) {
  plan::SortNode node;
  node.keys = {{1, true, false}};
  OperatorHarness sort(node, kInput, {kInput});
  EXPECT_EQ(sort.Push({"+I[1, 5]", "+I[2, 9]", "+I[3, null]", "+I[4, 7]"}), Rows{});
  sort.Restart();
  EXPECT_EQ(sort.Push({"-D[2, 9]", "-U[9, 9]"}), Rows{});
  EXPECT_EQ(sort.Watermark(50), Rows{});
  EXPECT_EQ(sort.Watermark(flow::kWatermarkMax), (Rows{"+I[4, 7]", "+I[1, 5]", "+I[3, null]"}));
}

TEST(Sort, OfMoreThanMemoryHolds) {
  plan::SortNode node;
  node.keys = {{1, true, false}, {0, false, true}};
  for (const int64_t bytes_of_table : {-1, 0, 20'000}) {
    OperatorHarness sort(node, kInput, {kInput});
    sort.Spill(bytes_of_table);
    Rows wanted;
    for (int round = 0; round < 50; ++round) {
      Rows rows;
      for (int i = 0; i < 400; ++i) {
        const int number = round * 400 + i;
        rows.push_back("+I[" + std::to_string(number) + ", " +
                       std::to_string(number * 7919 % 1000) + "]");
      }
      EXPECT_EQ(sort.Push(rows), Rows{});
      if (round == 20) sort.Restart();
    }
    for (int order = 999; order >= 0; --order) {
      for (int number = 0; number < 20'000; ++number) {
        if (number * 7919 % 1000 != order) continue;
        wanted.push_back("+I[" + std::to_string(number) + ", " + std::to_string(order) + "]");
      }
    }
    EXPECT_EQ(sort.Push({"+I[5, 1]", "+I[5, 1]", "-D[5, 1]", "-D[5, 1]", "-D[5, 2]"}), Rows{});
    EXPECT_EQ(sort.Watermark(flow::kWatermarkMax), wanted);
    EXPECT_EQ(sort.op()->counters().state_rows, 0);
    sort.Restart();
    EXPECT_EQ(sort.Watermark(flow::kWatermarkMax), Rows{});
  }
}

/// Rows of one time are many more than are taken from disk at once, and keep their order.
TEST(Sort, ByEventTimeOfMoreThanMemoryHolds) {
  plan::TemporalSortNode node;
  node.keys = {{0, false, true}, {1, true, false}};
  const auto text = [](int time, int order) {
    return "+I[" + std::to_string(time) + ", " + std::to_string(order) + "]";
  };
  for (const int64_t bytes_of_table : {-1, 0, 20'000}) {
    OperatorHarness sort(node, kInput, {kInput});
    sort.Spill(bytes_of_table);
    for (int round = 0; round < 30; ++round) {
      Rows rows;
      for (int i = 0; i < 1000; ++i) {
        rows.push_back(text(i % 3 == 0 ? 1 + i % 50 : 70, (round * 1000 + i) * 7919 % 1000));
      }
      EXPECT_EQ(sort.Push(rows), Rows{});
      if (round == 20) sort.Restart();
    }
    EXPECT_EQ(sort.op()->counters().state_rows, 30'000);
    for (const int watermark : {20, 69, 70, 71}) {
      Rows given = sort.Watermark(watermark);
      Rows wanted;
      for (int time = watermark == 20   ? 1
                      : watermark == 69 ? 21
                                        : watermark;
           time <= watermark; ++time) {
        for (int order = 999; order >= 0; --order) {
          for (int i = 0; i < 1000; ++i) {
            if ((i % 3 == 0 ? 1 + i % 50 : 70) != time || i * 7919 % 1000 != order) continue;
            wanted.insert(wanted.end(), 30, text(time, order));
          }
        }
      }
      EXPECT_EQ(given, wanted);
      if (watermark == 20) sort.Restart();
    }
    EXPECT_EQ(sort.op()->counters().state_rows, 0);
    if (bytes_of_table >= 0) {
      EXPECT_LT(sort.op()->memory_bytes(), 200'000);
    }
  }
}

/// Rows of one time and one place in the order go on as they came.
TEST(Sort, EqualRowsKeepTheirOrder) {
  plan::TemporalSortNode node;
  node.keys = {{0, false, true}};
  for (const int64_t bytes_of_table : {-1, 0}) {
    OperatorHarness sort(node, kInput, {kInput});
    sort.Spill(bytes_of_table);
    EXPECT_EQ(sort.Push({"+I[7, 3]", "+I[7, 1]"}), Rows{});
    EXPECT_EQ(sort.Push({"+I[7, 2]"}), Rows{});
    sort.Restart();
    EXPECT_EQ(sort.Push({"+I[7, 0]", "+I[6, 9]"}), Rows{});
    EXPECT_EQ(sort.Watermark(8),
              (Rows{"+I[6, 9]", "+I[7, 3]", "+I[7, 1]", "+I[7, 2]", "+I[7, 0]"}));
  }
}

TEST(Limit, CountsRowsAcrossBatchesAndRestarts) {
  OperatorHarness limit(plan::LimitNode{3, 2}, kInput, {kInput});
  EXPECT_EQ(limit.Push({"+I[1, 1]"}), Rows{});
  EXPECT_EQ(limit.Push({"+I[2, 2]", "+I[3, 3]"}), Rows{"+I[3, 3]"});
  limit.Restart();
  EXPECT_EQ(limit.Push({"+I[4, 4]", "+I[5, 5]", "+I[6, 6]"}), (Rows{"+I[4, 4]", "+I[5, 5]"}));
  EXPECT_EQ(limit.Push({"+I[7, 7]"}), Rows{});
}

TEST(DropUpdateBefore, DropsTheseAlone) {
  OperatorHarness drop(plan::DropUpdateBeforeNode{}, kInput, {kInput});
  EXPECT_EQ(drop.Push({"+I[1, 1]", "-U[1, 1]", "+U[1, 2]", "-D[1, 2]"}),
            (Rows{"+I[1, 1]", "+U[1, 2]", "-D[1, 2]"}));
  EXPECT_EQ(drop.Push({"-U[1, 1]"}), Rows{});
}

}  // namespace
}  // namespace sluice::operators
