// SPDX-License-Identifier: Apache-2.0
#include "plan/interval_condition.h"

#include <string>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "plan/logical_plan.h"

namespace sluice::plan {
namespace {

using flow::TimeAttribute;
using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

/// column + offset_ms
struct TimeTerm {
  int column = -1;
  int64_t offset_ms = 0;
};

std::optional<int64_t> LiteralMs(const Expr& expr) {
  if (expr.kind != ExprKind::kLiteral || !expr.literal->is_valid) return std::nullopt;
  if (expr.type->kind() != flow::TypeKind::kIntervalDaySecond) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(*expr.literal).value;
}

std::optional<TimeTerm> TermOf(const Expr& expr) {
  if (expr.kind == ExprKind::kColumn) return TimeTerm{expr.column, 0};
  if (expr.kind != ExprKind::kCall || expr.children.size() != 2) return std::nullopt;
  const std::string& name = expr.function->name;
  if (name != "+" && name != "-") return std::nullopt;
  auto term = TermOf(*expr.children[0]);
  auto offset = LiteralMs(*expr.children[1]);
  if (!term && name == "+") {  // INTERVAL '1' SECOND + ts
    term = TermOf(*expr.children[1]);
    offset = LiteralMs(*expr.children[0]);
  }
  if (!term || !offset) return std::nullopt;
  term->offset_ms += name == "+" ? *offset : -*offset;
  return term;
}

class Finder {
 public:
  Finder(const std::vector<TimeAttribute>& left, const std::vector<TimeAttribute>& right)
      : left_(left), right_(right) {}

  std::optional<IntervalCondition> Run(const ExprPtr& condition) {
    std::vector<ExprPtr> rest;
    for (ExprPtr& part : Conjuncts(condition)) {
      if (!Take(*part)) rest.push_back(std::move(part));
    }
    if (!lower_ || !upper_) return std::nullopt;
    found_.lower_ms = *lower_;
    found_.upper_ms = *upper_;
    found_.residual = And(std::move(rest));
    return found_;
  }

 private:
  TimeAttribute AttributeOf(int column) const {
    const int left = static_cast<int>(left_.size());
    return column < left ? left_[static_cast<size_t>(column)]
                         : right_[static_cast<size_t>(column - left)];
  }

  /// True if the part says nothing but where in time the rows are to each other.
  bool Take(const Expr& part) {
    if (part.kind != ExprKind::kCall) return false;
    const std::string& name = part.function->name;
    if (name == "BETWEEN" && part.children.size() == 3) {
      const auto before = std::tuple(found_, lower_, upper_, pair_);
      if (Bound(">=", *part.children[0], *part.children[1]) &&
          Bound("<=", *part.children[0], *part.children[2])) {
        return true;
      }
      std::tie(found_, lower_, upper_, pair_) = before;
      return false;
    }
    if (name != "=" && name != "<" && name != "<=" && name != ">" && name != ">=") return false;
    return Bound(name, *part.children[0], *part.children[1]);
  }

  bool Bound(std::string op, const Expr& a, const Expr& b) {
    auto left = TermOf(a), right = TermOf(b);
    if (!left || !right) return false;
    const TimeAttribute attribute = AttributeOf(left->column);
    if (attribute == TimeAttribute::kNone || attribute != AttributeOf(right->column)) return false;
    const int size = static_cast<int>(left_.size());
    if ((left->column < size) == (right->column < size)) return false;
    if (left->column >= size) {
      std::swap(left, right);
      if (op[0] == '<' || op[0] == '>') op[0] = op[0] == '<' ? '>' : '<';
    }
    const std::pair<int, int> pair(left->column, right->column - size);
    if (pair_ && *pair_ != pair) return false;
    pair_ = pair;
    found_.left_time = pair.first;
    found_.right_time = pair.second;
    found_.processing_time = attribute == TimeAttribute::kProctime;
    const int64_t offset = right->offset_ms - left->offset_ms;
    if (op == ">=" || op == "=") lower_ = std::max(lower_.value_or(offset), offset);
    if (op == ">") lower_ = std::max(lower_.value_or(offset + 1), offset + 1);
    if (op == "<=" || op == "=") upper_ = std::min(upper_.value_or(offset), offset);
    if (op == "<") upper_ = std::min(upper_.value_or(offset - 1), offset - 1);
    return true;
  }

  const std::vector<TimeAttribute>& left_;
  const std::vector<TimeAttribute>& right_;
  IntervalCondition found_;
  std::optional<int64_t> lower_, upper_;
  std::optional<std::pair<int, int>> pair_;
};

}  // namespace

std::optional<IntervalCondition> FindInterval(const ExprPtr& condition,
                                              const std::vector<TimeAttribute>& left,
                                              const std::vector<TimeAttribute>& right) {
  return Finder(left, right).Run(condition);
}

std::vector<TimeAttribute> TimeAttributesOf(const flow::Schema& schema) {
  std::vector<TimeAttribute> attributes;
  for (const flow::Field& field : schema.fields) {
    attributes.push_back(field.type->time_attribute());
  }
  return attributes;
}

}  // namespace sluice::plan
