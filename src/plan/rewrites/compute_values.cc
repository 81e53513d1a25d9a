// SPDX-License-Identifier: Apache-2.0
// Moves a projection into the constant rows below it.
#include <algorithm>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {

void ComputeValues(LogicalNodePtr* root, ExpressionPool* pool) {
  for (LogicalNodePtr& input : (*root)->inputs) ComputeValues(&input, pool);
  LogicalNode* const calc = root->get();
  if (calc->kind != LogicalNode::Kind::kCalc || calc->condition != nullptr) return;
  LogicalNode* const values = calc->inputs[0].get();
  if (values->kind != LogicalNode::Kind::kValues) return;
  for (const auto& row : values->rows) {
    const bool random = std::any_of(row.begin(), row.end(), [](const functions::ExprPtr& value) {
      return !functions::IsDeterministic(*value);
    });
    if (random) return;
  }
  for (auto& row : values->rows) {
    std::vector<functions::ExprPtr> computed;
    for (const auto& output : calc->outputs) computed.push_back(pool->Substitute(output, row));
    row = std::move(computed);
  }
  values->schema = calc->schema;
  *root = LogicalNodePtr(calc->inputs[0]);
}

}  // namespace sluice::plan
