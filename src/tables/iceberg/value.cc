// SPDX-License-Identifier: Apache-2.0
// The binary form of values (spec, Appendix D), their order, and the cutting of bounds.
#include "tables/iceberg/value.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/assert.h"

namespace sluice::tables::iceberg {
namespace {

template <typename T>
std::string LittleEndian(T value) {
  static_assert(std::endian::native == std::endian::little);
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
T FromLittleEndian(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

std::string MinimalBigEndian(Int128 value) {
  std::string bytes;
  for (int i = 15; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  size_t skip = 0;
  while (skip < 15) {
    const auto first = static_cast<uint8_t>(bytes[skip]);
    const bool next_negative = (static_cast<uint8_t>(bytes[skip + 1]) & 0x80) != 0;
    if (!((first == 0 && !next_negative) || (first == 0xff && next_negative))) break;
    ++skip;
  }
  return bytes.substr(skip);
}

Error BadLength(const Type& type, std::string_view bytes) {
  return Corrupt("a value of type " + type.ToString() + " has " + std::to_string(bytes.size()) +
                 " bytes");
}

Result<Value> DecodeInteger(const Type& type, std::string_view bytes) {
  const bool narrow = type.kind == TypeKind::kInt || type.kind == TypeKind::kDate;
  if (bytes.size() == 4 && (narrow || type.kind == TypeKind::kLong)) {
    return Value(static_cast<int64_t>(FromLittleEndian<int32_t>(bytes)));
  }
  if (bytes.size() == 8 && !narrow) return Value(FromLittleEndian<int64_t>(bytes));
  return BadLength(type, bytes);
}

Result<Value> DecodeDecimal(const Type& type, std::string_view bytes) {
  if (bytes.empty() || bytes.size() > 16) return BadLength(type, bytes);
  auto value = static_cast<unsigned __int128>(
      (static_cast<uint8_t>(bytes[0]) & 0x80) != 0 ? static_cast<Int128>(-1) : 0);
  for (const char c : bytes) value = (value << 8) | static_cast<uint8_t>(c);
  return Value(static_cast<Int128>(value));
}

// Position on one line for floats: negative below positive, -0.0 below +0.0, every NaN on top.
template <typename Bits, typename Float>
Bits TotalOrder(Float value) {
  if (std::isnan(value)) return std::numeric_limits<Bits>::max();
  const Bits bits = std::bit_cast<Bits>(value);
  constexpr Bits kSign = Bits(1) << (sizeof(Bits) * 8 - 1);
  return (bits & kSign) != 0 ? static_cast<Bits>(~bits) : static_cast<Bits>(bits | kSign);
}

// Length in bytes of the first `width` code points, the whole text if it has fewer.
size_t PrefixOf(std::string_view text, int width) {
  size_t at = 0;
  for (int points = 0; at < text.size(); ++points) {
    if (points == width) return at;
    ++at;
    while (at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return text.size();
}

// The code point of one UTF-8 sequence; -1 if it is none.
int32_t DecodePoint(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  if (s.size() == 1 && byte(0) < 0x80) return byte(0);
  if (s.size() == 2 && (byte(0) & 0xe0) == 0xc0) return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  if (s.size() == 3 && (byte(0) & 0xf0) == 0xe0) {
    return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  }
  if (s.size() == 4 && (byte(0) & 0xf8) == 0xf0) {
    return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
           (byte(3) & 0x3f);
  }
  return -1;
}

void AppendPoint(int32_t point, std::string* out) {
  const auto push = [&](int value) { out->push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    push(point);
  } else if (point < 0x800) {
    push(0xc0 | point >> 6);
    push(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    push(0xe0 | point >> 12);
    push(0x80 | (point >> 6 & 0x3f));
    push(0x80 | (point & 0x3f));
  } else {
    push(0xf0 | point >> 18);
    push(0x80 | (point >> 12 & 0x3f));
    push(0x80 | (point >> 6 & 0x3f));
    push(0x80 | (point & 0x3f));
  }
}

// The smallest string above every string that begins with `prefix`.
std::optional<std::string> NextString(std::string prefix) {
  while (!prefix.empty()) {
    size_t at = prefix.size() - 1;
    while (at > 0 && (static_cast<uint8_t>(prefix[at]) & 0xc0) == 0x80) --at;
    int32_t point = DecodePoint(std::string_view(prefix).substr(at));
    if (point < 0) return std::nullopt;
    prefix.resize(at);
    ++point;
    if (point == 0xd800) point = 0xe000;  // surrogates are no code points
    if (point <= 0x10ffff) {
      AppendPoint(point, &prefix);
      return prefix;
    }
  }
  return std::nullopt;
}

std::optional<std::string> NextBytes(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<uint8_t>(prefix.back());
    prefix.pop_back();
    if (last != 0xff) {
      prefix.push_back(static_cast<char>(last + 1));
      return prefix;
    }
  }
  return std::nullopt;
}

size_t CutOf(const Type& type, const std::string& bytes, int width) {
  if (type.kind == TypeKind::kString) return PrefixOf(bytes, width);
  if (type.kind == TypeKind::kBinary) return std::min(bytes.size(), static_cast<size_t>(width));
  return bytes.size();
}

// Which alternative of Value a type has.
size_t IndexOf(const Type& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return 1;
    case TypeKind::kFloat:
      return 3;
    case TypeKind::kDouble:
      return 4;
    case TypeKind::kDecimal:
      return 5;
    case TypeKind::kString:
    case TypeKind::kUuid:
    case TypeKind::kFixed:
    case TypeKind::kBinary:
      return 6;
    default:
      return 2;
  }
}

}  // namespace

bool FitsType(const Type& type, const Value& value) {
  if (IsNull(value)) return true;
  if (value.index() != IndexOf(type)) return false;
  if (type.kind == TypeKind::kFixed || type.kind == TypeKind::kUuid) {
    const int length = type.kind == TypeKind::kUuid ? 16 : type.length;
    return static_cast<int>(std::get<std::string>(value).size()) == length;
  }
  if (type.kind == TypeKind::kInt || type.kind == TypeKind::kDate) {
    const int64_t integer = std::get<int64_t>(value);
    return integer >= std::numeric_limits<int32_t>::min() &&
           integer <= std::numeric_limits<int32_t>::max();
  }
  return true;
}

std::string EncodeValue(const Type& type, const Value& value) {
  SLUICE_ASSERT(!IsNull(value));
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    const bool narrow = type.kind == TypeKind::kInt || type.kind == TypeKind::kDate;
    return narrow ? LittleEndian(static_cast<int32_t>(*integer)) : LittleEndian(*integer);
  }
  if (const auto* flag = std::get_if<bool>(&value)) return std::string(1, *flag ? '\1' : '\0');
  if (const auto* number = std::get_if<float>(&value)) return LittleEndian(*number);
  if (const auto* number = std::get_if<double>(&value)) return LittleEndian(*number);
  if (const auto* decimal = std::get_if<Int128>(&value)) return MinimalBigEndian(*decimal);
  return std::get<std::string>(value);
}

Result<Value> DecodeValue(const Type& type, std::string_view bytes) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      if (bytes.size() != 1) return BadLength(type, bytes);
      return Value(bytes[0] != 0);
    case TypeKind::kInt:
    case TypeKind::kLong:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz:
    case TypeKind::kTimestampNs:
    case TypeKind::kTimestampTzNs:
      return DecodeInteger(type, bytes);
    case TypeKind::kFloat:
      if (bytes.size() != 4) return BadLength(type, bytes);
      return Value(FromLittleEndian<float>(bytes));
    case TypeKind::kDouble:
      if (bytes.size() == 4) return Value(static_cast<double>(FromLittleEndian<float>(bytes)));
      if (bytes.size() != 8) return BadLength(type, bytes);
      return Value(FromLittleEndian<double>(bytes));
    case TypeKind::kDecimal:
      return DecodeDecimal(type, bytes);
    case TypeKind::kUuid:
      if (bytes.size() != 16) return BadLength(type, bytes);
      return Value(std::string(bytes));
    case TypeKind::kFixed:
    case TypeKind::kString:
    case TypeKind::kBinary:
      return Value(std::string(bytes));
    default:
      return Unsupported("no bounds for the type " + type.ToString());
  }
}

std::strong_ordering CompareValues(const Value& a, const Value& b) {
  if (a.index() != b.index()) return a.index() <=> b.index();
  if (const auto* x = std::get_if<bool>(&a)) return *x <=> std::get<bool>(b);
  if (const auto* x = std::get_if<int64_t>(&a)) return *x <=> std::get<int64_t>(b);
  if (const auto* x = std::get_if<float>(&a)) {
    return TotalOrder<uint32_t>(*x) <=> TotalOrder<uint32_t>(std::get<float>(b));
  }
  if (const auto* x = std::get_if<double>(&a)) {
    return TotalOrder<uint64_t>(*x) <=> TotalOrder<uint64_t>(std::get<double>(b));
  }
  if (const auto* x = std::get_if<Int128>(&a)) {
    const Int128 y = std::get<Int128>(b);
    return *x < y   ? std::strong_ordering::less
           : *x > y ? std::strong_ordering::greater
                    : std::strong_ordering::equal;
  }
  if (const auto* x = std::get_if<std::string>(&a)) return *x <=> std::get<std::string>(b);
  return std::strong_ordering::equal;
}

bool SameTuple(const PartitionTuple& a, const PartitionTuple& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!SameValue(a[i], b[i])) return false;
  }
  return true;
}

bool TupleLess::operator()(const PartitionTuple& a, const PartitionTuple& b) const {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const auto order = CompareValues(a[i], b[i]);
    if (order != 0) return order < 0;
  }
  return a.size() < b.size();
}

Value TruncateLower(const Type& type, const Value& value, int width) {
  const auto* bytes = std::get_if<std::string>(&value);
  if (bytes == nullptr) return value;
  return bytes->substr(0, CutOf(type, *bytes, width));
}

std::optional<Value> TruncateUpper(const Type& type, const Value& value, int width) {
  const auto* bytes = std::get_if<std::string>(&value);
  if (bytes == nullptr) return value;
  const size_t cut = CutOf(type, *bytes, width);
  if (cut == bytes->size()) return value;
  auto next = type.kind == TypeKind::kString ? NextString(bytes->substr(0, cut))
                                             : NextBytes(bytes->substr(0, cut));
  if (!next.has_value()) return std::nullopt;
  return Value(std::move(*next));
}

}  // namespace sluice::tables::iceberg
