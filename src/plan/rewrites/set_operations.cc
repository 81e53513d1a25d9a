// SPDX-License-Identifier: Apache-2.0
// INTERSECT becomes a semi join, EXCEPT an anti join, on all columns where NULL equals NULL, with
// duplicates taken out behind, as Flink rewrites them. With ALL, the rows of both sides are counted
// together, and each is given as often as the counts say.
#include <utility>

#include "arrow/scalar.h"
#include "functions/registry.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::ExprPtr;

flow::TypePtr Boolean() {
  return flow::Type::Simple(flow::TypeKind::kBoolean, false);
}

ExprPtr Truth(bool value) {
  return functions::Literal(arrow::MakeScalar(value), Boolean());
}

ExprPtr ColumnAt(const flow::Schema& schema, int index) {
  const flow::Field& field = schema.fields[static_cast<size_t>(index)];
  return functions::Column(index, field.type, field.name);
}

// The rows of one side, marked.
LogicalNodePtr Marked(LogicalNodePtr side, bool left, const flow::Schema& schema) {
  std::vector<ExprPtr> outputs = AllColumns(side->schema);
  outputs.push_back(Truth(left));
  outputs.push_back(Truth(!left));
  return MakeCalc(std::move(side), nullptr, std::move(outputs), schema);
}

// Per row of `schema`: how often it came from each side.
Result<LogicalNodePtr> Counted(LogicalNodePtr left, LogicalNodePtr right, flow::Schema schema) {
  const int size = schema.size();
  flow::Schema marked = schema;
  marked.fields.push_back({"left", Boolean(), ""});
  marked.fields.push_back({"right", Boolean(), ""});
  auto both = std::make_shared<LogicalNode>();
  both->kind = LogicalNode::Kind::kUnion;
  both->schema = marked;
  both->inputs = {Marked(std::move(left), true, marked), Marked(std::move(right), false, marked)};
  const functions::AggregateFunction* const count = functions::FindAggregate("COUNT");
  if (count == nullptr) return Internal("there is no COUNT");
  auto spec = std::make_shared<sql::AggregateSpec>();
  for (int i = 0; i < size; ++i) spec->groups.push_back(i);
  for (int side = 0; side < 2; ++side) {
    functions::AggregateCall call;
    call.function = count;
    call.filter = size + side;
    call.type = flow::Type::Simple(flow::TypeKind::kBigInt, false);
    call.name = side == 0 ? "left" : "right";
    schema.fields.push_back({call.name, call.type, ""});
    spec->calls.push_back(std::move(call));
  }
  auto counted = std::make_shared<LogicalNode>();
  counted->kind = LogicalNode::Kind::kAggregate;
  counted->schema = std::move(schema);
  counted->aggregate = std::move(spec);
  counted->inputs = {std::move(both)};
  return counted;
}

// INTERSECT ALL gives a row as often as the side that has it less often, EXCEPT ALL as often as the
// left side has it more often. `n` rows of one are what UNNEST gives of a multiset in which a value
// is n times.
Result<LogicalNodePtr> RewriteAll(LogicalNode* node, bool intersect) {
  const flow::Schema schema = node->schema;
  const int size = schema.size();
  SLUICE_ASSIGN(LogicalNodePtr counted,
                Counted(std::move(node->inputs[0]), std::move(node->inputs[1]), schema));
  const ExprPtr left = ColumnAt(counted->schema, size);
  const ExprPtr right = ColumnAt(counted->schema, size + 1);
  SLUICE_ASSIGN(const ExprPtr times, functions::MakeCall(intersect ? "LEAST" : "-", {left, right}));
  const auto zero = functions::Literal(arrow::MakeScalar(int64_t{0}),
                                       flow::Type::Simple(flow::TypeKind::kBigInt, false));
  SLUICE_ASSIGN(ExprPtr some, functions::MakeCall(">", {times, zero}));
  const auto number = flow::Type::Simple(flow::TypeKind::kInt, false);
  flow::Schema with_times = schema;
  with_times.fields.push_back({"times", number, ""});
  std::vector<ExprPtr> outputs = AllColumns(schema);
  outputs.push_back(functions::Cast(times, number));
  LogicalNodePtr kept =
      MakeCalc(std::move(counted), std::move(some), std::move(outputs), with_times);
  SLUICE_ASSIGN(const ExprPtr map,
                functions::MakeCall("MAP", {Truth(true), ColumnAt(with_times, size)}));
  auto multiset = std::make_shared<functions::Expr>(*map);
  multiset->type = flow::Type::Multiset(Boolean(), false);
  auto spec = std::make_shared<sql::CorrelateSpec>();
  spec->argument = std::move(multiset);
  auto repeated = std::make_shared<LogicalNode>();
  repeated->kind = LogicalNode::Kind::kCorrelate;
  repeated->schema = with_times;
  repeated->schema.fields.push_back({"EXPR$0", Boolean(), ""});
  repeated->correlate = std::move(spec);
  repeated->inputs = {std::move(kept)};
  return MakeCalc(std::move(repeated), nullptr, AllColumns(schema), schema);
}

}  // namespace

Status RewriteSetOperations(LogicalNodePtr* root) {
  for (LogicalNodePtr& input : (*root)->inputs) {
    SLUICE_TRY(RewriteSetOperations(&input));
  }
  LogicalNode* const node = root->get();
  if (node->kind != LogicalNode::Kind::kSetOp) return {};
  const bool intersect = node->set_op->kind == sql::SetOpSpec::Kind::kIntersect;
  if (node->set_op->all) {
    SLUICE_ASSIGN(*root, RewriteAll(node, intersect));
    return {};
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
