// SPDX-License-Identifier: Apache-2.0
// Products and quotients that need more than 128 bits go through 256-bit integers of Arrow.
#include "functions/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "arrow/util/decimal.h"

namespace sluice::functions {
namespace {

using UInt128 = unsigned __int128;
using Wide = arrow::Decimal256;

constexpr std::array<Int128, 39> kPowers = [] {
  std::array<Int128, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

UInt128 Magnitude(Int128 value) {
  return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

Wide Widen(Int128 value) {
  const auto sign = static_cast<uint64_t>(value < 0 ? -1 : 0);
  return Wide(arrow::BasicDecimal256(std::array<uint64_t, 4>{
      static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64), sign, sign}));
}

/// Back to 128 bits if |value| < 10^precision.
std::optional<Int128> Narrow(const Wide& value, int precision) {
  if (!value.FitsInPrecision(precision)) return std::nullopt;
  const auto words = value.little_endian_array();
  return static_cast<Int128>((static_cast<UInt128>(words[1]) << 64) | words[0]);
}

std::optional<Int128> CheckPrecision(Int128 value, int precision) {
  if (!FitsPrecision(value, precision)) return std::nullopt;
  return value;
}

/// value / 10^digits, rounded HALF_UP; digits 0..38.
Int128 DropDigits(Int128 value, int digits) {
  if (digits == 0) return value;
  const Int128 divisor = kPowers[static_cast<size_t>(digits)];
  const Int128 quotient = value / divisor;
  const UInt128 rest = Magnitude(value % divisor);
  const bool up = rest >= static_cast<UInt128>(divisor) - rest;
  return up ? quotient + (value < 0 ? -1 : 1) : quotient;
}

/// value / divisor rounded HALF_UP; the divisor is positive.
Wide DivideHalfUp(const Wide& value, const Wide& divisor) {
  Wide magnitude = value;
  const bool negative = value.Sign() < 0;
  magnitude.Abs();
  const auto divided = magnitude.Divide(divisor);
  auto [quotient, rest] = divided.ValueOrDie();
  if (Wide(rest + rest) >= divisor) quotient += Wide(1);
  if (negative) quotient.Negate();
  return Wide(quotient);
}

/// A wide number of `from_scale` at the scale of `to`.
std::optional<Int128> RescaleWide(const Wide& value, int from_scale, DecimalShape to) {
  if (from_scale == to.scale) return Narrow(value, to.precision);
  if (from_scale > to.scale) {
    const Wide divisor(arrow::BasicDecimal256::GetScaleMultiplier(from_scale - to.scale));
    return Narrow(DivideHalfUp(value, divisor), to.precision);
  }
  if (!value.FitsInPrecision(76 - (to.scale - from_scale))) return std::nullopt;
  return Narrow(Wide(value.IncreaseScaleBy(to.scale - from_scale)), to.precision);
}

}  // namespace

Int128 PowerOfTen(int exponent) {
  return kPowers[static_cast<size_t>(exponent)];
}

bool FitsPrecision(Int128 value, int precision) {
  return Magnitude(value) < static_cast<UInt128>(kPowers[static_cast<size_t>(precision)]);
}

std::optional<Int128> Rescale(Int128 value, int from_scale, DecimalShape to) {
  if (from_scale >= to.scale) {
    return CheckPrecision(DropDigits(value, from_scale - to.scale), to.precision);
  }
  const Int128 factor = kPowers[static_cast<size_t>(to.scale - from_scale)];
  Int128 scaled;
  if (__builtin_mul_overflow(value, factor, &scaled)) return std::nullopt;
  return CheckPrecision(scaled, to.precision);
}

std::optional<Int128> AddDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to) {
  const int scale = std::max(a_scale, b_scale);
  Int128 x, y, sum;
  if (!__builtin_mul_overflow(a, PowerOfTen(scale - a_scale), &x) &&
      !__builtin_mul_overflow(b, PowerOfTen(scale - b_scale), &y) &&
      !__builtin_add_overflow(x, y, &sum)) {
    return Rescale(sum, scale, to);
  }
  const Wide wide = Wide(Widen(a).IncreaseScaleBy(scale - a_scale)) +
                    Wide(Widen(b).IncreaseScaleBy(scale - b_scale));
  return RescaleWide(wide, scale, to);
}

std::optional<Int128> MultiplyDecimal(Int128 a, int a_scale, Int128 b, int b_scale,
                                      DecimalShape to) {
  Int128 product;
  if (!__builtin_mul_overflow(a, b, &product)) return Rescale(product, a_scale + b_scale, to);
  return RescaleWide(Wide(Widen(a) * Widen(b)), a_scale + b_scale, to);
}

std::optional<Int128> DivideDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to) {
  // a / 10^as / (b / 10^bs) at scale s is a * 10^(s + bs - as) / b.
  const int shift = to.scale + b_scale - a_scale;
  Wide numerator = Widen(a), divisor = Widen(b);
  if (divisor.Sign() < 0) {
    divisor.Negate();
    numerator.Negate();
  }
  if (shift < 0) {
    divisor = Wide(divisor.IncreaseScaleBy(-shift));
  } else if (!numerator.FitsInPrecision(std::max(1, 76 - shift))) {
    return std::nullopt;
  } else {
    numerator = Wide(numerator.IncreaseScaleBy(shift));
  }
  return Narrow(DivideHalfUp(numerator, divisor), to.precision);
}

