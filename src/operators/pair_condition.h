// SPDX-License-Identifier: Apache-2.0
// The part of a join's condition that is not an equality of keys, evaluated over many pairs at
// once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "functions/evaluate.h"
#include "operators/row_batches.h"

namespace sluice::operators {

class PairCondition {
 public:
  /// `condition` is over the left columns, then the right ones; null: every pair passes.
  PairCondition(functions::ExprPtr condition, const state::RowCodec* left,
                const state::RowCodec* right, functions::EvalContext context);

  void SetNow(int64_t now_ms) { context_.now_ms = now_ms; }
  bool always() const { return condition_ == nullptr; }
  /// One answer for each pair of encoded rows.
  Result<std::vector<uint8_t>> Passing(const std::vector<std::string_view>& left,
                                       const std::vector<std::string_view>& right);

 private:
  functions::ExprPtr condition_;
  functions::EvalContext context_;
  std::optional<PairOutput> pairs_;
};

}  // namespace sluice::operators
