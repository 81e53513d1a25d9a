// SPDX-License-Identifier: Apache-2.0
// Takes out calcs that give what they get, but for names. Right above a source one stays: it is
// where conditions and names of the source meet the plan.
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using Kind = LogicalNode::Kind;

bool GivesItsInput(const LogicalNode& calc) {
  const LogicalNode& input = *calc.inputs[0];
  if (calc.condition != nullptr || calc.schema.size() != input.schema.size()) return false;
  if (input.kind == Kind::kScan) return false;
  for (int i = 0; i < calc.schema.size(); ++i) {
    const functions::Expr& output = *calc.outputs[static_cast<size_t>(i)];
    if (output.kind != functions::ExprKind::kColumn || output.column != i) return false;
  }
  return true;
}

}  // namespace

void RemoveCalcs(LogicalPlan* plan) {
  const auto skip = [](LogicalNodePtr* slot) {
    while ((*slot)->kind == Kind::kCalc && GivesItsInput(**slot)) {
      // What it renames keeps the later names, where nobody else reads it.
      if ((*slot)->inputs[0].use_count() == 1) {
        (*slot)->inputs[0]->schema = (*slot)->schema;
      }
      *slot = LogicalNodePtr((*slot)->inputs[0]);
    }
  };
  for (LogicalNode* node : InputsFirst(*plan)) {
    for (LogicalNodePtr& input : node->inputs) skip(&input);
  }
  for (LogicalSink& sink : plan->sinks) skip(&sink.input);
}

}  // namespace sluice::plan
