// SPDX-License-Identifier: Apache-2.0
// Finds, in the condition of a join, how far apart in time the rows of both sides may be: what
// makes it an interval join, whose state does not grow without bound.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "flow/type.h"
#include "functions/expression.h"

namespace sluice::plan {

/// left.left_time BETWEEN right.right_time + lower_ms AND right.right_time + upper_ms, and
/// `residual` (over left columns, then right columns; may be null).
struct IntervalCondition {
  int left_time = 0, right_time = 0;  // each a column of its side
  int64_t lower_ms = 0, upper_ms = 0;
  bool processing_time = false;
  functions::ExprPtr residual;
};

/// nullopt unless time attributes of both sides are bound from below and above.
std::optional<IntervalCondition> FindInterval(const functions::ExprPtr& condition,
                                              const std::vector<flow::TimeAttribute>& left,
                                              const std::vector<flow::TimeAttribute>& right);

/// What each column of a schema is to the stream.
std::vector<flow::TimeAttribute> TimeAttributesOf(const flow::Schema& schema);

}  // namespace sluice::plan
