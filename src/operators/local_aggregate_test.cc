// SPDX-License-Identifier: Apache-2.0
// Both phases of a GROUP BY: what they give together must be what one phase gives.
#include "operators/local_aggregate.h"

#include <random>

#include "operators/aggregate_testing.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using functions::AggregateCall;

const flow::Schema kInput =
    SchemaOf({{"k", "STRING"}, {"n", "BIGINT"}, {"f", "BOOLEAN"}, {"x", "DOUBLE"}});

plan::GroupAggregateNode OnePhase(bool retract) {
  plan::GroupAggregateNode node;
  node.groups = {0};
  node.retract = retract;
  node.calls = {CallOf(kInput, "COUNT", {}), CallOf(kInput, "SUM", {1}), CallOf(kInput, "AVG", {1}),
                CallOf(kInput, "COUNT", {1}, false, 2)};
  if (!retract) {
    node.calls.push_back(CallOf(kInput, "MIN", {1}));
    node.calls.push_back(CallOf(kInput, "MAX", {0}, false, 2));
  }
  return node;
}

class TwoPhases {
 public:
  explicit TwoPhases(const plan::GroupAggregateNode& node, int64_t mini_batch_rows = 0,
                     int64_t mini_batch_ms = 0)
      : global_(Second(node), OutputOf(node), {Folded(node)}) {
    node_.name = "first phase";
    node_.output = Folded(node);
    plan::LocalAggregateNode local;
    local.groups = node.groups;
    local.calls = node.calls;
    local.retract = node.retract;
    local.mini_batch_rows = mini_batch_rows;
    local.mini_batch_ms = mini_batch_ms;
    node_.node = local;
    local_ = Made();
    other_ = Made();
  }

  /// Rows of one batch into one of two first phases.
  Rows Push(const Rows& rows, bool other = false, int64_t now_ms = 0) {
    std::vector<flow::Batch> out;
    flow::Operator& op = other ? *other_ : *local_;
    EXPECT_TRUE(op.Process(0, BatchOf(kInput, rows), now_ms, &out).ok());
    return Merge(out);
  }
  Rows Flush() {
    std::vector<flow::Batch> out;
    EXPECT_TRUE(local_->Flush(0, &out).ok());
    EXPECT_TRUE(other_->Flush(0, &out).ok());
    return Merge(out);
  }
  Rows Watermark(int64_t ms) {
    std::vector<flow::Batch> out;
    EXPECT_TRUE(local_->OnWatermark(&ms, 0, &out).ok());
    return Merge(out);
  }
  Rows Time(int64_t ms) {
    std::vector<flow::Batch> out;
    EXPECT_TRUE(local_->OnTime(ms, &out).ok());
    return Merge(out);
  }
  flow::Operator& local() { return *local_; }
  OperatorHarness& global() { return global_; }
  int64_t folded_rows = 0;  // that went from the first to the second phase

  static flow::Schema OutputOf(const plan::GroupAggregateNode& node) {
    flow::Schema output;
    for (const int group : node.groups) {
      output.fields.push_back(kInput.fields[static_cast<size_t>(group)]);
    }
    for (const AggregateCall& call : node.calls) output.fields.push_back({"call", call.type, ""});
    return output;
  }

 private:
  static plan::GroupAggregateNode Second(plan::GroupAggregateNode node) {
    node.merges = true;
    for (size_t i = 0; i < node.groups.size(); ++i) node.groups[i] = static_cast<int>(i);
    return node;
  }
  static flow::Schema Folded(const plan::GroupAggregateNode& node) {
    flow::Schema schema;
    for (const int group : node.groups) {
      schema.fields.push_back(kInput.fields[static_cast<size_t>(group)]);
    }
    schema.fields.push_back({"$accumulators", flow::Type::Varbinary()->WithNullable(false), ""});
    return schema;
  }
  std::unique_ptr<flow::Operator> Made() {
    auto made = MakeOperator(node_, {kInput}, {});
    EXPECT_TRUE(made.ok());
    return *std::move(made);
  }
  Rows Merge(const std::vector<flow::Batch>& batches) {
    Rows all;
    for (const flow::Batch& batch : batches) {
      EXPECT_TRUE(batch.kinds.empty());
      folded_rows += batch.rows->num_rows();
      for (std::string& row : global_.PushBatch(batch)) all.push_back(std::move(row));
    }
    return all;
  }

