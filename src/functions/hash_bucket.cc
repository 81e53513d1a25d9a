// SPDX-License-Identifier: Apache-2.0
#include "functions/hash_bucket.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>
#include <limits>
#include <string_view>
#include <type_traits>

#include "functions/column_view.h"
#include "functions/registry.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;

template <typename V>
uint64_t HashOf(V value) {
  if constexpr (std::is_same_v<V, std::string_view>) {
    return XXH3_64bits(value.data(), value.size());
  } else if constexpr (std::is_same_v<V, Int128>) {
    return XXH3_64bits(&value, sizeof(value));
  } else if constexpr (std::is_floating_point_v<V>) {
    double wide = static_cast<double>(value) + 0.0;  // -0.0 becomes 0.0
    if (std::isnan(wide)) wide = std::numeric_limits<double>::quiet_NaN();
    return XXH3_64bits(&wide, sizeof(wide));
  } else {
    const int64_t wide = int64_t{0} + value;
    return XXH3_64bits(&wide, sizeof(wide));
  }
}

/// Calls run(V{}) with the type that Reader reads the values as. False: there is none.
template <typename F>
bool WithReadType(TypeKind kind, F run) {
  using enum TypeKind;
  switch (kind) {
    case kBoolean:
      return run(bool{}), true;
    case kTinyInt:
      return run(int8_t{}), true;
    case kSmallInt:
      return run(int16_t{}), true;
    case kInt:
    case kDate:
    case kIntervalYearMonth:
      return run(int32_t{}), true;
    case kBigInt:
    case kTime:
    case kTimestamp:
    case kTimestampLtz:
    case kIntervalDaySecond:
      return run(int64_t{}), true;
    case kFloat:
      return run(float{}), true;
    case kDouble:
      return run(double{}), true;
    case kDecimal:
      return run(Int128{}), true;
    case kChar:
    case kVarchar:
    case kBinary:
    case kVarbinary:
      return run(std::string_view{}), true;
    default:
      return false;
  }
}

int32_t NumberOf(const Expr& literal) {
  return static_cast<const arrow::Int32Scalar&>(*literal.literal).value;
}

Result<ArrayPtr> Evaluate(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                          const EvalContext&) {
  const auto buckets = static_cast<uint64_t>(NumberOf(*call.children[1]));
  const int32_t first = NumberOf(*call.children[2]);
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows));
  auto* const out = reinterpret_cast<int32_t*>(buffer->mutable_data());
  std::fill(out, out + rows, first);
  const bool known = WithReadType(call.children[0]->type->kind(), [&](auto value) {
    if (column.all_null()) return;
    const Reader<decltype(value)> values(column);
    for (int64_t row = 0; row < rows; ++row) {
      if (column.IsNull(row)) continue;
      // The upper half of the hash, scaled down: no division, and no bias to speak of.
      out[row] = first + static_cast<int32_t>(((HashOf(values[row]) >> 32) * buckets) >> 32);
    }
  });
  if (!known) return Internal("no hash of " + call.children[0]->type->ToString());
  return MakeFixed(arrow::int32(), rows, std::move(buffer), NullBits(rows));
}

/// Not in the registry: SQL has no word for it.
const Function& TheFunction() {
  static const Function function = {.name = "HASH_BUCKET",
                                    .category = "",
                                    .syntax = "",
                                    .description = "",
                                    .example = "",
                                    .resolve = nullptr,
                                    .evaluate = &Evaluate};
  return function;
}

}  // namespace

bool HasHashBucket(const Type& type) {
  return WithReadType(type.kind(), [](auto) {});
}

ExprPtr HashBucket(ExprPtr value, int32_t buckets, int32_t first) {
  const flow::TypePtr type = Type::Simple(TypeKind::kInt, false);
  const auto number = [&type](int32_t n) { return Literal(arrow::MakeScalar(n), type); };
  return Call(&TheFunction(), {std::move(value), number(buckets), number(first)}, type);
}

}  // namespace sluice::functions
