// SPDX-License-Identifier: Apache-2.0
// An Evaluator computes expressions for all rows of a batch, or for a selection of them. It keeps
// what it has computed, by pointer. Evaluators of selections ask the one of the whole batch for
// columns and for results it has already, and take the selected rows of those.
#include "functions/evaluate.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/assert.h"
#include "functions/cast.h"
#include "functions/gather.h"
#include "functions/logical.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

bool DividesByLiteral(const Expr& call) {
  if (call.children.size() != 2 || call.children[1]->kind != ExprKind::kLiteral) return false;
  const auto& literal = call.children[1]->literal;
  if (!literal->is_valid) return true;
  const auto zero = arrow::MakeScalar(literal->type, 0);
  return zero.ok() && !literal->Equals(**zero);
}

/// True when evaluating for rows that do not need it could fail or would cost much.
bool IsLazy(const Expr& expr) {
  if (expr.kind == ExprKind::kCall && expr.function->lazy && !DividesByLiteral(expr)) return true;
  if (expr.kind == ExprKind::kCast && CastCanFail(*expr.children[0]->type, *expr.type)) {
    return true;
  }
  return std::any_of(expr.children.begin(), expr.children.end(),
                     [](const ExprPtr& child) { return IsLazy(*child); });
}

bool IsColumnPath(const Expr& expr) {
  const Expr* at = &expr;
  while (at->kind == ExprKind::kField) at = at->children[0].get();
  return at->kind == ExprKind::kColumn;
}

Argument Constant(std::shared_ptr<arrow::Scalar> scalar) {
  return {nullptr, std::move(scalar)};
}

Argument Values(ArrayPtr array) {
  return {std::move(array), nullptr};
}

/// A result for some rows of the batch.
struct Computed {
  Selection rows;
  Argument values;
};

class Evaluator {
 public:
  /// For all rows of the batch.
  Evaluator(const arrow::RecordBatch& batch, const EvalContext& context)
      : batch_(batch), context_(context), root_(this), rows_(batch.num_rows()) {}
  /// For the selected rows (numbers in the batch) of the root's batch.
  Evaluator(Evaluator* root, const Selection* selection)
      : batch_(root->batch_),
        context_(root->context_),
        root_(root),
        selection_(selection),
        rows_(static_cast<int64_t>(selection->size())) {}

  Result<Argument> Evaluate(const Expr& expr) {
    if (expr.kind == ExprKind::kLiteral) return Constant(expr.literal);
    const auto known = memo_.find(&expr);
    if (known != memo_.end()) return known->second;
    SLUICE_ASSIGN(Argument value, Find(expr));
    memo_.emplace(&expr, value);
    return value;
  }

