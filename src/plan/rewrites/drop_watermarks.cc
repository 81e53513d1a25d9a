// SPDX-License-Identifier: Apache-2.0
// Takes out watermarks that nothing above waits for, so that what stands below and above them
// becomes one calc. The columns stay what they are: time attributes.
#include <algorithm>
#include <utility>

#include "plan/interval_condition.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using Kind = LogicalNode::Kind;

bool IsRowtime(const flow::Schema& schema, int column) {
  return schema.fields[static_cast<size_t>(column)].type->is_rowtime();
}

/// The last row per key (ROW_NUMBER ordered by time, descending) is known at once.
bool KeepsLast(const sql::OverSpec& over) {
  const bool numbers = std::all_of(over.ranking.begin(), over.ranking.end(),
                                   [](const std::string& name) { return !name.empty(); });
  return numbers && !over.ranking.empty() && over.order_by[0].descending;
}

bool AsksForWatermark(const functions::Expr& expr) {
  if (expr.kind == functions::ExprKind::kCall && expr.function->name == "CURRENT_WATERMARK") {
    return true;
  }
  return std::any_of(expr.children.begin(), expr.children.end(),
                     [](const functions::ExprPtr& child) { return AsksForWatermark(*child); });
}

bool AsksForWatermark(const LogicalNode& node) {
  return (node.condition != nullptr && AsksForWatermark(*node.condition)) ||
         std::any_of(node.outputs.begin(), node.outputs.end(),
                     [](const functions::ExprPtr& output) { return AsksForWatermark(*output); });
}

bool WaitsForTime(const LogicalNode& node) {
  switch (node.kind) {
    case Kind::kCalc:
      return AsksForWatermark(node);
    case Kind::kWindow:
      return !node.window->processing_time;
    case Kind::kAggregate:
      return node.aggregate->group_window && !node.aggregate->group_window->window.processing_time;
    case Kind::kOver:
      return !node.over->order_by.empty() && !KeepsLast(*node.over) &&
             IsRowtime(node.inputs[0]->schema, node.over->order_by[0].column);
    case Kind::kSort:
      return !node.sort->keys.empty() &&
             IsRowtime(node.inputs[0]->schema, node.sort->keys[0].column);
    case Kind::kMatch:
      return !node.match->order_by.empty() &&
             IsRowtime(node.inputs[0]->schema, node.match->order_by[0].column);
    case Kind::kJoin: {
      if (node.join->system_time >= 0) {
        return IsRowtime(node.inputs[0]->schema, node.join->system_time);
      }
      const auto interval =
          FindInterval(node.join->condition, TimeAttributesOf(node.inputs[0]->schema),
                       TimeAttributesOf(node.inputs[1]->schema));
      return interval && !interval->processing_time;
    }
    default:
      return false;
  }
}

void Drop(LogicalNodePtr* slot, bool wanted) {
  wanted |= WaitsForTime(**slot);
  for (LogicalNodePtr& input : (*slot)->inputs) Drop(&input, wanted);
  if ((*slot)->kind != Kind::kWatermark || wanted) return;
  // Others wait for its time, even where nobody reads it.
  if (!(*slot)->watermark->alignment_group.empty()) return;
  const flow::Schema schema = (*slot)->schema;
  LogicalNodePtr input = (*slot)->inputs[0];
  std::vector<functions::ExprPtr> outputs = AllColumns(input->schema);
  *slot = MakeCalc(std::move(input), nullptr, std::move(outputs), schema);
}

}  // namespace

void DropWatermarks(LogicalNodePtr* root) {
  Drop(root, false);
}

}  // namespace sluice::plan
