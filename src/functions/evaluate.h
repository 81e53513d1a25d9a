// SPDX-License-Identifier: Apache-2.0
// Runs bound expressions over a batch, column at a time. CASE and AND/OR evaluate their branches only for the rows that need
// them where a branch can fail. Filters give a selection; Flink keeps a row only when the condition is TRUE.
#pragma once

#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "functions/expression.h"
#include "functions/registry.h"

namespace sluice::functions {

/// The value of `expr` for every row of `input`.
Result<std::shared_ptr<arrow::Array>> Evaluate(const Expr& expr, const arrow::RecordBatch& input,
                                               const EvalContext& context);
/// Row numbers, ascending, for which the condition is TRUE (not FALSE, not NULL).
Result<std::vector<int32_t>> EvaluateFilter(const Expr& condition, const arrow::RecordBatch& input,
                                            const EvalContext& context);
/// Replaces deterministic sub-expressions without columns by literals. An error in folding (1/0) is left for run time.
ExprPtr Fold(const ExprPtr& expr, const EvalContext& context);
/// One value as Flink's CAST(x AS STRING) prints it; for messages, print sink, golden files.
Result<std::string> ScalarToSqlText(const arrow::Array& array, int64_t row, const flow::Type& type);

}  // namespace sluice::functions
