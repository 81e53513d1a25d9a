// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "operators/match_pattern.h"

namespace sluice::operators {
namespace {

uint64_t BitsOf(const MatchPattern::Edge& edge) {
  uint64_t bits = edge.variable >= 0 ? uint64_t{1} << edge.variable : 0;
  for (const int variable : edge.unless) bits |= uint64_t{1} << variable;
  return bits;
}

/// What is asked on the way from a state without another row; `later`: and with more rows.
uint64_t AskedFrom(const MatchPattern& pattern, int state, bool later) {
  uint64_t asked = 0;
  // Of states behind a TAKE edge, only what leads to the end without a row (`taking` false).
  std::vector<std::pair<int, bool>> pending{{state, true}};
  std::vector<uint8_t> seen(pattern.states.size() * 2, 0);
  while (!pending.empty()) {
    const auto [at, taking] = pending.back();
    pending.pop_back();
    const auto place = static_cast<size_t>(at) * 2 + (taking ? 1 : 0);
    if (std::exchange(seen[place], 1) != 0) continue;
    for (const MatchPattern::Edge& edge : pattern.states[static_cast<size_t>(at)].edges) {
      if (edge.take && !taking) continue;
      asked |= BitsOf(edge);
      pending.emplace_back(edge.target, edge.take ? later : taking);
    }
  }
  return asked;
}

}  // namespace

MatchSteps::MatchSteps(MatchPattern pattern)
    : pattern_(std::move(pattern)), known_(pattern_.states.size()) {
  for (int state = 0; state < states(); ++state) {
    asked_.push_back(AskedFrom(pattern_, state, false));
    asked_later_.push_back(AskedFrom(pattern_, state, true));
  }
}

const MatchSteps::Outcome& MatchSteps::Of(int state, uint64_t met) {
  const uint64_t relevant = met & asked(state);
  const auto [known, fresh] = known_[static_cast<size_t>(state)].try_emplace(relevant);
  if (fresh) {
    Facts facts{.met = relevant};
    known->second = Walk(state, &facts);
  }
  return known->second;
}

MatchSteps::Outcome MatchSteps::Of(int state, uint64_t met, uint64_t failed, int* needed) const {
  Facts facts{.met = met, .failed = failed};
  Outcome outcome = Walk(state, &facts);
  *needed = facts.needed;
  return outcome;
}

bool MatchSteps::Meets(const MatchPattern::Edge& edge, Facts* facts) {
  const auto is = [facts](int variable) {
    const bool unknown = ((facts->failed >> variable) & 1) != 0;
    if (unknown && facts->needed < 0) facts->needed = variable;
    return ((facts->met >> variable) & 1) != 0;
  };
  if (edge.variable >= 0 && !is(edge.variable)) return false;
  for (const int variable : edge.unless) {
    if (is(variable)) return false;
  }
  return true;
}

bool MatchSteps::MayEnd(int state, Facts* facts) const {
  std::vector<int> on{state};
  while (!on.empty()) {
    const MatchPattern::State& reached = pattern_.states[static_cast<size_t>(on.back())];
    on.pop_back();
    for (const MatchPattern::Edge& edge : reached.edges) {
      if (edge.take || !Meets(edge, facts)) continue;
      if (edge.target == MatchPattern::kFinal) return true;
      on.push_back(edge.target);
    }
  }
  return false;
}

MatchSteps::Outcome MatchSteps::Walk(int state, Facts* facts) const {
  Outcome outcome;
  std::vector<int> pending{state};
  while (!pending.empty()) {
    const MatchPattern::State& at = pattern_.states[static_cast<size_t>(pending.back())];
    pending.pop_back();
    for (const MatchPattern::Edge& edge : at.edges) {
      if (!Meets(edge, facts)) continue;
      if (!edge.take) {
        if (edge.target != MatchPattern::kFinal) pending.push_back(edge.target);
        continue;
      }
      // A match that is there keeps all others that begin with the same row from being given.
      if (edge.target == MatchPattern::kFinal || MayEnd(edge.target, facts)) {
        return {.completes = at.variable, .taken = {}};
      }
      outcome.taken.push_back({edge.target, at.variable});
    }
  }
  return outcome;
}

}  // namespace sluice::operators
