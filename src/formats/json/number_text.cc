// SPDX-License-Identifier: Apache-2.0
#include "formats/json/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sluice::formats::json {

namespace {

template <typename T>
void AppendFloating(T value, std::string* out) {
  if (std::isnan(value)) {
    *out += "\"NaN\"";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
    return;
  }
  std::array<char, 48> text;
  constexpr auto kScientific = std::chars_format::scientific;
  char* const limit = text.data() + text.size();
  auto end = std::to_chars(text.data(), limit, value, kScientific).ptr;
  // Where one digit would do, Java takes the nearest of two.
  if (text[std::signbit(value) ? 2 : 1] == 'e')
    end = std::to_chars(text.data(), limit, value, kScientific, 1).ptr;
  std::string_view shortest(text.data(), static_cast<size_t>(end - text.data()));
  if (shortest[0] == '-') {
    *out += '-';
    shortest.remove_prefix(1);
  }
  const size_t e = shortest.find('e');
  int exponent = 0;
  const char* sign = shortest.data() + e + 1;
  std::from_chars(*sign == '+' ? sign + 1 : sign, end, exponent);
  std::string digits(1, shortest[0]);
  if (e > 2) digits += shortest.substr(2, e - 2);
  if (digits.size() == 2 && digits[1] == '0') digits.pop_back();
  if (value != 0 && (exponent < -3 || exponent > 6)) {
    *out += digits[0];
    *out += '.';
    *out += digits.size() > 1 ? digits.substr(1) : "0";
    *out += 'E' + std::to_string(exponent);
    return;
  }
  if (exponent < 0) {
    *out += "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
    return;
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
  *out += digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string DigitsOf(unsigned __int128 value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace

void AppendInteger(int64_t value, std::string* out) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out->append(text.data(), static_cast<size_t>(end - text.data()));
}

void AppendDouble(double value, std::string* out) {
  AppendFloating(value, out);
}
void AppendFloat(float value, std::string* out) {
  AppendFloating(value, out);
}

void AppendDecimal(__int128 unscaled, int scale, bool plain, std::string* out) {
  const bool negative = unscaled < 0;
  const auto magnitude = static_cast<unsigned __int128>(unscaled);
  std::string digits = DigitsOf(negative ? ~magnitude + 1 : magnitude);
  if (negative) *out += '-';
  if (!plain) {  // Jackson's nodes keep no trailing zeros
    for (; digits.size() > 1 && digits.back() == '0'; --scale) digits.pop_back();
    if (digits == "0") scale = 0;
  }
  const int64_t exponent = static_cast<int64_t>(digits.size()) - 1 - scale;
  if (scale == 0) {
    *out += digits;
  } else if (scale > 0 && (plain || exponent >= -6)) {
    const auto places = static_cast<size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    *out += digits.substr(0, digits.size() - places) + "." + digits.substr(digits.size() - places);
  } else {
    *out += digits[0];
    if (digits.size() > 1) *out += "." + digits.substr(1);
    *out += (exponent > 0 ? "E+" : "E") + std::to_string(exponent);
  }
}

}  // namespace sluice::formats::json
