// SPDX-License-Identifier: Apache-2.0
// The pattern of MATCH_RECOGNIZE as a non-deterministic automaton, built as Flink's NFACompiler
// does: a chain of variables with quantifiers, where rows of a match follow each other without
// gaps. A state waits for a row; TAKE edges take it, PROCEED edges go on to another state with the
// same row. A greedy quantifier keeps a row from the variable behind it when it could take the row
// itself.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sql/bound.h"

namespace sluice::operators {

struct MatchPattern {
  struct Edge {
    bool take = false;
    int target = 0;
    int variable = -1;        // whose definition must be TRUE; -1: no condition
    std::vector<int> unless;  // variables whose definition must not be TRUE (greedy ones)
  };
  struct State {
    int variable = -1;  // that its TAKE edges are of
    std::vector<Edge> edges;
  };

  static constexpr int kFinal = 0;  // the state of a complete match
  std::vector<State> states;
  int start = 0;

  /// kUnsupported for what Flink's CEP does not know: groups, alternatives, PERMUTE, exclusion.
  static Result<MatchPattern> Make(const sql::MatchSpec& spec);
};

/// What the states of a pattern do with a row, by the set of variables whose definitions it meets;
/// worked out once for each set.
class MatchSteps {
 public:
  struct Taken {
    int target = 0;
    int variable = 0;
  };
  struct Outcome {
    int completes = -1;        // the variable that the last row of a match is of; -1: goes on
    std::vector<Taken> taken;  // when it goes on, the first choice first; none: ends without one
  };

  MatchSteps() = default;
  explicit MatchSteps(MatchPattern pattern);
  int start() const { return pattern_.start; }
  int states() const { return static_cast<int>(pattern_.states.size()); }
  /// The variables (as bits) whose definitions decide what the state does.
  uint64_t asked(int state) const { return asked_[static_cast<size_t>(state)]; }
  /// The same of all states that can be reached from it, and of itself.
  uint64_t asked_later(int state) const { return asked_later_[static_cast<size_t>(state)]; }

  /// `met`: bits of the definitions that are TRUE. What is given stays where it is.
  const Outcome& Of(int state, uint64_t met);
  /// The same where the definitions of `failed` could not be evaluated: the first of them that is
  /// needed goes to `*needed`, else -1.
  Outcome Of(int state, uint64_t met, uint64_t failed, int* needed) const;

 private:
  struct Facts {
    uint64_t met = 0, failed = 0;
    int needed = -1;
  };
  static bool Meets(const MatchPattern::Edge& edge, Facts* facts);
  /// No more rows are needed behind this state.
  bool MayEnd(int state, Facts* facts) const;
  Outcome Walk(int state, Facts* facts) const;

  MatchPattern pattern_;
  std::vector<uint64_t> asked_, asked_later_;
  std::vector<std::unordered_map<uint64_t, Outcome>> known_;  // per state
};

}  // namespace sluice::operators