  plan::JobNode node_;
  std::unique_ptr<flow::Operator> local_, other_;
  OperatorHarness global_;
};

TEST(LocalAggregate, FoldsABatch) {
  TwoPhases phases(OnePhase(false));
  EXPECT_EQ(phases.Push({"+I[a, 1, true, 0]", "+I[b, 5, false, 0]", "+I[a, 4, false, 0]",
                         "+I[a, null, true, 0]", "+I[null, 3, null, 0]"}),
            (Rows{"+I[a, 3, 5, 2, 1, 1, a]", "+I[b, 1, 5, 5, 0, 5, null]",
                  "+I[null, 1, 3, 3, 0, 3, null]"}));
  EXPECT_EQ(phases.folded_rows, 3);
  EXPECT_EQ(phases.Push({"+I[a, -1, null, 0]", "+I[a, 0, null, 0]"}, true),
            (Rows{"-U[a, 3, 5, 2, 1, 1, a]", "+U[a, 5, 4, 1, 1, -1, a]"}));
  EXPECT_EQ(phases.folded_rows, 4);
}

TEST(LocalAggregate, GathersRowsAndTime) {
  TwoPhases phases(OnePhase(true), 3, 1000);
  EXPECT_FALSE(phases.local().stateful());
  EXPECT_EQ(phases.Push({"+I[a, 1, true, 0]"}, false, 5000), Rows{});
  EXPECT_EQ(phases.local().NextTime(), 6000);
  EXPECT_EQ(phases.Push({"+I[b, 1, true, 0]"}, false, 5500), Rows{});
  EXPECT_EQ(phases.Push({"+I[a, 2, true, 0]"}, false, 5600),
            (Rows{"+I[a, 2, 3, 1, 2]", "+I[b, 1, 1, 1, 1]"}));
  EXPECT_EQ(phases.local().NextTime(), flow::kNoTime);
  EXPECT_EQ(phases.Push({"-D[b, 1, true, 0]"}, false, 7000), Rows{});
  EXPECT_EQ(phases.Time(7999), Rows{});
  EXPECT_EQ(phases.Time(8000), (Rows{"-D[b, 1, 1, 1, 1]"}));
  EXPECT_EQ(phases.Push({"+I[c, 1, true, 0]"}, false, 8000), Rows{});
  EXPECT_EQ(phases.Watermark(1), (Rows{"+I[c, 1, 1, 1, 1]"}));
  EXPECT_EQ(phases.Push({"+I[c, 1, true, 0]"}, false, 8000), Rows{});
  EXPECT_EQ(phases.Flush(), (Rows{"-U[c, 1, 1, 1, 1]", "+U[c, 2, 2, 1, 2]"}));
  EXPECT_EQ(phases.Flush(), Rows{});
}

TEST(LocalAggregate, ChangesOfRowsThatCameBefore) {
  TwoPhases phases(OnePhase(true));
  EXPECT_EQ(phases.Push({"+I[a, 5, true, 0]", "+I[a, 7, false, 0]"}), (Rows{"+I[a, 2, 12, 6, 1]"}));
  EXPECT_EQ(phases.Push({"-U[a, 5, true, 0]", "+U[a, 6, true, 0]"}),
            (Rows{"-U[a, 2, 12, 6, 1]", "+U[a, 2, 13, 6, 1]"}));
  EXPECT_EQ(phases.Push({"-D[a, 7, false, 0]"}), (Rows{"-U[a, 2, 13, 6, 1]", "+U[a, 1, 6, 6, 1]"}));
  EXPECT_EQ(phases.Push({"-U[a, 6, true, 0]", "+U[b, 6, true, 0]"}),
            (Rows{"-D[a, 1, 6, 6, 1]", "+I[b, 1, 6, 6, 1]"}));
  EXPECT_EQ(phases.global().op()->counters().state_rows, 1);
  // Nothing comes of what comes and goes in one bundle.
  EXPECT_EQ(phases.Push({"+I[d, 1, true, 0]", "-D[d, 1, true, 0]"}), Rows{});
  EXPECT_EQ(phases.global().op()->counters().state_rows, 1);
}

