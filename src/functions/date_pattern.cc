// SPDX-License-Identifier: Apache-2.0
#include "functions/date_pattern.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "functions/calendar.h"

namespace sluice::functions {
namespace {

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};
constexpr std::string_view kLetters = "yuMLdDHkKhmsSnAaEQqYwWecXZz";
constexpr std::string_view kWeekLetters = "YwWec";
constexpr std::string_view kZoneLetters = "XZz";

/// Weeks as in the United States, where Flink takes them from: they begin with Sunday, and the
/// first of a year is the one of January 1.
struct Week {
  int64_t year = 0, number = 0;
};

/// 0 = Sunday.
int64_t DayOfWeek(int64_t days) {
  return IsoDayOfWeek(days) % 7;
}

Week WeekOf(int64_t days) {
  const int64_t sunday = days - DayOfWeek(days);
  const int64_t year = CivilOf(sunday + 6).year;
  const int64_t first = DaysOf({year, 1, 1});
  return {year, (sunday - (first - DayOfWeek(first))) / 7 + 1};
}

void AppendNumber(int64_t value, int width, TextWriter* out) {
  char digits[20];
  int count = 0;
  if (value < 0) {
    out->Append('-');
    value = -value;
  }
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value > 0);
  char* to = out->Extend(std::max(count, width));
  for (int i = count; i < width; ++i) *to++ = '0';
  while (count > 0) *to++ = digits[--count];
}

void AppendName(std::string_view name, int width, TextWriter* out) {
  out->Append(width >= 4 ? name : name.substr(0, 3));
}

}  // namespace

Result<DatePattern> DatePattern::Parse(std::string_view pattern) {
  DatePattern parsed;
  auto literal = [&parsed](std::string_view text) {
    if (parsed.items_.empty() || parsed.items_.back().letter != 0) parsed.items_.push_back({});
    parsed.items_.back().text += text;
  };
  for (size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      const size_t end = pattern.find('\'', at + 1);
      if (end == pattern.npos) {
        return InvalidArgument("date pattern with an open quote: \"" + std::string(pattern) + "\"");
      }
      literal(end == at + 1 ? "'" : pattern.substr(at + 1, end - at - 1));
      at = end + 1;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && std::strchr("[]{}#", c) == nullptr) {
      literal(pattern.substr(at++, 1));
      continue;
    }
    if (kLetters.find(c) == kLetters.npos) {
      return InvalidArgument("date pattern \"" + std::string(pattern) + "\": '" + c +
                             "' is not supported; known letters: " + std::string(kLetters));
    }
    int width = 0;
    while (at < pattern.size() && pattern[at] == c) {
      ++at;
      ++width;
    }
    if (width > 19 || (c == 'S' && width > 9)) {
      return InvalidArgument("date pattern \"" + std::string(pattern) + "\": too many '" + c + "'");
    }
    parsed.items_.push_back({c, width, {}});
  }
  return parsed;
}

Status DatePattern::CheckWritable() const {
  for (const Item& item : items_) {
    if (item.letter == 0 || kZoneLetters.find(item.letter) == kZoneLetters.npos) continue;
    return InvalidArgument(std::string("zones ('") + item.letter +
                           "' of a date pattern) are read by UNIX_TIMESTAMP, and not written");
  }
  return {};
}

Status DatePattern::CheckReadable(std::string_view pattern) {
  SLUICE_ASSIGN(const DatePattern parsed, Parse(pattern));
  for (const Item& item : parsed.items_) {
    if (item.letter == 0 || kWeekLetters.find(item.letter) == kWeekLetters.npos) continue;
    return InvalidArgument("date pattern \"" + std::string(pattern) + "\": no text is read by '" +
                           item.letter + "', which is of weeks" +
                           (item.letter == 'Y' ? "; did you mean 'y'?" : ""));
  }
  return {};
}

void DatePattern::Format(int64_t seconds, int64_t nanos, TextWriter* out) {
  const int64_t days = FloorDivide(seconds, kSecondsPerDay);
  if (days != days_) {
    const CivilDate date = CivilOf(days);
    days_ = days;
    year_ = date.year;
    month_ = date.month;
    day_ = date.day;
  }
  for (const Item& item : items_) {
    if (item.letter == 0) {
      out->Append(item.text);
    } else {
      FormatItem(item, seconds - days * kSecondsPerDay, nanos, out);
    }
  }
}

