// SPDX-License-Identifier: Apache-2.0
// Matches that were found, until they are given as rows of partition columns and measures. What
// the measures read is taken from the rows of a match when it is found: they may go then.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flow/batch.h"
#include "operators/match_rows.h"
#include "operators/match_state.h"
#include "operators/match_values.h"

namespace sluice::operators {

class MatchOutput {
 public:
  /// `spec` and `values` live longer.
  MatchOutput(const sql::MatchSpec* spec, const MatchValues* values,
              std::shared_ptr<arrow::Schema> schema);

  /// `variables`: of the rows of the match (KeyMatches::PathOf). Matches are given by `order`,
  /// those of one order as they were found.
  Status Add(const CompleteMatch& match, const std::vector<uint8_t>& variables, uint64_t order,
             const MatchRows::Of& rows, MatchRows* store, const functions::EvalContext& context);
  bool full() const;
  Status Flush(const functions::EvalContext& context, std::vector<flow::Batch>* out);

 private:
  struct Found {
    uint64_t order = 0;
    int64_t time = 0;
    std::string last;               // bytes of the last row
    std::vector<std::string> rows;  // per member of rows_read_
    std::shared_ptr<MatchAggregates> aggregates;
  };
  Status AddRows(const CompleteMatch& match, const std::vector<uint8_t>& variables,
                 const MatchRows::Of& rows, MatchRows* store, MatchAggregates* to,
                 const functions::EvalContext& context);
  Status GivePart(size_t from, size_t end, const functions::EvalContext& context,
                  std::vector<flow::Batch>* out);

  const sql::MatchSpec* spec_;
  const MatchValues* values_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> wanted_;     // columns of MatchValues
  std::vector<int> rows_read_;  // navigations of FIRST and LAST
  MatchAggregateSet aggregates_;
  std::vector<Found> found_;
  MatchAdditions additions_;  // to their aggregates
  MatchViews views_;
};

}  // namespace sluice::operators
