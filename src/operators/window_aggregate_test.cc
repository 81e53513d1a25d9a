// SPDX-License-Identifier: Apache-2.0
#include "operators/window_aggregate.h"

#include <random>

#include "operators/aggregate_testing.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using functions::AggregateCall;
using plan::WindowKind;

const flow::Schema kInput =
    SchemaOf({{"ts", "TIMESTAMP"}, {"k", "STRING"}, {"n", "BIGINT"}, {"f", "BOOLEAN"}});

flow::Schema OutputOf(const flow::Schema& input, const plan::WindowAggregateNode& node) {
  flow::Schema output;
  for (const int group : node.groups) {
    output.fields.push_back(input.fields[static_cast<size_t>(group)]);
  }
  for (const AggregateCall& call : node.calls) output.fields.push_back({"call", call.type, ""});
  const auto point = flow::Type::Timestamp(3, false);
  if (node.wants_start) output.fields.push_back({"window_start", point, ""});
  if (node.wants_end) output.fields.push_back({"window_end", point, ""});
  if (node.wants_time) output.fields.push_back({"window_time", point, ""});
  return output;
}

OperatorHarness Over(const plan::WindowAggregateNode& node, const flow::Schema& input = kInput) {
  return OperatorHarness(node, OutputOf(input, node), {input});
}

plan::WindowAggregateNode NodeOf(WindowKind kind, int64_t size_ms, int64_t slide_ms = 0) {
  plan::WindowAggregateNode node;
  node.window.kind = kind;
  node.window.size_ms = size_ms;
  node.window.slide_ms = slide_ms;
  node.groups = {1};
  node.calls = {CallOf(kInput, "COUNT", {}), CallOf(kInput, "SUM", {2})};
  node.wants_start = node.wants_end = true;
  return node;
}

