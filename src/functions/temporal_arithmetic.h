// SPDX-License-Identifier: Apache-2.0
// Points in time plus and minus intervals, and intervals among themselves.
#pragma once

#include <span>

#include "functions/column_view.h"
#include "functions/registry.h"

namespace sluice::functions {

/// Types of `a + b` and `a - b` when one is temporal; an error when there is no such sum.
Result<Signature> ResolveTemporalSum(std::span<const ExprPtr> arguments, bool minus);
Result<ArrayPtr> EvaluateTemporalSum(const Expr& call, std::span<const Argument> arguments,
                                     int64_t rows, bool minus);

}  // namespace sluice::functions