void DatePattern::FormatItem(const Item& item, int64_t second, int64_t nanos, TextWriter* out) {
  const int width = item.width;
  const int64_t hour = second / 3600;
  switch (item.letter) {
    case 'y':
    case 'u':
      if (width == 2) return AppendNumber(FloorModulo(year_, 100), 2, out);
      if (width >= 4 && year_ > 9999) out->Append('+');
      return AppendNumber(item.letter == 'y' && year_ < 1 ? 1 - year_ : year_, width, out);
    case 'M':
    case 'L':
      if (width >= 3) return AppendName(kMonths[month_ - 1], width, out);
      return AppendNumber(month_, width, out);
    case 'Q':
    case 'q':
      if (width == 3) out->Append('Q');
      return AppendNumber((month_ + 2) / 3, width <= 2 ? width : 1, out);
    case 'd':
      return AppendNumber(day_, width, out);
    case 'D':
      return AppendNumber(days_ - DaysOf({year_, 1, 1}) + 1, width, out);
    case 'E':
      return AppendName(kDays[IsoDayOfWeek(days_) - 1], width, out);
    case 'Y': {
      const int64_t year = WeekOf(days_).year;
      return AppendNumber(width == 2 ? FloorModulo(year, 100) : year, width, out);
    }
    case 'w':
      return AppendNumber(WeekOf(days_).number, width, out);
    case 'W':
      return AppendNumber((day_ - 1 + DayOfWeek(days_ - day_ + 1)) / 7 + 1, width, out);
    case 'e':
    case 'c':
      if (width >= 3) return AppendName(kDays[IsoDayOfWeek(days_) - 1], width, out);
      return AppendNumber(DayOfWeek(days_) + 1, width, out);
    case 'a':
      return out->Append(hour < 12 ? "AM" : "PM");
    case 'H':
      return AppendNumber(hour, width, out);
    case 'k':
      return AppendNumber(hour == 0 ? 24 : hour, width, out);
    case 'K':
      return AppendNumber(hour % 12, width, out);
    case 'h':
      return AppendNumber((hour + 11) % 12 + 1, width, out);
    case 'm':
      return AppendNumber(second / 60 % 60, width, out);
    case 's':
      return AppendNumber(second % 60, width, out);
    case 'n':
      return AppendNumber(nanos, width, out);
    case 'A':
      return AppendNumber(second * 1000 + nanos / 1000000, width, out);
    default: {  // S
      int64_t fraction = nanos;
      for (int i = width; i < 9; ++i) fraction /= 10;
      return AppendNumber(fraction, width, out);
    }
  }
}

