// SPDX-License-Identifier: Apache-2.0
// A single primitive value as metadata needs it: a partition value, a bound, a literal. Its binary
// form (spec, Appendix D "Binary single-value serialization"), its order, the cutting of bounds,
// and its text in paths and JSON.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {

using Int128 = __int128;

/// null · boolean · int, long, date (days), time (us), timestamps (us or ns) as int64 · float ·
/// double · decimal (unscaled) · string (UTF-8), uuid (16 bytes, big-endian), fixed, binary as
/// bytes. The Type beside it tells which.
using Value = std::variant<std::monostate, bool, int64_t, float, double, Int128, std::string>;

/// One value per field of a partition spec, in the spec's order.
using PartitionTuple = std::vector<Value>;

inline bool IsNull(const Value& value) {
  return value.index() == 0;
}

/// Whether a value has the alternative, the range and the length of a type; null fits every type.
bool FitsType(const Type& type, const Value& value);

/// Bytes of a non-null value as bounds keep it: integers little-endian, decimals minimal
/// big-endian, uuid big-endian.
std::string EncodeValue(const Type& type, const Value& value);
/// The reverse; accepts the shorter form of a promoted type (4 bytes for long, float for double).
Result<Value> DecodeValue(const Type& type, std::string_view bytes);

/// Order of two non-null values of one type: -0.0 before +0.0, NaN last, strings and bytes by
/// unsigned bytes. Null sorts first.
std::strong_ordering CompareValues(const Value& a, const Value& b);
/// Same value; floats by bits with one NaN (spec, "Partition Transforms").
inline bool SameValue(const Value& a, const Value& b) {
  return CompareValues(a, b) == 0;
}
bool SameTuple(const PartitionTuple& a, const PartitionTuple& b);
struct TupleLess {
  bool operator()(const PartitionTuple& a, const PartitionTuple& b) const;
};

/// A lower bound of at most `width` code points (string) or bytes (binary); others unchanged.
Value TruncateLower(const Type& type, const Value& value, int width);
/// An upper bound of at most `width`, rounded up; nullopt if there is none (all 0xff, U+10FFFF).
std::optional<Value> TruncateUpper(const Type& type, const Value& value, int width);

/// For people and file paths: dates and times ISO, decimals plain, bytes base64, "null".
std::string ToText(const Type& type, const Value& value);
/// JSON single-value form (spec, Appendix D): decimal, uuid, dates as strings, binary as hex.
std::string ToJson(const Type& type, const Value& value);
Result<Value> FromJson(const Type& type, std::string_view json);
/// A value from SQL literal text: '2024-01-31' for a date, '12.50' for a decimal, ...
Result<Value> FromText(const Type& type, std::string_view text);

/// The value of one row of a column (Arrow layout of ToArrow(type); int8, int16, date32, dictionary
/// free). kUnsupported for other layouts.
Result<Value> ValueAt(const Type& type, const arrow::Array& column, int64_t row);

}  // namespace sluice::tables::iceberg
