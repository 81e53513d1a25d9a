// SPDX-License-Identifier: Apache-2.0
// Numbers to text and back as Java does it: Double.toString of JDK 19+, and the integer parser of
// Flink's BinaryStringDataUtil.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::functions {

inline constexpr int kFloatTextBytes = 32;

/// Writes to `out` (kFloatTextBytes of room); returns the length. "1.0", "1.0E10", "NaN".
int WriteDouble(double value, char* out);
int WriteFloat(float value, char* out);

/// Without the blanks and control characters at both ends, as String.trim.
inline std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// " 12 ", "-7", "12.9" (the fraction is cut off); nullopt for anything else or out of range.
template <typename T>
std::optional<T> ParseIntegral(std::string_view text) {
  text = TrimBlanks(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value = 0;
  const char* end = text.data() + text.size();
  // ".5" and "-.5" are zero
  const size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  const char* at = text.data() + sign;
  if (at == end) return std::nullopt;
  if (*at != '.') {
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc()) return std::nullopt;
    at = read.ptr;
  }
  if (at != end && *at == '.') {
    for (++at; at != end; ++at) {
      if (*at < '0' || *at > '9') return std::nullopt;
    }
  }
  if (at != end) return std::nullopt;
  return value;
}

/// As Double.parseDouble: blanks around it, "1e3", "NaN", "Infinity", a last d or f.
std::optional<double> ParseDouble(std::string_view text);
std::optional<float> ParseFloat(std::string_view text);

}  // namespace sluice::functions
