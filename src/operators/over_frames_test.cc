// SPDX-License-Identifier: Apache-2.0
// Frames as they are defined, row against row, and aggregates over any frames.
#include "operators/over_frames.h"

#include <algorithm>
#include <optional>
#include <random>

#include "arrow/api.h"
#include "gtest/gtest.h"
#include "operators/aggregate_testing.h"
#include "operators/frame_aggregates.h"

namespace sluice::operators {
namespace {

using Kind = sql::FrameBound::Kind;
using Values = std::vector<std::optional<int64_t>>;

std::shared_ptr<arrow::RecordBatch> RowsOf(const Values& values) {
  arrow::Int64Builder builder;
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("x", arrow::int64())}),
                                  static_cast<int64_t>(values.size()), {*builder.Finish()});
}

Peers PeersOf(const Values& values) {
  std::vector<std::string> keys;
  for (const auto& value : values) keys.push_back(value ? std::to_string(*value) : "NULL");
  return Peers::Of(std::vector<std::string_view>(keys.begin(), keys.end()));
}

std::vector<sql::FrameBound> Bounds(bool lower) {
  std::vector<sql::FrameBound> bounds{{}, sql::FrameBound::UnboundedPreceding()};
  if (!lower) bounds[1] = {Kind::kUnboundedFollowing, 0, 0};
  for (const int64_t offset : {-300, -20, -1, 1, 20, 300}) {
    bounds.push_back({Kind::kOffset, offset, 0});
  }
  bounds.push_back({Kind::kOffset, -15, 1});
  return bounds;
}

// Whether a row with a value lies in the frame of a row with a value, by the distance of the two.
bool IsIn(const sql::FrameBound& lower, const sql::FrameBound& upper, double distance) {
  const auto offset = [](const sql::FrameBound& bound) {
    return static_cast<double>(bound.offset) / (bound.scale == 1 ? 10 : 1);
  };
  if (lower.kind != Kind::kUnboundedPreceding && distance < offset(lower)) return false;
  return upper.kind == Kind::kUnboundedFollowing || distance <= offset(upper);
}

TEST(OverFrames, HoldWhatLiesWithinTheBounds) {
  std::mt19937 random(7);
  for (const bool descending : {false, true}) {
    Values values;
    for (int i = 0; i < 60; ++i) values.emplace_back(static_cast<int64_t>(random() % 50));
    std::sort(values.begin(), values.end());
    if (descending) std::reverse(values.begin(), values.end());
    sql::OverSpec spec;
    spec.order_by = {{0, descending, true}};
    const auto rows = RowsOf(values);
    for (const bool by_rows : {false, true}) {
      spec.rows = by_rows;
      for (const sql::FrameBound& lower : Bounds(true)) {
        for (const sql::FrameBound& upper : Bounds(false)) {
          if (by_rows && (lower.scale > 0 || upper.scale > 0)) continue;
          spec.lower = lower;
          spec.upper = upper;
          const Frames frames = *FramesOf(spec, *rows, PeersOf(values));
          for (int64_t row = 0; row < rows->num_rows(); ++row) {
            const auto i = static_cast<size_t>(row);
            int64_t count = 0;
            for (int64_t other = 0; other < rows->num_rows(); ++other) {
              const auto distance =
                  static_cast<double>(by_rows ? other - row
                                              : (*values[static_cast<size_t>(other)] - *values[i]) *
                                                    (descending ? -1 : 1));
              if (!IsIn(lower, upper, distance)) continue;
              EXPECT_GE(other, frames.from[i]);
              EXPECT_LT(other, frames.to[i]);
              ++count;
            }
            ASSERT_EQ(frames.to[i] - frames.from[i], count)
                << row << " " << sql::Text(lower) << " AND " << sql::Text(upper);
          }
        }
      }
    }
  }
}

