// SPDX-License-Identifier: Apache-2.0
// Units of time, and columns of points in time read as wall clocks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "functions/column_view.h"
#include "functions/time_text.h"
#include "functions/zone.h"

namespace sluice::functions {

enum class TimeUnit : uint8_t {
  kMillennium,
  kCentury,
  kDecade,
  kYear,
  kIsoYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kDayOfYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond,
  kNanosecond,
  kEpoch
};

/// "YEAR", "YEARS" ...
std::optional<TimeUnit> UnitNamed(std::string_view name);

/// DATE, TIME and timestamps as wall clocks; TIMESTAMP_LTZ in the zone.
class WallReader {
 public:
  WallReader(const ColumnView& column, const flow::Type& type, Zone zone);
  WallClock operator[](int64_t row);

 private:
  bool days_, zoned_;
  int64_t unit_;
  Zone zone_;
  Reader<int32_t> narrow_;
  Reader<int64_t> wide_;
};

/// FLOOR(point TO unit), CEIL(point TO unit).
Result<Signature> ResolveTimeFloor(std::span<const ExprPtr> arguments);
Result<ArrayPtr> EvaluateTimeFloor(const Expr& call, std::span<const Argument> arguments,
                                   int64_t rows, const EvalContext& context, bool up);

}  // namespace sluice::functions
