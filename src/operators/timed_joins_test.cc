// SPDX-License-Identifier: Apache-2.0
// Interval, window and temporal joins.
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"
#include "operators/interval_join.h"
#include "operators/temporal_join.h"
#include "operators/window_join.h"

namespace sluice::operators {
namespace {

using plan::JoinType;

const flow::Schema kLeft = SchemaOf({{"k", "INT"}, {"t", "TIMESTAMP"}, {"a", "STRING"}});
const flow::Schema kRight = SchemaOf({{"k", "INT"}, {"t", "TIMESTAMP"}, {"b", "STRING"}});
const flow::Schema kBoth = SchemaOf({{"k", "INT"},
                                     {"t", "TIMESTAMP"},
                                     {"a", "STRING"},
                                     {"k0", "INT"},
                                     {"t0", "TIMESTAMP"},
                                     {"b", "STRING"}});

/// a < b
functions::ExprPtr TextBefore() {
  const auto text = flow::Type::Varchar();
  return *functions::MakeCall("<",
                              {functions::Column(2, text, "a"), functions::Column(5, text, "b")});
}

OperatorHarness Interval(JoinType type, int64_t lower, int64_t upper,
                         functions::ExprPtr residual = nullptr) {
  plan::IntervalJoinNode node;
  node.type = type;
  node.keys = {{0, 0, false}};
  node.left_time = node.right_time = 1;
  node.lower_ms = lower;
  node.upper_ms = upper;
  node.residual = std::move(residual);
  return {node, kBoth, {kLeft, kRight}};
}

TEST(IntervalJoin, RowsMeetWithinTheInterval) {
  auto join = Interval(JoinType::kInner, -5, 10);
  EXPECT_EQ(join.Push({"+I[1, 100, a]", "+I[2, 100, b]", "+I[null, 100, c]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, 90, p]", "+I[1, 89, q]", "+I[1, 105, r]", "+I[1, 106, s]",
                       "+I[null, 100, t]"},
                      1),
            (Rows{"+I[1, 100, a, 1, 90, p]", "+I[1, 100, a, 1, 105, r]"}));
  join.Restart();
  EXPECT_EQ(join.Push({"+I[1, 101, d]"}, 0),
            (Rows{"+I[1, 101, d, 1, 105, r]", "+I[1, 101, d, 1, 106, s]"}));
}

TEST(IntervalJoin, RowsWithoutPartnerArePaddedWhenNoneCanCome) {
  auto join = Interval(JoinType::kFull, -5, 10);
  EXPECT_EQ(join.Push({"+I[1, 100, a]", "+I[1, 95, b]", "+I[null, 96, n]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, 105, p]"}, 1), Rows{"+I[1, 100, a, 1, 105, p]"});
  EXPECT_EQ(join.Watermark(100), Rows{});
  EXPECT_EQ(join.passed_watermark(), 90);
  join.Restart();
  EXPECT_EQ(join.Watermark(101), Rows{"+I[1, 95, b, null, null, null]"});
  // Too late to wait: padded at once.
  EXPECT_EQ(join.Push({"+I[2, 90, c]"}, 0), Rows{"+I[2, 90, c, null, null, null]"});
  EXPECT_EQ(join.Push({"+I[3, 200, q]"}, 1), Rows{});
  EXPECT_EQ(join.Watermark(flow::kWatermarkMax),
            (Rows{"+I[null, 96, n, null, null, null]", "+I[null, null, null, 3, 200, q]"}));
  EXPECT_EQ(join.passed_watermark(), flow::kWatermarkMax);
  EXPECT_EQ(join.op()->counters().state_rows, 0);
}

TEST(IntervalJoin, AnIntervalThatEndsBeforeItStartsOnlyPads) {
  auto join = Interval(JoinType::kLeft, 10, 5);
  EXPECT_EQ(join.Push({"+I[1, 1, a]", "+I[2, 2, b]"}, 0),
            (Rows{"+I[1, 1, a, null, null, null]", "+I[2, 2, b, null, null, null]"}));
  EXPECT_EQ(join.Push({"+I[1, 1, p]"}, 1), Rows{});
}

TEST(IntervalJoin, ByProcessingTime) {
  plan::IntervalJoinNode node;
  node.type = JoinType::kLeft;
  node.keys = {{0, 0, false}};
  node.lower_ms = -10;
  node.upper_ms = 0;
  node.processing_time = true;
  OperatorHarness join(node, kBoth, {kLeft, kRight});
  join.now_ms = 1000;
  EXPECT_EQ(join.Push({"+I[1, 0, a]", "+I[2, 0, b]"}, 0), Rows{});
  join.now_ms = 1010;
  EXPECT_EQ(join.Push({"+I[1, 0, p]"}, 1), Rows{"+I[1, 0, a, 1, 0, p]"});
  EXPECT_LE(join.op()->NextTime(), 1012);
  EXPECT_EQ(join.Time(1012), Rows{"+I[2, 0, b, null, null, null]"});
}

struct Event {
  std::string key, text;
  int64_t time;
  std::string Text() const { return key + ", " + std::to_string(time) + ", " + text; }
};

/// Random rows in time order, both sides, watermarks in between: all pairs of the definition, and
/// the padding, are there at the end.
void Compare(JoinType type, bool before, uint32_t seed) {
  std::mt19937 random(seed);
  const int64_t lower = static_cast<int64_t>(random() % 20) - 10;
  const int64_t upper = lower + static_cast<int64_t>(random() % 20);
  auto join = Interval(type, lower, upper, before ? TextBefore() : nullptr);
  std::vector<Event> sides[2];
  Rows log;
  const auto add = [&](const Rows& rows) { log.insert(log.end(), rows.begin(), rows.end()); };
  int64_t time = 100;
  for (int step = 0; step < 80; ++step) {
    const int side = static_cast<int>(random() % 2);
    Rows batch;
    for (int i = static_cast<int>(random() % 4); i >= 0; --i) {
      const uint32_t key = random() % 4;
      time += random() % 3;
      sides[side].push_back({key == 3 ? "null" : std::to_string(key),
                             std::string(1, static_cast<char>('a' + random() % 4)), time});
      batch.push_back("+I[" + sides[side].back().Text() + "]");
    }
    add(join.Push(batch, side));
    if (random() % 4 == 0) add(join.Watermark(time - 5));
    if (random() % 8 == 0) join.Restart();
  }
  add(join.Watermark(flow::kWatermarkMax));
  Rows expected;
  std::vector<bool> found(sides[1].size(), false);
  for (const Event& l : sides[0]) {
    bool any = false;
    for (size_t j = 0; j < sides[1].size(); ++j) {
      const Event& r = sides[1][j];
      const int64_t apart = l.time - r.time;
      if (l.key == "null" || l.key != r.key || apart < lower || apart > upper) continue;
      if (before && l.text >= r.text) continue;
      any = found[j] = true;
      expected.push_back("+I[" + l.Text() + ", " + r.Text() + "]");
    }
    if (!any && (type == JoinType::kLeft || type == JoinType::kFull)) {
      expected.push_back("+I[" + l.Text() + ", null, null, null]");
    }
  }
  for (size_t j = 0; j < found.size(); ++j) {
    if (!found[j] && (type == JoinType::kRight || type == JoinType::kFull)) {
      expected.push_back("+I[null, null, null, " + sides[1][j].Text() + "]");
    }
  }
  ASSERT_EQ(Folded(log), Folded(expected)) << "seed " << seed;
  EXPECT_EQ(join.op()->counters().state_rows, 0);
}

TEST(IntervalJoin, LooksLikeItsDefinition) {
  for (uint32_t seed = 0; seed < 25; ++seed) {
    for (const auto type : {JoinType::kInner, JoinType::kLeft, JoinType::kRight, JoinType::kFull}) {
      Compare(type, seed % 2 == 1, seed);
    }
  }
}

OperatorHarness Window(JoinType type, functions::ExprPtr residual = nullptr) {
  plan::WindowJoinNode node;
  node.type = type;
  node.keys = {{0, 0, false}};
  node.left_window_end = node.right_window_end = 1;
  node.residual = std::move(residual);
  const bool left_only = type == JoinType::kSemi || type == JoinType::kAnti;
  return {node, left_only ? kLeft : kBoth, {kLeft, kRight}};
}

TEST(WindowJoin, RowsOfOneWindowMeetWhenItCloses) {
  auto join = Window(JoinType::kInner);
  EXPECT_EQ(join.Push({"+I[1, 10, a]", "+I[1, 20, b]", "+I[2, 10, c]", "+I[null, 10, n]"}, 0),
            Rows{});
  EXPECT_EQ(join.Push({"+I[1, 10, p]", "+I[1, 10, q]", "+I[null, 10, n]"}, 1), Rows{});
  join.Restart();
  EXPECT_EQ(join.Watermark(9), (Rows{"+I[1, 10, a, 1, 10, p]", "+I[1, 10, a, 1, 10, q]"}));
  EXPECT_EQ(join.Push({"+I[2, 10, r]", "+I[1, 20, s]"}, 1), Rows{});
  EXPECT_EQ(join.op()->counters().late_rows, 1);
  EXPECT_EQ(join.late(), Rows{"1: +I[2, 10, r] at 9, watermark 9"});
  EXPECT_EQ(join.Watermark(flow::kWatermarkMax), Rows{"+I[1, 20, b, 1, 20, s]"});
  EXPECT_EQ(join.op()->counters().state_rows, 0);
}

Rows AtClose(OperatorHarness join) {
  join.Push({"+I[1, 10, a]", "+I[1, 10, z]", "+I[2, 10, c]", "+I[null, 10, n]"}, 0);
  join.Push({"+I[1, 10, p]", "+I[3, 10, q]", "+I[null, 10, m]"}, 1);
  return Folded(join.Watermark(10));
}

TEST(WindowJoin, AllTypes) {
  EXPECT_EQ(AtClose(Window(JoinType::kLeft, TextBefore())),
            (Rows{"[1, 10, a, 1, 10, p]", "[1, 10, z, null, null, null]",
                  "[2, 10, c, null, null, null]", "[null, 10, n, null, null, null]"}));
  EXPECT_EQ(AtClose(Window(JoinType::kFull, TextBefore())),
            (Rows{"[1, 10, a, 1, 10, p]", "[1, 10, z, null, null, null]",
                  "[2, 10, c, null, null, null]", "[null, 10, n, null, null, null]",
                  "[null, null, null, 3, 10, q]", "[null, null, null, null, 10, m]"}));
  EXPECT_EQ(AtClose(Window(JoinType::kRight)),
            (Rows{"[1, 10, a, 1, 10, p]", "[1, 10, z, 1, 10, p]", "[null, null, null, 3, 10, q]",
                  "[null, null, null, null, 10, m]"}));
  EXPECT_EQ(AtClose(Window(JoinType::kSemi)), (Rows{"[1, 10, a]", "[1, 10, z]"}));
  EXPECT_EQ(AtClose(Window(JoinType::kAnti)), (Rows{"[2, 10, c]", "[null, 10, n]"}));
}

OperatorHarness Temporal(JoinType type, bool processing_time = false) {
  plan::TemporalJoinNode node;
  node.type = type;
  node.keys = {{0, 0, false}};
  node.left_time = node.right_time = 1;
  node.processing_time = processing_time;
  return {node, kBoth, {kLeft, kRight}};
}

TEST(TemporalJoin, EachRowMeetsTheVersionOfItsTime) {
  auto join = Temporal(JoinType::kInner);
  EXPECT_EQ(join.Push({"+I[1, 10, v1]", "+U[1, 20, v2]", "+I[null, 1, n]"}, 1), Rows{});
  EXPECT_EQ(join.Push({"+I[1, 25, c]", "+I[1, 15, b]", "+I[1, 9, a]", "+I[null, 9, n]"}, 0),
            Rows{});
  EXPECT_EQ(join.Watermark(19), Rows{"+I[1, 15, b, 1, 10, v1]"});
  join.Restart();
  EXPECT_EQ(join.Push({"+U[1, 24, v3]", "-D[1, 30, v3]"}, 1), Rows{});
  EXPECT_EQ(join.Watermark(26), Rows{"+I[1, 25, c, 1, 24, v3]"});
  EXPECT_EQ(join.Push({"+I[1, 28, d]", "+I[1, 30, e]"}, 0), Rows{});
  EXPECT_EQ(join.Watermark(40), Rows{"+I[1, 28, d, 1, 24, v3]"});
  EXPECT_EQ(join.op()->counters().state_rows, 0);
}

TEST(TemporalJoin, ALeftJoinPads) {
  auto join = Temporal(JoinType::kLeft);
  EXPECT_EQ(join.Push({"+I[1, 5, a]", "-U[1, 12, b]", "+U[1, 12, c]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, 10, v1]"}, 1), Rows{});
  EXPECT_EQ(join.Watermark(20), (Rows{"+I[1, 5, a, null, null, null]", "-U[1, 12, b, 1, 10, v1]",
                                      "+U[1, 12, c, 1, 10, v1]"}));
}

TEST(TemporalJoin, ByProcessingTimeTheLastVersion) {
  auto join = Temporal(JoinType::kLeft, true);
  EXPECT_EQ(join.Push({"+I[1, 0, a]"}, 0), Rows{"+I[1, 0, a, null, null, null]"});
  EXPECT_EQ(join.Push({"+I[1, 0, v1]", "-U[1, 0, v1]", "+U[1, 0, v2]"}, 1), Rows{});
  join.Restart();
  EXPECT_EQ(join.Push({"+I[1, 0, b]"}, 0), Rows{"+I[1, 0, b, 1, 0, v2]"});
  EXPECT_EQ(join.Push({"-D[1, 0, v2]"}, 1), Rows{});
  EXPECT_EQ(join.Push({"+I[1, 0, c]"}, 0), Rows{"+I[1, 0, c, null, null, null]"});
}

}  // namespace
}  // namespace sluice::operators
