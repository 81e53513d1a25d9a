// SPDX-License-Identifier: Apache-2.0
// Runs bound expressions over a batch, column at a time. CASE and AND/OR evaluate their branches
// only for the rows that need them where a branch can fail. Filters give a selection; Flink keeps a
// row only when the condition is TRUE.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "functions/expression.h"
#include "functions/registry.h"

namespace sluice::functions {

/// The value of `expr` for every row of `input`.
Result<std::shared_ptr<arrow::Array>> Evaluate(const Expr& expr, const arrow::RecordBatch& input,
                                               const EvalContext& context);
/// The values of several expressions; a sub-expression that they share by pointer is evaluated
/// once.
Result<std::vector<std::shared_ptr<arrow::Array>>> EvaluateAll(std::span<const ExprPtr> exprs,
                                                               const arrow::RecordBatch& input,
                                                               const EvalContext& context);
/// What a Calc needs: the rows for which `condition` is TRUE (null: all rows), and for those rows
/// the values of `exprs`. Columns are gathered only where an expression reads them, and what the
/// condition computed already is taken from there.
struct Filtered {
  bool all_rows = false;      // no row was dropped; `rows` is empty then
  std::vector<int32_t> rows;  // row numbers of the input, ascending
  std::vector<std::shared_ptr<arrow::Array>> columns;
};
Result<Filtered> EvaluateFiltered(const ExprPtr& condition, std::span<const ExprPtr> exprs,
                                  const arrow::RecordBatch& input, const EvalContext& context);
/// Rewrites expressions so that equal deterministic sub-expressions are one object.
std::vector<ExprPtr> ShareSubexpressions(std::vector<ExprPtr> exprs);
/// Row numbers, ascending, for which the condition is TRUE (not FALSE, not NULL).
Result<std::vector<int32_t>> EvaluateFilter(const Expr& condition, const arrow::RecordBatch& input,
                                            const EvalContext& context);
/// Replaces deterministic sub-expressions without columns by literals. An error in folding (1/0) is
/// left for run time.
ExprPtr Fold(const ExprPtr& expr, const EvalContext& context);
/// One value as Flink's CAST(x AS STRING) prints it; for messages, print sink, golden files.
Result<std::string> ScalarToSqlText(const arrow::Array& array, int64_t row, const flow::Type& type);

}  // namespace sluice::functions
