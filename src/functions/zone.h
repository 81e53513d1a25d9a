// SPDX-License-Identifier: Apache-2.0
// Time zones by name (IANA names, "UTC", "GMT+08:00"): instants to wall-clock time and back, as
// java.time does it: of two meanings the earlier instant, in a gap the time moved on by the gap.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace sluice::functions {

/// Keeps the last offset and how long it holds, so that neighbouring times cost no lookup.
class Zone {
 public:
  static Result<Zone> Find(std::string_view name);

  /// Seconds since 1970-01-01T00:00:00 of the wall clock / in UTC.
  int64_t ToLocal(int64_t utc_seconds);
  int64_t ToUtc(int64_t local_seconds);

 private:
  int64_t OffsetAt(int64_t utc_seconds);

  const void* zone_ = nullptr;  // null: the offset is always fixed_
  int64_t fixed_ = 0;
  int64_t begin_ = 1, end_ = 0;  // [begin_, end_) in UTC where offset_ holds
  int64_t offset_ = 0;
};

}  // namespace sluice::functions
