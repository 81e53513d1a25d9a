// SPDX-License-Identifier: Apache-2.0
// Behind a source that gives upserts, or that may repeat changes
// (table.exec.source.cdc-events-duplicate), a full changelog is made per primary key.
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {

namespace {

/// The scan whose watermarks `node` makes, over the table's computed columns; null for any other.
const LogicalNode* ScanBelowWatermark(const LogicalNode& node) {
  if (node.kind != LogicalNode::Kind::kWatermark) return nullptr;
  const LogicalNode* below = node.inputs[0].get();
  while (below->kind == LogicalNode::Kind::kCalc) below = below->inputs[0].get();
  return below->kind == LogicalNode::Kind::kScan ? below : nullptr;
}

}  // namespace

// Watermarks are made below it, as in Flink: of each split in its own order.
Status AddNormalize(LogicalNodePtr* root, bool events_duplicate) {
  const LogicalNode* scan = ScanBelowWatermark(**root);
  if (scan == nullptr) {
    for (LogicalNodePtr& input : (*root)->inputs) {
      SLUICE_TRY(AddNormalize(&input, events_duplicate));
    }
    if ((*root)->kind != LogicalNode::Kind::kScan) return {};
    scan = root->get();
  }
  const sql::BoundTable& table = *scan->table;
  const flow::ChangelogMode& mode = table.source_changelog;
  if (mode.update_before && !mode.update_after) {
    return InvalidArgument("Invalid source for table '" + table.path.ToString() +
                           "'. A source doesn't support a changelog which contains UPDATE_BEFORE "
                           "but no UPDATE_AFTER.");
  }
  const bool upsert = mode.update_after && !mode.update_before;
  if (!upsert && (mode.insert_only() || !events_duplicate)) return {};
  const std::vector<std::string>& primary_key = table.table.primary_key;
  if (primary_key.empty() && upsert) {
    return InvalidArgument("Table '" + table.path.ToString() +
                           "' produces a changelog stream that contains UPDATE_AFTER but no "
                           "UPDATE_BEFORE. This requires defining a primary key constraint on the "
                           "table.");
  }
  if (primary_key.empty()) {
    return InvalidArgument(
        "Configuration 'table.exec.source.cdc-events-duplicate' is enabled which "
        "requires the changelog sources to define a PRIMARY KEY. However, table "
        "'" +
        table.path.ToString() + "' doesn't have a primary key.");
  }
  auto normalize = std::make_shared<LogicalNode>();
  normalize->kind = LogicalNode::Kind::kNormalize;
  normalize->schema = (*root)->schema;
  for (const std::string& column : primary_key) {
    normalize->keys.push_back((*root)->schema.Find(column));
  }
  normalize->inputs.push_back(std::move(*root));
  *root = std::move(normalize);
  return {};
}

}  // namespace sluice::plan