TEST(WindowAggregate, Tumble) {
  auto node = NodeOf(WindowKind::kTumble, 10);
  node.wants_time = true;
  auto harness = Over(node);
  EXPECT_EQ(harness.Push({"+I[1, a, 1, true]", "+I[9, a, 2, true]", "+I[10, a, 3, true]",
                          "+I[2, b, null, true]"}),
            Rows{});
  EXPECT_EQ(harness.Watermark(8), Rows{});
  EXPECT_EQ(harness.Watermark(9), (Rows{"+I[a, 2, 3, 0, 10, 9]", "+I[b, 1, null, 0, 10, 9]"}));
  EXPECT_EQ(harness.Push({"+I[9, a, 2, true]", "+I[10, null, 2, true]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.late(), Rows{"0: +I[9, a, 2, TRUE] at 9, watermark 9"});
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax),
            (Rows{"+I[a, 1, 3, 10, 20, 19]", "+I[null, 1, 2, 10, 20, 19]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
}

TEST(WindowAggregate, AtRestNothingIsPut) {
  auto tumble = Over(NodeOf(WindowKind::kTumble, 10));
  auto session = Over(NodeOf(WindowKind::kSession, 5));
  for (OperatorHarness* harness : {&tumble, &session}) {
    harness->Push({"+I[1, a, 1, true]"});
    harness->Watermark(3);
    harness->Restart();
    StoredState changes;
    ASSERT_TRUE(harness->op()->Snapshot(false, &changes).ok());
    EXPECT_EQ(changes.size(), 0u);
    harness->Watermark(4);
    ASSERT_TRUE(harness->op()->Snapshot(false, &changes).ok());
    EXPECT_EQ(changes.size(), 1u);
  }
}

TEST(WindowAggregate, TumbleWithOffsetBeforeTheEpoch) {
  auto node = NodeOf(WindowKind::kTumble, 10);
  node.window.offset_ms = 6;
  auto harness = Over(node);
  harness.Push(
      {"+I[-5, a, 1, true]", "+I[-4, a, 1, true]", "+I[5, a, 1, true]", "+I[6, a, 1, true]"});
  EXPECT_EQ(harness.Watermark(100),
            (Rows{"+I[a, 1, 1, -14, -4]", "+I[a, 2, 2, -4, 6]", "+I[a, 1, 1, 6, 16]"}));
}

TEST(WindowAggregate, HopSharesSlices) {
  auto harness = Over(NodeOf(WindowKind::kHop, 10, 5));
  EXPECT_EQ(harness.Push({"+I[1, a, 1, true]", "+I[6, a, 2, true]", "+I[7, b, 4, true]"}), Rows{});
  EXPECT_EQ(harness.Watermark(5), (Rows{"+I[a, 1, 1, -5, 5]"}));
  // Its first window was given, its second one was not.
  EXPECT_EQ(harness.Push({"+I[2, a, 8, true]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 0);
  EXPECT_EQ(harness.Watermark(9), (Rows{"+I[a, 3, 11, 0, 10]", "+I[b, 1, 4, 0, 10]"}));
  EXPECT_EQ(harness.Push({"+I[3, a, 8, true]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.Watermark(100), (Rows{"+I[a, 1, 2, 5, 15]", "+I[b, 1, 4, 5, 15]"}));
}

TEST(WindowAggregate, HopThatDoesNotDivide) {
  auto harness = Over(NodeOf(WindowKind::kHop, 7, 3));
  harness.Push({"+I[4, a, 1, true]"});
  EXPECT_EQ(harness.Watermark(100), (Rows{"+I[a, 1, 1, 0, 7]", "+I[a, 1, 1, 3, 10]"}));
  auto gaps = Over(NodeOf(WindowKind::kHop, 2, 5));
  gaps.Push({"+I[0, a, 1, true]", "+I[1, a, 1, true]", "+I[2, a, 1, true]", "+I[4, a, 1, true]",
             "+I[6, a, 1, true]"});
  EXPECT_EQ(gaps.Watermark(100), (Rows{"+I[a, 2, 2, 0, 2]", "+I[a, 1, 1, 5, 7]"}));
  EXPECT_EQ(gaps.op()->counters().late_rows, 0);
}

TEST(WindowAggregate, CumulateGrows) {
  auto harness = Over(NodeOf(WindowKind::kCumulate, 15, 5));
  harness.Push({"+I[1, a, 1, true]", "+I[7, b, 2, true]"});
  EXPECT_EQ(harness.Watermark(4), (Rows{"+I[a, 1, 1, 0, 5]"}));
  harness.Restart();
  harness.Push({"+I[2, a, 4, true]"});  // late for the first window alone
  EXPECT_EQ(harness.Watermark(14), (Rows{"+I[a, 2, 5, 0, 10]", "+I[b, 1, 2, 0, 10]",
                                         "+I[a, 2, 5, 0, 15]", "+I[b, 1, 2, 0, 15]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
  harness.Checkpoint();
  EXPECT_EQ(harness.stored(), 1u);  // the watermark
}

TEST(WindowAggregate, CumulateWhoseFirstRowComesLate) {
  auto harness = Over(NodeOf(WindowKind::kCumulate, 15, 5));
  EXPECT_EQ(harness.Watermark(6), Rows{});
  harness.Push({"+I[1, a, 1, true]"});
  EXPECT_EQ(harness.Watermark(20), (Rows{"+I[a, 1, 1, 0, 10]", "+I[a, 1, 1, 0, 15]"}));
}

TEST(WindowAggregate, DistinctAcrossSlices) {
  auto node = NodeOf(WindowKind::kHop, 10, 5);
  node.calls = {CallOf(kInput, "COUNT", {2}, true), CallOf(kInput, "SUM", {2}, true, 3)};
  auto harness = Over(node);
  harness.Push({"+I[1, a, 1, false]", "+I[2, a, 1, true]", "+I[3, a, null, true]"});
  harness.Restart();
  harness.Push({"+I[6, a, 1, true]", "+I[7, a, 2, true]"});
  EXPECT_EQ(harness.Watermark(20),
            (Rows{"+I[a, 1, 1, -5, 5]", "+I[a, 2, 3, 0, 10]", "+I[a, 2, 3, 5, 15]"}));
}

TEST(WindowAggregate, RowsAreTakenBack) {
  auto node = NodeOf(WindowKind::kTumble, 10);
  node.retract = true;
  auto harness = Over(node);
  harness.Push({"+I[1, a, 1, true]", "+I[2, a, 2, true]", "-U[1, a, 1, true]", "+U[1, a, 5, true]",
                "+I[3, b, 2, true]", "-D[3, b, 2, true]"});
  EXPECT_EQ(harness.Watermark(9), (Rows{"+I[a, 2, 7, 0, 10]"}));
}

TEST(WindowAggregate, WindowsOfTheInput) {
  const flow::Schema input =
      SchemaOf({{"start", "TIMESTAMP"}, {"end", "TIMESTAMP"}, {"n", "BIGINT"}});
  plan::WindowAggregateNode node;
  node.window.kind = WindowKind::kHop;
  node.window.size_ms = 10;
  node.window.slide_ms = 5;
  node.window_start_column = 0;
  node.window_end_column = 1;
  node.calls = {CallOf(input, "MAX", {2})};
  node.wants_start = node.wants_end = true;
  auto harness = Over(node, input);
  harness.Push({"+I[0, 10, 1]", "+I[0, 10, 7]", "+I[5, 15, 3]"});
  EXPECT_EQ(harness.Watermark(9), (Rows{"+I[7, 0, 10]"}));
  harness.Restart();
  harness.Push({"+I[0, 10, 9]"});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.Watermark(14), (Rows{"+I[3, 5, 15]"}));
}

TEST(WindowAggregate, ProcessingTime) {
  auto node = NodeOf(WindowKind::kTumble, 10);
  node.window.processing_time = true;
  auto harness = Over(node);
  harness.now_ms = 13;
  EXPECT_EQ(harness.Push({"+I[0, a, 1, true]"}), Rows{});
  EXPECT_EQ(harness.op()->NextTime(), 20);
  harness.Restart();
  EXPECT_EQ(harness.op()->NextTime(), 20);
  EXPECT_EQ(harness.Watermark(1000), Rows{});
  EXPECT_EQ(harness.Time(20), (Rows{"+I[a, 1, 1, 10, 20]"}));
  EXPECT_EQ(harness.op()->NextTime(), flow::kNoTime);
  harness.Push({"+I[0, a, 1, true]"});
  harness.now_ms = 35;  // the clock moved on and nobody asked
  EXPECT_EQ(harness.Push({"+I[0, a, 2, true]"}), (Rows{"+I[a, 1, 1, 20, 30]"}));
  EXPECT_EQ(harness.Watermark(flow::kWatermarkMax), (Rows{"+I[a, 1, 2, 30, 40]"}));
}

TEST(WindowAggregate, ANullTimeIsAnError) {
  auto harness = Over(NodeOf(WindowKind::kTumble, 10));
  std::vector<flow::Batch> out;
  const Status status =
      harness.op()->Process(0, BatchOf(kInput, {"+I[null, a, 1, true]"}), 0, &out);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
}

TEST(WindowAggregate, WithoutGroups) {
  auto node = NodeOf(WindowKind::kTumble, 10);
  node.groups = {};
  node.calls = {};
  auto harness = Over(node);
  harness.Push({"+I[1, a, 1, true]", "+I[2, b, 1, true]"});
  EXPECT_EQ(harness.Watermark(10), (Rows{"+I[0, 10]"}));
}

TEST(WindowTimes, LieOnTheWallClock) {
  plan::WindowSpec spec;
  spec.size_ms = 24LL * 3600 * 1000;
  functions::EvalContext context;
  context.time_zone = "Europe/Berlin";
  auto times = WindowTimes::Make(spec, *flow::Type::TimestampLtz(3), context);
  ASSERT_TRUE(times.ok());
  // 2020-10-25T12:00Z: the day on which clocks are set back has 25 hours.
  const int64_t noon = 1603627200000;
  const int64_t local = times->ToLocal(noon);
  EXPECT_EQ(local - noon, 3600 * 1000);
  const int64_t start = times->SliceStart(local);
  EXPECT_EQ(times->ToInstant(start), 1603576800000);                    // 2020-10-24T22:00Z
  EXPECT_EQ(times->ClosesAt(start + spec.size_ms), 1603666800000 - 1);  // 2020-10-25T23:00Z
}

TEST(SessionAggregate, SessionsGrowAndJoin) {
  auto harness = Over(NodeOf(WindowKind::kSession, 5));
  harness.Push({"+I[1, a, 1, true]", "+I[10, a, 2, true]", "+I[3, b, 4, true]"});
  EXPECT_EQ(harness.Watermark(4), Rows{});
  harness.Restart();
  harness.Push({"+I[6, a, 8, true]"});  // touches [1, 6) and overlaps [10, 15)
  EXPECT_EQ(harness.Watermark(7), (Rows{"+I[b, 1, 4, 3, 8]"}));
  EXPECT_EQ(harness.Push({"+I[2, b, 1, true]", "+I[2, a, 1, true]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.late(), Rows{"0: +I[2, b, 1, TRUE] at 2, watermark 7"});
  EXPECT_EQ(harness.Watermark(13), Rows{});
  EXPECT_EQ(harness.Watermark(14), (Rows{"+I[a, 4, 12, 1, 15]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
  harness.Checkpoint();
  EXPECT_EQ(harness.stored(), 1u);
}

// The end that was noted first is another one's by then, in a table that could spill and does not.
TEST(SessionAggregate, SessionsThatGrewEndAmongStateOnDisk) {
  auto harness = Over(NodeOf(WindowKind::kSession, 5));
  harness.Spill(int64_t{1} << 30);
  harness.Push({"+I[1, a, 1, true]"});
  harness.Push({"+I[4, a, 2, true]"});
  EXPECT_EQ(harness.Watermark(6), Rows{});
  EXPECT_EQ(harness.Watermark(20), (Rows{"+I[a, 2, 3, 1, 9]"}));
}

TEST(SessionAggregate, RowsOfOneBatchJoinSessions) {
  auto node = NodeOf(WindowKind::kSession, 5);
  node.calls.push_back(CallOf(kInput, "COUNT", {2}, true));
  auto harness = Over(node);
  harness.Push({"+I[0, a, 1, true]", "+I[20, a, 1, true]"});
  harness.Push(
      {"+I[8, a, 1, true]", "+I[16, a, 2, true]", "+I[12, a, 3, true]", "+I[4, a, 4, true]"});
  EXPECT_EQ(harness.Watermark(100), (Rows{"+I[a, 6, 12, 4, 0, 25]"}));
}

TEST(SessionAggregate, ProcessingTime) {
  auto node = NodeOf(WindowKind::kSession, 5);
  node.window.processing_time = true;
  auto harness = Over(node);
  harness.now_ms = 10;
  harness.Push({"+I[0, a, 1, true]"});
  EXPECT_EQ(harness.op()->NextTime(), 15);
  harness.now_ms = 13;
  harness.Push({"+I[0, a, 1, true]"});
  EXPECT_EQ(harness.Time(15), Rows{});
  harness.Restart();
  EXPECT_EQ(harness.Time(18), (Rows{"+I[a, 2, 2, 10, 18]"}));
}

plan::WindowTableNode TableOf(WindowKind kind, int64_t size_ms, int64_t slide_ms = 0) {
  plan::WindowTableNode node;
  node.window.kind = kind;
  node.window.size_ms = size_ms;
  node.window.slide_ms = slide_ms;
  return node;
}

OperatorHarness Over(const plan::WindowTableNode& node) {
  const flow::Schema input = SchemaOf({{"ts", "TIMESTAMP"}, {"k", "STRING"}});
  flow::Schema output = input;
  for (const char* name : {"window_start", "window_end", "window_time"}) {
    output.fields.push_back({name, flow::Type::Timestamp(3, false), ""});
  }
  return OperatorHarness(node, output, {input});
}

TEST(WindowTable, RowsOncePerWindow) {
  EXPECT_EQ(Over(TableOf(WindowKind::kTumble, 10)).Push({"+I[3, a]", "-D[11, b]"}),
            (Rows{"+I[3, a, 0, 10, 9]", "-D[11, b, 10, 20, 19]"}));
  EXPECT_EQ(Over(TableOf(WindowKind::kHop, 10, 5)).Push({"+I[3, a]", "-D[5, b]"}),
            (Rows{"+I[3, a, 0, 10, 9]", "+I[3, a, -5, 5, 4]", "-D[5, b, 5, 15, 14]",
                  "-D[5, b, 0, 10, 9]"}));
  EXPECT_EQ(Over(TableOf(WindowKind::kCumulate, 15, 5)).Push({"+I[6, a]"}),
            (Rows{"+I[6, a, 0, 10, 9]", "+I[6, a, 0, 15, 14]"}));
}

TEST(SessionTable, RowsWaitForTheEnd) {
  auto node = TableOf(WindowKind::kSession, 5);
  auto harness = Over(node);
  EXPECT_EQ(harness.Push({"+I[1, a]", "+I[7, b]", "+I[4, c]", "+I[20, d]"}), Rows{});
  harness.Restart();
  EXPECT_EQ(harness.Watermark(10), Rows{});
  EXPECT_EQ(harness.Watermark(11),
            (Rows{"+I[1, a, 1, 12, 11]", "+I[7, b, 1, 12, 11]", "+I[4, c, 1, 12, 11]"}));
  EXPECT_EQ(harness.Push({"+I[6, e]", "+I[16, f]"}), Rows{});
  EXPECT_EQ(harness.op()->counters().late_rows, 1);
  EXPECT_EQ(harness.late(), Rows{"0: +I[6, e] at 6, watermark 11"});
  EXPECT_EQ(harness.Watermark(30), (Rows{"+I[20, d, 16, 25, 24]", "+I[16, f, 16, 25, 24]"}));
  EXPECT_EQ(harness.op()->counters().state_rows, 0);
}

TEST(SessionTable, SessionsThatGrewEndAmongStateOnDisk) {
  auto harness = Over(TableOf(WindowKind::kSession, 5));
  harness.Spill(int64_t{1} << 30);
  harness.Push({"+I[1, a]"});
  harness.Push({"+I[4, b]"});
  EXPECT_EQ(harness.Watermark(6), Rows{});
  EXPECT_EQ(harness.Watermark(20), (Rows{"+I[1, a, 1, 9, 8]", "+I[4, b, 1, 9, 8]"}));
}

TEST(SessionTable, PerPartition) {
  auto node = TableOf(WindowKind::kSession, 5);
  node.window.partition_by = {1};
  auto harness = Over(node);
  harness.Push({"+I[1, a]", "+I[3, b]", "+I[5, a]"});
  EXPECT_EQ(harness.Watermark(20),
            (Rows{"+I[3, b, 3, 8, 7]", "+I[1, a, 1, 10, 9]", "+I[5, a, 1, 10, 9]"}));
}

/// The windows that a row is in, as the plainest rules give them.
std::vector<std::pair<int64_t, int64_t>> WindowsOf(const plan::WindowSpec& spec, int64_t time) {
  std::vector<std::pair<int64_t, int64_t>> windows;
  for (int64_t start = -1000; start < 1000; ++start) {
    const int64_t grid = spec.kind == WindowKind::kHop ? spec.slide_ms : spec.size_ms;
    if (((start - spec.offset_ms) % grid + grid) % grid != 0) continue;
    if (spec.kind == WindowKind::kCumulate) {
      for (int64_t end = start + spec.slide_ms; end <= start + spec.size_ms; end += spec.slide_ms) {
        if (start <= time && time < end) windows.emplace_back(start, end);
      }
    } else if (start <= time && time < start + spec.size_ms) {
      windows.emplace_back(start, start + spec.size_ms);
    }
  }
  return windows;
}

/// Random rows and watermarks, with restarts: what is given must be what the rules say, each window
/// over the rows that came before it closed.
TEST(WindowAggregate, AgreesWithThePlainRules) {
  std::mt19937 random(5);
  const std::vector<plan::WindowAggregateNode> nodes = {
      NodeOf(WindowKind::kTumble, 7), NodeOf(WindowKind::kHop, 12, 4),
      NodeOf(WindowKind::kHop, 9, 6), NodeOf(WindowKind::kCumulate, 20, 4)};
  for (auto node : nodes) {
    node.window.offset_ms = static_cast<int64_t>(random() % 4);
    auto harness = Over(node);
    EXPECT_EQ(harness.Watermark(-50), Rows{});
    std::map<std::tuple<int64_t, int64_t, std::string>, std::pair<int64_t, int64_t>> expected;
    Rows given, wanted;
    int64_t watermark = -50, late = 0, all_late = 0;
    for (int round = 0; round < 80; ++round) {
      Rows batch;
      for (int i = 0; i < static_cast<int>(random() % 12) + 1; ++i) {
        const int64_t time = watermark + static_cast<int64_t>(random() % 40) - 12;
        const std::string key(1, static_cast<char>('a' + random() % 3));
        const auto number = static_cast<int64_t>(random() % 10);
        batch.push_back("+I[" + std::to_string(time) + ", " + key + ", " + std::to_string(number) +
                        ", true]");
        bool in_some = false, open = false;
        for (const auto& [start, end] : WindowsOf(node.window, time)) {
          in_some = true;
          if (end - 1 <= watermark) continue;
          open = true;
          auto& [count, sum] = expected[{end, start, key}];
          ++count;
          sum += number;
        }
        late += in_some && !open ? 1 : 0;
      }
      EXPECT_EQ(harness.Push(batch), Rows{});
      if (random() % 4 == 0) {
        all_late += harness.op()->counters().late_rows;
        harness.Restart();
      }
      watermark += static_cast<int64_t>(random() % 9);
      const Rows closed = harness.Watermark(watermark);
      given.insert(given.end(), closed.begin(), closed.end());
      while (!expected.empty() && std::get<0>(expected.begin()->first) - 1 <= watermark) {
        const auto& [end, start, key] = expected.begin()->first;
        const auto& [count, sum] = expected.begin()->second;
        wanted.push_back("+I[" + key + ", " + std::to_string(count) + ", " + std::to_string(sum) +
                         ", " + std::to_string(start) + ", " + std::to_string(end) + "]");
        expected.erase(expected.begin());
      }
      std::sort(given.begin(), given.end());
      std::sort(wanted.begin(), wanted.end());
      ASSERT_EQ(given, wanted) << "round " << round;
    }
    EXPECT_GT(given.size(), 50u);
    EXPECT_EQ(all_late + harness.op()->counters().late_rows, late);
  }
}

TEST(SessionAggregate, AgreesWithThePlainRules) {
  std::mt19937 random(17);
  auto harness = Over(NodeOf(WindowKind::kSession, 5));
  struct Open {
    int64_t start, end, count, sum;
  };
  std::map<std::string, std::vector<Open>> open;
  int64_t watermark = 0, late = 0, all_late = 0;
  for (int round = 0; round < 300; ++round) {
    Rows batch;
    for (int i = 0; i < static_cast<int>(random() % 8) + 1; ++i) {
      const int64_t time = watermark + static_cast<int64_t>(random() % 60) - 8;
      const std::string key(1, static_cast<char>('a' + random() % 3));
      const auto number = static_cast<int64_t>(random() % 10);
      batch.push_back("+I[" + std::to_string(time) + ", " + key + ", " + std::to_string(number) +
                      ", true]");
      Open session{time, time + 5, 1, number};
      auto& sessions = open[key];
      bool joined = false;
      for (size_t at = 0; at < sessions.size();) {
        const Open other = sessions[at];
        if (other.end < time || other.start > time + 5) {
          ++at;
          continue;
        }
        joined = true;
        session = {std::min(session.start, other.start), std::max(session.end, other.end),
                   session.count + other.count, session.sum + other.sum};
        sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(at));
      }
      if (!joined && session.end - 1 <= watermark) {
        ++late;
      } else {
        sessions.push_back(session);
      }
    }
    EXPECT_EQ(harness.Push(batch), Rows{});
    if (random() % 5 == 0) {
      all_late += harness.op()->counters().late_rows;
      harness.Restart();
    }
    watermark += static_cast<int64_t>(random() % 12);
    Rows given = harness.Watermark(watermark), wanted;
    for (auto& [key, sessions] : open) {
      for (size_t at = 0; at < sessions.size();) {
        const Open session = sessions[at];
        if (session.end - 1 > watermark) {
          ++at;
          continue;
        }
        wanted.push_back("+I[" + key + ", " + std::to_string(session.count) + ", " +
                         std::to_string(session.sum) + ", " + std::to_string(session.start) + ", " +
                         std::to_string(session.end) + "]");
        sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    std::sort(given.begin(), given.end());
    std::sort(wanted.begin(), wanted.end());
    ASSERT_EQ(given, wanted) << "round " << round;
  }
  EXPECT_EQ(all_late + harness.op()->counters().late_rows, late);
  EXPECT_GT(late, 10);
}

}  // namespace
}  // namespace sluice::operators
