// SPDX-License-Identifier: Apache-2.0
#include "operators/match_pattern.h"

#include <algorithm>
#include <utility>

namespace sluice::operators {
namespace {

using Pattern = sql::MatchSpec::Pattern;

/// Builds from the last variable to the first, so that what a state goes on to is there already.
class Builder {
 public:
  MatchPattern Build(const std::vector<const Pattern*>& variables) {
    AddState(-1);  // the final one
    int sink = MatchPattern::kFinal;
    for (auto it = variables.rbegin(); it != variables.rend(); ++it) sink = Convert(**it, sink);
    made_.start = sink;
    return std::move(made_);
  }

 private:
  int AddState(int variable) {
    made_.states.push_back({variable, {}});
    return static_cast<int>(made_.states.size()) - 1;
  }
  void AddTake(int state, int target) {
    const int variable = made_.states[static_cast<size_t>(state)].variable;
    made_.states[static_cast<size_t>(state)].edges.push_back({true, target, variable, {}});
  }
  void AddProceed(int state, int target) {
    made_.states[static_cast<size_t>(state)].edges.push_back({false, target, -1, {}});
  }
  /// What follows a greedy variable takes no row that the variable could.
  void Restrict(int state, int variable) {
    for (MatchPattern::Edge& edge : made_.states[static_cast<size_t>(state)].edges) {
      edge.unless.push_back(variable);
    }
  }

  /// A state that takes one row and, if it is optional, may be passed by.
  int Single(int variable, int sink, int proceed, bool optional) {
    const int state = AddState(variable);
    AddTake(state, sink);
    if (optional) AddProceed(state, proceed);
    return state;
  }

  int Times(const Pattern& pattern, int sink, int proceed, int64_t from, int64_t to,
            bool optional) {
    if (Greedy(pattern) && from != to) Restrict(sink, pattern.variable);
    int last = sink;
    for (int64_t i = from; i < to; ++i) last = Single(pattern.variable, last, proceed, true);
    for (int64_t i = 0; i + 1 < from; ++i) last = Single(pattern.variable, last, -1, false);
    return Single(pattern.variable, last, proceed, optional);
  }

  static bool Greedy(const Pattern& pattern) {
    const bool optional = pattern.at_least == 0 && pattern.at_most == 1;
    return pattern.greedy && !optional && pattern.at_least != pattern.at_most;
  }

  int Convert(const Pattern& pattern, int sink) {
    const bool optional = pattern.at_least == 0;
    const int64_t from = std::max<int64_t>(pattern.at_least, 1);
    if (pattern.at_most >= 0) {
      return Times(pattern, sink, sink, from, pattern.at_most, optional);
    }
    const int looping = AddState(pattern.variable);
    AddProceed(looping, sink);
    if (Greedy(pattern)) Restrict(sink, pattern.variable);
    AddTake(looping, looping);
    return Times(pattern, looping, sink, from, from, optional);
  }

  MatchPattern made_;
};

Status Flatten(const Pattern& pattern, std::vector<const Pattern*>* variables) {
  switch (pattern.kind) {
    case Pattern::Kind::kVariable:
      variables->push_back(&pattern);
      return Status::Ok();
    case Pattern::Kind::kSequence:
      if (pattern.at_least != 1 || pattern.at_most != 1) {
        return Unsupported("Group patterns are not supported yet in MATCH_RECOGNIZE");
      }
      for (const Pattern& part : pattern.parts) SLUICE_TRY(Flatten(part, variables));
      return Status::Ok();
    case Pattern::Kind::kAlternation:
      return Unsupported("MATCH_RECOGNIZE does not support branching patterns (A | B)");
    case Pattern::Kind::kPermute:
      return Unsupported("MATCH_RECOGNIZE does not support PERMUTE patterns");
    case Pattern::Kind::kExclude:
      return Unsupported("MATCH_RECOGNIZE does not support '{-' '-}' patterns");
  }
  return Internal("an unknown kind of pattern");
}

}  // namespace

Result<MatchPattern> MatchPattern::Make(const sql::MatchSpec& spec) {
  std::vector<const Pattern*> variables;
  SLUICE_TRY(Flatten(spec.pattern, &variables));
  if (variables.empty()) return Internal("an empty pattern");
  std::vector<int> seen;
  int64_t states = 0;
  for (const Pattern* pattern : variables) {
    if (std::find(seen.begin(), seen.end(), pattern->variable) != seen.end()) {
      return Unsupported("Pattern variables must be unique. That might change in the future.");
    }
    seen.push_back(pattern->variable);
    if (!pattern->greedy && pattern->at_least == 0 && pattern->at_most == 1) {
      return Unsupported("Reluctant optional variables are not supported yet.");
    }
    states += std::max(pattern->at_least, pattern->at_most) + 1;
  }
  constexpr int64_t kMostStates = 10000;
  if (states > kMostStates) {
    return Unsupported("the counts of a pattern of MATCH_RECOGNIZE may not exceed " +
                       std::to_string(kMostStates) + " rows together");
  }
  return Builder().Build(variables);
}

}  // namespace sluice::operators
