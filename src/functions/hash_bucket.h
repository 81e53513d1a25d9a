// SPDX-License-Identifier: Apache-2.0
// HASH_BUCKET: into which of n buckets a value falls by its hash. The planner's own expression: a
// split DISTINCT (plan/rewrites/split_distinct.cc) is aggregated per bucket first. State is kept
// under the numbers, so the hash stays as it is.
#pragma once

#include <cstdint>

#include "functions/expression.h"

namespace sluice::functions {

/// Values that are equal for GROUP BY (0.0 and -0.0, every NaN) have one bucket. False for nested
/// types, which have none.
bool HasHashBucket(const flow::Type& type);
/// INT NOT NULL: first .. first + buckets - 1; `first` for NULL.
ExprPtr HashBucket(ExprPtr value, int32_t buckets, int32_t first);

}  // namespace sluice::functions
