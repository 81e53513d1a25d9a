// SPDX-License-Identifier: Apache-2.0
// The one file that calls the time zone library, whose exceptions end here.
#include "functions/zone.h"

#include <chrono>
#include <exception>
#include <string>

#include "date/tz.h"
#include "functions/time_text.h"

namespace sluice::functions {
namespace {

/// "+8", "+08:00", "-0530" after "GMT" or "UTC" or alone.
bool ParseOffset(std::string_view text, int64_t* seconds) {
  if (text.starts_with("GMT") || text.starts_with("UTC")) text.remove_prefix(3);
  if (text.empty() || text == "Z") {
    *seconds = 0;
    return true;
  }
  if (text[0] != '+' && text[0] != '-') return false;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  int digits[4] = {0, 0, 0, 0};
  size_t count = 0;
  const size_t colon = text.find(':');
  for (const char c : text) {
    if (c == ':') continue;
    if (c < '0' || c > '9' || count == 4) return false;
    digits[count++] = c - '0';
  }
  const size_t hour_digits = colon == text.npos ? (count == 4 ? 2 : count) : colon;
  if (hour_digits < 1 || hour_digits > 2 || (count != hour_digits && count != hour_digits + 2)) {
    return false;
  }
  const int hours = hour_digits == 2 ? digits[0] * 10 + digits[1] : digits[0];
  const int minutes = count > hour_digits ? digits[hour_digits] * 10 + digits[hour_digits + 1] : 0;
  if (hours > 18 || minutes > 59) return false;
  *seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

Result<Zone> Zone::Find(std::string_view name) {
  Zone zone;
  if (ParseOffset(name, &zone.fixed_)) return zone;
  try {
    zone.zone_ = date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return InvalidArgument("unknown time zone '" + std::string(name) + "'");
  }
  return zone;
}

int64_t Zone::OffsetAt(int64_t utc_seconds) {
  if (zone_ == nullptr) return fixed_;
  if (utc_seconds >= begin_ && utc_seconds < end_) return offset_;
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const auto at = zone->get_info(date::sys_seconds(std::chrono::seconds(utc_seconds)));
  begin_ = at.begin.time_since_epoch().count();
  end_ = at.end.time_since_epoch().count();
  offset_ = at.offset.count();
  return offset_;
}

int64_t Zone::ToLocal(int64_t utc_seconds) {
  return utc_seconds + OffsetAt(utc_seconds);
}

int64_t Zone::ToUtc(int64_t local_seconds) {
  if (zone_ == nullptr) return local_seconds - fixed_;
  constexpr int64_t kDay = 86400;
  // The kept offset holds for sure when the time is a day or more from its ends.
  if (local_seconds - kDay >= begin_ && local_seconds + kDay < end_) return local_seconds - offset_;
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const auto at = zone->get_info(date::local_seconds(std::chrono::seconds(local_seconds)));
  // Unique, ambiguous (the first is the earlier), or a gap (the offset before it).
  const int64_t utc = local_seconds - at.first.offset.count();
  (void)OffsetAt(utc);
  return utc;
}

}  // namespace sluice::functions
