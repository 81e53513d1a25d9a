// SPDX-License-Identifier: Apache-2.0
// Explores every interleaving of the commit protocol (protocol_model.h) and shows that nothing is
// lost or doubled, that the position never goes back, that an old token never commits after a new
// one, that no file of a visible commit is removed, and that every state can still finish. Then
// plants known bugs and shows that exploration finds each: a model that finds nothing proves
// nothing.
#include <gtest/gtest.h>

#include <deque>
#include <unordered_set>

#include "protocol_steps.h"

namespace sluice::sim {
namespace {

struct Exploration {
  int64_t states = 0;
  std::string violation;  // the first one found
  int depth = 0;          // in how many steps
};

Exploration Explore(Bug bug, int64_t states_max) {
  const ProtocolModel model(bug);
  Exploration result;
  std::unordered_set<std::string> seen;
  std::unordered_set<std::string> finishing;  // tables already asked whether they can finish
  std::deque<std::pair<ModelState, int>> open;
  open.emplace_back(ModelState(), 0);
  seen.insert(open.front().first.Key());
  while (!open.empty() && result.states < states_max) {
    auto [state, depth] = std::move(open.front());
    open.pop_front();
    ++result.states;
    result.depth = depth;
    result.violation = model.Check(state);
    const bool asked = result.violation.empty() && finishing.insert(state.TableKey()).second;
    if (asked && !model.CanFinish(state)) {
      result.violation = "a state from which a fresh writer cannot finish";
    }
    if (!result.violation.empty()) return result;
    for (ModelState& next : model.Next(state)) {
      if (seen.insert(next.Key()).second) open.emplace_back(std::move(next), depth + 1);
    }
  }
  return result;
}

TEST(Protocol, EveryInterleavingIsExactlyOnce) {
  const Exploration result = Explore(Bug::kNone, 20'000'000);
  EXPECT_EQ(result.violation, "") << "after " << result.depth << " steps";
  EXPECT_GT(result.states, 10'000);
  std::printf("  %lld states, %d steps deep\n", static_cast<long long>(result.states),
              result.depth);
}

struct Planted {
  Bug bug;
  const char* name;
};

class PlantedBug : public testing::TestWithParam<Planted> {};

TEST_P(PlantedBug, IsFound) {
  const Exploration result = Explore(GetParam().bug, 20'000'000);
  EXPECT_NE(result.violation, "");
  std::printf("  found after %lld states, %d steps: %s\n", static_cast<long long>(result.states),
              result.depth, result.violation.c_str());
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, PlantedBug,
    testing::Values(Planted{Bug::kResendBlindly, "F1_ResendBlindly"},
                    Planted{Bug::kCleanUpUnknown, "F1_CleanUpUnknown"},
                    Planted{Bug::kPositionInSnapshots, "F2_PositionInSnapshots"},
                    Planted{Bug::kNoToken, "F3_NoToken"},
                    Planted{Bug::kTokenWithoutReading, "F3_TokenWithoutReading"},
                    Planted{Bug::kPositionGoesBack, "F4_PositionGoesBack"},
                    Planted{Bug::kPrefixOverlap, "F5_PrefixOverlap"},
                    Planted{Bug::kRebaseUnchecked, "F10_RebaseUnchecked"}),
    [](const auto& planted) { return std::string(planted.param.name); });

}  // namespace
}  // namespace sluice::sim
