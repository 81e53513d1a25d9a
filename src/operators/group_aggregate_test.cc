// SPDX-License-Identifier: Apache-2.0
#include "operators/group_aggregate.h"

#include <random>

#include "operators/aggregate_testing.h"
#include "operators/changelog_testing.h"
#include "state/cold_store.h"

namespace sluice::operators {
namespace {

using functions::AggregateCall;

flow::Schema OutputOf(const flow::Schema& input, const plan::GroupAggregateNode& node) {
  flow::Schema output;
  for (const int group : node.groups) {
    output.fields.push_back(input.fields[static_cast<size_t>(group)]);
  }
  for (const AggregateCall& call : node.calls) output.fields.push_back({"call", call.type, ""});
  return output;
}

const flow::Schema kInput = SchemaOf({{"k", "STRING"}, {"n", "BIGINT"}, {"f", "BOOLEAN"}});

OperatorHarness Over(const plan::GroupAggregateNode& node) {
  return OperatorHarness(node, OutputOf(kInput, node), {kInput});
}

plan::GroupAggregateNode CountAndSum() {
  plan::GroupAggregateNode node;
  node.groups = {0};
  node.calls = {CallOf(kInput, "COUNT", {}), CallOf(kInput, "SUM", {1})};
  return node;
}

TEST(GroupAggregate, UpdatesEachGroup) {
  auto harness = Over(CountAndSum());
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[a, 2, true]", "+I[b, 3, true]",
                              "+I[null, 4, true]", "+I[null, null, true]"}),
            (Rows{"+I[a, 1, 1]", "-U[a, 1, 1]", "+U[a, 2, 3]", "+I[b, 1, 3]", "+I[null, 1, 4]",
                  "-U[null, 1, 4]", "+U[null, 2, 4]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 3);
}

TEST(GroupAggregate, GivesTheNetChangeOfABatch) {
  auto harness = Over(CountAndSum());
  EXPECT_EQ(harness.Push({"+I[a, 1, true]", "+I[b, 5, true]", "+I[a, 2, true]"}),
            (Rows{"+I[a, 2, 3]", "+I[b, 1, 5]"}));
  EXPECT_EQ(harness.Push({"+I[b, 1, true]", "+I[c, 1, true]", "+I[b, 1, true]"}),
            (Rows{"-U[b, 1, 5]", "+U[b, 3, 7]", "+I[c, 1, 1]"}));
}

TEST(GroupAggregate, WithoutUpdateBefore) {
  auto node = CountAndSum();
  node.emit_update_before = false;
  auto harness = Over(node);
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[a, 2, true]"}),
            (Rows{"+I[a, 1, 1]", "+U[a, 2, 3]"}));
}

TEST(GroupAggregate, AnEqualResultIsNotGiven) {
  auto node = CountAndSum();
  node.calls.erase(node.calls.begin());
  auto harness = Over(node);
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[a, 0, true]", "+I[a, null, true]"}),
            (Rows{"+I[a, 1]"}));
  node.ttl_ms = 1000;
  auto forgetting = Over(node);
  EXPECT_EQ(forgetting.PushEach({"+I[a, 1, true]", "+I[a, 0, true]"}),
            (Rows{"+I[a, 1]", "-U[a, 1]", "+U[a, 1]"}));
}

