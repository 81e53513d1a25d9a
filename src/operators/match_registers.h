// SPDX-License-Identifier: Apache-2.0
// What the definitions of MATCH_RECOGNIZE can still see of the rows that a partial match took:
// FIRST(A.x, 1) sees the second row of A, LAST(A.x) the last one. A partial match keeps the numbers
// of those rows alone, in registers; two with the same registers in the same state have the same
// future.
#pragma once

#include <cstdint>
#include <vector>

#include "operators/match_pattern.h"
#include "sql/bound.h"

namespace sluice::operators {

class MatchRegisters {
 public:
  static constexpr int64_t kNoRow = -1;

  MatchRegisters() = default;
  /// `reads`: per variable, the navigations that its definition reads.
  MatchRegisters(const sql::MatchSpec& spec, const std::vector<std::vector<int>>& reads,
                 const MatchSteps& steps);

  /// How many a partial match has.
  size_t size() const { return size_; }
  /// A row was taken for `variable` and led to state `target`, where registers that nothing reads
  /// any more are emptied.
  void Take(int64_t row, int variable, int target, int64_t* registers) const;
  /// The row that a navigation (of FIRST or LAST) means for a definition of `variable` that is
  /// tried with `row`; kNoRow: there are not so many.
  int64_t RowOf(int navigation, int variable, int64_t row, const int64_t* registers) const;
  /// The definition of `variable` sees the same.
  bool SameFor(int variable, const int64_t* a, const int64_t* b) const;
  /// The definitions that are asked in this state and later read this navigation.
  bool IsReadLater(int navigation, int state) const {
    return read_later_[static_cast<size_t>(state)][static_cast<size_t>(navigation)] != 0;
  }

 private:
  struct Ring {
    int variable = -1;
    bool first = false;  // the oldest rows, in their order; else the last ones, the newest first
    size_t begin = 0, size = 0;
  };
  size_t RingOf(int variable, bool first, size_t size);

  std::vector<sql::MatchSpec::Navigation> navigations_;
  std::vector<Ring> rings_;
  std::vector<size_t> ring_of_;                   // per navigation
  std::vector<std::vector<size_t>> read_by_;      // per variable: rings
  std::vector<std::vector<uint8_t>> read_later_;  // per state, per navigation
  std::vector<std::vector<uint8_t>> kept_;        // per state, per ring
  size_t size_ = 0;
};

}  // namespace sluice::operators