std::optional<Int128> ModuloDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to) {
  const int scale = std::max(a_scale, b_scale);
  const Wide x(Widen(a).IncreaseScaleBy(scale - a_scale));
  const Wide y(Widen(b).IncreaseScaleBy(scale - b_scale));
  const auto divided = x.Divide(y);
  return RescaleWide(Wide(divided.ValueOrDie().second), scale, to);
}

std::strong_ordering CompareDecimal(Int128 a, int a_scale, Int128 b, int b_scale) {
  Int128 scaled;
  if (a_scale < b_scale) {
    if (__builtin_mul_overflow(a, PowerOfTen(b_scale - a_scale), &scaled)) {
      return a < 0 ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return scaled <=> b;
  }
  if (__builtin_mul_overflow(b, PowerOfTen(a_scale - b_scale), &scaled)) {
    return b < 0 ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  return a <=> scaled;
}

int WriteDecimal(Int128 value, int scale, char* out) {
  char digits[40];
  int count = 0;
  UInt128 rest = Magnitude(value);
  do {
    digits[count++] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  while (count <= scale) digits[count++] = '0';
  char* at = out;
  if (value < 0) *at++ = '-';
  while (count > 0) {
    if (count == scale) *at++ = '.';
    *at++ = digits[--count];
  }
  return static_cast<int>(at - out);
}

std::string DecimalText(Int128 value, int scale) {
  char text[48];
  return std::string(text, static_cast<size_t>(WriteDecimal(value, scale, text)));
}

double DecimalToDouble(Int128 value, int scale) {
  constexpr Int128 kExact = static_cast<Int128>(1) << 53;
  if (scale <= 22 && value <= kExact && value >= -kExact) {
    return static_cast<double>(value) / static_cast<double>(kPowers[static_cast<size_t>(scale)]);
  }
  char text[56];
  int size = WriteDecimal(value, scale, text);
  double result = 0;
  std::from_chars(text, text + size, result);
  return result;
}

namespace {

template <typename T>
std::optional<Int128> ShortestToDecimal(T value, DecimalShape to) {
  if (!std::isfinite(value)) return std::nullopt;
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  bool is_number = false;
  return ParseDecimal(std::string_view(text, static_cast<size_t>(end - text)), to, &is_number);
}

}  // namespace

std::optional<Int128> FloatToDecimal(double value, DecimalShape to) {
  return ShortestToDecimal(value, to);
}

std::optional<Int128> FloatToDecimal(float value, DecimalShape to) {
  return ShortestToDecimal(value, to);
}

namespace {

/// The digits of a number in text, without its point, and its exponent.
struct Digits {
  bool negative = false;
  std::string text;   // significant digits, no leading zeros
  int64_t scale = 0;  // digits after the point, may be negative
};

std::optional<Digits> ReadDigits(std::string_view text) {
  Digits digits;
  size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) digits.negative = text[at++] == '-';
  bool any = false, point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !point) {
      point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      any = true;
      if (text[at] != '0' || !digits.text.empty()) digits.text += text[at];
      digits.scale += point;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    if (++at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto read = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (read.ec != std::errc()) return std::nullopt;
    at = static_cast<size_t>(read.ptr - text.data());
    digits.scale -= exponent;
  }
  if (at != text.size()) return std::nullopt;
  return digits;
}

}  // namespace

std::optional<Int128> ParseDecimal(std::string_view text, DecimalShape to, bool* is_number) {
  const auto digits = ReadDigits(text);
  *is_number = digits.has_value();
  if (!digits) return std::nullopt;
  // Digits that stay, then the first that does not, which rounds.
  const int64_t kept = static_cast<int64_t>(digits->text.size()) - digits->scale + to.scale;
  if (digits->text.empty() || kept < 0) return Int128{0};
  if (kept > kDecimalPrecisionMax) return std::nullopt;
  Int128 value = 0;
  for (int64_t i = 0; i < kept; ++i) {
    const bool given = i < static_cast<int64_t>(digits->text.size());
    value = value * 10 + (given ? digits->text[static_cast<size_t>(i)] - '0' : 0);
  }
  const bool rounds_up = kept < static_cast<int64_t>(digits->text.size()) &&
                         digits->text[static_cast<size_t>(kept)] >= '5';
  if (rounds_up) ++value;
  return CheckPrecision(digits->negative ? -value : value, to.precision);
}

}  // namespace sluice::functions
