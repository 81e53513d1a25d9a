// SPDX-License-Identifier: Apache-2.0
#include "functions/number_text.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>

namespace sluice::functions {
namespace {

/// Digits and decimal exponent of the shortest text that reads back as the value; with two digits
/// where one would do, the nearer two-digit text is taken (Double.MIN_VALUE is 4.9E-324).
struct Shortest {
  char digits[24];
  int count = 0;
  int exponent = 0;  // of the first digit
};

template <typename T>
Shortest FindShortest(T value) {
  char text[40];
  const char* end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific).ptr;
  const char* exponent =
      static_cast<const char*>(std::memchr(text, 'e', static_cast<size_t>(end - text)));
  if (exponent == text + 1) {
    char longer[40];
    const auto two =
        std::to_chars(longer, longer + sizeof(longer), value, std::chars_format::scientific, 1);
    T back = 0;
    std::from_chars(longer, two.ptr, back);
    if (back == value) {
      const auto size = static_cast<size_t>(two.ptr - longer);
      std::memcpy(text, longer, size);
      end = text + size;
      exponent = text + 3;
    }
  }
  Shortest found;
  for (const char* at = text; at < exponent; ++at) {
    if (*at != '.') found.digits[found.count++] = *at;
  }
  // Not a byte further: what lies behind on the stack may be digits too.
  std::from_chars(exponent[1] == '+' ? exponent + 2 : exponent + 1, end, found.exponent);
  while (found.count > 1 && found.digits[found.count - 1] == '0') --found.count;
  return found;
}

template <typename T>
int WriteFloating(T value, char* out) {
  auto put = [out](std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    return static_cast<int>(text.size());
  };
  if (std::isnan(value)) return put("NaN");
  if (std::isinf(value)) return put(value < 0 ? "-Infinity" : "Infinity");
  char* at = out;
  if (std::signbit(value)) *at++ = '-';
  value = std::fabs(value);
  if (value == 0) {
    std::memcpy(at, "0.0", 3);
    return static_cast<int>(at + 3 - out);
  }
  const Shortest shortest = FindShortest(value);
  auto digit = [&](int i) { return i < shortest.count ? shortest.digits[i] : '0'; };
  const bool plain = shortest.exponent >= -3 && shortest.exponent < 7;
  const int whole = plain ? shortest.exponent + 1 : 1;  // digits before the point
  int next = 0;
  if (whole <= 0) {
    *at++ = '0';
    *at++ = '.';
    for (int i = whole; i < 0; ++i) *at++ = '0';
  } else {
    while (next < whole) *at++ = digit(next++);
    *at++ = '.';
    if (next >= shortest.count) *at++ = '0';
  }
  while (next < shortest.count) *at++ = digit(next++);
  if (!plain) {
    *at++ = 'E';
    at = std::to_chars(at, at + 8, shortest.exponent).ptr;
  }
  return static_cast<int>(at - out);
}

template <typename T>
std::optional<T> ParseFloating(std::string_view text) {
  text = TrimBlanks(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  T value = 0;
  if (text == "NaN") return std::numeric_limits<T>::quiet_NaN();
  if (text == "Infinity") {
    value = std::numeric_limits<T>::infinity();
    return negative ? -value : value;
  }
  if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return std::nullopt;
  if (std::strchr("dDfF", text.back()) != nullptr) text.remove_suffix(1);
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ptr != end) return std::nullopt;
  if (read.ec == std::errc::result_out_of_range) {
    const bool tiny =
        text.find("e-") != text.npos || text.find("E-") != text.npos || text.substr(0, 2) == "0.";
    value = tiny ? T{0} : std::numeric_limits<T>::infinity();
  } else if (read.ec != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace

int WriteDouble(double value, char* out) {
  return WriteFloating(value, out);
}

int WriteFloat(float value, char* out) {
  return WriteFloating(value, out);
}

std::optional<double> ParseDouble(std::string_view text) {
  return ParseFloating<double>(text);
}

std::optional<float> ParseFloat(std::string_view text) {
  return ParseFloating<float>(text);
}

}  // namespace sluice::functions
