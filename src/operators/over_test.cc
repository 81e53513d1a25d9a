// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "operators/changelog_testing.h"
#include "operators/sorted_over.h"
#include "operators/time_over.h"

namespace sluice::operators {
namespace {

using functions::AggregateCall;
using Time = plan::OverNode::Time;

const flow::Schema kInput = SchemaOf({{"ts", "TIMESTAMP"}, {"k", "STRING"}, {"n", "BIGINT"}});

/// Adds a call of an aggregate over column n, or of a ranking function.
void AddCall(plan::OverNode* node, const std::string& name, int64_t offset = 1) {
  AggregateCall call;
  const flow::TypePtr number = flow::Type::Simple(flow::TypeKind::kBigInt);
  const bool ranks = name == "LAG" || name == "ROW_NUMBER" || name == "RANK" ||
                     name == "DENSE_RANK" || name == "LEAD";
  call.type = number;
  if (!ranks || name == "LAG") {
    call.arguments = {2};
    call.argument_types = {number};
  }
  if (!ranks) {
    call.function = functions::FindAggregate(name);
    const std::vector<functions::ExprPtr> arguments = {functions::Column(2, number, "n")};
    const auto signature = call.function->resolve(arguments);
    ASSERT_TRUE(signature.ok());
    call.type = signature->result;
  }
  node->spec.calls.push_back(call);
  node->spec.ranking.push_back(ranks ? name : "");
  node->spec.offsets.push_back(offset);
  node->spec.defaults.push_back(nullptr);
}

plan::OverNode NodeOf(Time time, bool rows, std::optional<int64_t> preceding,
                      const std::vector<std::string>& calls) {
  plan::OverNode node;
  node.time = time;
  node.spec.partition_by = {1};
  node.spec.order_by = {{time == Time::kNone ? 2 : 0, false, true}};
  node.spec.rows = rows;
  if (preceding) node.spec.lower = sql::FrameBound::Preceding(*preceding);
  for (const std::string& call : calls) AddCall(&node, call);
  return node;
}

OperatorHarness Over(const plan::OverNode& node) {
  flow::Schema output = kInput;
  for (const AggregateCall& call : node.spec.calls) {
    output.fields.push_back({"call", call.type, ""});
  }
  return OperatorHarness(node, output, {kInput});
}

TEST(TimeOver, RowsComeInTheOrderOfTheirTime) {
  auto harness = Over(NodeOf(Time::kEvent, true, std::nullopt, {"SUM", "COUNT"}));
  EXPECT_EQ(harness.Push({"+I[5, a, 1]", "+I[3, a, 2]", "+I[4, b, 4]", "+I[9, a, 8]"}), Rows{});
  harness.Restart();
  EXPECT_EQ(harness.Push({"+I[5, a, 16]"}), Rows{});
  EXPECT_EQ(harness.Watermark(5), (Rows{"+I[3, a, 2, 2, 1]", "+I[4, b, 4, 4, 1]",
                                        "+I[5, a, 1, 3, 2]", "+I[5, a, 16, 19, 3]"}));
  EXPECT_EQ(harness.Push({"+I[5, a, 1]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.late(), Rows{"0: +I[5, a, 1] at 5, watermark 5"});
  harness.Restart();
  EXPECT_EQ(harness.Watermark(9), (Rows{"+I[9, a, 8, 27, 4]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 2);
}

TEST(TimeOver, RangeGivesEqualTimesOneResult) {
  auto harness = Over(NodeOf(Time::kEvent, false, std::nullopt, {"SUM"}));
  harness.Push({"+I[5, a, 1]", "+I[3, a, 2]", "+I[5, a, 4]"});
  EXPECT_EQ(harness.Watermark(5), (Rows{"+I[3, a, 2, 2]", "+I[5, a, 1, 7]", "+I[5, a, 4, 7]"}));
}

TEST(TimeOver, BoundedRows) {
  auto harness = Over(NodeOf(Time::kEvent, true, 1, {"SUM", "MAX", "FIRST_VALUE"}));
  harness.Push({"+I[1, a, 9]", "+I[2, a, 2]", "+I[3, a, 3]"});
  EXPECT_EQ(harness.Watermark(2), (Rows{"+I[1, a, 9, 9, 9, 9]", "+I[2, a, 2, 11, 9, 9]"}));
  harness.Restart();
  EXPECT_EQ(harness.Watermark(3), (Rows{"+I[3, a, 3, 5, 3, 2]"}));
  harness.Push({"+I[4, a, null]"});
  harness.Restart();
  EXPECT_EQ(harness.Watermark(4), (Rows{"+I[4, a, null, 3, 3, 3]"}));
}

TEST(TimeOver, BoundedRangeForgets) {
  auto harness = Over(NodeOf(Time::kEvent, false, 2, {"SUM", "MIN"}));
  harness.Push({"+I[1, a, 9]", "+I[2, a, 2]", "+I[4, a, 4]", "+I[4, a, 5]"});
  EXPECT_EQ(harness.Watermark(4), (Rows{"+I[1, a, 9, 9, 9]", "+I[2, a, 2, 11, 2]",
                                        "+I[4, a, 4, 11, 2]", "+I[4, a, 5, 11, 2]"}));
  harness.Restart();
  EXPECT_EQ(harness.Watermark(6), Rows{});
  EXPECT_GT(harness.op()->counters().state_rows, 0);
  EXPECT_EQ(harness.Watermark(7), Rows{});
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
  harness.Checkpoint();
  EXPECT_EQ(harness.stored(), 1u);
  harness.Push({"+I[8, a, 1]"});
  EXPECT_EQ(harness.Watermark(8), (Rows{"+I[8, a, 1, 1, 1]"}));
}

TEST(TimeOver, LooksBackAndCounts) {
  auto node =
      NodeOf(Time::kEvent, true, std::nullopt, {"LAG", "ROW_NUMBER", "RANK", "DENSE_RANK", "SUM"});
  AddCall(&node, "LAG", 2);
  node.spec.defaults.back() = functions::Literal(
      arrow::MakeScalar(int64_t{-1}), flow::Type::Simple(flow::TypeKind::kBigInt, false));
  auto harness = Over(node);
  harness.Push({"+I[1, a, 7]", "+I[2, a, 8]", "+I[2, a, 9]", "+I[3, b, 4]", "+I[4, a, 5]"});
  EXPECT_EQ(harness.Watermark(2),
            (Rows{"+I[1, a, 7, null, 1, 1, 1, 7, -1]", "+I[2, a, 8, 7, 2, 2, 2, 15, -1]",
                  "+I[2, a, 9, 8, 3, 2, 2, 24, 7]"}));
  harness.Restart();
  EXPECT_EQ(harness.Watermark(4),
            (Rows{"+I[3, b, 4, null, 1, 1, 1, 4, -1]", "+I[4, a, 5, 9, 4, 4, 3, 29, 8]"}));
}

TEST(TimeOver, ProcessingTimeGoesThroughAtOnce) {
  auto unbounded = Over(NodeOf(Time::kProcessing, false, std::nullopt, {"SUM", "LAG"}));
  EXPECT_EQ(unbounded.Push({"+I[1, a, 1]", "+I[2, a, 2]", "+I[2, b, 2]"}),
            (Rows{"+I[1, a, 1, 1, null]", "+I[2, a, 2, 3, 1]", "+I[2, b, 2, 2, null]"}));
  unbounded.Restart();
  EXPECT_EQ(unbounded.Push({"+I[1, a, 4]"}), (Rows{"+I[1, a, 4, 7, 2]"}));
  auto bounded = Over(NodeOf(Time::kProcessing, false, 10, {"SUM"}));
  EXPECT_EQ(bounded.Push({"+I[1, a, 1]"}), (Rows{"+I[1, a, 1, 1]"}));
  bounded.now_ms = 10;
  EXPECT_EQ(bounded.Push({"+I[1, a, 2]"}), (Rows{"+I[1, a, 2, 3]"}));
  bounded.Restart();
  bounded.now_ms = 11;
  EXPECT_EQ(bounded.Push({"+I[1, a, 4]"}), (Rows{"+I[1, a, 4, 6]"}));
}

TEST(TimeOver, WhatLooksAheadIsRefused) {
  plan::JobNode node;
  node.name = "over";
  node.node = NodeOf(Time::kEvent, true, std::nullopt, {"LEAD"});
  node.output = kInput;
  node.output.fields.push_back({"call", flow::Type::Simple(flow::TypeKind::kBigInt), ""});
  const auto made = MakeOperator(node, {kInput}, {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().kind, ErrorKind::kUnsupported);
}

/// Partitions are forgotten wherever they lie.
class ForgetfulOver : public ::testing::TestWithParam<int64_t> {};
INSTANTIATE_TEST_SUITE_P(TimeOver, ForgetfulOver, ::testing::Values(-1, 0));

TEST_P(ForgetfulOver, PartitionsAreForgotten) {
  auto node = NodeOf(Time::kProcessing, true, std::nullopt, {"SUM"});
  node.ttl_ms = 1000;
  auto harness = Over(node);
  harness.Spill(GetParam());
  harness.now_ms = 1;
  EXPECT_EQ(harness.Push({"+I[0, a, 1]", "+I[0, b, 1]"}),
            (Rows{"+I[0, a, 1, 1]", "+I[0, b, 1, 1]"}));
  harness.now_ms = 1000;
  EXPECT_EQ(harness.Push({"+I[0, a, 2]"}), (Rows{"+I[0, a, 2, 3]"}));
  harness.Restart();
  harness.now_ms = 1999;
  EXPECT_EQ(harness.Push({"+I[0, a, 3]", "+I[0, b, 3]"}),
            (Rows{"+I[0, a, 3, 6]", "+I[0, b, 3, 3]"}));
  harness.now_ms = 2999;
  EXPECT_EQ(harness.Push({"+I[0, a, 4]"}), (Rows{"+I[0, a, 4, 4]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 1);
}

TEST_P(ForgetfulOver, PartitionsWithRowsThatWaitAreNotForgotten) {
  auto node = NodeOf(Time::kEvent, true, 5, {"SUM"});
  node.ttl_ms = 1000;
  auto harness = Over(node);
  harness.Spill(GetParam());
  harness.Push({"+I[10, a, 1]"});
  harness.now_ms = 5000;
  harness.Push({"+I[11, b, 1]"});
  EXPECT_EQ(harness.Watermark(20), (Rows{"+I[10, a, 1, 1]", "+I[11, b, 1, 1]"}));
  harness.now_ms = 5500;
  harness.Push({"+I[30, a, 2]"});
  EXPECT_EQ(harness.Watermark(40), (Rows{"+I[30, a, 2, 3]"}));
  harness.now_ms = 6499;
  harness.Push({"+I[50, a, 3]", "+I[50, b, 3]"});
  EXPECT_EQ(harness.Watermark(60), (Rows{"+I[50, a, 3, 6]", "+I[50, b, 3, 3]"}));
  harness.now_ms = 9000;
  EXPECT_EQ(harness.Watermark(70), Rows{});
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
}

TEST(TimeOver, AnEmptyFrameOfProcessingTimeGoes) {
  auto harness = Over(NodeOf(Time::kProcessing, false, 10, {"SUM"}));
  EXPECT_EQ(harness.Push({"+I[0, a, 1]"}), (Rows{"+I[0, a, 1, 1]"}));
  harness.now_ms = 10;
  EXPECT_EQ(harness.Push({"+I[0, a, 2]"}), (Rows{"+I[0, a, 2, 3]"}));
  harness.now_ms = 21;
  EXPECT_EQ(harness.Push({"+I[0, b, 1]"}), (Rows{"+I[0, b, 1, 1]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 2);
}

/// Rows that wait, and those of frames, are many times what memory may hold.
TEST(TimeOver, OfMoreThanMemoryHolds) {
  constexpr int kRows = 20'000, kRowsAtOnce = 2000, kPartitions = 200;
  for (const int64_t bytes_of_table : {-1, 20'000}) {
    auto harness = Over(NodeOf(Time::kEvent, true, 49, {"SUM"}));
    harness.Spill(bytes_of_table);
    int64_t most = 0;
    for (int first = 0; first < kRows; first += kRowsAtOnce) {
      Rows rows;
      for (int i = first; i < first + kRowsAtOnce; ++i) {
        rows.push_back("+I[" + std::to_string(i + 1) + ", k" + std::to_string(i % kPartitions) +
                       ", " + std::to_string(i / kPartitions) + "]");
      }
      EXPECT_EQ(harness.Push(rows), Rows{});
      most = std::max(most, harness.op()->memory_bytes());
      if (first == kRows / 2) harness.Restart();
    }
    EXPECT_EQ(harness.op()->counters().state_rows, kRows + kPartitions);
    const Rows given = harness.Watermark(kRows);
    ASSERT_EQ(given.size(), size_t{kRows});
    int64_t sum = 0;
    for (int i = kRows - 50 * kPartitions; i < kRows; i += kPartitions) sum += i / kPartitions;
    const std::string last =
        "+I[" + std::to_string(kRows) + ", k" + std::to_string(kPartitions - 1) + ", " +
        std::to_string((kRows - 1) / kPartitions) + ", " + std::to_string(sum) + "]";
    EXPECT_EQ(std::count(given.begin(), given.end(), last), 1);
    if (bytes_of_table >= 0) {
      EXPECT_EQ(harness.op()->fixed_bytes(), 0);
      EXPECT_LT(most, 200'000);
    }
  }
}

/// The empty frame is noted first; the row that comes before it is waits for its own time.
TEST(TimeOver, ARowBehindAnEmptyFrameGoesThrough) {
  for (const int64_t bytes_of_table : {int64_t{-1}, int64_t{1} << 30}) {
    auto harness = Over(NodeOf(Time::kEvent, false, 10, {"SUM"}));
    harness.Spill(bytes_of_table);
    harness.Push({"+I[1, a, 1]"});
    EXPECT_EQ(harness.Watermark(1), (Rows{"+I[1, a, 1, 1]"}));
    harness.Push({"+I[30, a, 2]"});
    EXPECT_EQ(harness.Watermark(20), Rows{});
    harness.Push({"+I[25, a, 4]"});
    EXPECT_EQ(harness.Watermark(27), (Rows{"+I[25, a, 4, 4]"}));
    EXPECT_EQ(harness.Watermark(40), (Rows{"+I[30, a, 2, 6]"}));
    EXPECT_EQ(harness.Watermark(41), Rows{});
    EXPECT_EQ(harness.op()->counters().state_rows, 0);
  }
}

/// What a watermark lets through is given in turns.
TEST(TimeOver, ManyRowsOfAWatermarkComeInTurns) {
  constexpr int kRowsAtOnce = 10'000, kBatches = 30;
  for (const int64_t bytes_of_table : {int64_t{-1}, int64_t{200'000}}) {
    auto harness = Over(NodeOf(Time::kEvent, true, std::nullopt, {"COUNT"}));
    harness.Spill(bytes_of_table);
    for (int batch = 0; batch < kBatches; ++batch) {
      Rows rows;
      for (int i = 0; i < kRowsAtOnce; ++i) {
        rows.push_back("+I[" + std::to_string(batch * kRowsAtOnce + i) + ", k" +
                       std::to_string(i % 3 == 0 ? i : 0) + ", 1]");
      }
      EXPECT_EQ(harness.Push(rows), Rows{});
    }
    int64_t given = 0, last_count = 0, turns = 0;
    int64_t watermark = flow::kWatermarkMax;
    do {
      std::vector<flow::Batch> out;
      ASSERT_TRUE(harness.op()->OnWatermark(&watermark, 0, &out).ok());
      ASSERT_TRUE(harness.op()->Balance().ok());
      int64_t rows = 0;
      for (const flow::Batch& batch : out) {
        rows += batch.rows->num_rows();
        const auto& counts = static_cast<const arrow::Int64Array&>(*batch.rows->column(3));
        for (int64_t i = 0; i < counts.length(); ++i) {
          last_count = std::max(last_count, counts.Value(i));
        }
      }
      EXPECT_LT(rows, 150'000);
      given += rows;
      ++turns;
    } while (harness.op()->has_more());
    EXPECT_EQ(given, int64_t{kRowsAtOnce} * kBatches);
    EXPECT_GE(turns, 3);
    EXPECT_EQ(last_count, int64_t{kBatches} * (kRowsAtOnce - (kRowsAtOnce - 1) / 3));
  }
}

/// Random rows with restarts, against sums over the frames as they are defined.
TEST(TimeOver, AgreesWithTheFrames) {
  struct Row {
    int64_t time, number;
    std::string key;
  };
  for (const bool by_rows : {false, true}) {
    for (const std::optional<int64_t> preceding :
         {std::optional<int64_t>(), std::optional<int64_t>(0), std::optional<int64_t>(3)}) {
      std::mt19937 random(3);
      auto harness = Over(NodeOf(Time::kEvent, by_rows, preceding, {"SUM", "COUNT"}));
      std::vector<Row> rows;
      Rows given;
      int64_t watermark = 0;
      EXPECT_EQ(harness.Watermark(0), Rows{});
      for (int round = 0; round < 60; ++round) {
        Rows batch;
        for (int i = 0; i < static_cast<int>(random() % 6); ++i) {
          const Row row{watermark + 1 + static_cast<int64_t>(random() % 8),
                        static_cast<int64_t>(random() % 100),
                        std::string(1, static_cast<char>('a' + random() % 3))};
          rows.push_back(row);
          batch.push_back("+I[" + std::to_string(row.time) + ", " + row.key + ", " +
                          std::to_string(row.number) + "]");
        }
        if (!batch.empty()) {
          EXPECT_EQ(harness.Push(batch), Rows{});
        }
        if (round % 3 == 0) harness.Restart();
        watermark += static_cast<int64_t>(random() % 4);
        const Rows closed = harness.Watermark(watermark);
        given.insert(given.end(), closed.begin(), closed.end());
      }
      const Rows rest = harness.Watermark(flow::kWatermarkMax);
      given.insert(given.end(), rest.begin(), rest.end());
      std::stable_sort(rows.begin(), rows.end(),
                       [](const Row& a, const Row& b) { return a.time < b.time; });
      Rows wanted;
      for (size_t i = 0; i < rows.size(); ++i) {
        int64_t sum = 0, count = 0;
        for (size_t j = rows.size(); j-- > 0;) {
          if (rows[j].key != rows[i].key) continue;
          if (by_rows ? j > i : rows[j].time > rows[i].time) continue;
          if (preceding.has_value() &&
              (by_rows ? count > *preceding : rows[j].time < rows[i].time - *preceding)) {
            continue;
          }
          sum += rows[j].number;
          ++count;
        }
        wanted.push_back("+I[" + std::to_string(rows[i].time) + ", " + rows[i].key + ", " +
                         std::to_string(rows[i].number) + ", " + std::to_string(sum) + ", " +
                         std::to_string(count) + "]");
      }
      std::sort(given.begin(), given.end());
      std::sort(wanted.begin(), wanted.end());
      ASSERT_EQ(given, wanted) << by_rows << " " << preceding.value_or(-1);
    }
  }
}

TEST(SortedOver, RangeUpdatesWhatFollows) {
  auto harness = Over(NodeOf(Time::kNone, false, std::nullopt, {"SUM", "COUNT"}));
  EXPECT_EQ(harness.PushEach({"+I[0, a, 1]", "+I[0, a, 5]", "+I[0, b, 1]"}),
            (Rows{"+I[0, a, 1, 1, 1]", "+I[0, a, 5, 6, 2]", "+I[0, b, 1, 1, 1]"}));
  harness.Restart();
  EXPECT_EQ(harness.Push({"+I[0, a, 4]"}),
            (Rows{"+I[0, a, 4, 5, 2]", "-U[0, a, 5, 6, 2]", "+U[0, a, 5, 10, 3]"}));
  EXPECT_EQ(harness.Push({"+I[7, a, 4]"}),
            (Rows{"-U[0, a, 4, 5, 2]", "+U[0, a, 4, 9, 3]", "+I[7, a, 4, 9, 3]",
                  "-U[0, a, 5, 10, 3]", "+U[0, a, 5, 14, 4]"}));
}

TEST(SortedOver, RowsHaveTheirOwnResults) {
  auto harness = Over(NodeOf(Time::kNone, true, std::nullopt, {"SUM"}));
  EXPECT_EQ(harness.Push({"+I[0, a, 1]", "+I[1, a, 1]", "+I[2, a, 0]"}),
            (Rows{"+I[0, a, 1, 1]", "+I[1, a, 1, 2]", "+I[2, a, 0, 0]"}));
  EXPECT_EQ(harness.Push({"+I[3, a, 1]", "+I[4, a, -1]"}),
            (Rows{"+I[3, a, 1, 3]", "+I[4, a, -1, -1]", "-U[2, a, 0, 0]", "+U[2, a, 0, -1]",
                  "-U[0, a, 1, 1]", "+U[0, a, 1, 0]", "-U[1, a, 1, 2]", "+U[1, a, 1, 1]",
                  "-U[3, a, 1, 3]", "+U[3, a, 1, 2]"}));
}

TEST(SortedOver, RowsAreTakenBack) {
  auto node = NodeOf(Time::kNone, false, std::nullopt, {"SUM"});
  node.retract = true;
  auto harness = Over(node);
  harness.Push({"+I[0, a, 1]", "+I[0, a, 2]", "+I[1, a, 2]", "+I[0, a, 5]"});
  harness.Restart();
  EXPECT_EQ(harness.Push({"-U[0, a, 2]", "+U[0, a, 3]"}),
            (Rows{"-D[0, a, 2, 5]", "-U[1, a, 2, 5]", "+U[1, a, 2, 3]", "-U[0, a, 5, 10]",
                  "+U[0, a, 5, 8]", "+U[0, a, 3, 6]", "-U[0, a, 5, 8]", "+U[0, a, 5, 11]"}));
  EXPECT_EQ(harness.Push({"-D[9, a, 1]", "-D[0, z, 1]"}), Rows{});
  EXPECT_EQ(harness.Push({"-D[0, a, 5]", "-D[0, a, 1]", "-D[1, a, 2]", "-D[0, a, 3]"}),
            (Rows{"-D[0, a, 5, 11]", "-D[0, a, 1, 1]", "-U[1, a, 2, 3]", "+U[1, a, 2, 2]",
                  "-U[0, a, 3, 6]", "+U[0, a, 3, 5]", "-D[1, a, 2, 2]", "-U[0, a, 3, 5]",
                  "+U[0, a, 3, 3]", "-D[0, a, 3, 3]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
}

TEST(SortedOver, WithoutUpdateBefore) {
  auto node = NodeOf(Time::kNone, false, std::nullopt, {"SUM"});
  node.spec.partition_by = {};
  node.spec.order_by[0].descending = true;
  node.emit_update_before = false;
  auto harness = Over(node);
  EXPECT_EQ(harness.Push({"+I[0, a, 1]", "+I[0, b, 2]"}),
            (Rows{"+I[0, a, 1, 1]", "+I[0, b, 2, 2]", "+U[0, a, 1, 3]"}));
}

}  // namespace
}  // namespace sluice::operators
