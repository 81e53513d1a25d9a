// SPDX-License-Identifier: Apache-2.0
// Exact numbers as 128-bit integers with a scale. Rounding is HALF_UP (away from zero at the half),
// as Flink's BigDecimal arithmetic; what does not fit the precision is nullopt (NULL).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "functions/type_rules.h"

namespace sluice::functions {

using Int128 = __int128;

/// 10 to the power `exponent`, 0..38.
Int128 PowerOfTen(int exponent);
/// True if |value| < 10^precision.
bool FitsPrecision(Int128 value, int precision);

/// The same number at another scale; nullopt when it needs more than `precision` digits.
std::optional<Int128> Rescale(Int128 value, int from_scale, DecimalShape to);

std::optional<Int128> AddDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to);
std::optional<Int128> MultiplyDecimal(Int128 a, int a_scale, Int128 b, int b_scale,
                                      DecimalShape to);
/// The divisor is not zero.
std::optional<Int128> DivideDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to);
std::optional<Int128> ModuloDecimal(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to);

std::strong_ordering CompareDecimal(Int128 a, int a_scale, Int128 b, int b_scale);

/// "-12.340": all places of the scale are written (BigDecimal.toPlainString).
std::string DecimalText(Int128 value, int scale);
/// Writes at most 48 bytes to `out`; returns the length.
int WriteDecimal(Int128 value, int scale, char* out);

double DecimalToDouble(Int128 value, int scale);
/// Takes the digits of the shortest text of the number, as new BigDecimal(Double.toString(d)).
std::optional<Int128> FloatToDecimal(double value, DecimalShape to);
std::optional<Int128> FloatToDecimal(float value, DecimalShape to);

/// Text such as " -1.5e3 " as a decimal; nullopt for text that is no number or does not fit.
/// `is_number` tells the two apart.
std::optional<Int128> ParseDecimal(std::string_view text, DecimalShape to, bool* is_number);

}  // namespace sluice::functions
