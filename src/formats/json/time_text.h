// SPDX-License-Identifier: Apache-2.0
// Dates, times and timestamps as Flink's json format reads and writes them (TimeFormats.java; the
// rules of java.time: year of four digits or signed and longer, fields of two digits, up to nine
// digits of a second).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::formats::json {

/// 'timestamp-format.standard'.
enum class TimestampStandard : uint8_t { kSql, kIso8601, kIso8601WithOffset };

/// A point on the time line (or of a local clock): seconds since 1970, and nanoseconds
/// 0..999999999.
struct TimePoint {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

/// yyyy-MM-dd to days since 1970.
std::optional<int64_t> ParseDate(std::string_view text);
/// HH:mm:ss[.fraction] to nanoseconds of the day; 24:00:00 is 0.
std::optional<int64_t> ParseTime(std::string_view text);
/// A timestamp in the given standard; `has_zone` = TIMESTAMP_LTZ, which asks for a zone.
std::optional<TimePoint> ParseTimestamp(std::string_view text, TimestampStandard standard,
                                        bool has_zone);

void AppendDate(int64_t days, std::string* out);
/// Without a fraction on a whole second, without trailing zeros.
void AppendTime(int64_t nanos_of_day, std::string* out);
void AppendTimestamp(TimePoint point, TimestampStandard standard, bool has_zone, std::string* out);

}  // namespace sluice::formats::json
