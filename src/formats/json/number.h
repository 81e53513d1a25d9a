// SPDX-License-Identifier: Apache-2.0
// Numbers as text: JSON's grammar, and the conversions Flink applies to numbers and to strings that
// hold numbers. All are exact: integers with overflow check, binary fractions correctly rounded,
// decimals from their digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::formats::json {

/// A number of JSON's grammar.
struct NumberText {
  std::string_view text;
  bool is_fraction = false;      // it has a point or an exponent
  const char* bad = nullptr;     // set when it is not one: where,
  const char* reason = nullptr;  // and what was expected there
};

/// Reads the longest number at `p`. What follows it is not looked at.
NumberText ScanNumber(const char* p, const char* end);

/// Java's Long.parseLong: sign, decimal digits. nullopt: not that, or out of int64's range.
std::optional<int64_t> IntegerOf(std::string_view text);

/// The integer part of a JSON number (1.9 -> 1, -1.9 -> -1, 2.5e3 -> 2500), as Flink casts numbers
/// with a fraction to INT and BIGINT, but from the digits. nullopt: out of int64's range.
std::optional<int64_t> TruncatedIntegerOf(std::string_view number);

/// Nearest double or float of a JSON number; too large gives infinity, as in Java.
double DoubleOf(std::string_view number);
float FloatOf(std::string_view number);

/// Java's Double.parseDouble of a trimmed string, hexadecimal apart: also +1, 1., .5, 1d, NaN,
/// Infinity.
std::optional<double> DoubleOfJavaText(std::string_view text);
std::optional<float> FloatOfJavaText(std::string_view text);

enum class DecimalFit { kFits, kOverflow, kNotANumber };

/// The unscaled value of DECIMAL(precision, scale), rounded half up. Takes what Java's BigDecimal
/// takes, so also +1, 1., .5.
DecimalFit DecimalOf(std::string_view text, int precision, int scale, __int128* unscaled);

/// Without the characters Java's String.trim() cuts off: all up to the blank, at both ends.
std::string_view Trim(std::string_view text);

}  // namespace sluice::formats::json
