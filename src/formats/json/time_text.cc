// SPDX-License-Identifier: Apache-2.0
#include "formats/json/time_text.h"

#include <algorithm>
#include <array>

#include "formats/json/scan.h"

namespace sluice::formats::json {

namespace {

constexpr int64_t kNanos = 1'000'000'000;
constexpr int64_t kDaySeconds = 86'400;

struct Date {
  int64_t year = 0;
  int month = 0, day = 0;
};

// Howard Hinnant's days_from_civil and civil_from_days.
int64_t DaysOf(const Date& date) {
  const int64_t y = date.year - (date.month <= 2);
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

Date DateOf(int64_t days) {
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2), month, static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

int DaysOfMonth(int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

// Reads from the front of a text; every step says whether it was there.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool Literal(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Letter(char upper) { return Literal(upper) || Literal(static_cast<char>(upper | 0x20)); }
  bool TwoDigits(int* value) {
    if (text_.size() < 2 || !IsDigit(text_[0]) || !IsDigit(text_[1])) return false;
    *value = (text_[0] - '0') * 10 + (text_[1] - '0');
    text_.remove_prefix(2);
    return true;
  }
  bool empty() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_[0]; }

  // Four digits, or with a sign four (-) or five (+) to ten.
  bool Year(int64_t* year) {
    const char sign = front();
    if (sign == '+' || sign == '-') text_.remove_prefix(1);
    size_t digits = 0;
    *year = 0;
    while (digits < text_.size() && digits < 10 && IsDigit(text_[digits])) {
      *year = *year * 10 + (text_[digits] - '0');
      ++digits;
    }
    text_.remove_prefix(digits);
    if (*year > 999'999'999) return false;
    if (sign == '-') {
      *year = -*year;
      return digits >= 4 && *year != 0;
    }
    return sign == '+' ? digits > 4 : digits == 4;
  }

  // `clamp`: the 31st of a shorter month is its last day, as java.time's SMART style has it.
  bool DateFields(Date* date, bool clamp) {
    if (!Year(&date->year) || !Literal('-') || !TwoDigits(&date->month) || !Literal('-') ||
        !TwoDigits(&date->day)) {
      return false;
    }
    if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31) return false;
    const int last = DaysOfMonth(date->year, date->month);
    if (date->day > last) {
      if (!clamp) return false;
      date->day = last;
    }
    return true;
  }

  // HH:mm[:ss[.fraction]]; `whole_day` allows 24:00:00.
  bool TimeFields(bool seconds_optional, bool whole_day, int64_t* nanos) {
    int hour = 0, minute = 0, second = 0;
    int64_t fraction = 0;
    if (!TwoDigits(&hour) || !Literal(':') || !TwoDigits(&minute)) return false;
    if (Literal(':')) {
      if (!TwoDigits(&second)) return false;
      if (Literal('.')) Fraction(&fraction);
    } else if (!seconds_optional) {
      return false;
    }
    const bool end_of_day = whole_day && hour == 24 && minute == 0 && second == 0 && fraction == 0;
    if ((hour > 23 && !end_of_day) || minute > 59 || second > 59) return false;
    *nanos = ((hour * 60LL + minute) * 60 + second) * kNanos + fraction;
    return true;
  }

  // Z, or +HH:MM[:SS] up to 18 hours.
  bool Offset(int64_t* seconds) {
    if (Letter('Z')) {
      *seconds = 0;
      return true;
    }
    const char sign = front();
    if (!Literal('+') && !Literal('-')) return false;
    int hour = 0, minute = 0, second = 0;
    if (!TwoDigits(&hour) || !Literal(':') || !TwoDigits(&minute)) return false;
    if (Literal(':') && !TwoDigits(&second)) return false;
    if (minute > 59 || second > 59) return false;
    *seconds = (hour * 60LL + minute) * 60 + second;
    if (*seconds > 18 * 3600) return false;
    if (sign == '-') *seconds = -*seconds;
    return true;
  }

