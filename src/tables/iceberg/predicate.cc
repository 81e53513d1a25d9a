// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/predicate.h"

#include <algorithm>
#include <cmath>
#include <compare>

namespace sluice::tables::iceberg {
namespace {

bool IsNan(const Value& value) {
  if (const auto* single = std::get_if<float>(&value)) return std::isnan(*single);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && std::isnan(*real);
}

// SQL's order: the zeros are equal. Unordered for NaN and for values of different kinds.
std::partial_ordering CompareSql(const Value& a, const Value& b) {
  if (a.index() != b.index() || IsNull(a)) return std::partial_ordering::unordered;
  if (const auto* x = std::get_if<float>(&a)) return *x <=> std::get<float>(b);
  if (const auto* x = std::get_if<double>(&a)) return *x <=> std::get<double>(b);
  return CompareValues(a, b);
}

bool Comparable(const std::vector<Value>& values, const ValueRange& range) {
  for (const Value& value : values) {
    if (IsNan(value)) return false;
    for (const auto& bound : {range.lower, range.upper}) {
      if (bound && CompareSql(value, *bound) == std::partial_ordering::unordered) return false;
    }
  }
  return true;
}

bool Below(const Value& value, const ValueRange& range) {
  return range.lower && CompareSql(value, *range.lower) < 0;
}
bool Above(const Value& value, const ValueRange& range) {
  return range.upper && CompareSql(value, *range.upper) > 0;
}

// Only values (neither null nor NaN) are asked about here.
bool ValuesMayMatch(TermOp op, const std::vector<Value>& values, const ValueRange& range) {
  const Value& first = values[0];
  switch (op) {
    case TermOp::kEq:
    case TermOp::kIn:
      return std::any_of(values.begin(), values.end(), [&range](const Value& value) {
        return !Below(value, range) && !Above(value, range);
      });
    case TermOp::kNotEq: {
      const bool single = range.lower && range.upper && CompareSql(*range.lower, first) == 0 &&
                          CompareSql(*range.upper, first) == 0;
      return !single || (std::holds_alternative<std::string>(first) && !range.exact);
    }
    case TermOp::kLt:
      return !range.lower || CompareSql(*range.lower, first) < 0;
    case TermOp::kLtEq:
      return !Below(first, range);
    case TermOp::kGt:
      return !range.upper || CompareSql(*range.upper, first) > 0;
    case TermOp::kGtEq:
      return !Above(first, range);
    default:
      return true;
  }
}

bool IsMonotone(TransformKind kind) {
  return kind == TransformKind::kTruncate || kind == TransformKind::kYear ||
         kind == TransformKind::kMonth || kind == TransformKind::kDay ||
         kind == TransformKind::kHour;
}

TermOp Weakened(TermOp op) {
  if (op == TermOp::kLt) return TermOp::kLtEq;
  if (op == TermOp::kGt) return TermOp::kGtEq;
  return op;
}

}  // namespace

ValueRange RangeOf(const Value& value) {
  ValueRange range;
  range.may_be_null = IsNull(value);
  range.may_be_nan = IsNan(value);
  range.may_be_value = !range.may_be_null && !range.may_be_nan;
  if (range.may_be_value) range.lower = range.upper = value;
  range.exact = true;
  return range;
}

bool RangeMayMatch(TermOp op, const std::vector<Value>& values, const ValueRange& range) {
  if (op == TermOp::kIsNull) return range.may_be_null;
  if (op == TermOp::kNotNull) return range.may_be_value || range.may_be_nan;
  std::vector<Value> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](const Value& value) { return !IsNull(value); });
  if (known.empty()) return false;  // a comparison with null is never true
  if (!Comparable(known, range)) return range.may_be_value || range.may_be_nan;
  // Engines that put NaN above all numbers find it by <>, > and >=.
  const bool finds_nan = op == TermOp::kNotEq || op == TermOp::kGt || op == TermOp::kGtEq;
  if (range.may_be_nan && finds_nan) return true;
  return range.may_be_value && ValuesMayMatch(op, known, range);
}

std::optional<bool> Evaluate(TermOp op, const std::vector<Value>& values, const Value& value) {
  if (op == TermOp::kIsNull) return IsNull(value);
  if (op == TermOp::kNotNull) return !IsNull(value);
  if (IsNull(value)) return false;
  bool any = false;
  for (const Value& other : values) {
    if (IsNull(other)) continue;
    const auto order = CompareSql(value, other);
    if (order == std::partial_ordering::unordered) return std::nullopt;
    any |= op == TermOp::kEq || op == TermOp::kIn ? order == 0
           : op == TermOp::kNotEq                 ? order != 0
           : op == TermOp::kLt                    ? order < 0
           : op == TermOp::kLtEq                  ? order <= 0
           : op == TermOp::kGt                    ? order > 0
                                                  : order >= 0;
  }
  return any;
}

std::optional<Projection> Project(const Term& term, const Transform& transform,
                                  const Type& source) {
  if (transform.kind == TransformKind::kVoid || transform.kind == TransformKind::kUnknown) {
    return std::nullopt;
  }
  if (term.op == TermOp::kIsNull || term.op == TermOp::kNotNull ||
      transform.kind == TransformKind::kIdentity) {
    return Projection{term.op, term.values};
  }
  const bool by_equality = term.op == TermOp::kEq || term.op == TermOp::kIn;
  if (!by_equality && (term.op == TermOp::kNotEq || !IsMonotone(transform.kind))) {
    return Projection{TermOp::kNotNull, {}};
  }
  Projection out{Weakened(term.op), {}};
  for (const Value& value : term.values) {
    if (!FitsType(source, value)) return std::nullopt;
    auto projected = ApplyTransform(transform, source, value);
    if (!projected.ok()) return std::nullopt;
    out.values.push_back(std::move(*projected));
  }
  return out;
}

ValueRange RangeOfMetrics(const DataFile& file, int field_id, const Type& type) {
  ValueRange range;
  const auto find = [field_id](const auto& map) {
    const auto it = map.find(field_id);
    return it == map.end() ? nullptr : &it->second;
  };
  const int64_t* values = find(file.value_counts);
  const int64_t* nulls = find(file.null_value_counts);
  const int64_t* nans = find(file.nan_value_counts);
  const bool is_float = type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble;
  range.may_be_null = nulls == nullptr || *nulls > 0;
  range.may_be_nan = is_float && (nans == nullptr || *nans > 0);
  if (values != nullptr && nulls != nullptr && *values >= 0 && *nulls >= *values) {
    range.may_be_value = false;
    range.may_be_nan = false;
  }
  // Writers disagreed about the order of uuids; without bounds nothing is dropped.
  if (type.kind == TypeKind::kUuid) return range;
  if (const std::string* lower = find(file.lower_bounds)) {
    auto value = DecodeValue(type, *lower);
    if (value.ok() && !IsNan(*value)) range.lower = std::move(*value);
  }
  if (const std::string* upper = find(file.upper_bounds)) {
    auto value = DecodeValue(type, *upper);
    if (value.ok() && !IsNan(*value)) range.upper = std::move(*value);
  }
  if (range.lower && range.upper && CompareSql(*range.lower, *range.upper) > 0) {
    range.lower.reset();  // an inverted pair says nothing
    range.upper.reset();
  }
  return range;
}

}  // namespace sluice::tables::iceberg
