// SPDX-License-Identifier: Apache-2.0
// Both phases of an aggregate per window: what they give together must be what one phase gives.
#include "operators/local_window_aggregate.h"

#include <algorithm>
#include <random>

#include "operators/aggregate_testing.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using functions::AggregateCall;
using plan::WindowKind;

const flow::Schema kInput =
    SchemaOf({{"k", "STRING"}, {"n", "BIGINT"}, {"f", "BOOLEAN"}, {"ts", "TIMESTAMP"}});
const flow::Schema kFolded = {
    {kInput.fields[3], {"$accumulators", flow::Type::Varbinary()->WithNullable(false), ""}}};

plan::WindowAggregateNode OnePhase(WindowKind kind, int64_t size_ms, int64_t slide_ms = 0) {
  plan::WindowAggregateNode node;
  node.window.kind = kind;
  node.window.size_ms = size_ms;
  node.window.slide_ms = slide_ms;
  node.window.time_column = 3;
  node.calls = {CallOf(kInput, "COUNT", {}), CallOf(kInput, "SUM", {1}), CallOf(kInput, "AVG", {1}),
                CallOf(kInput, "MIN", {1}), CallOf(kInput, "MAX", {0}, false, 2)};
  node.wants_start = node.wants_end = true;
  return node;
}

flow::Schema OutputOf(const plan::WindowAggregateNode& node) {
  flow::Schema output;
  for (const AggregateCall& call : node.calls) output.fields.push_back({"call", call.type, ""});
  const auto point = flow::Type::Timestamp(3, false);
  output.fields.push_back({"window_start", point, ""});
  output.fields.push_back({"window_end", point, ""});
  return output;
}

plan::WindowAggregateNode Second(plan::WindowAggregateNode node) {
  node.merges = true;
  node.window.time_column = 0;
  return node;
}

/// Several first phases, as on several shards, and the second one.
class TwoPhases {
 public:
  explicit TwoPhases(const plan::WindowAggregateNode& node)
      : global_(Second(node), OutputOf(node), {kFolded}) {
    node_.name = "first phase";
    node_.output = kFolded;
    node_.node = plan::LocalWindowAggregateNode{node.window, node.calls};
    for (auto& local : locals_) {
      auto made = MakeOperator(node_, {kInput}, {});
      EXPECT_TRUE(made.ok());
      local = *std::move(made);
    }
  }

  void Push(const Rows& rows, size_t shard) {
    std::vector<flow::Batch> out;
    EXPECT_TRUE(locals_[shard]->Process(0, BatchOf(kInput, rows), 0, &out).ok());
    for (const flow::Batch& batch : out) {
      folded_rows += batch.rows->num_rows();
      EXPECT_EQ(global_.PushBatch(batch), Rows{});
    }
  }
  Rows Watermark(int64_t ms) {
    for (auto& local : locals_) {
      std::vector<flow::Batch> out;
      int64_t passed = ms;
      EXPECT_TRUE(local->OnWatermark(&passed, 0, &out).ok());
      EXPECT_TRUE(out.empty());
    }
    return global_.Watermark(ms);
  }
  OperatorHarness& global() { return global_; }
  static constexpr size_t kShards = 3;
  int64_t folded_rows = 0;  // that went from the first to the second phase

 private:
  plan::JobNode node_;
  std::unique_ptr<flow::Operator> locals_[kShards];
  OperatorHarness global_;
};

TEST(LocalWindowAggregate, ARowPerSliceAndBatch) {
  TwoPhases phases(OnePhase(WindowKind::kHop, 10, 5));
  phases.Push(
      {"+I[a, 1, true, 1]", "+I[b, 3, true, 4]", "+I[c, null, false, 7]", "+I[a, 2, null, 0]"}, 0);
  EXPECT_EQ(phases.folded_rows, 2);
  phases.Push({"+I[d, 9, true, 2]"}, 1);
  EXPECT_EQ(phases.folded_rows, 3);
  EXPECT_EQ(phases.Watermark(4), Rows{"+I[4, 15, 3, 1, d, -5, 5]"});
  EXPECT_EQ(phases.Watermark(100),
            (Rows{"+I[5, 15, 3, 1, d, 0, 10]", "+I[1, null, null, null, null, 5, 15]"}));
}

TEST(LocalWindowAggregate, EachLateRowCounts) {
  TwoPhases phases(OnePhase(WindowKind::kTumble, 10));
  phases.Watermark(9);
  phases.Push({"+I[a, 1, true, 1]", "+I[a, 1, true, 11]", "+I[a, 1, true, 2]", "+I[a, 1, true, 3]",
               "+I[a, 1, true, 12]"},
              0);
  EXPECT_EQ(phases.global().op()->counters().late_rows, 3);
  EXPECT_EQ(phases.Watermark(100), Rows{"+I[2, 2, 1, 1, a, 10, 20]"});
}

TEST(LocalWindowAggregate, ARowWithoutTimeIsRefused) {
  plan::JobNode node;
  node.output = kFolded;
  const auto whole = OnePhase(WindowKind::kTumble, 10);
  node.node = plan::LocalWindowAggregateNode{whole.window, whole.calls};
  auto made = MakeOperator(node, {kInput}, {});
  ASSERT_TRUE(made.ok());
  std::vector<flow::Batch> out;
  const Status status = (*made)->Process(0, BatchOf(kInput, {"+I[a, 1, true, null]"}), 0, &out);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().text.find("event time of a row is NULL"), std::string::npos);
}

TEST(LocalWindowAggregate, GivesWhatOnePhaseGives) {
  const plan::WindowAggregateNode nodes[] = {
      OnePhase(WindowKind::kTumble, 10), OnePhase(WindowKind::kHop, 12, 4),
      OnePhase(WindowKind::kHop, 3, 5), OnePhase(WindowKind::kCumulate, 20, 5)};
  for (size_t n = 0; n < std::size(nodes); ++n) {
    std::mt19937_64 random(n);
    OperatorHarness one(nodes[n], OutputOf(nodes[n]), {kInput});
    TwoPhases two(nodes[n]);
    int64_t time = 0;
    for (int step = 0; step < 300; ++step) {
      Rows rows;
      for (uint64_t count = random() % 6; count > 0; --count) {
        const auto at = time - static_cast<int64_t>(random() % 25);
        rows.push_back("+I[" + std::string(1, static_cast<char>('a' + random() % 4)) + ", " +
                       (random() % 7 == 0 ? "null" : std::to_string(random() % 100)) + ", " +
                       (random() % 2 == 0 ? "true" : "null") + ", " + std::to_string(at) + "]");
      }
      EXPECT_EQ(one.Push(rows), Rows{});
      two.Push(rows, random() % TwoPhases::kShards);
      time += static_cast<int64_t>(random() % 4);
      if (random() % 4 != 0) continue;
      EXPECT_EQ(one.Watermark(time - 5), two.Watermark(time - 5)) << n << " at step " << step;
      if (random() % 3 == 0) two.global().Restart();
    }
    EXPECT_EQ(one.Watermark(flow::kWatermarkMax), two.Watermark(flow::kWatermarkMax));
    EXPECT_GT(one.op()->counters().late_rows, 0);
  }
}

}  // namespace
}  // namespace sluice::operators
