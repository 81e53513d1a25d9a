// SPDX-License-Identifier: Apache-2.0
// What array functions take: an array and a value of its element type, arrays of a common type,
// arrays whose elements have an order.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "functions/registry.h"

namespace sluice::functions {

/// (ARRAY, element): the value is cast to the element type, as Flink casts implicitly. The result
/// is left to the caller.
Result<Signature> ResolveArrayAndElement(std::span<const ExprPtr> arguments);

inline constexpr size_t kArraysMax = std::numeric_limits<size_t>::max();

/// From `least` to `most` arrays, cast to their common type, which is the result's.
Result<Signature> ResolveCommonArrays(std::span<const ExprPtr> arguments, size_t least,
                                      size_t most);
template <size_t kLeast, size_t kMost>
Result<Signature> ResolveArrays(std::span<const ExprPtr> arguments) {
  return ResolveCommonArrays(arguments, kLeast, kMost);
}

/// An error when the elements of the first argument, an ARRAY, have no order.
Status CheckOrdered(std::span<const ExprPtr> arguments);

}  // namespace sluice::functions
