// SPDX-License-Identifier: Apache-2.0
// Days and months of the proleptic Gregorian calendar, as java.time counts them.
#pragma once

#include <cstdint>

#include "flow/type.h"

namespace sluice::functions {

inline constexpr int64_t kMsPerDay = 86400000;
inline constexpr int64_t kSecondsPerDay = 86400;

struct CivilDate {
  int64_t year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
};

constexpr int64_t FloorDivide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return quotient - (a % b != 0 && (a < 0) != (b < 0));
}
constexpr int64_t FloorModulo(int64_t a, int64_t b) {
  return a - FloorDivide(a, b) * b;
}

/// Days since 1970-01-01 (after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
constexpr int64_t DaysOf(CivilDate date) {
  const int64_t year = date.year - (date.month <= 2);
  const int64_t era = FloorDivide(year, 400);
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

constexpr CivilDate CivilOf(int64_t days) {
  days += 719468;
  const int64_t era = FloorDivide(days, 146097);
  const int64_t of_era = days - era * 146097;
  const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const int64_t shifted = (5 * of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
  date.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  date.year = year + era * 400 + (date.month <= 2);
  return date;
}

constexpr bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int DaysInMonth(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

/// The day `months` later; the last day of the month where the day does not exist.
constexpr int64_t AddMonths(int64_t days, int64_t months) {
  CivilDate date = CivilOf(days);
  const int64_t total = date.year * 12 + (date.month - 1) + months;
  date.year = FloorDivide(total, 12);
  date.month = static_cast<int>(FloorModulo(total, 12)) + 1;
  const int last = DaysInMonth(date.year, date.month);
  if (date.day > last) date.day = last;
  return DaysOf(date);
}

/// 1 = Monday ... 7 = Sunday.
constexpr int IsoDayOfWeek(int64_t days) {
  return static_cast<int>(FloorModulo(days + 3, 7)) + 1;
}

/// ISO 8601 week of the year, and the year it belongs to.
struct IsoWeek {
  int64_t year;
  int week;
};
constexpr IsoWeek IsoWeekOf(int64_t days) {
  const int64_t thursday = days - (IsoDayOfWeek(days) - 4);
  const CivilDate date = CivilOf(thursday);
  return {date.year, static_cast<int>((thursday - DaysOf({date.year, 1, 1})) / 7) + 1};
}

/// Ticks per second of a column of this type: 10^6 for TIME and timestamps up to microseconds,
/// 10^9 for finer ones, 1000 for day-time intervals; 1 for others.
inline int64_t UnitsPerSecond(const flow::Type& type) {
  if (type.is_timestamp()) return type.precision() <= 6 ? 1000000 : 1000000000;
  if (type.kind() == flow::TypeKind::kTime) return 1000000;
  return type.kind() == flow::TypeKind::kIntervalDaySecond ? 1000 : 1;
}

}  // namespace sluice::functions
