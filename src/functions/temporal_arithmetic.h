// SPDX-License-Identifier: Apache-2.0
// Points in time plus and minus intervals, and intervals among themselves.
#pragma once

#include <span>

#include "functions/column_view.h"
#include "functions/registry.h"

namespace sluice::functions {

/// Types of `a + b` and `a - b` when one is temporal; an error when there is no such sum.
/// A timestamp of `unit` ticks a second, `months` and `ms` later. False: it does not fit, which is
/// asked of nanoseconds alone; `moved` has wrapped around then.
bool MoveTimestamp(int64_t value, int64_t months, int64_t ms, int64_t unit, int64_t* moved);
Error BeyondNanoseconds(const Expr& call);

Result<Signature> ResolveTemporalSum(std::span<const ExprPtr> arguments, bool minus);
Result<ArrayPtr> EvaluateTemporalSum(const Expr& call, std::span<const Argument> arguments,
                                     int64_t rows, bool minus);

}  // namespace sluice::functions
