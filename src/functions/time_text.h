// SPDX-License-Identifier: Apache-2.0
// Dates, times and timestamps as text, in the forms of Flink's CAST (DateTimeUtils).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::functions {

inline constexpr int kTimeTextBytes = 48;

/// Ticks are `unit` per second since 1970-01-01; at least `precision` digits of a second.
int WriteTimestamp(int64_t ticks, int64_t unit, int precision, char* out);
int WriteDate(int64_t days, char* out);
/// Microseconds of the day; no trailing zeros beyond the first place.
int WriteTime(int64_t micros, int precision, char* out);
/// "+1-02"
int WriteMonths(int64_t months, char* out);
/// "+1 02:03:04.005"
int WriteMillis(int64_t ms, char* out);

/// "2024-1-2", "2024-01", "2024", and what precedes a blank in a longer text.
std::optional<int32_t> ParseDate(std::string_view text);
/// "12:34:56.789": microseconds of the day.
std::optional<int64_t> ParseTime(std::string_view text);

/// A wall-clock time: seconds since 1970-01-01T00:00:00 and nanoseconds.
struct WallClock {
  int64_t seconds = 0;
  int64_t nanos = 0;
};
/// "2024-1-2[ 3:04:05[.123456789]]"
std::optional<WallClock> ParseTimestamp(std::string_view text);

}  // namespace sluice::functions