namespace {

struct Fields {
  int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanos = 0;
  std::optional<int64_t> half_hour;  // h or K
  bool afternoon = false;
};

bool TakeNumber(std::string_view* text, int width, int most, int64_t* value) {
  size_t count = 0;
  *value = 0;
  while (count < text->size() && count < static_cast<size_t>(most) && (*text)[count] >= '0' &&
         (*text)[count] <= '9') {
    *value = *value * 10 + ((*text)[count++] - '0');
  }
  if (count < static_cast<size_t>(width)) return false;
  text->remove_prefix(count);
  return true;
}

template <size_t kSize>
bool TakeName(std::string_view* text, const std::string_view (&names)[kSize], int width,
              int64_t* number) {
  for (size_t i = 0; i < kSize; ++i) {
    const std::string_view name = width >= 4 ? names[i] : names[i].substr(0, 3);
    if (!text->starts_with(name)) continue;
    text->remove_prefix(name.size());
    *number = static_cast<int64_t>(i) + 1;
    return true;
  }
  return false;
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view start) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

/// What clocks of a zone are ahead of UTC by, for the names that stand in logs most.
struct ZoneName {
  std::string_view name;
  int hours;
};
constexpr ZoneName kZoneNames[] = {
    {"UTC", 0},  {"WEST", 1}, {"WET", 0},  {"CEST", 2},  {"CET", 1},   {"EEST", 3}, {"EET", 2},
    {"MSK", 3},  {"JST", 9},  {"EST", -5}, {"EDT", -4},  {"CST", -6},  {"CDT", -5}, {"MST", -7},
    {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"AKST", -9}, {"AKDT", -8}, {"HST", -10}};

/// +08, +0800, +08:00 behind the sign; `minutes`: they must be there. As SimpleDateFormat, which
/// takes one digit of hours only before a colon.
bool TakeOffset(std::string_view* text, bool minutes, bool colon, int64_t sign, int64_t* offset_s) {
  int64_t hour = 0, minute = 0;
  const size_t before = text->size();
  if (!TakeNumber(text, 1, 2, &hour) || hour > 23) return false;
  if (before - text->size() == 1 && !colon) return false;
  if (minutes) {
    if (colon && !text->starts_with(':')) return false;
    if (colon) text->remove_prefix(1);
    if (!TakeNumber(text, 2, 2, &minute) || minute > 59) return false;
  }
  *offset_s = sign * (hour * 60 + minute) * 60;
  return true;
}

/// One X: Z, +08; two: +0800; three: +08:00. Z and z: +0800, GMT, GMT+8:00, names.
bool TakeZone(std::string_view* text, char letter, int width, std::optional<int64_t>* offset_s) {
  if (text->empty()) return false;
  const bool iso = letter == 'X';
  *offset_s = 0;
  if (iso && text->front() == 'Z') {
    text->remove_prefix(1);
    return true;
  }
  const bool gmt = !iso && StartsWithIgnoringCase(*text, "GMT");
  if (gmt) text->remove_prefix(3);
  if (!text->empty() && (text->front() == '+' || text->front() == '-')) {
    const int64_t sign = text->front() == '+' ? 1 : -1;
    text->remove_prefix(1);
    return TakeOffset(text, !iso || width > 1, iso ? width == 3 : gmt, sign, &**offset_s);
  }
  if (gmt || iso) return gmt;
  for (const ZoneName& zone : kZoneNames) {
    if (!StartsWithIgnoringCase(*text, zone.name)) continue;
    text->remove_prefix(zone.name.size());
    *offset_s = zone.hours * 3600;
    return true;
  }
  return false;
}

/// One letter is 1 digit or more, two are exactly two (java.time); `next_is_digit`: no more.
bool TakeField(std::string_view* text, char letter, int width, bool adjacent, Fields* fields) {
  const int most = width == 1 && !adjacent ? 19 : width;
  int64_t ignored;
  switch (letter) {
    case 'y':
    case 'u':
      if (width == 2) {
        if (!TakeNumber(text, 2, 2, &fields->year)) return false;
        fields->year += 2000;
        return true;
      }
      return TakeNumber(text, width, adjacent ? width : 9, &fields->year);
    case 'M':
    case 'L':
      if (width >= 3) return TakeName(text, kMonths, width, &fields->month);
      return TakeNumber(text, width, most, &fields->month);
    case 'd':
      return TakeNumber(text, width, most, &fields->day);
    case 'E':
      return TakeName(text, kDays, width, &ignored);
    case 'H':
      return TakeNumber(text, width, most, &fields->hour);
    case 'h':
    case 'K':
      fields->half_hour = 0;
      if (!TakeNumber(text, width, most, &*fields->half_hour)) return false;
      *fields->half_hour %= 12;
      return true;
    case 'a':
      fields->afternoon = text->starts_with("PM");
      if (!fields->afternoon && !text->starts_with("AM")) return false;
      text->remove_prefix(2);
      return true;
    case 'm':
      return TakeNumber(text, width, most, &fields->minute);
    case 's':
      return TakeNumber(text, width, most, &fields->second);
    case 'S':
      if (!TakeNumber(text, width, width, &fields->nanos)) return false;
      for (int i = width; i < 9; ++i) fields->nanos *= 10;
      return true;
    default: {  // a zone: Flink takes the clock as it is
      std::optional<int64_t> offset_s;
      return kZoneLetters.find(letter) != kZoneLetters.npos &&
             TakeZone(text, letter, width, &offset_s);
    }
  }
}

}  // namespace

template <typename Take>
bool DatePattern::Walk(std::string_view* text, const Take& take) const {
  for (size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (item.letter == 0) {
      if (!text->starts_with(item.text)) return false;
      text->remove_prefix(item.text.size());
      continue;
    }
    const bool adjacent = i + 1 < items_.size() && items_[i + 1].letter != 0;
    if (!take(item.letter, item.width, adjacent)) return false;
  }
  return true;
}

std::optional<WallClock> DatePattern::Read(std::string_view text) const {
  Fields fields;
  const auto take = [&](char letter, int width, bool adjacent) {
    return TakeField(&text, letter, width, adjacent, &fields);
  };
  if (!Walk(&text, take) || !text.empty()) return std::nullopt;
  if (fields.half_hour) fields.hour = *fields.half_hour + (fields.afternoon ? 12 : 0);
  if (fields.month < 1 || fields.month > 12 || fields.day < 1 || fields.day > 31 ||
      fields.hour > 23 || fields.minute > 59 || fields.second > 59) {
    return std::nullopt;
  }
  const int last = DaysInMonth(fields.year, static_cast<int>(fields.month));
  const int day = std::min(static_cast<int>(fields.day), last);
  WallClock clock;
  clock.seconds = DaysOf({fields.year, static_cast<int>(fields.month), day}) * kSecondsPerDay +
                  (fields.hour * 60 + fields.minute) * 60 + fields.second;
  clock.nanos = fields.nanos;
  return clock;
}

