// SPDX-License-Identifier: Apache-2.0
// Values as text: for people and paths, in JSON (spec, Appendix D), and from SQL literals.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "tables/iceberg/calendar.h"
#include "tables/iceberg/json_internal.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

int64_t PerSecond(const Type& type) {
  return type.kind == TypeKind::kTimestampNs || type.kind == TypeKind::kTimestampTzNs
             ? kNanosPerSecond
             : kMicrosPerSecond;
}
bool HasZone(const Type& type) {
  return type.kind == TypeKind::kTimestampTz || type.kind == TypeKind::kTimestampTzNs;
}

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    out.push_back(kDigits[static_cast<uint8_t>(c) & 15]);
  }
  return out;
}

std::optional<std::string> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (code != std::errc() || end != text.data() + i + 2) return std::nullopt;
    out.push_back(static_cast<char>(value));
  }
  return out;
}

std::string UuidText(std::string_view bytes) {
  std::string hex = Hex(bytes);
  for (const size_t at : {20U, 16U, 12U, 8U}) {
    if (hex.size() > at) hex.insert(at, "-");
  }
  return hex;
}

std::string Base64(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(k <= n ? kDigits[group >> (18 - 6 * k) & 63] : '=');
    }
  }
  return out;
}

std::string DecimalText(Int128 unscaled, int scale) {
  const bool negative = unscaled < 0;
  auto magnitude = static_cast<unsigned __int128>(unscaled);
  if (negative) magnitude = -magnitude;
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude != 0);
  while (static_cast<int>(digits.size()) <= scale) digits.push_back('0');
  std::reverse(digits.begin(), digits.end());
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

std::optional<Int128> ParseDecimal(std::string_view text, int precision, int scale) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Int128 value = 0;
  int digits = 0, seen = 0, after_point = -1;
  for (const char c : text) {
    if (c == '.') {
      if (after_point >= 0) return std::nullopt;
      after_point = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    ++seen;
    if (after_point >= scale) {
      if (c != '0') return std::nullopt;  // more digits than the scale keeps
      continue;
    }
    if (after_point >= 0) ++after_point;
    value = value * 10 + (c - '0');
    if (value != 0 && ++digits > precision) return std::nullopt;
  }
  if (seen == 0) return std::nullopt;
  for (int i = std::max(after_point, 0); i < scale; ++i) {
    value *= 10;
    if (value != 0 && ++digits > precision) return std::nullopt;
  }
  return negative ? -value : value;
}

template <typename T>
std::string FloatText(T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char text[64];
  const auto [end, code] = std::to_chars(text, text + sizeof(text), value);
  std::string out(text, code == std::errc() ? end : text);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string IntegerText(const Type& type, int64_t value) {
  switch (type.kind) {
    case TypeKind::kDate:
      return DateText(value);
    case TypeKind::kTime:
      return TimeText(value, kMicrosPerSecond);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNs:
      return TimestampText(value, PerSecond(type), "");
    case TypeKind::kTimestampTz:
    case TypeKind::kTimestampTzNs:
      return TimestampText(value, PerSecond(type), "+00:00");
    default:
      return std::to_string(value);
  }
}

std::optional<Value> Bytes(const Type& type, std::string_view text) {
  if (type.kind == TypeKind::kString) return Value(std::string(text));
  std::string hex(text);
  if (type.kind == TypeKind::kUuid) {
    if (text.size() != 36) return std::nullopt;
    std::erase(hex, '-');
  }
  auto bytes = FromHex(hex);
  if (!bytes || (type.kind == TypeKind::kUuid && bytes->size() != 16)) return std::nullopt;
  if (type.kind == TypeKind::kFixed && static_cast<int>(bytes->size()) != type.length) {
    return std::nullopt;
  }
  return Value(std::move(*bytes));
}

template <typename T>
std::optional<Value> Wrap(std::optional<T> value) {
  if (!value.has_value()) return std::nullopt;
  return Value(*value);
}

std::optional<Value> Parsed(const Type& type, std::string_view text) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      if (text == "true" || text == "TRUE") return Value(true);
      if (text == "false" || text == "FALSE") return Value(false);
      return std::nullopt;
    case TypeKind::kInt: {
      const auto value = ParseNumber<int32_t>(text);
      return value ? std::optional<Value>(static_cast<int64_t>(*value)) : std::nullopt;
    }
    case TypeKind::kLong:
      return Wrap(ParseNumber<int64_t>(text));
    case TypeKind::kFloat:
      return Wrap(ParseNumber<float>(text));
    case TypeKind::kDouble:
      return Wrap(ParseNumber<double>(text));
    case TypeKind::kDecimal:
      return Wrap(ParseDecimal(text, type.precision, type.scale));
    case TypeKind::kDate:
      return Wrap(ParseDate(text));
    case TypeKind::kTime:
      return Wrap(ParseTimeOfDay(text, kMicrosPerSecond));
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz:
    case TypeKind::kTimestampNs:
    case TypeKind::kTimestampTzNs:
      return Wrap(ParseTimestamp(text, PerSecond(type), HasZone(type)));
    case TypeKind::kString:
    case TypeKind::kUuid:
    case TypeKind::kFixed:
    case TypeKind::kBinary:
      return Bytes(type, text);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string ToText(const Type& type, const Value& value) {
  if (IsNull(value)) return "null";
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<float>(&value)) return FloatText(*number);
  if (const auto* number = std::get_if<double>(&value)) return FloatText(*number);
  if (const auto* decimal = std::get_if<Int128>(&value)) return DecimalText(*decimal, type.scale);
  if (const auto* integer = std::get_if<int64_t>(&value)) return IntegerText(type, *integer);
  const auto& bytes = std::get<std::string>(value);
  if (type.kind == TypeKind::kUuid) return UuidText(bytes);
  return type.kind == TypeKind::kString ? bytes : Base64(bytes);
}

std::string ToJson(const Type& type, const Value& value) {
  if (IsNull(value)) return "null";
  std::string text = ToText(type, value);
  switch (type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInt:
    case TypeKind::kLong:
      return text;
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      if (text.find_first_of("Nf") == std::string::npos) return text;  // else NaN, Infinity
      break;
    case TypeKind::kFixed:
    case TypeKind::kBinary:
      text = Hex(std::get<std::string>(value));
      break;
    default:
      break;
  }
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

Result<Value> FromJson(const Type& type, std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "value"));
  if (document.is_null()) return Value();
  if (document.is_string()) {
    const bool numeric = type.kind == TypeKind::kInt || type.kind == TypeKind::kLong ||
                         type.kind == TypeKind::kBoolean;
    if (!numeric) return FromText(type, document.get<std::string>());
  } else if (document.is_boolean() == (type.kind == TypeKind::kBoolean) &&
             (document.is_boolean() || document.is_number())) {
    return FromText(type, json::Dump(document));
  }
  return ParseError("not a value of type " + type.ToString() + ": " + std::string(text));
}

Result<Value> FromText(const Type& type, std::string_view text) {
  auto value = Parsed(type, text);
  if (!value)
    return ParseError("not a value of type " + type.ToString() + ": " + std::string(text));
  return std::move(*value);
}

}  // namespace sluice::tables::iceberg