  Result<ArrayPtr> EvaluateArray(const Expr& expr) {
    SLUICE_ASSIGN(Argument value, Evaluate(expr));
    if (value.array != nullptr) return value.array;
    SLUICE_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value.scalar, rows_));
    return array;
  }

 private:
  /// Columns are taken from the batch; results that the root has are taken from it.
  Result<Argument> Find(const Expr& expr) {
    if (selection_ == nullptr) return Compute(expr);
    if (IsColumnPath(expr)) {
      SLUICE_ASSIGN(const Argument whole, root_->Evaluate(expr));
      SLUICE_ASSIGN(ArrayPtr chosen, Gather(whole.array, *selection_));
      return Values(std::move(chosen));
    }
    const auto known = root_->memo_.find(&expr);
    if (known != root_->memo_.end()) {
      if (known->second.array == nullptr) return known->second;
      SLUICE_ASSIGN(ArrayPtr chosen, Gather(known->second.array, *selection_));
      return Values(std::move(chosen));
    }
    const auto parts = root_->computed_.find(&expr);
    if (parts != root_->computed_.end()) {
      SLUICE_ASSIGN(Argument found, TakeComputed(parts->second));
      if (found.array != nullptr || found.scalar != nullptr) return found;
    }
    SLUICE_ASSIGN(Argument value, Compute(expr));
    if (expr.kind == ExprKind::kCall && expr.function->lazy) {
      root_->computed_.insert_or_assign(&expr, Computed{*selection_, value});
    }
    return value;
  }

  /// The selected rows of a result for other rows; nothing when it lacks one of them.
  Result<Argument> TakeComputed(const Computed& computed) const {
    Selection places;
    places.reserve(selection_->size());
    size_t at = 0;
    for (const int32_t row : *selection_) {
      while (at < computed.rows.size() && computed.rows[at] < row) ++at;
      if (at == computed.rows.size() || computed.rows[at] != row) return Argument{};
      places.push_back(static_cast<int32_t>(at));
    }
    if (computed.values.array == nullptr || places.size() == computed.rows.size()) {
      return computed.values;
    }
    SLUICE_ASSIGN(ArrayPtr chosen, Gather(computed.values.array, places));
    return Values(std::move(chosen));
  }

  Result<Argument> Compute(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kLiteral:
        return Constant(expr.literal);
      case ExprKind::kColumn:
        if (expr.column < 0 || expr.column >= batch_.num_columns()) {
          return Internal("column " + std::to_string(expr.column) + " is not in the batch");
        }
        return Values(batch_.column(expr.column));
      case ExprKind::kField: {
        SLUICE_ASSIGN(const ArrayPtr row, EvaluateArray(*expr.children[0]));
        SLUICE_ASSIGN(ArrayPtr field, FlattenField(row, expr.field));
        return Values(std::move(field));
      }
      case ExprKind::kCast:
        return ComputeCast(expr);
      case ExprKind::kCase:
        return ComputeCase(expr);
      case ExprKind::kCall:
        return ComputeCall(expr);
    }
    return Internal("unknown kind of expression");
  }

  /// A result for constant arguments is computed once and stays constant.
  Result<Argument> ToConstant(const ArrayPtr& one) {
    SLUICE_ASSIGN(auto scalar, one->GetScalar(0));
    return Constant(std::move(scalar));
  }

  Result<Argument> ComputeCast(const Expr& expr) {
    SLUICE_ASSIGN(const Argument input, Evaluate(*expr.children[0]));
    const bool constant = input.array == nullptr;
    SLUICE_ASSIGN(ArrayPtr cast, CastColumn(input, *expr.children[0]->type, *expr.type,
                                            expr.try_cast, constant ? 1 : rows_, context_));
    return constant ? ToConstant(cast) : Values(std::move(cast));
  }

  Result<Argument> ComputeCall(const Expr& expr) {
    const std::string& name = expr.function->name;
    if ((name == "AND" || name == "OR") &&
        std::any_of(expr.children.begin(), expr.children.end(),
                    [](const ExprPtr& child) { return IsLazy(*child); })) {
      return ComputeLazyLogic(expr, name == "AND");
    }
    std::vector<Argument> arguments;
    bool constant = expr.function->deterministic && !expr.children.empty();
    for (const ExprPtr& child : expr.children) {
      SLUICE_ASSIGN(Argument argument, Evaluate(*child));
      constant = constant && argument.array == nullptr;
      arguments.push_back(std::move(argument));
    }
    if (rows_ == 0) {  // a constant that fails must not, when no row needs it
      SLUICE_ASSIGN(ArrayPtr none, arrow::MakeEmptyArray(flow::ToArrow(*expr.type)));
      return Values(std::move(none));
    }
    auto result = expr.function->evaluate(expr, arguments, constant ? 1 : rows_, context_);
    if (!result.ok()) return std::move(result).error();
    return constant ? ToConstant(*result) : Values(*std::move(result));
  }

  /// Operands that are cheap and cannot fail first; the others for undecided rows only.
  Result<Argument> ComputeLazyLogic(const Expr& expr, bool is_and) {
    Truth truth = Truth::Constant(rows_, is_and);
    for (const bool lazy : {false, true}) {
      for (const ExprPtr& child : expr.children) {
        if (IsLazy(*child) != lazy) continue;
        if (!lazy) {
          SLUICE_ASSIGN(const Argument value, Evaluate(*child));
          SLUICE_ASSIGN(const Truth operand, Truth::Of(value, rows_));
          is_and ? truth.And(operand) : truth.Or(operand);
          continue;
        }
        const Selection open = truth.Undecided(!is_and);
        SLUICE_ASSIGN(const Argument value, EvaluateFor(*child, open));
        SLUICE_ASSIGN(const Truth operand, Truth::Of(value, static_cast<int64_t>(open.size())));
        truth.Combine(is_and, open, operand);
      }
    }
    SLUICE_ASSIGN(ArrayPtr array, truth.ToArray());
    return Values(std::move(array));
  }

  /// The values of `expr` for some of this evaluator's rows.
  Result<Argument> EvaluateFor(const Expr& expr, const Selection& rows) {
    if (expr.kind == ExprKind::kLiteral) return Constant(expr.literal);
    if (static_cast<int64_t>(rows.size()) == rows_) return Evaluate(expr);
    Selection in_batch = rows;
    if (selection_ != nullptr) {
      for (int32_t& row : in_batch) row = (*selection_)[static_cast<size_t>(row)];
    }
    Evaluator part(root_, &in_batch);
    return part.Evaluate(expr);
  }

  /// Which branch each row takes: the number of the first WHEN that is TRUE, or of ELSE.
  Result<std::vector<Selection>> ChooseBranches(const Expr& expr) {
    const size_t whens = expr.children.size() / 2;
    std::vector<Selection> branches(whens + 1);
    std::vector<uint8_t> taken(static_cast<size_t>(rows_), 0);
    int64_t left = rows_;
    for (size_t k = 0; k < whens && left > 0; ++k) {
      const Expr& when = *expr.children[2 * k];
      Selection candidates;
      const bool lazy = left < rows_ && IsLazy(when);
      if (lazy) {
        for (int64_t row = 0; row < rows_; ++row) {
          if (!taken[static_cast<size_t>(row)]) candidates.push_back(static_cast<int32_t>(row));
        }
      }
      Result<Argument> tested = lazy ? EvaluateFor(when, candidates) : Evaluate(when);
      if (!tested.ok()) return std::move(tested).error();
      const int64_t count = lazy ? static_cast<int64_t>(candidates.size()) : rows_;
      ArrayPtr array = tested->array;
      if (array == nullptr) {
        SLUICE_ASSIGN(array, arrow::MakeArrayFromScalar(*tested->scalar, count));
      }
      for (int32_t row : SelectTrue(*array)) {
        if (lazy) row = candidates[static_cast<size_t>(row)];
        uint8_t& done = taken[static_cast<size_t>(row)];
        if (done) continue;
        done = 1;
        branches[k].push_back(row);
      }
      left -= static_cast<int64_t>(branches[k].size());
    }
    branches[whens].reserve(static_cast<size_t>(left));
    for (int64_t row = 0; row < rows_ && left > 0; ++row) {
      if (!taken[static_cast<size_t>(row)]) branches[whens].push_back(static_cast<int32_t>(row));
    }
    return branches;
  }

  Result<Argument> ComputeCase(const Expr& expr) {
    SLUICE_ASSIGN(std::vector<Selection> branches, ChooseBranches(expr));
    std::vector<Part> parts;
    for (size_t k = 0; k < branches.size(); ++k) {
      if (branches[k].empty()) continue;
      const bool is_else = k + 1 == branches.size();
      const Expr& value = *expr.children[is_else ? 2 * k : 2 * k + 1];
      SLUICE_ASSIGN(Argument values, EvaluateFor(value, branches[k]));
      if (static_cast<int64_t>(branches[k].size()) == rows_) return values;
      parts.push_back({std::move(branches[k]), std::move(values)});
    }
    SLUICE_ASSIGN(ArrayPtr merged, Merge(parts, rows_, flow::ToArrow(*expr.type)));
    return Values(std::move(merged));
  }

  const arrow::RecordBatch& batch_;
  const EvalContext& context_;
  Evaluator* root_;
  const Selection* selection_ = nullptr;
  int64_t rows_;
  std::unordered_map<const Expr*, Argument> memo_;
  std::unordered_map<const Expr*, Computed> computed_;  // of the root: results for selections
};

}  // namespace

