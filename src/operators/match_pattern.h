// SPDX-License-Identifier: Apache-2.0
// The pattern of MATCH_RECOGNIZE as a non-deterministic automaton, built as Flink's NFACompiler
// does: a chain of variables with quantifiers, where rows of a match follow each other without
// gaps. A state waits for a row; TAKE edges take it, PROCEED edges go on to another state with the
// same row. A greedy quantifier keeps a row from the variable behind it when it could take the row
// itself.
#pragma once

#include <cstdint>
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

}  // namespace sluice::operators
