// SPDX-License-Identifier: Apache-2.0
// Numbers to text, as Java writes them.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::formats::json {

void AppendInteger(int64_t value, std::string* out);

/// Double.toString and Float.toString: the shortest digits that read back the same, as 12.5 or
/// 1.25E10; "NaN" and "Infinity" are quoted, since JSON has no such numbers.
void AppendDouble(double value, std::string* out);
void AppendFloat(float value, std::string* out);

/// BigDecimal.toString without trailing zeros (2.7E-8, 1.5, 1E+2), or toPlainString (0.000000027,
/// 1.50, 100).
void AppendDecimal(__int128 unscaled, int scale, bool plain, std::string* out);

}  // namespace sluice::formats::json
