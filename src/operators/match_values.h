// SPDX-License-Identifier: Apache-2.0
// The values that definitions and measures of MATCH_RECOGNIZE read from the rows of a match: FIRST,
// LAST, aggregates, the time of the match. For many matches at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "functions/evaluate.h"
#include "operators/match_state.h"
#include "sql/bound.h"
#include "state/row_codec.h"

namespace sluice::operators {

/// The rows of a match, and one more that is tried (its bytes; no variable: none).
struct MatchView {
  const MatchStep* last = nullptr;
  std::string_view tried;
  int tried_variable = -1;
  int64_t time = 0;  // of the last row
};

class MatchValues {
 public:
  /// kUnsupported for what Flink does not do either: PREV and NEXT.
  static Result<MatchValues> Make(const sql::MatchSpec& spec, const flow::Schema& input,
                                  const state::RowCodec* codec);

  /// The input's columns of the last rows (or the tried ones), then a column for each navigation;
  /// those that `wanted` does not name are NULL. `wanted`: columns of the result.
  Result<std::shared_ptr<arrow::RecordBatch>> Columns(const std::vector<MatchView>& matches,
                                                      const std::vector<int>& wanted,
                                                      const functions::EvalContext& context) const;
  /// Which columns of the result an expression reads.
  static std::vector<int> ColumnsOf(const functions::Expr& expr);

 private:
  MatchValues() = default;
  Result<std::shared_ptr<arrow::Array>> Value(size_t navigation,
                                              const std::vector<MatchView>& matches,
                                              const functions::EvalContext& context) const;
  Result<std::shared_ptr<arrow::Array>> Aggregate(size_t navigation,
                                                  const std::vector<MatchView>& matches,
                                                  const functions::EvalContext& context) const;

  std::vector<sql::MatchSpec::Navigation> navigations_;
  std::vector<std::shared_ptr<functions::Aggregator>> aggregators_;  // null where it is none
  const state::RowCodec* codec_ = nullptr;
  int input_columns_ = 0;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace sluice::operators
