// SPDX-License-Identifier: Apache-2.0
// Days, times and timestamps of the proleptic Gregorian calendar, and their ISO text. All 64 bits
// of microseconds are in range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::tables::iceberg {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// Quotient rounded to minus infinity.
constexpr int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

struct CivilDate {
  int64_t year = 1970;
  int month = 1, day = 1;
};
CivilDate CivilFromDays(int64_t days);
int64_t DaysFromCivil(const CivilDate& date);

std::string DateText(int64_t days);                       // 2024-01-31
std::string TimeText(int64_t ticks, int64_t per_second);  // 22:31:08 or 22:31:08.000001
std::string TimestampText(int64_t ticks, int64_t per_second, std::string_view zone);

/// nullopt: not of that form, or out of range.
std::optional<int64_t> ParseDate(std::string_view text);
std::optional<int64_t> ParseTimeOfDay(std::string_view text, int64_t per_second);
/// "date[T or blank]time", then nothing, Z or an offset if `with_zone`; no zone means UTC.
std::optional<int64_t> ParseTimestamp(std::string_view text, int64_t per_second, bool with_zone);

}  // namespace sluice::tables::iceberg
