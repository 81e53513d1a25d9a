// SPDX-License-Identifier: Apache-2.0
// Brings unions up: below one every branch is optimized by itself.
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

void Flatten(LogicalNode* node) {
  std::vector<LogicalNodePtr> inputs;
  for (LogicalNodePtr& input : node->inputs) {
    if (input->kind == LogicalNode::Kind::kUnion) {
      for (LogicalNodePtr& inner : input->inputs) inputs.push_back(std::move(inner));
    } else {
      inputs.push_back(std::move(input));
    }
  }
  node->inputs = std::move(inputs);
}

}  // namespace

void PushBelowUnions(LogicalNodePtr* root) {
  for (LogicalNodePtr& input : (*root)->inputs) PushBelowUnions(&input);
  if ((*root)->kind == LogicalNode::Kind::kUnion) return Flatten(root->get());
  const bool calc = (*root)->kind == LogicalNode::Kind::kCalc;
  if (!calc || (*root)->inputs[0]->kind != LogicalNode::Kind::kUnion) return;
  LogicalNodePtr united = std::move((*root)->inputs[0]);
  for (LogicalNodePtr& input : united->inputs) {
    input = MakeCalc(std::move(input), (*root)->condition, (*root)->outputs, (*root)->schema);
  }
  united->schema = (*root)->schema;
  *root = std::move(united);
}

}  // namespace sluice::plan