TEST(GroupAggregate, RowsAreTakenBack) {
  auto node = CountAndSum();
  node.calls.push_back(CallOf(kInput, "MAX", {1}));
  node.retract = true;
  auto harness = Over(node);
  EXPECT_EQ(
      harness.PushEach({"-D[a, 9, true]", "+I[a, 1, true]", "+I[a, 2, true]", "-U[a, 2, true]",
                        "+U[a, 5, true]", "-D[a, 1, true]", "-D[a, 5, true]", "+I[a, 7, true]"}),
      (Rows{"+I[a, 1, 1, 1]", "-U[a, 1, 1, 1]", "+U[a, 2, 3, 2]", "-U[a, 2, 3, 2]",
            "+U[a, 1, 1, 1]", "-U[a, 1, 1, 1]", "+U[a, 2, 6, 5]", "-U[a, 2, 6, 5]",
            "+U[a, 1, 5, 5]", "-D[a, 1, 5, 5]", "+I[a, 1, 7, 7]"}));
  EXPECT_EQ(harness.Push({"-U[a, 7, true]", "+U[a, 7, true]"}), Rows{});
  EXPECT_EQ(harness.Push({"+I[b, 7, true]", "-D[b, 7, true]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().state_rows, 1);
}

TEST(GroupAggregate, WithoutGroupsAndRowsThereIsNoResult) {
  auto node = CountAndSum();
  node.groups = {};
  node.retract = true;
  auto harness = Over(node);
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax), Rows{});
  EXPECT_EQ(
      harness.PushEach({"+I[a, 1, true]", "+I[b, 2, true]", "-D[a, 1, true]", "-D[b, 2, true]"}),
      (Rows{"+I[1, 1]", "-U[1, 1]", "+U[2, 3]", "-U[2, 3]", "+U[1, 2]", "-D[1, 2]"}));
}

TEST(GroupAggregate, ABatchHasARowOfNothing) {
  auto node = CountAndSum();
  node.groups = {};
  node.row_of_nothing = true;
  auto harness = Over(node);
  EXPECT_EQ(harness.Watermark(10), Rows{});
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax), (Rows{"+I[0, null]"}));
  harness.Restart();
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax), Rows{});
  EXPECT_EQ(harness.Push({"+I[a, 1, true]"}), (Rows{"-U[0, null]", "+U[1, 1]"}));
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax), Rows{});
  node.retract = true;
  auto changes = Over(node);
  EXPECT_EQ(changes.PushEach({"+I[a, 1, true]", "-D[a, 1, true]"}), (Rows{"+I[1, 1]", "-D[1, 1]"}));
  EXPECT_EQ(changes.Watermark(flow::kWatermarkMax), (Rows{"+I[0, null]"}));
}

TEST(GroupAggregate, DistinctRowsAlone) {
  plan::GroupAggregateNode node;
  node.groups = {0, 2};
  auto harness = Over(node);
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[a, 2, true]", "+I[a, 2, null]"}),
            (Rows{"+I[a, TRUE]", "+I[a, null]"}));
}

plan::GroupAggregateNode DistinctCalls() {
  plan::GroupAggregateNode node;
  node.groups = {0};
  node.calls = {CallOf(kInput, "COUNT", {}), CallOf(kInput, "COUNT", {}, false, 2),
                CallOf(kInput, "COUNT", {1}, true), CallOf(kInput, "COUNT", {1}, true, 2),
                CallOf(kInput, "SUM", {1}, true, 2)};
  return node;
}

TEST(GroupAggregate, DistinctAndFilter) {
  auto harness = Over(DistinctCalls());
  EXPECT_EQ(harness.PushEach({"+I[a, 1, false]", "+I[a, 1, true]"}),
            (Rows{"+I[a, 1, 0, 1, 0, null]", "-U[a, 1, 0, 1, 0, null]", "+U[a, 2, 1, 1, 1, 1]"}));
  harness.Restart();
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[b, 1, true]", "+I[a, null, true]"}),
            (Rows{"-U[a, 2, 1, 1, 1, 1]", "+U[a, 3, 2, 1, 1, 1]", "+I[b, 1, 1, 1, 1, 1]",
                  "-U[a, 3, 2, 1, 1, 1]", "+U[a, 4, 3, 1, 1, 1]"}));
  EXPECT_EQ(harness.Push({"+I[a, 2, null]", "+I[a, 2, true]", "+I[a, 2, true]"}),
            (Rows{"-U[a, 4, 3, 1, 1, 1]", "+U[a, 7, 5, 2, 2, 3]"}));
}

