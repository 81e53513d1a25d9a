// SPDX-License-Identifier: Apache-2.0
#include "functions/time_text.h"

#include <charconv>
#include <cstring>

#include "functions/calendar.h"

namespace sluice::functions {
namespace {

char* Two(char* out, int64_t value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

char* Year(char* out, int64_t year) {
  if (year >= 0 && year <= 9999) {
    out = Two(out, year / 100);
    return Two(out, year % 100);
  }
  if (year < 0) {
    *out++ = '-';
    year = -year;
  }
  if (year <= 9999) {
    out = Two(out, year / 100);
    return Two(out, year % 100);
  }
  return std::to_chars(out, out + 20, year).ptr;
}

char* Date(char* out, int64_t days) {
  const CivilDate date = CivilOf(days);
  out = Year(out, date.year);
  *out++ = '-';
  out = Two(out, date.month);
  *out++ = '-';
  return Two(out, date.day);
}

char* Clock(char* out, int64_t second_of_day) {
  out = Two(out, second_of_day / 3600);
  *out++ = ':';
  out = Two(out, second_of_day / 60 % 60);
  *out++ = ':';
  return Two(out, second_of_day % 60);
}

/// All of `text` as a number of digits; blanks around are dropped.
std::optional<int> Digits(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.empty() || text.size() > 9) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Reads up to `most` digits at the front.
std::optional<int> TakeDigits(std::string_view* text, size_t least, size_t most) {
  size_t count = 0;
  int value = 0;
  while (count < most && count < text->size() && (*text)[count] >= '0' && (*text)[count] <= '9') {
    value = value * 10 + ((*text)[count++] - '0');
  }
  if (count < least) return std::nullopt;
  text->remove_prefix(count);
  return value;
}

bool TakeChar(std::string_view* text, char wanted) {
  if (text->empty() || text->front() != wanted) return false;
  text->remove_prefix(1);
  return true;
}

}  // namespace

int WriteTimestamp(int64_t ticks, int64_t unit, int precision, char* out) {
  const int64_t seconds = FloorDivide(ticks, unit);
  int64_t nanos = (ticks - seconds * unit) * (1000000000 / unit);
  const int64_t days = FloorDivide(seconds, kSecondsPerDay);
  char* at = Date(out, days);
  *at++ = ' ';
  at = Clock(at, seconds - days * kSecondsPerDay);
  char fraction[9];
  for (int i = 8; i >= 0; --i, nanos /= 10) fraction[i] = static_cast<char>('0' + nanos % 10);
  int shown = 9;
  while (shown > precision && fraction[shown - 1] == '0') --shown;
  if (shown > 0) {
    *at++ = '.';
    std::memcpy(at, fraction, static_cast<size_t>(shown));
    at += shown;
  }
  return static_cast<int>(at - out);
}

int WriteDate(int64_t days, char* out) {
  return static_cast<int>(Date(out, days) - out);
}

int WriteTime(int64_t micros, int precision, char* out) {
  char* at = Clock(out, micros / 1000000);
  int64_t rest = micros % 1000000;
  if (precision > 0) *at++ = '.';
  for (int place = 0; place < precision && place < 6; ++place) {
    *at++ = static_cast<char>('0' + rest / 100000);
    rest = rest % 100000 * 10;
    if (rest == 0) break;
  }
  return static_cast<int>(at - out);
}

int WriteMonths(int64_t months, char* out) {
  char* at = out;
  *at++ = months < 0 ? '-' : '+';
  if (months < 0) months = -months;
  at = std::to_chars(at, at + 20, months / 12).ptr;
  *at++ = '-';
  at = Two(at, months % 12);
  return static_cast<int>(at - out);
}

int WriteMillis(int64_t ms, char* out) {
  char* at = out;
  *at++ = ms < 0 ? '-' : '+';
  const uint64_t size = ms < 0 ? 0 - static_cast<uint64_t>(ms) : static_cast<uint64_t>(ms);
  at = std::to_chars(at, at + 20, size / 86400000).ptr;
  *at++ = ' ';
  at = Clock(at, static_cast<int64_t>(size % 86400000 / 1000));
  *at++ = '.';
  const auto part = static_cast<int64_t>(size % 1000);
  *at++ = static_cast<char>('0' + part / 100);
  at = Two(at, part % 100);
  return static_cast<int>(at - out);
}

std::optional<int32_t> ParseDate(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank != text.npos && blank > 0) text = text.substr(0, blank);
  int parts[3] = {0, 1, 1};
  for (int i = 0; i < 3; ++i) {
    const size_t hyphen = i < 2 ? text.find('-') : text.npos;
    const auto value = Digits(text.substr(0, hyphen));
    if (!value) return std::nullopt;
    parts[i] = *value;
    if (hyphen == text.npos) break;
    text.remove_prefix(hyphen + 1);
  }
  if (parts[0] > 9999 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 ||
      parts[2] > DaysInMonth(parts[0], parts[1])) {
    return std::nullopt;
  }
  return static_cast<int32_t>(DaysOf({parts[0], parts[1], parts[2]}));
}

std::optional<int64_t> ParseTime(std::string_view text) {
  int64_t micros = 0;
  int parts[3] = {0, 0, 0};
  for (int i = 0; i < 3; ++i) {
    const size_t colon = i < 2 ? text.find(':') : text.npos;
    std::string_view part = text.substr(0, colon);
    if (i == 2) {
      const size_t dot = part.find('.');
      if (dot != part.npos) {
        std::string_view fraction = part.substr(dot + 1);
        if (fraction.size() > 9 || (!fraction.empty() && !Digits(fraction))) return std::nullopt;
        int64_t scale = 100000;
        for (const char c : fraction) {
          micros += (c - '0') * scale;
          scale /= 10;
        }
        part = part.substr(0, dot);
      }
    }
    const auto value = Digits(part);
    if (!value) return std::nullopt;
    parts[i] = *value;
    if (colon == text.npos) break;
    text.remove_prefix(colon + 1);
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return ((parts[0] * 60LL + parts[1]) * 60 + parts[2]) * 1000000 + micros;
}

std::optional<WallClock> ParseTimestamp(std::string_view text) {
  const auto year = TakeDigits(&text, 4, 9);
  if (!year || !TakeChar(&text, '-')) return std::nullopt;
  const auto month = TakeDigits(&text, 1, 2);
  if (!month || !TakeChar(&text, '-')) return std::nullopt;
  auto day = TakeDigits(&text, 1, 2);
  if (!day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  const int last = DaysInMonth(*year, *month);
  if (*day > last) day = last;  // java.time's smart resolving
  WallClock clock{DaysOf({*year, *month, *day}) * kSecondsPerDay, 0};
  if (text.empty()) return clock;
  if (!TakeChar(&text, ' ')) return std::nullopt;
  const auto hour = TakeDigits(&text, 1, 2);
  if (!hour || *hour > 23 || !TakeChar(&text, ':')) return std::nullopt;
  const auto minute = TakeDigits(&text, 1, 2);
  if (!minute || *minute > 59 || !TakeChar(&text, ':')) return std::nullopt;
  const auto second = TakeDigits(&text, 1, 2);
  if (!second || *second > 59) return std::nullopt;
  clock.seconds += (*hour * 60 + *minute) * 60 + *second;
  if (text.empty()) return clock;
  if (!TakeChar(&text, '.') || text.size() > 9) return std::nullopt;
  const size_t places = text.size();
  if (places == 0) return clock;
  const auto fraction = TakeDigits(&text, places, places);
  if (!fraction) return std::nullopt;
  clock.nanos = *fraction;
  for (size_t i = places; i < 9; ++i) clock.nanos *= 10;
  return clock;
}

}  // namespace sluice::functions