 private:
  void Fraction(int64_t* nanos) {
    int64_t unit = kNanos / 10;
    size_t digits = 0;
    for (; digits < text_.size() && digits < 9 && IsDigit(text_[digits]); ++digits, unit /= 10) {
      *nanos += (text_[digits] - '0') * unit;
    }
    text_.remove_prefix(digits);
  }

  std::string_view text_;
};

void AppendTwo(int value, std::string* out) {
  *out += static_cast<char>('0' + value / 10);
  *out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<int64_t> ParseDate(std::string_view text) {
  Reader reader(text);
  Date date;
  if (!reader.DateFields(&date, false) || !reader.empty()) return std::nullopt;
  return DaysOf(date);
}

std::optional<int64_t> ParseTime(std::string_view text) {
  Reader reader(text);
  int64_t nanos = 0;
  if (!reader.TimeFields(false, true, &nanos) || !reader.empty()) return std::nullopt;
  return nanos % (kDaySeconds * kNanos);
}

std::optional<TimePoint> ParseTimestamp(std::string_view text, TimestampStandard standard,
                                        bool has_zone) {
  // Only the zoneless ISO format is java.time's own, and strict; the others are put together and
  // get its lenient defaults.
  const bool strict = standard == TimestampStandard::kIso8601 && !has_zone;
  const bool sql = standard == TimestampStandard::kSql;
  Reader reader(text);
  Date date;
  int64_t nanos = 0, offset = 0;
  if (!reader.DateFields(&date, !strict)) return std::nullopt;
  const bool separated = sql      ? reader.Literal(' ')
                         : strict ? reader.Letter('T')
                                  : reader.Literal('T');
  if (!separated || !reader.TimeFields(!sql, !strict, &nanos)) return std::nullopt;
  if (standard == TimestampStandard::kIso8601WithOffset) {
    if (!reader.Offset(&offset)) return std::nullopt;
  } else if (has_zone && !reader.Literal('Z')) {
    return std::nullopt;
  }
  if (!reader.empty()) return std::nullopt;
  return TimePoint{DaysOf(date) * kDaySeconds + nanos / kNanos - offset,
                   static_cast<int32_t>(nanos % kNanos)};
}

void AppendDate(int64_t days, std::string* out) {
  const Date date = DateOf(days);
  std::string year = std::to_string(date.year < 0 ? -date.year : date.year);
  if (date.year < 0) {
    *out += '-';
  } else if (year.size() > 4) {
    *out += '+';
  }
  if (year.size() < 4) out->append(4 - year.size(), '0');
  *out += year;
  *out += '-';
  AppendTwo(date.month, out);
  *out += '-';
  AppendTwo(date.day, out);
}

void AppendTime(int64_t nanos_of_day, std::string* out) {
  const auto second_of_day = static_cast<int>(nanos_of_day / kNanos);
  auto fraction = static_cast<int>(nanos_of_day % kNanos);
  AppendTwo(second_of_day / 3600, out);
  *out += ':';
  AppendTwo(second_of_day / 60 % 60, out);
  *out += ':';
  AppendTwo(second_of_day % 60, out);
  if (fraction == 0) return;
  std::array<char, 9> digits{};
  for (size_t i = 9; i-- > 0; fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
  size_t size = 9;
  while (digits[size - 1] == '0') --size;
  *out += '.';
  out->append(digits.data(), size);
}

void AppendTimestamp(TimePoint point, TimestampStandard standard, bool has_zone, std::string* out) {
  int64_t days = point.seconds / kDaySeconds;
  int64_t second = point.seconds % kDaySeconds;
  if (second < 0) {
    second += kDaySeconds;
    --days;
  }
  AppendDate(days, out);
  *out += standard == TimestampStandard::kSql ? ' ' : 'T';
  AppendTime(second * kNanos + point.nanos, out);
  if (has_zone || standard == TimestampStandard::kIso8601WithOffset) *out += 'Z';
}

}  // namespace sluice::formats::json
