// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/calendar.h"

#include <cstdio>

namespace sluice::tables::iceberg {
namespace {

// Takes exactly `digits` digits off the front.
bool Digits(std::string_view* text, int digits, int64_t* out) {
  if (static_cast<int>(text->size()) < digits) return false;
  int64_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = (*text)[static_cast<size_t>(i)];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text->remove_prefix(static_cast<size_t>(digits));
  *out = value;
  return true;
}

bool Take(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

int DaysInMonth(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

bool TakeDate(std::string_view* text, int64_t* days) {
  const bool negative = Take(text, '-');
  if (!negative) Take(text, '+');
  int64_t year = 0, month = 0, day = 0;
  size_t year_digits = text->find('-');
  if (year_digits == std::string_view::npos || year_digits < 4 || year_digits > 6) return false;
  if (!Digits(text, static_cast<int>(year_digits), &year) || !Take(text, '-') ||
      !Digits(text, 2, &month) || !Take(text, '-') || !Digits(text, 2, &day)) {
    return false;
  }
  if (negative) year = -year;
  if (month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, static_cast<int>(month))) {
    return false;
  }
  *days = DaysFromCivil({year, static_cast<int>(month), static_cast<int>(day)});
  return true;
}

bool TakeTime(std::string_view* text, int64_t per_second, int64_t* ticks) {
  int64_t hour = 0, minute = 0, second = 0, fraction = 0;
  if (!Digits(text, 2, &hour) || !Take(text, ':') || !Digits(text, 2, &minute)) return false;
  if (Take(text, ':')) {
    if (!Digits(text, 2, &second)) return false;
    if (Take(text, '.')) {
      int64_t unit = per_second;
      int64_t digit = 0, count = 0;
      while (Digits(text, 1, &digit)) {
        ++count;
        unit /= 10;
        if (unit == 0 && digit != 0) return false;  // finer than the type
        fraction += digit * unit;
      }
      if (count == 0) return false;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  *ticks = ((hour * 60 + minute) * 60 + second) * per_second + fraction;
  return true;
}

// Offset from UTC in seconds at the end of the text.
bool TakeZone(std::string_view* text, int64_t* seconds) {
  *seconds = 0;
  if (text->empty() || Take(text, 'Z')) return text->empty();
  const bool negative = text->front() == '-';
  if (!negative && text->front() != '+') return false;
  text->remove_prefix(1);
  int64_t hour = 0, minute = 0;
  if (!Digits(text, 2, &hour) || !Take(text, ':') || !Digits(text, 2, &minute)) return false;
  if (hour > 18 || minute > 59) return false;
  *seconds = (hour * 60 + minute) * 60 * (negative ? -1 : 1);
  return text->empty();
}

}  // namespace

// Days and civil dates by eras of 400 years that begin in March.
CivilDate CivilFromDays(int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t era = FloorDiv(shifted, 146097);
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

int64_t DaysFromCivil(const CivilDate& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = FloorDiv(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

std::string DateText(int64_t days) {
  const CivilDate date = CivilFromDays(days);
  char text[48];
  std::snprintf(text, sizeof(text), "%s%04lld-%02d-%02d", date.year < 0 ? "-" : "",
                static_cast<long long>(date.year < 0 ? -date.year : date.year), date.month,
                date.day);
  return text;
}

std::string TimeText(int64_t ticks, int64_t per_second) {
  const int64_t seconds = ticks / per_second;
  const int64_t fraction = ticks % per_second;
  char text[48];
  std::snprintf(text, sizeof(text), "%02lld:%02lld:%02lld", static_cast<long long>(seconds / 3600),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
  std::string out = text;
  if (fraction != 0) {
    std::snprintf(text, sizeof(text), ".%0*lld", per_second == kMicrosPerSecond ? 6 : 9,
                  static_cast<long long>(fraction));
    out += text;
  }
  return out;
}

std::string TimestampText(int64_t ticks, int64_t per_second, std::string_view zone) {
  const int64_t per_day = per_second * 86400;
  const int64_t days = FloorDiv(ticks, per_day);
  return DateText(days) + "T" + TimeText(ticks - days * per_day, per_second) + std::string(zone);
}

std::optional<int64_t> ParseDate(std::string_view text) {
  int64_t days = 0;
  if (!TakeDate(&text, &days) || !text.empty()) return std::nullopt;
  return days;
}

std::optional<int64_t> ParseTimeOfDay(std::string_view text, int64_t per_second) {
  int64_t ticks = 0;
  if (!TakeTime(&text, per_second, &ticks) || !text.empty()) return std::nullopt;
  return ticks;
}

std::optional<int64_t> ParseTimestamp(std::string_view text, int64_t per_second, bool with_zone) {
  int64_t days = 0, ticks = 0, zone_seconds = 0;
  if (!TakeDate(&text, &days)) return std::nullopt;
  if (!text.empty()) {
    if (!Take(&text, 'T') && !Take(&text, ' ')) return std::nullopt;
    if (!TakeTime(&text, per_second, &ticks)) return std::nullopt;
    if (with_zone ? !TakeZone(&text, &zone_seconds) : !text.empty()) return std::nullopt;
  }
  int64_t out = 0;
  if (__builtin_mul_overflow(days, per_second * 86400, &out) ||
      __builtin_add_overflow(out, ticks - zone_seconds * per_second, &out)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace sluice::tables::iceberg
