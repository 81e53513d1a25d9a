// SPDX-License-Identifier: Apache-2.0
#include "runtime/split_readers.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime/scripted_internal.h"

namespace sluice::runtime {
namespace {

TEST(SplitReaders, ASplitThatIsAheadWaitsAndTheOthersAreReadOn) {
  scripted::Topic topic{.name = "in",
                        .splits = {std::vector<scripted::Kind>(6, scripted::Kind::kGood),
                                   std::vector<scripted::Kind>(4, scripted::Kind::kGood)}};
  scripted::FaultPlan faults;
  scripted::FalseClock clock;
  scripted::ScriptedSource source(topic, faults, clock);
  std::set<int> ahead;
  SplitReaders readers(source, [&ahead](int split) { return !ahead.contains(split); });
  ASSERT_TRUE(readers.Assign(0, {.name = "in-0"}, 0).ok());
  ASSERT_TRUE(readers.Assign(1, {.name = "in-1"}, 1).ok());
  const auto poll = [&readers] {
    const auto result = readers.Poll(2, 0);
    EXPECT_TRUE(result.ok());
    return result->split < 0
               ? std::string(result->end ? "end" : "none")
               : std::to_string(result->split) + " to " + std::to_string(result->next_offset);
  };
  EXPECT_EQ(poll(), "0 to 2");
  EXPECT_EQ(poll(), "1 to 3");
  ahead = {0};
  EXPECT_EQ(poll(), "1 to 4");
  EXPECT_EQ(poll(), "none");  // the other one has not ended
  ahead = {};
  EXPECT_EQ(poll(), "0 to 4");
  EXPECT_EQ(readers.LagOfSplit(0), 2);
  EXPECT_EQ(poll(), "0 to 6");
  EXPECT_EQ(poll(), "end");
  EXPECT_TRUE(readers.UnreadSplits().empty());
  EXPECT_EQ(readers.counters().rows_out, 9);
}

}  // namespace
}  // namespace sluice::runtime
