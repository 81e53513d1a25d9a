// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/transform.h"

#include <bit>
#include <charconv>
#include <cstring>

#include "tables/iceberg/calendar.h"

namespace sluice::tables::iceberg {
namespace {

uint32_t MurmurRound(uint32_t hash, uint32_t block) {
  block *= 0xcc9e2d51U;
  block = std::rotl(block, 15);
  block *= 0x1b873593U;
  return hash ^ block;
}

// murmur3_x86_32 with seed 0.
int32_t Murmur3(std::string_view bytes) {
  uint32_t hash = 0;
  size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    uint32_t block = 0;
    std::memcpy(&block, bytes.data() + at, 4);
    hash = MurmurRound(hash, block);
    hash = std::rotl(hash, 13) * 5 + 0xe6546b64U;
  }
  uint32_t tail = 0;
  for (size_t i = bytes.size(); i > at; --i) tail = tail << 8 | static_cast<uint8_t>(bytes[i - 1]);
  if (bytes.size() != at) hash = MurmurRound(hash, tail);
  hash ^= static_cast<uint32_t>(bytes.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6bU;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
  return static_cast<int32_t>(hash ^ hash >> 16);
}

bool IsNano(const Type& type) {
  return type.kind == TypeKind::kTimestampNs || type.kind == TypeKind::kTimestampTzNs;
}

bool Accepts(TransformKind transform, const Type& source) {
  switch (transform) {
    case TransformKind::kIdentity:
      return source.is_primitive() && !source.is_geo();
    case TransformKind::kVoid:
      return true;
    case TransformKind::kBucket:
      return source.kind == TypeKind::kInt || source.kind == TypeKind::kLong ||
             (source.kind >= TypeKind::kDecimal && source.kind <= TypeKind::kBinary);
    case TransformKind::kTruncate:
      return source.kind == TypeKind::kInt || source.kind == TypeKind::kLong ||
             source.kind == TypeKind::kDecimal || source.kind == TypeKind::kString ||
             source.kind == TypeKind::kBinary;
    case TransformKind::kYear:
    case TransformKind::kMonth:
    case TransformKind::kDay:
      return source.kind == TypeKind::kDate || source.is_timestamp();
    case TransformKind::kHour:
      return source.is_timestamp();
    case TransformKind::kUnknown:
      return false;
  }
  return false;
}

// Floored, because the days before 1970 belong to the month they lie in.
int64_t DateTransform(TransformKind kind, const Type& source, int64_t value) {
  int64_t days = value;
  if (source.is_timestamp()) {
    const int64_t micros = IsNano(source) ? FloorDiv(value, 1000) : value;
    if (kind == TransformKind::kHour) return FloorDiv(micros, kMicrosPerHour);
    days = FloorDiv(micros, kMicrosPerDay);
  }
  if (kind == TransformKind::kDay) return days;
  const CivilDate date = CivilFromDays(days);
  if (kind == TransformKind::kYear) return date.year - 1970;
  return (date.year - 1970) * 12 + date.month - 1;
}

Result<Value> Truncate(const Type& source, int width, const Value& value) {
  if (const auto* bytes = std::get_if<std::string>(&value)) {
    return TruncateLower(source, *bytes, width);
  }
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    const int64_t rest = (*integer % width + width) % width;
    int64_t out = 0;
    const bool overflow = __builtin_sub_overflow(*integer, rest, &out);
    if (overflow || (source.kind == TypeKind::kInt && out < INT32_MIN)) {
      return Error(InvalidArgument("truncate of a value below the type's smallest: " +
                                   std::to_string(*integer)));
    }
    return Value(out);
  }
  const Int128 unscaled = std::get<Int128>(value);
  return Value(unscaled - (unscaled % width + width) % width);
}

int ParseParameter(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return 0;
  text.remove_prefix(name.size());
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return 0;
  text = text.substr(1, text.size() - 2);
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

}  // namespace

Transform Transform::Parse(std::string_view text) {
  static constexpr std::pair<std::string_view, TransformKind> kNames[] = {
      {"identity", TransformKind::kIdentity}, {"year", TransformKind::kYear},
      {"month", TransformKind::kMonth},       {"day", TransformKind::kDay},
      {"hour", TransformKind::kHour},         {"void", TransformKind::kVoid}};
  Transform transform;
  for (const auto& [name, kind] : kNames) {
    if (text == name) {
      transform.kind = kind;
      return transform;
    }
  }
  if (const int buckets = ParseParameter(text, "bucket")) {
    transform.kind = TransformKind::kBucket;
    transform.parameter = buckets;
  } else if (const int width = ParseParameter(text, "truncate")) {
    transform.kind = TransformKind::kTruncate;
    transform.parameter = width;
  } else {
    transform.kind = TransformKind::kUnknown;
    transform.text = std::string(text);
  }
  return transform;
}

std::string Transform::ToString() const {
  switch (kind) {
    case TransformKind::kIdentity:
      return "identity";
    case TransformKind::kBucket:
      return "bucket[" + std::to_string(parameter) + "]";
    case TransformKind::kTruncate:
      return "truncate[" + std::to_string(parameter) + "]";
    case TransformKind::kYear:
      return "year";
    case TransformKind::kMonth:
      return "month";
    case TransformKind::kDay:
      return "day";
    case TransformKind::kHour:
      return "hour";
    case TransformKind::kVoid:
      return "void";
    case TransformKind::kUnknown:
      return text;
  }
  return text;
}

Result<Type> ResultType(const Transform& transform, const Type& source) {
  if (transform.kind == TransformKind::kUnknown) {
    return Unsupported("unknown partition transform: " + transform.text);
  }
  if (!Accepts(transform.kind, source)) {
    return InvalidArgument("transform " + transform.ToString() + " does not take the type " +
                           source.ToString());
  }
  switch (transform.kind) {
    case TransformKind::kBucket:
    case TransformKind::kYear:
    case TransformKind::kMonth:
    case TransformKind::kHour:
      return Type::Simple(TypeKind::kInt);
    case TransformKind::kDay:
      return Type::Simple(TypeKind::kDate);
    default:
      return source;
  }
}

Result<int32_t> BucketHash(const Type& source, const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    // Nanosecond timestamps hash as microseconds, so that a promotion keeps the bucket.
    const int64_t hashed = IsNano(source) ? FloorDiv(*integer, 1000) : *integer;
    return Murmur3({reinterpret_cast<const char*>(&hashed), sizeof(hashed)});
  }
  if (std::holds_alternative<Int128>(value)) return Murmur3(EncodeValue(source, value));
  if (const auto* bytes = std::get_if<std::string>(&value)) return Murmur3(*bytes);
  return InvalidArgument("bucket does not take the type " + source.ToString());
}

Result<Value> ApplyTransform(const Transform& transform, const Type& source, const Value& value) {
  if (IsNull(value) || transform.kind == TransformKind::kVoid) return Value();
  switch (transform.kind) {
    case TransformKind::kIdentity:
      return value;
    case TransformKind::kBucket: {
      SLUICE_ASSIGN(const int32_t hash, BucketHash(source, value));
      return Value(static_cast<int64_t>((hash & 0x7fffffff) % transform.parameter));
    }
    case TransformKind::kTruncate:
      if (value.index() == 1 || value.index() == 3 || value.index() == 4) break;
      return Truncate(source, transform.parameter, value);
    case TransformKind::kYear:
    case TransformKind::kMonth:
    case TransformKind::kDay:
    case TransformKind::kHour:
      if (!std::holds_alternative<int64_t>(value)) break;
      return Value(DateTransform(transform.kind, source, std::get<int64_t>(value)));
    default:
      break;
  }
  return InvalidArgument("transform " + transform.ToString() + " does not take the type " +
                         source.ToString());
}

}  // namespace sluice::tables::iceberg
