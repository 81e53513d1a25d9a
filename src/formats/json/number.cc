// SPDX-License-Identifier: Apache-2.0
#include "formats/json/number.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "formats/json/scan.h"

namespace sluice::formats::json {

namespace {

// A decimal number taken apart: digits (without the point) times ten to the exponent.
struct Parts {
  bool negative = false;
  std::string_view whole, fraction;
  int64_t exponent = 0;
  int64_t digits() const { return static_cast<int64_t>(whole.size() + fraction.size()); }
  char digit(int64_t i) const {
    const auto at = static_cast<size_t>(i);
    return at < whole.size() ? whole[at] : fraction[at - whole.size()];
  }
};

std::string_view TakeDigits(std::string_view* text) {
  size_t n = 0;
  while (n < text->size() && IsDigit((*text)[n])) ++n;
  const std::string_view digits = text->substr(0, n);
  text->remove_prefix(n);
  return digits;
}

// [+-] digits [. digits] [e [+-] digits], at least one digit before the exponent.
std::optional<Parts> TakeApart(std::string_view text) {
  Parts parts;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  parts.whole = TakeDigits(&text);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    parts.fraction = TakeDigits(&text);
  }
  if (parts.digits() == 0) return std::nullopt;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      negative = text[0] == '-';
      text.remove_prefix(1);
    }
    const std::string_view digits = TakeDigits(&text);
    if (digits.empty()) return std::nullopt;
    // Beyond this every number is zero or does not fit; messages are shorter.
    for (char c : digits)
      parts.exponent = std::min<int64_t>(parts.exponent * 10 + (c - '0'), 1LL << 40);
    if (negative) parts.exponent = -parts.exponent;
  }
  if (!text.empty()) return std::nullopt;
  return parts;
}

// from_chars says only "out of range": the first digit's power of ten says which way.
bool IsHuge(const Parts& parts) {
  for (int64_t i = 0; i < parts.digits(); ++i) {
    if (parts.digit(i) != '0') {
      return static_cast<int64_t>(parts.whole.size()) - i + parts.exponent > 0;
    }
  }
  return false;
}

template <typename T>
T FloatingOf(std::string_view number) {
  if (!number.empty() && number[0] == '+') number.remove_prefix(1);
  T value = 0;
  const auto end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, value);
  if (result.ec != std::errc::result_out_of_range) return value;
  const std::optional<Parts> parts = TakeApart(number);
  const T size = parts && IsHuge(*parts) ? std::numeric_limits<T>::infinity() : T{0};
  return parts && parts->negative ? -size : size;
}

template <typename T>
std::optional<T> FloatingOfJavaText(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (rest == "NaN") return std::numeric_limits<T>::quiet_NaN();
  if (rest == "Infinity") {
    return negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  }
  if (!text.empty() && std::string_view("dDfF").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (!TakeApart(text)) return std::nullopt;
  return FloatingOf<T>(text);
}

}  // namespace

NumberText ScanNumber(const char* p, const char* end) {
  NumberText number;
  const char* begin = p;
  const auto bad = [&](const char* reason) {
    number.bad = p;
    number.reason = reason;
    return number;
  };
  if (p < end && *p == '-') ++p;
  if (p >= end || !IsDigit(*p)) return bad("expected a digit");
  if (*p == '0') {
    ++p;
    if (p < end && IsDigit(*p)) return bad("a number may not begin with 0");
  } else {
    while (p < end && IsDigit(*p)) ++p;
  }
  if (p < end && *p == '.') {
    number.is_fraction = true;
    ++p;
    if (p >= end || !IsDigit(*p)) return bad("expected a digit after the decimal point");
    while (p < end && IsDigit(*p)) ++p;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    number.is_fraction = true;
    ++p;
    if (p < end && (*p == '+' || *p == '-')) ++p;
    if (p >= end || !IsDigit(*p)) return bad("expected a digit of the exponent");
    while (p < end && IsDigit(*p)) ++p;
  }
  number.text = std::string_view(begin, static_cast<size_t>(p - begin));
  return number;
}

std::optional<int64_t> IntegerOf(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && IsDigit(text[1])) text.remove_prefix(1);
  int64_t value = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<int64_t> TruncatedIntegerOf(std::string_view number) {
  const std::optional<Parts> parts = TakeApart(number);
  if (!parts) return std::nullopt;
  const int64_t places = static_cast<int64_t>(parts->whole.size()) + parts->exponent;
  unsigned __int128 sum = 0;
  const unsigned __int128 limit = static_cast<unsigned __int128>(1) << 63;
  for (int64_t i = 0; i < places; ++i) {
    if (i >= parts->digits() && sum == 0) return 0;
    sum = sum * 10 + (i < parts->digits() ? static_cast<unsigned>(parts->digit(i) - '0') : 0u);
    if (sum > limit) return std::nullopt;
  }
  if (!parts->negative && sum == limit) return std::nullopt;
  const auto low = static_cast<uint64_t>(sum);
  return static_cast<int64_t>(parts->negative ? ~low + 1 : low);
}

double DoubleOf(std::string_view number) {
  return FloatingOf<double>(number);
}
float FloatOf(std::string_view number) {
  return FloatingOf<float>(number);
}

std::optional<double> DoubleOfJavaText(std::string_view text) {
  return FloatingOfJavaText<double>(text);
}
std::optional<float> FloatOfJavaText(std::string_view text) {
  return FloatingOfJavaText<float>(text);
}

DecimalFit DecimalOf(std::string_view text, int precision, int scale, __int128* unscaled) {
  const std::optional<Parts> parts = TakeApart(text);
  if (!parts) return DecimalFit::kNotANumber;
  // Digits and then `shift` more places give the unscaled value; a negative shift drops digits.
  const int64_t shift = parts->exponent - static_cast<int64_t>(parts->fraction.size()) + scale;
  const int64_t kept = parts->digits() + std::min<int64_t>(shift, 0);
  __int128 sum = 0;
  int significant = 0;
  const auto push = [&](int digit) {
    if (significant > 0 || digit != 0) ++significant;
    if (significant <= 38) sum = sum * 10 + digit;
    return significant <= 38;
  };
  for (int64_t i = 0; i < kept; ++i) {
    if (!push(parts->digit(i) - '0')) return DecimalFit::kOverflow;
  }
  for (int64_t i = 0; i < shift && sum != 0; ++i) {
    if (!push(0)) return DecimalFit::kOverflow;
  }
  if (shift < 0 && kept >= 0 && parts->digit(kept) >= '5') ++sum;
  __int128 limit = 1;
  for (int i = 0; i < precision; ++i) limit *= 10;
  if (sum >= limit) return DecimalFit::kOverflow;
  *unscaled = parts->negative ? -sum : sum;
  return DecimalFit::kFits;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace sluice::formats::json