TEST(GroupAggregate, ValuesThatNoFilterLetsThroughAreNotKept) {
  plan::GroupAggregateNode node;
  node.groups = {0};
  node.calls = {CallOf(kInput, "COUNT", {1}, true, 2)};
  auto harness = Over(node);
  EXPECT_EQ(
      harness.Push({"+I[a, 1, false]", "+I[a, 2, false]", "+I[a, 2, true]", "+I[a, 1, null]"}),
      (Rows{"+I[a, 1]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 2);  // the group, and 2
}

TEST(GroupAggregate, DistinctValuesAreTakenBack) {
  auto node = DistinctCalls();
  node.retract = true;
  auto harness = Over(node);
  EXPECT_EQ(harness.Push({"+I[a, 1, true]", "+I[a, 1, true]", "+I[a, 2, false]"}),
            (Rows{"+I[a, 3, 2, 2, 1, 1]"}));
  harness.Restart();
  EXPECT_EQ(harness.Push({"-D[a, 1, true]"}),
            (Rows{"-U[a, 3, 2, 2, 1, 1]", "+U[a, 2, 1, 2, 1, 1]"}));
  EXPECT_EQ(harness.Push({"-D[a, 1, true]"}),
            (Rows{"-U[a, 2, 1, 2, 1, 1]", "+U[a, 1, 0, 1, 0, null]"}));
  EXPECT_EQ(harness.Push({"-D[a, 2, false]"}), (Rows{"-D[a, 1, 0, 1, 0, null]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
  harness.Checkpoint();
  EXPECT_EQ(harness.stored(), 0u);
}

TEST(GroupAggregate, MiniBatchWaits) {
  auto node = CountAndSum();
  node.mini_batch_rows = 3;
  node.mini_batch_ms = 100;
  auto harness = Over(node);
  EXPECT_EQ(harness.PushEach({"+I[a, 1, true]", "+I[a, 2, true]"}), Rows{});
  EXPECT_EQ(harness.op()->NextTime(), 100);
  EXPECT_EQ(harness.Push({"+I[b, 2, true]"}), (Rows{"+I[a, 2, 3]", "+I[b, 1, 2]"}));
  EXPECT_EQ(harness.op()->NextTime(), flow::kNoTime);
  EXPECT_EQ(harness.Push({"+I[b, 2, true]"}), Rows{});
  EXPECT_EQ(harness.Time(100), (Rows{"-U[b, 1, 2]", "+U[b, 2, 4]"}));
  EXPECT_EQ(harness.Push({"+I[c, 2, true]"}), Rows{});
  EXPECT_EQ(harness.Watermark(5), (Rows{"+I[c, 1, 2]"}));
}

TEST(GroupAggregate, ForgetsAfterItsTimeToLive) {
  auto node = CountAndSum();
  node.ttl_ms = 100;
  auto harness = Over(node);
  EXPECT_EQ(harness.Push({"+I[a, 1, true]"}), (Rows{"+I[a, 1, 1]"}));
  harness.now_ms = 90;
  EXPECT_EQ(harness.Push({"+I[a, 1, true]"}), (Rows{"-U[a, 1, 1]", "+U[a, 2, 2]"}));
  harness.now_ms = 200;
  EXPECT_EQ(harness.Push({"+I[a, 1, true]"}), (Rows{"+I[a, 1, 1]"}));
}

/// With a budget that holds a fraction of the groups: the same rows.
TEST(GroupAggregate, StateLargerThanMemory) {
  const std::string directory = ::testing::TempDir() + "group_aggregate_cold";
  auto database = state::ColdDatabase::Make(directory, 256 << 10);
  ASSERT_TRUE(database.ok()) << database.error().text;
  plan::JobNode job;
  plan::GroupAggregateNode node = DistinctCalls();
  job.node = node;
  job.output = OutputOf(kInput, node);
  OperatorOptions options;
  options.make_cold_store = [&](const std::string&) -> Result<std::unique_ptr<state::ColdStore>> {
    return (*database)->NewStore();
  };
  auto spilling = MakeOperator(job, {kInput}, options);
  auto plain = MakeOperator(job, {kInput}, {});
  ASSERT_TRUE(spilling.ok() && plain.ok());
  std::mt19937 random(23);
  for (int round = 0; round < 60; ++round) {
    Rows rows;
    for (int i = 0; i < 500; ++i) {
      rows.push_back("+I[key" + std::to_string(random() % 5000) + ", " +
                     std::to_string(random() % 3) + (random() % 2 == 0 ? ", true]" : ", false]"));
    }
    const flow::Batch batch = BatchOf(kInput, rows);
    std::vector<flow::Batch> given, wanted;
    ASSERT_TRUE((*spilling)->Process(0, batch, 0, &given).ok());
    ASSERT_TRUE((*spilling)->Balance().ok());
    ASSERT_TRUE((*plain)->Process(0, batch, 0, &wanted).ok());
    ASSERT_EQ(RowsOf(given), RowsOf(wanted)) << "round " << round;
  }
  EXPECT_LT((*spilling)->memory_bytes(), (*plain)->memory_bytes() / 2);
}

TEST(Expand, RepeatsRowsPerSet) {
  plan::ExpandNode node;
  node.groups = {0, 2};
  node.sets = {{0, 1}, {0}, {}};
  flow::Schema output = kInput;
  output.fields.push_back({"id", flow::Type::Simple(flow::TypeKind::kBigInt, false), ""});
  OperatorHarness harness(node, output, {kInput});
  EXPECT_EQ(harness.Push({"+I[a, 1, true]", "-D[null, 2, false]"}),
            (Rows{"+I[a, 1, TRUE, 0]", "+I[a, 1, null, 1]", "+I[null, 1, null, 3]",
                  "-D[null, 2, FALSE, 0]", "-D[null, 2, null, 1]", "-D[null, 2, null, 3]"}));
}

/// Random rows come and go in batches; whatever was given must fold to the result over the rows
/// that are there, and a restart in the middle must not show.
TEST(GroupAggregate, FoldsToTheResultOverAllRows) {
  for (const bool retract : {false, true}) {
    auto node = DistinctCalls();
    for (const char* name : {"MIN", "MAX", "AVG", "LAST_VALUE"}) {
      if (retract && std::string(name) == "LAST_VALUE") continue;
      node.calls.push_back(CallOf(kInput, name, {1}));
    }
    node.retract = retract;
    auto whole = Over(node);
    auto restarted = Over(node);
    std::mt19937 random(11);
    std::vector<std::string> there;
    Rows changelog;
    for (int round = 0; round < 60; ++round) {
      Rows batch;
      for (int i = 0; i < 1 + static_cast<int>(random() % 20); ++i) {
        if (retract && !there.empty() && random() % 3 == 0) {
          const size_t at = random() % there.size();
          batch.push_back("-D" + there[at]);
          there.erase(there.begin() + static_cast<std::ptrdiff_t>(at));
          continue;
        }
        const std::string number = random() % 7 == 0 ? "null" : std::to_string(random() % 6);
        const char* const filters[] = {"true", "false", "null"};
        there.push_back("[" + std::string(1, static_cast<char>('a' + random() % 4)) + ", " +
                        number + ", " + filters[random() % 3] + "]");
        batch.push_back("+I" + there.back());
      }
      const Rows given = whole.Push(batch);
      ASSERT_EQ(restarted.Push(batch), given);
      if (round % 5 == 0) restarted.Restart();
      changelog.insert(changelog.end(), given.begin(), given.end());
    }
    Rows left;
    for (const std::string& row : there) left.push_back("+I" + row);
    auto fresh = Over(node);
    EXPECT_EQ(Folded(changelog), Folded(fresh.Push(left)));
  }
}

}  // namespace
}  // namespace sluice::operators
