// SPDX-License-Identifier: Apache-2.0
// GREATEST and LEAST (docs "Conditional Functions"): NULL when an argument is.
#include "functions/comparison.h"
#include "functions/families.h"
#include "functions/gather.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

Result<Signature> ResolveExtreme(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any... -> common", arguments));
  if (signature.result->is_nested()) {
    return InvalidArgument("values of type " + signature.result->ToString() + " have no order");
  }
  return signature;
}

/// Keeps, argument by argument, the better of the best so far and the next.
template <Comparison kBetter>
Result<ArrayPtr> EvaluateExtreme(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  const flow::Type& type = *call.type;
  Argument best = arguments[0];
  Truth missing = Truth::Constant(rows, false);
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(argument));
    missing.Or(Truth::WhereNull(column, rows));
  }
  for (const Argument& next : arguments.subspan(1)) {
    SLUICE_ASSIGN(const Truth better, Compare(kBetter, next, type, best, type, rows));
    std::vector<Part> parts(2);
    parts[1].rows = better.Undecided(true);            // not better: the best so far stays
    parts[0].rows = better.IsTrue().Undecided(false);  // TRUE
    for (size_t i = 0; i < 2; ++i) {
      parts[i].values = i == 0 ? next : best;
      if (parts[i].values.array != nullptr) {
        SLUICE_ASSIGN(parts[i].values.array, Gather(parts[i].values.array, parts[i].rows));
      }
    }
    SLUICE_ASSIGN(ArrayPtr merged, Merge(parts, rows, flow::ToArrow(type)));
    best = {std::move(merged), nullptr};
  }
  std::vector<Part> whole(1);
  whole[0].rows = missing.Undecided(true);
  whole[0].values = best;
  if (best.array != nullptr) {
    SLUICE_ASSIGN(whole[0].values.array, Gather(best.array, whole[0].rows));
  }
  return Merge(whole, rows, flow::ToArrow(type));
}

}  // namespace

std::vector<Function> ExtremeFunctions() {
  const char* kind = "conditional";
  return {{"GREATEST", kind, "GREATEST(a, b, ...)", "The largest; NULL if one is NULL",
           "GREATEST(1, 3, 2) = 3", &ResolveExtreme, &EvaluateExtreme<Comparison::kGreater>},
          {"LEAST", kind, "LEAST(a, b, ...)", "The smallest; NULL if one is NULL",
           "LEAST(1, 3, 2) = 1", &ResolveExtreme, &EvaluateExtreme<Comparison::kLess>}};
}

}  // namespace sluice::functions
