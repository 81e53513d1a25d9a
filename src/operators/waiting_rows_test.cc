// SPDX-License-Identifier: Apache-2.0
// Rows that wait: they come in order and all rows of one time together, also where there are more
// than are given at once, and wherever they lay in between.
#include "operators/waiting_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "operators/row_batches.h"
#include "state/cold_testing.h"

namespace sluice::operators {
namespace {

// More than are given at once, several times over.
constexpr int64_t kManyRows = 5 * static_cast<int64_t>(kRowsPerBatch);

class WaitingRowsTest : public testing::TestWithParam<bool> {
 protected:
  void Add(int64_t time) {
    const std::string owner = "o";
    ASSERT_TRUE(rows_.Add(time, "", owner, std::hash<std::string>()(owner), "row").ok());
  }
  void Balance() { ASSERT_TRUE(rows_.table()->Balance().ok()); }

  /// The times of all rows up to `until`; fails when one came out of its turn.
  std::vector<int64_t> TakeAll(int64_t until) {
    std::vector<int64_t> times;
    std::vector<DueRow> due;
    do {
      EXPECT_TRUE(rows_.Take(until, &due).ok());
      if (!due.empty() && !times.empty()) {
        EXPECT_GT(due.front().time_ms(), times.back()) << "after " << times.size() << " rows";
      }
      for (const DueRow& row : due) times.push_back(row.time_ms());
      Balance();
    } while (!due.empty());
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    return times;
  }

  state::ColdMap cold_{4 << 20};
  WaitingRows rows_{0, GetParam() ? &cold_ : nullptr};
};

INSTANTIATE_TEST_SUITE_P(Memory, WaitingRowsTest, testing::Bool(), [](const auto& spills) {
  return std::string(spills.param ? "WithColdStore" : "Alone");
});

TEST_P(WaitingRowsTest, ComeInOrder) {
  std::mt19937_64 random(1);
  std::vector<int64_t> expected;
  for (int64_t i = 0; i < kManyRows; ++i) {
    const auto time = static_cast<int64_t>(random() % 1000);
    Add(time);
    expected.push_back(time);
    if (i % 500 != 0) continue;
    ASSERT_TRUE(rows_.Keep().ok());
    Balance();
  }
  ASSERT_TRUE(rows_.Keep().ok());
  std::sort(expected.begin(), expected.end());
  const auto middle = std::upper_bound(expected.begin(), expected.end(), 500);
  EXPECT_EQ(TakeAll(500), std::vector<int64_t>(expected.begin(), middle));
  EXPECT_EQ(TakeAll(2000), std::vector<int64_t>(middle, expected.end()));
}

TEST_P(WaitingRowsTest, OfOneTimeComeTogether) {
  for (int64_t i = 0; i < kManyRows; ++i) Add(i < kManyRows / 2 ? 1 : 2);
  ASSERT_TRUE(rows_.Keep().ok());
  Balance();
  EXPECT_EQ(TakeAll(9).size(), static_cast<size_t>(kManyRows));
}

// Rows that went to disk leave notes behind; the rows that have their places now are much later.
TEST_P(WaitingRowsTest, InThePlaceOfEarlierOnesComeInTheirTurn) {
  constexpr int kPlaces = 10;
  for (int i = 0; i < kPlaces; ++i) Add(0);
  ASSERT_TRUE(rows_.Keep().ok());
  ASSERT_TRUE(rows_.table()->Balance(0).ok() || !GetParam());
  for (int i = 0; i < kPlaces; ++i) Add(kManyRows - i);
  for (int64_t i = kPlaces; i < kManyRows; ++i) Add(i - kPlaces + 1);
  ASSERT_TRUE(rows_.Keep().ok());
  EXPECT_EQ(TakeAll(kManyRows).size(), static_cast<size_t>(kManyRows + kPlaces));
}

}  // namespace
}  // namespace sluice::operators