TEST(LocalAggregate, WithoutGroups) {
  auto node = OnePhase(true);
  node.groups = {};
  TwoPhases phases(node, 100);
  EXPECT_EQ(phases.Push({"+I[a, 1, true, 0]", "+I[b, 2, true, 0]"}), Rows{});
  EXPECT_EQ(phases.Push({"-D[a, 1, true, 0]"}), Rows{});
  EXPECT_EQ(phases.Push({"+I[c, 3, false, 0]"}, true), Rows{});
  const Rows given = phases.Flush();
  EXPECT_EQ(given, (Rows{"+I[1, 2, 2, 1]", "-U[1, 2, 2, 1]", "+U[2, 5, 2, 1]"}));
}

TEST(LocalAggregate, DistinctRowsAlone) {
  plan::GroupAggregateNode node;
  node.groups = {0, 2};
  TwoPhases phases(node);
  EXPECT_EQ(phases.Push({"+I[a, 1, true, 0]", "+I[a, 2, true, 0]", "+I[a, 2, null, 0]"}),
            (Rows{"+I[a, TRUE]", "+I[a, null]"}));
  EXPECT_EQ(phases.Push({"+I[a, 1, true, 0]"}), Rows{});
}

TEST(LocalAggregate, StateIsThatOfOnePhase) {
  auto node = OnePhase(true);
  OperatorHarness one(node, TwoPhases::OutputOf(node), {kInput});
  TwoPhases two(node);
  const Rows rows = {"+I[a, 1, true, 0]", "+I[b, null, false, 0]", "+I[a, 3, true, 0]"};
  one.Push(rows);
  two.Push(rows);
  StoredState of_one, of_two;
  ASSERT_TRUE(one.op()->Snapshot(true, &of_one).ok());
  ASSERT_TRUE(two.global().op()->Snapshot(true, &of_two).ok());
  EXPECT_EQ(of_one.size(), 2u);
  EXPECT_TRUE(of_one == of_two);
}

// Random rows, of which a third take an earlier one back, over two first phases: what remains is
// what one phase has, with a restart in between.
TEST(LocalAggregate, RemainsWhatOnePhaseHas) {
  for (const bool retract : {false, true}) {
    std::mt19937_64 random(11);
    const auto node = OnePhase(retract);
    OperatorHarness one(node, TwoPhases::OutputOf(node), {kInput});
    TwoPhases two(node, 64);
    Rows of_one, of_two;
    std::vector<std::string> there[2];  // rows of each first phase that may be taken back
    const auto take = [](Rows rows, Rows* into) {
      for (std::string& row : rows) into->push_back(std::move(row));
    };
    for (int batch = 0; batch < 60; ++batch) {
      const auto side = static_cast<size_t>(random() % 2);
      Rows rows;
      for (int i = 0; i < 20; ++i) {
        auto& mine = there[side];
        if (retract && !mine.empty() && random() % 3 == 0) {
          const size_t at = random() % mine.size();
          rows.push_back("-D" + mine[at]);
          mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
          continue;
        }
        const std::string n = random() % 5 == 0 ? "null" : std::to_string(random() % 100);
        mine.push_back("[k" + std::to_string(random() % 7) + ", " + n + ", " +
                       (random() % 2 == 0 ? "true" : "null") + ", 0]");
        rows.push_back("+I" + mine.back());
      }
      take(one.Push(rows), &of_one);
      take(two.Push(rows, side == 1), &of_two);
      if (batch == 30) {
        take(two.Flush(), &of_two);
        two.global().Restart();
      }
    }
    take(two.Flush(), &of_two);
    EXPECT_EQ(Folded(of_one), Folded(of_two));
    EXPECT_FALSE(Folded(of_one).empty());
    EXPECT_LT(two.folded_rows, 60 * 20 / 4);
  }
}

}  // namespace
}  // namespace sluice::operators