TEST(OverFrames, NullsAreApart) {
  const Values values{std::nullopt, std::nullopt, 1, 2, 9};
  sql::OverSpec spec;
  spec.order_by = {{0, false, true}};
  const auto frames = [&](sql::FrameBound lower, sql::FrameBound upper) {
    spec.lower = lower;
    spec.upper = upper;
    const Frames made = *FramesOf(spec, *RowsOf(values), PeersOf(values));
    std::vector<std::pair<int64_t, int64_t>> pairs;
    for (size_t i = 0; i < made.from.size(); ++i) pairs.emplace_back(made.from[i], made.to[i]);
    return pairs;
  };
  const auto at = [](int64_t offset) { return sql::FrameBound{Kind::kOffset, offset, 0}; };
  using Pairs = std::vector<std::pair<int64_t, int64_t>>;
  EXPECT_EQ(frames(at(-1), at(1)), (Pairs{{0, 2}, {0, 2}, {2, 4}, {2, 4}, {4, 5}}));
  EXPECT_EQ(frames(at(1), at(2)), (Pairs{{5, 5}, {5, 5}, {3, 4}, {4, 4}, {5, 5}}));
  // What comes before a value by any distance holds the NULLs that come first.
  EXPECT_EQ(frames(sql::FrameBound::UnboundedPreceding(), at(-1)),
            (Pairs{{0, 0}, {0, 0}, {0, 2}, {0, 3}, {0, 4}}));
}

/// Frames of all sizes in any order, long enough for blocks of blocks of rows.
TEST(FrameAggregates, AgreeWithTheRows) {
  flow::Schema schema;
  schema.fields.push_back({"x", flow::Type::Simple(flow::TypeKind::kBigInt, true), ""});
  std::vector<functions::AggregateCall> some = {CallOf(schema, "SUM", {0}, false),
                                                CallOf(schema, "MIN", {0}, false)};
  const AggregateCalls flat = *AggregateCalls::Make(some, {.retract = false});
  some.push_back(CallOf(schema, "LAST_VALUE", {0}, false));
  some.push_back(CallOf(schema, "SUM", {0}, true));  // DISTINCT keeps its values outside the block
  const AggregateCalls calls = *AggregateCalls::Make(some, {.retract = false});
  ASSERT_FALSE(flat.owns_memory());
  ASSERT_TRUE(calls.owns_memory());
  constexpr int64_t kRows = 5000;
  std::mt19937 random(11);
  Values values;
  for (int64_t i = 0; i < kRows; ++i) values.emplace_back(static_cast<int64_t>(random() % 100000));
  const auto rows = RowsOf(values);
  Frames frames;
  const auto add = [&](int64_t from, int64_t to) {
    frames.from.push_back(from);
    frames.to.push_back(std::max(from, to));
  };
  for (int64_t row = 0; row < kRows; ++row) {
    const auto from = static_cast<int64_t>(random() % kRows);
    if (row < 1500)
      add(row, kRows);  // shrinking
    else if (row < 3000)
      add(17, row);  // growing
    else if (row < 4000)
      add(row / 3, row / 3 + row % 7 * 400);  // sliding
    else
      add(from, static_cast<int64_t>(random() % (kRows + 1)));
  }
  const ArrayVector got = *FrameAggregates(&calls, rows.get()).Of(frames);
  ASSERT_EQ(got.size(), 4U);
  const ArrayVector the_same = *FrameAggregates(&flat, rows.get()).Of(frames);
  ASSERT_EQ(the_same.size(), 2U);
  for (size_t call = 0; call < 2; ++call) EXPECT_TRUE(the_same[call]->Equals(*got[call]));
  for (size_t i = 0; i < frames.from.size(); ++i) {
    int64_t sum = 0, least = 100000;
    for (int64_t row = frames.from[i]; row < frames.to[i]; ++row) {
      sum += *values[static_cast<size_t>(row)];
      least = std::min(least, *values[static_cast<size_t>(row)]);
    }
    const auto value = [&](size_t call) {
      const auto& array = static_cast<const arrow::Int64Array&>(*got[call]);
      const auto at = static_cast<int64_t>(i);
      return array.IsNull(at) ? std::optional<int64_t>() : array.Value(at);
    };
    const bool empty = frames.from[i] == frames.to[i];
    ASSERT_EQ(value(0), empty ? std::optional<int64_t>() : sum) << i;
    ASSERT_EQ(value(1), empty ? std::optional<int64_t>() : least) << i;
    ASSERT_EQ(value(2),
              empty ? std::optional<int64_t>() : values[static_cast<size_t>(frames.to[i] - 1)])
        << i;
  }
}

}  // namespace
}  // namespace sluice::operators
