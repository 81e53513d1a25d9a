// SPDX-License-Identifier: Apache-2.0
// What MATCH_RECOGNIZE keeps per key: rows that wait for the watermark, partial matches (paths of
// rows through the automaton, which share their beginnings), and complete ones that must wait for
// an earlier partial match.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "operators/sorted_rows.h"

namespace sluice::operators {

/// A row that some match holds.
struct MatchRow {
  int64_t number = 0;  // rows of a key are numbered as they are processed
  int64_t time = 0;
  uint64_t simple =
      0;  // bit per variable: its definition is TRUE, where it looks at this row alone
  std::string bytes;
};
using MatchRowPtr = std::shared_ptr<const MatchRow>;

/// A row of a match and the ones before it.
struct MatchStep {
  MatchRowPtr row;
  int variable = 0;
  std::shared_ptr<const MatchStep> before;
};
using MatchStepPtr = std::shared_ptr<const MatchStep>;

struct PartialMatch {
  int state = 0;
  MatchRowPtr first;
  MatchStepPtr last;
};

struct KeyMatches {
  SortedRows pending;  // by time (AppendTime) and the rest of ORDER BY; unique key: `simple`
  std::vector<PartialMatch> partial;   // in the order in which they began
  std::vector<PartialMatch> complete;  // likewise
  int64_t next_number = 0;

  bool empty() const { return pending.empty() && partial.empty() && complete.empty(); }
  void Encode(std::string* out) const;
  Status Decode(std::string_view bytes);
  int64_t heap_bytes() const;
};

}  // namespace sluice::operators