Result<ArrayPtr> Evaluate(const Expr& expr, const arrow::RecordBatch& input,
                          const EvalContext& context) {
  return Evaluator(input, context).EvaluateArray(expr);
}

Result<std::vector<ArrayPtr>> EvaluateAll(std::span<const ExprPtr> exprs,
                                          const arrow::RecordBatch& input,
                                          const EvalContext& context) {
  Evaluator evaluator(input, context);
  std::vector<ArrayPtr> columns;
  for (const ExprPtr& expr : exprs) {
    SLUICE_ASSIGN(ArrayPtr column, evaluator.EvaluateArray(*expr));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::vector<int32_t>> EvaluateFilter(const Expr& condition, const arrow::RecordBatch& input,
                                            const EvalContext& context) {
  SLUICE_ASSIGN(const ArrayPtr kept, Evaluate(condition, input, context));
  return SelectTrue(*kept);
}

Result<Filtered> EvaluateFiltered(const ExprPtr& condition, std::span<const ExprPtr> exprs,
                                  const arrow::RecordBatch& input, const EvalContext& context) {
  Evaluator whole(input, context);
  Filtered filtered;
  if (condition != nullptr) {
    SLUICE_ASSIGN(const ArrayPtr kept, whole.EvaluateArray(*condition));
    filtered.rows = SelectTrue(*kept);
  }
  filtered.all_rows =
      condition == nullptr || static_cast<int64_t>(filtered.rows.size()) == input.num_rows();
  if (filtered.all_rows) filtered.rows.clear();
  Evaluator chosen(&whole, &filtered.rows);
  Evaluator& evaluator = filtered.all_rows ? whole : chosen;
  for (const ExprPtr& expr : exprs) {
    SLUICE_ASSIGN(ArrayPtr column, evaluator.EvaluateArray(*expr));
    filtered.columns.push_back(std::move(column));
  }
  return filtered;
}

namespace {

/// Expressions met so far, by what they print as (with the type, for literals that print alike).
using Known = std::unordered_map<std::string, ExprPtr>;

ExprPtr Share(const ExprPtr& expr, Known* known) {
  if (!IsDeterministic(*expr)) return expr;
  ExprPtr own = expr;
  std::vector<ExprPtr> children;
  bool changed = false;
  for (const ExprPtr& child : expr->children) {
    children.push_back(Share(child, known));
    changed |= children.back() != child;
  }
  if (changed) {
    auto copy = std::make_shared<Expr>(*expr);
    copy->children = std::move(children);
    own = std::move(copy);
  }
  const std::string key = ToString(*own) + " " + own->type->ToString();
  const auto [place, added] = known->emplace(key, own);
  return !added && Equals(*place->second, *own) ? place->second : own;
}

}  // namespace

std::vector<ExprPtr> ShareSubexpressions(std::vector<ExprPtr> exprs) {
  Known known;
  for (ExprPtr& expr : exprs) {
    if (expr != nullptr) expr = Share(expr, &known);
  }
  return exprs;
}

namespace {

bool IsConstant(const Expr& expr) {
  return std::all_of(expr.children.begin(), expr.children.end(),
                     [](const ExprPtr& child) { return child->kind == ExprKind::kLiteral; });
}

}  // namespace

ExprPtr Fold(const ExprPtr& expr, const EvalContext& context) {
  if (expr->kind == ExprKind::kLiteral || expr->kind == ExprKind::kColumn) return expr;
  std::vector<ExprPtr> children;
  bool changed = false;
  for (const ExprPtr& child : expr->children) {
    children.push_back(Fold(child, context));
    changed |= children.back() != child;
  }
  ExprPtr own = expr;
  if (changed) {
    auto copy = std::make_shared<Expr>(*expr);
    copy->children = std::move(children);
    own = std::move(copy);
  }
  const bool known = own->kind != ExprKind::kCall || own->function->deterministic;
  if (!known || !IsConstant(*own) || own->type->is_nested()) return own;
  const auto one = arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{});
  auto value = Evaluate(*own, *one, context);
  if (!value.ok()) return own;
  auto scalar = (*value)->GetScalar(0);
  return scalar.ok() ? Literal(*scalar, own->type) : own;
}

Result<std::string> ScalarToSqlText(const arrow::Array& array, int64_t row, const Type& type) {
  if (array.IsNull(row)) return std::string("NULL");
  const Argument value{array.Slice(row, 1), nullptr};
  SLUICE_ASSIGN(const ArrayPtr text, CastColumn(value, type, *Type::Varchar(), false, 1, {}));
  return std::string(static_cast<const arrow::StringArray&>(*text).GetView(0));
}

}  // namespace sluice::functions
