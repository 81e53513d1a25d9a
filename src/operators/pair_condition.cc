// SPDX-License-Identifier: Apache-2.0
#include "operators/pair_condition.h"

#include <utility>

#include "arrow/api.h"

namespace sluice::operators {

PairCondition::PairCondition(functions::ExprPtr condition, const state::RowCodec* left,
                             const state::RowCodec* right, functions::EvalContext context)
    : condition_(std::move(condition)), context_(std::move(context)) {
  if (condition_ == nullptr) return;
  pairs_ = PairOutput::ForCondition(*condition_, left, right);
}

Result<std::vector<uint8_t>> PairCondition::Passing(const std::vector<std::string_view>& left,
                                                    const std::vector<std::string_view>& right) {
  if (always()) return std::vector<uint8_t>(left.size(), 1);
  std::vector<uint8_t> passes(left.size(), 0);
  for (size_t from = 0; from < left.size(); from += kRowsPerBatch) {
    const size_t end = std::min(from + kRowsPerBatch, left.size());
    for (size_t i = from; i < end; ++i) pairs_->Add(flow::RowKind::kInsert, left[i], right[i]);
    SLUICE_ASSIGN(const auto batch, pairs_->TakePairs());
    SLUICE_ASSIGN(const auto rows, functions::EvaluateFilter(*condition_, *batch, context_));
    for (const int32_t row : rows) passes[from + static_cast<size_t>(row)] = 1;
  }
  return passes;
}

}  // namespace sluice::operators
