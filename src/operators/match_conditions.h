// SPDX-License-Identifier: Apache-2.0
// The definitions of the variables of MATCH_RECOGNIZE. Simple ones look at the row that is tried
// alone, and are evaluated for a whole batch when it comes. The others see rows that a match took
// before: they are evaluated for all classes of all keys of a round at once, one time for those
// that see the same rows.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "functions/evaluate.h"
#include "operators/match_pattern.h"
#include "operators/match_registers.h"
#include "operators/match_rows.h"
#include "operators/match_slice.h"
#include "operators/match_values.h"

namespace sluice::operators {

class MatchConditions {
 public:
  /// `spec` and `values` live longer.
  MatchConditions(const sql::MatchSpec* spec, int input_columns, const MatchValues* values,
                  MatchSteps steps);
  MatchConditions(const MatchConditions&) = delete;
  MatchConditions& operator=(const MatchConditions&) = delete;
  /// Points into this.
  MatchLayout Layout() const;

  /// Per row: bits of the simple definitions that it meets.
  Status EvaluateSimple(const arrow::RecordBatch& rows, const functions::EvalContext& context,
                        std::vector<uint64_t>* bits) const;

  /// A round: what the classes of each key, and a match that begins with its row, want to know is
  /// asked, then all is answered. Nothing of the keys may change in between.
  void Begin(MatchRows* store, const functions::EvalContext& context);
  void Ask(MatchSlice::Key* key);
  Status Evaluate();
  /// For KeyMatches::Step; they stay until the next round.
  Status OutcomesOf(const MatchSlice::Key& key, std::vector<const MatchSteps::Outcome*>* outcomes);
  /// How often a row was tried against a definition, of those that are not simple.
  int64_t evaluated() const { return evaluated_; }

 private:
  struct Fact {
    int state = 0;
    uint64_t met = 0, failed = 0;
  };
  struct Request {
    const MatchSlice::Key* key = nullptr;
    const int64_t* registers = nullptr;
    const MatchAggregates* aggregates = nullptr;  // null: of no rows
  };
  struct Asked {
    std::vector<Request> requests;
    std::vector<std::pair<size_t, size_t>> answers;  // which request is for which fact
    std::vector<uint8_t> passes;                     // per request
    std::vector<std::optional<Error>> failures;      // per request; empty: there are none
  };

  void AskFor(int state, const MatchSlice::Key& key, const int64_t* registers,
              const MatchAggregates* aggregates);
  Status EvaluateVariable(int variable);
  /// `*undefined`: the definition has no value for some of them.
  Status EvaluatePart(int variable, size_t from, size_t end, std::optional<Error>* undefined);
  Status FillViews(int variable, std::span<const Request> requests);
  Status FillAggregates(int variable, std::span<const Request> requests, Status* undefined);

  const sql::MatchSpec* spec_;
  const MatchValues* values_;
  MatchSteps steps_;
  /// Per variable: the columns (of MatchValues) and navigations its definition reads.
  std::vector<std::vector<int>> columns_, reads_;
  std::vector<uint8_t> reads_aggregates_;
  uint64_t simple_ = 0, always_ = 0;  // variables
  MatchRegisters registers_;
  MatchAggregateSet aggregates_;  // that definitions read
  std::vector<int64_t> no_rows_;  // registers of a match that begins

  MatchRows* store_ = nullptr;
  functions::EvalContext context_;
  std::vector<Fact> facts_;
  std::vector<Asked> asked_;  // per variable
  MatchViews views_;
  std::vector<std::shared_ptr<MatchAggregates>> tried_;
  std::deque<MatchSteps::Outcome> odd_;
  int64_t evaluated_ = 0;
};

}  // namespace sluice::operators