namespace {

/// The whole name or its first three letters, in any case.
template <size_t kSize>
bool TakeAnyName(std::string_view* text, const std::string_view (&names)[kSize], int64_t* number) {
  for (size_t i = 0; i < kSize; ++i) {
    for (const std::string_view name : {names[i], names[i].substr(0, 3)}) {
      if (!StartsWithIgnoringCase(*text, name)) continue;
      text->remove_prefix(name.size());
      *number = static_cast<int64_t>(i) + 1;
      return true;
    }
  }
  return false;
}

bool TakeHalf(std::string_view* text, bool* afternoon) {
  *afternoon = StartsWithIgnoringCase(*text, "PM");
  if (!*afternoon && !StartsWithIgnoringCase(*text, "AM")) return false;
  text->remove_prefix(2);
  return true;
}

/// The first year with these last two digits from 80 years before `this_year` on.
int64_t YearOfTwoDigits(int64_t digits, int64_t this_year) {
  const int64_t first = this_year - 80;
  return first + FloorModulo(digits - first, 100);
}

bool TakeLeniently(std::string_view* text, char letter, int width, bool adjacent, int64_t this_year,
                   Fields* fields) {
  while (!text->empty() && (text->front() == ' ' || text->front() == '\t')) text->remove_prefix(1);
  int64_t ignored;
  if (letter == 'E') return TakeAnyName(text, kDays, &ignored);
  if (letter == 'a') return TakeHalf(text, &fields->afternoon);
  if (letter == 'M' && width >= 3) return TakeAnyName(text, kMonths, &fields->month);
  const size_t before = text->size();
  int64_t value = 0;
  if (!TakeNumber(text, 1, adjacent ? width : 15, &value)) return false;
  switch (letter) {
    case 'y':
      fields->year =
          width <= 2 && before - text->size() == 2 ? YearOfTwoDigits(value, this_year) : value;
      return true;
    case 'M':
    case 'L':
      fields->month = value;
      return true;
    case 'd':
      fields->day = value;
      return true;
    case 'D':
      fields->month = 1;
      fields->day = value;
      return true;
    case 'H':
    case 'k':
      fields->hour = letter == 'k' && value == 24 ? 0 : value;
      return true;
    case 'h':
    case 'K':
      fields->half_hour = letter == 'h' && value == 12 ? 0 : value;
      return true;
    case 'm':
      fields->minute = value;
      return true;
    case 's':
      fields->second = value;
      return true;
    case 'S':
      fields->nanos = value * 1'000'000;  // milliseconds, however many digits
      return value <= 1'000'000'000'000;
    default:
      return false;
  }
}

}  // namespace

std::optional<WallClock> DatePattern::ReadLeniently(std::string_view text, int64_t this_year,
                                                    std::optional<int64_t>* offset_s) const {
  Fields fields;
  const auto take = [&](char letter, int width, bool adjacent) {
    if (kZoneLetters.find(letter) != kZoneLetters.npos) {
      while (text.starts_with(' ')) text.remove_prefix(1);
      return TakeZone(&text, letter, width, offset_s);
    }
    return TakeLeniently(&text, letter, width, adjacent, this_year, &fields);
  };
  if (!Walk(&text, take)) return std::nullopt;
  if (fields.half_hour) fields.hour = *fields.half_hour + (fields.afternoon ? 12 : 0);
  // Beyond any calendar, and products below would wrap around.
  constexpr int64_t kMost = 100'000'000;
  for (const int64_t field :
       {fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second}) {
    if (field > kMost) return std::nullopt;
  }
  const int64_t months = fields.month - 1;
  const int64_t year = fields.year + FloorDivide(months, 12);
  const int64_t days =
      DaysOf({year, static_cast<int>(FloorModulo(months, 12)) + 1, 1}) + fields.day - 1;
  WallClock clock;
  clock.seconds = days * kSecondsPerDay + (fields.hour * 60 + fields.minute) * 60 + fields.second +
                  fields.nanos / 1'000'000'000;
  clock.nanos = fields.nanos % 1'000'000'000;
  return clock;
}

Result<DatePattern*> CompiledPattern(std::string_view pattern) {
  constexpr size_t kPatternsMax = 64;
  thread_local std::unordered_map<std::string, DatePattern> patterns;
  const std::string key(pattern);
  const auto known = patterns.find(key);
  if (known != patterns.end()) return &known->second;
  SLUICE_ASSIGN(DatePattern parsed, DatePattern::Parse(pattern));
  if (patterns.size() >= kPatternsMax) patterns.clear();
  return &patterns.emplace(key, std::move(parsed)).first->second;
}

}  // namespace sluice::functions
