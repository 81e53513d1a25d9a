// SPDX-License-Identifier: Apache-2.0
// Equalities of a join become equalities of columns: what one side of `f(l.a) = r.b + 1` computes
// becomes a column of that side's input, so that rows can be sent and found by it.
#include <algorithm>
#include <utility>

#include "functions/registry.h"
#include "functions/type_rules.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

/// 0 = reads the left side alone, 1 = the right side alone, -1 = both or none.
int SideOf(const Expr& expr, int left) {
  const std::vector<int> columns = ColumnsOf(expr);
  if (columns.empty()) return -1;
  if (columns.back() < left) return 0;
  return columns.front() >= left ? 1 : -1;
}

bool IsDecimal(const flow::Type& type) {
  return type.kind() == flow::TypeKind::kDecimal;
}

// Keys are found by their bytes: a decimal and what it is compared with have to be of one scale.
void AlignScales(ExprPtr* a, ExprPtr* b) {
  const flow::Type &left = *(*a)->type, &right = *(*b)->type;
  const auto exact = [](const flow::Type& type) { return IsDecimal(type) || type.is_integer(); };
  if (!exact(left) || !exact(right) || (!IsDecimal(left) && !IsDecimal(right))) return;
  const functions::DecimalShape of_left = functions::ShapeOf(left),
                                of_right = functions::ShapeOf(right);
  const int scale = std::max(of_left.scale, of_right.scale);
  const int digits =
      scale + std::max(of_left.precision - of_left.scale, of_right.precision - of_right.scale);
  if (digits > functions::kDecimalPrecisionMax) return;
  for (ExprPtr* side : {a, b}) {
    if (IsDecimal(*(*side)->type) && (*side)->type->scale() == scale) continue;
    *side = functions::Cast(
        *side, flow::Type::Decimal(digits, scale)->WithNullable((*side)->type->nullable()));
  }
}

class KeyMaker {
 public:
  KeyMaker(LogicalNodePtr* slot, ExpressionPool* pool)
      : slot_(slot), node_(slot->get()), pool_(pool) {
    left_ = node_->inputs[0]->schema.size();
  }

  void Run() {
    std::vector<ExprPtr> parts = Conjuncts(node_->join->condition);
    for (ExprPtr& part : parts) {
      const bool equal =
          part->kind == ExprKind::kCall &&
          (part->function->name == "=" || part->function->name == "IS NOT DISTINCT FROM");
      if (!equal || !functions::IsDeterministic(*part)) continue;
      const int a = SideOf(*part->children[0], left_), b = SideOf(*part->children[1], left_);
      if (a < 0 || b < 0 || a == b) continue;
      ExprPtr left = part->children[0], right = part->children[1];
      AlignScales(&left, &right);
      std::vector<ExprPtr> children = {Compute(left, a), Compute(right, b)};
      part = functions::Call(part->function, std::move(children), part->type);
    }
    if (added_[0].empty() && added_[1].empty()) return;
    Widen(std::move(parts));
  }

 private:
  /// A stand-in for `expr`: columns from kNew on are the added ones.
  ExprPtr Compute(const ExprPtr& expr, int side) {
    if (expr->kind == ExprKind::kColumn) return expr;
    const ExprPtr own = side == 0
                            ? pool_->Intern(expr)
                            : pool_->Rename(expr, [this](int column) { return column - left_; });
    auto& added = added_[side];
    const auto known = std::find(added.begin(), added.end(), own);
    const int at = static_cast<int>(known - added.begin());
    if (known == added.end()) added.push_back(own);
    return functions::Column((side + 1) * kNew + at, expr->type, "$f" + std::to_string(at));
  }

  void Widen(std::vector<ExprPtr> parts) {
    const int right = node_->inputs[1]->schema.size();
    const int more_left = static_cast<int>(added_[0].size());
    const auto place = [this, right, more_left](int column) {
      if (column >= 2 * kNew) return left_ + more_left + right + column - 2 * kNew;
      if (column >= kNew) return left_ + column - kNew;
      return column < left_ ? column : column + more_left;
    };
    const flow::Schema before = node_->schema;
    for (const int side : {0, 1}) {
      LogicalNodePtr& input = node_->inputs[static_cast<size_t>(side)];
      if (added_[side].empty()) continue;
      std::vector<ExprPtr> outputs = AllColumns(input->schema);
      flow::Schema schema = input->schema;
      for (const ExprPtr& expr : added_[side]) {
        schema.fields.push_back({"$f" + std::to_string(schema.size()), expr->type, ""});
        outputs.push_back(expr);
      }
      input = MakeCalc(std::move(input), nullptr, std::move(outputs), std::move(schema));
    }
    auto spec = std::make_shared<sql::JoinSpec>(*node_->join);
    for (ExprPtr& part : parts) part = pool_->Rename(part, place);
    spec->condition = pool_->Intern(And(std::move(parts)));
    node_->join = std::move(spec);
    // The columns of both inputs, and a calc that gives those of before.
    const bool one = before.size() == left_ && (node_->join->type == sql::JoinType::kSemi ||
                                                node_->join->type == sql::JoinType::kAnti);
    flow::Schema schema = node_->inputs[0]->schema;
    if (!one) {
      for (const flow::Field& field : node_->inputs[1]->schema.fields) {
        schema.fields.push_back(field);
      }
    }
    std::vector<ExprPtr> outputs;
    for (int i = 0; i < before.size(); ++i) {
      const flow::Field& field = before.fields[static_cast<size_t>(i)];
      schema.fields[static_cast<size_t>(place(i))] = field;
      outputs.push_back(functions::Column(place(i), field.type, field.name));
    }
    node_->schema = std::move(schema);
    *slot_ = MakeCalc(std::move(*slot_), nullptr, std::move(outputs), before);
  }

  static constexpr int kNew = 1 << 20;
  LogicalNodePtr* slot_;
  LogicalNode* node_;
  ExpressionPool* pool_;
  int left_ = 0;
  std::vector<ExprPtr> added_[2];
};

}  // namespace

void MakeJoinKeys(LogicalNodePtr* root, ExpressionPool* pool) {
  for (LogicalNodePtr& input : (*root)->inputs) MakeJoinKeys(&input, pool);
  if ((*root)->kind == Kind::kJoin && (*root)->join->condition != nullptr) {
    KeyMaker(root, pool).Run();
  }
}

}  // namespace sluice::plan
