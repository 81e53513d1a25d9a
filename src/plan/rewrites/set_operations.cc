// SPDX-License-Identifier: Apache-2.0
// INTERSECT becomes a semi join, EXCEPT an anti join, on all columns where NULL equals NULL, with
// duplicates taken out behind, as Flink rewrites them.
#include <utility>

#include "functions/registry.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {

Status RewriteSetOperations(LogicalNodePtr* root) {
  for (LogicalNodePtr& input : (*root)->inputs) {
    SLUICE_TRY(RewriteSetOperations(&input));
  }
  LogicalNode* const node = root->get();
  if (node->kind != LogicalNode::Kind::kSetOp) return {};
  const bool intersect = node->set_op->kind == sql::SetOpSpec::Kind::kIntersect;
  if (node->set_op->all) {
    return Unsupported(std::string(intersect ? "INTERSECT" : "EXCEPT") +
                       " ALL is not run yet; without ALL it is");
  }
  auto join = std::make_shared<LogicalNode>();
  join->kind = LogicalNode::Kind::kJoin;
  auto spec = std::make_shared<sql::JoinSpec>();
  spec->type = intersect ? sql::JoinType::kSemi : sql::JoinType::kAnti;
  std::vector<functions::ExprPtr> parts;
  const int size = node->schema.size();
  for (int i = 0; i < size; ++i) {
    const flow::Field& left = node->inputs[0]->schema.fields[static_cast<size_t>(i)];
    const flow::Field& right = node->inputs[1]->schema.fields[static_cast<size_t>(i)];
    SLUICE_ASSIGN(auto equal,
                  functions::MakeCall("IS NOT DISTINCT FROM",
                                      {functions::Column(i, left.type, left.name),
                                       functions::Column(size + i, right.type, right.name)}));
    parts.push_back(std::move(equal));
  }
  spec->condition = And(std::move(parts));
  join->join = std::move(spec);
  join->schema = node->inputs[0]->schema;
  join->inputs = std::move(node->inputs);
  auto distinct = std::make_shared<LogicalNode>();
  distinct->kind = LogicalNode::Kind::kAggregate;
  distinct->schema = std::move(node->schema);
  auto groups = std::make_shared<sql::AggregateSpec>();
  for (int i = 0; i < size; ++i) groups->groups.push_back(i);
  distinct->aggregate = std::move(groups);
  distinct->inputs.push_back(std::move(join));
  *root = std::move(distinct);
  return {};
}

}  // namespace sluice::plan
