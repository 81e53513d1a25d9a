// SPDX-License-Identifier: Apache-2.0
// Parts of points in time: EXTRACT, YEAR .. SECOND, FLOOR and CEIL to a unit, TIMESTAMPADD and
// TIMESTAMPDIFF (docs "Temporal Functions"). TIMESTAMP_LTZ is looked at in the session's time zone.
#include "functions/time_parts.h"

#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "functions/calendar.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/temporal_arithmetic.h"
#include "functions/zone.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

std::optional<TimeUnit> UnitNamed(std::string_view name) {
  static constexpr std::pair<std::string_view, TimeUnit> kUnits[] = {
      {"MILLENNIUM", TimeUnit::kMillennium},
      {"CENTURY", TimeUnit::kCentury},
      {"DECADE", TimeUnit::kDecade},
      {"YEAR", TimeUnit::kYear},
      {"ISOYEAR", TimeUnit::kIsoYear},
      {"QUARTER", TimeUnit::kQuarter},
      {"MONTH", TimeUnit::kMonth},
      {"WEEK", TimeUnit::kWeek},
      {"DAY", TimeUnit::kDay},
      {"DOY", TimeUnit::kDayOfYear},
      {"DOW", TimeUnit::kDayOfWeek},
      {"ISODOW", TimeUnit::kIsoDayOfWeek},
      {"HOUR", TimeUnit::kHour},
      {"MINUTE", TimeUnit::kMinute},
      {"SECOND", TimeUnit::kSecond},
      {"MILLISECOND", TimeUnit::kMillisecond},
      {"MICROSECOND", TimeUnit::kMicrosecond},
      {"NANOSECOND", TimeUnit::kNanosecond},
      {"EPOCH", TimeUnit::kEpoch}};
  for (const auto& [known, unit] : kUnits) {
    if (name == known || (name.ends_with("S") && name.substr(0, name.size() - 1) == known)) {
      return unit;
    }
  }
  return std::nullopt;
}

WallReader::WallReader(const ColumnView& column, const Type& type, Zone zone)
    : days_(type.kind() == TypeKind::kDate || type.kind() == TypeKind::kIntervalYearMonth),
      zoned_(type.kind() == TypeKind::kTimestampLtz),
      unit_(UnitsPerSecond(type)),
      zone_(zone),
      narrow_(column),
      wide_(column) {}

WallClock WallReader::operator[](int64_t row) {
  if (days_) return {narrow_[row] * kSecondsPerDay, 0};
  const int64_t ticks = wide_[row];
  WallClock clock;
  if (unit_ == 1000000) {
    clock.seconds = FloorDivide(ticks, 1000000);
    clock.nanos = (ticks - clock.seconds * 1000000) * 1000;
  } else {
    clock.seconds = FloorDivide(ticks, unit_);
    clock.nanos = (ticks - clock.seconds * unit_) * (1000000000 / unit_);
  }
  if (zoned_) clock.seconds = zone_.ToLocal(clock.seconds);
  return clock;
}

namespace {

int64_t ExtractDay(TimeUnit unit, int64_t days) {
  const CivilDate date = CivilOf(days);
  switch (unit) {
    case TimeUnit::kMillennium:
      return date.year > 0 ? (date.year + 999) / 1000 : (date.year - 999) / 1000;
    case TimeUnit::kCentury:
      return date.year > 0 ? (date.year + 99) / 100 : (date.year - 99) / 100;
    case TimeUnit::kDecade:
      return FloorDivide(date.year, 10);
    case TimeUnit::kYear:
      return date.year;
    case TimeUnit::kIsoYear:
      return IsoWeekOf(days).year;
    case TimeUnit::kQuarter:
      return (date.month + 2) / 3;
    case TimeUnit::kMonth:
      return date.month;
    case TimeUnit::kWeek:
      return IsoWeekOf(days).week;
    case TimeUnit::kDay:
      return date.day;
    case TimeUnit::kDayOfYear:
      return days - DaysOf({date.year, 1, 1}) + 1;
    case TimeUnit::kDayOfWeek:
      return IsoDayOfWeek(days) % 7 + 1;
    default:
      return IsoDayOfWeek(days);
  }
}

int64_t ExtractPart(TimeUnit unit, const WallClock& clock) {
  switch (unit) {
    case TimeUnit::kHour:
      return FloorModulo(clock.seconds, kSecondsPerDay) / 3600;
    case TimeUnit::kMinute:
      return FloorModulo(clock.seconds, 3600) / 60;
    case TimeUnit::kSecond:
      return FloorModulo(clock.seconds, 60);
    case TimeUnit::kMillisecond:
      return clock.nanos / 1000000;
    case TimeUnit::kMicrosecond:
      return clock.nanos / 1000;
    case TimeUnit::kNanosecond:
      return clock.nanos;
    case TimeUnit::kEpoch:
      return clock.seconds;
    default:
      return ExtractDay(unit, FloorDivide(clock.seconds, kSecondsPerDay));
  }
}

/// Parts of an interval: of months, or of milliseconds with the sign of the whole.
int64_t ExtractInterval(TimeUnit unit, const Type& type, int64_t value) {
  if (type.kind() == TypeKind::kIntervalYearMonth) {
    return unit == TimeUnit::kYear ? value / 12 : value % 12;
  }
  switch (unit) {
    case TimeUnit::kDay:
      return value / kMsPerDay;
    case TimeUnit::kHour:
      return value / 3600000 % 24;
    case TimeUnit::kMinute:
      return value / 60000 % 60;
    case TimeUnit::kSecond:
      return value / 1000 % 60;
    case TimeUnit::kEpoch:
      return value / 1000;
    default:
      return value % 1000;
  }
}

Result<ArrayPtr> Extract(TimeUnit unit, const Type& type, const Argument& argument, int64_t rows,
                         const EvalContext& context) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(argument));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(column));
  SLUICE_ASSIGN(auto buffer, AllocateValues<int64_t>(rows));
  auto* out = reinterpret_cast<int64_t*>(buffer->mutable_data());
  if (column.all_null()) {
    std::memset(out, 0, static_cast<size_t>(rows) * 8);
    return MakeFixed(arrow::int64(), rows, std::move(buffer), nulls);
  }
  if (type.is_interval()) {
    const bool months = type.kind() == TypeKind::kIntervalYearMonth;
    for (int64_t i = 0; i < rows; ++i) {
      out[i] = ExtractInterval(unit, type,
                               months ? Reader<int32_t>(column)[i] : Reader<int64_t>(column)[i]);
    }
    return MakeFixed(arrow::int64(), rows, std::move(buffer), nulls);
  }
  SLUICE_ASSIGN(const Zone zone, Zone::Find(context.time_zone));
  WallReader clocks(column, type, zone);
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = nulls.IsNull(i) ? 0 : ExtractPart(unit, clocks[i]);
  }
  return MakeFixed(arrow::int64(), rows, std::move(buffer), nulls);
}

constexpr const char* kUnitsText =
    "a unit: YEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW, ISODOW, ISOYEAR, HOUR, MINUTE, SECOND, "
    "MILLISECOND, MICROSECOND, NANOSECOND, EPOCH, DECADE, CENTURY, MILLENNIUM";

Result<TimeUnit> UnitOf(const Expr& expr) {
  const auto name = LiteralString(expr);
  const auto unit = name ? UnitNamed(*name) : std::nullopt;
  if (!unit) return InvalidArgument(std::string("takes ") + kUnitsText);
  return *unit;
}

Result<Signature> ResolvePart(const ExprPtr& value) {
  if (!value->type->is_datetime() && !value->type->is_interval()) {
    return InvalidArgument("takes a point in time or an interval, not " + value->type->ToString());
  }
  return Signature{{value->type}, Type::Simple(TypeKind::kBigInt, value->type->nullable())};
}

Result<Signature> ResolveExtract(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return InvalidArgument("takes a unit and a point in time");
  SLUICE_TRY(UnitOf(*arguments[0]));
  SLUICE_ASSIGN(Signature signature, ResolvePart(arguments[1]));
  signature.arguments.insert(signature.arguments.begin(), arguments[0]->type);
  return signature;
}

Result<Signature> ResolveOnePart(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 1) return InvalidArgument("takes one point in time");
  return ResolvePart(arguments[0]);
}

Result<ArrayPtr> EvaluateExtract(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext& context) {
  SLUICE_ASSIGN(const TimeUnit unit, UnitOf(*call.children[0]));
  return Extract(unit, *call.children[1]->type, arguments[1], rows, context);
}

template <TimeUnit kUnit>
Result<ArrayPtr> EvaluatePart(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext& context) {
  return Extract(kUnit, *call.children[0]->type, arguments[0], rows, context);
}

/// Truncate for units of `size_ns` nanoseconds, less than a second.
WallClock TruncateFraction(int64_t size_ns, WallClock clock, bool up) {
  clock.nanos = (clock.nanos + (up ? size_ns - 1 : 0)) / size_ns * size_ns;
  clock.seconds += clock.nanos / 1000000000;
  clock.nanos %= 1000000000;
  return clock;
}

/// The start of the unit that holds the time; for CEIL the start of the next unless it is one.
WallClock Truncate(TimeUnit unit, WallClock clock, bool up) {
  const int64_t days = FloorDivide(clock.seconds, kSecondsPerDay);
  WallClock floor, next;
  int64_t step = 0;  // seconds
  int64_t months = 0;
  switch (unit) {
    case TimeUnit::kMillisecond:
      return TruncateFraction(1000000, clock, up);
    case TimeUnit::kMicrosecond:
      return TruncateFraction(1000, clock, up);
    case TimeUnit::kNanosecond:
      return clock;
    case TimeUnit::kSecond:
      step = 1;
      break;
    case TimeUnit::kMinute:
      step = 60;
      break;
    case TimeUnit::kHour:
      step = 3600;
      break;
    case TimeUnit::kDay:
      step = kSecondsPerDay;
      break;
    case TimeUnit::kWeek: {  // weeks begin on Sunday, as in Flink
      const int64_t begin = days - IsoDayOfWeek(days) % 7;
      floor.seconds = begin * kSecondsPerDay;
      next.seconds = floor.seconds + 7 * kSecondsPerDay;
      break;
    }
    case TimeUnit::kMonth:
      months = 1;
      break;
    case TimeUnit::kQuarter:
      months = 3;
      break;
    case TimeUnit::kDecade:
      months = 120;
      break;
    case TimeUnit::kCentury:
      months = 1200;
      break;
    case TimeUnit::kMillennium:
      months = 12000;
      break;
    default:
      months = 12;
      break;
  }
  if (step > 0) {
    floor.seconds = FloorDivide(clock.seconds, step) * step;
    next.seconds = floor.seconds + step;
  } else if (months > 0) {
    const CivilDate date = CivilOf(days);
    // Centuries and millennia begin with year 1.
    const int64_t shift = months >= 1200 ? 12 : 0;
    const int64_t month = date.year * 12 + date.month - 1 - shift;
    const int64_t begin = FloorDivide(month, months) * months + shift;
    const auto start = [](int64_t m) {
      return DaysOf({FloorDivide(m, 12), static_cast<int>(FloorModulo(m, 12)) + 1, 1}) *
             kSecondsPerDay;
    };
    floor.seconds = start(begin);
    next.seconds = start(begin + months);
  }
  const bool exact = floor.seconds == clock.seconds && clock.nanos == 0;
  return up && !exact ? next : floor;
}

}  // namespace

Result<Signature> ResolveTimeFloor(std::span<const ExprPtr> arguments) {
  SLUICE_TRY(UnitOf(*arguments[1]));
  if (!arguments[0]->type->is_datetime()) {
    return InvalidArgument("takes a point in time and a unit, not " + TypesText(arguments));
  }
  return Signature{{arguments[0]->type, arguments[1]->type}, arguments[0]->type};
}

Result<ArrayPtr> EvaluateTimeFloor(const Expr& call, std::span<const Argument> arguments,
                                   int64_t rows, const EvalContext& context, bool up) {
  SLUICE_ASSIGN(const TimeUnit unit, UnitOf(*call.children[1]));
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(Zone zone, Zone::Find(context.time_zone));
  const Type& type = *call.type;
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(column));
  const bool date = type.kind() == TypeKind::kDate;
  const int64_t ticks = UnitsPerSecond(type);
  SLUICE_ASSIGN(auto buffer, AllocateValues<int64_t>(rows));
  WallReader clocks(column, type, zone);
  for (int64_t i = 0; i < rows; ++i) {
    WallClock clock;
    if (!nulls.IsNull(i)) clock = Truncate(unit, clocks[i], up);
    if (type.kind() == TypeKind::kTimestampLtz) clock.seconds = zone.ToUtc(clock.seconds);
    if (date) {
      reinterpret_cast<int32_t*>(buffer->mutable_data())[i] =
          static_cast<int32_t>(FloorDivide(clock.seconds, kSecondsPerDay));
    } else {
      reinterpret_cast<int64_t*>(buffer->mutable_data())[i] =
          clock.seconds * ticks + clock.nanos / (1000000000 / ticks);
    }
  }
  return MakeFixed(flow::ToArrow(type), rows, std::move(buffer), nulls);
}

namespace {

Result<Signature> ResolveDiff(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 3) return InvalidArgument("takes a unit and two points in time");
  SLUICE_TRY(UnitOf(*arguments[0]));
  for (const ExprPtr& point : arguments.subspan(1)) {
    if (!point->type->is_datetime()) {
      return InvalidArgument("takes a unit and two points in time, not " + TypesText(arguments));
    }
  }
  return Signature{{arguments[0]->type, arguments[1]->type, arguments[2]->type},
                   Type::Simple(TypeKind::kInt, AnyNullable(arguments.subspan(1)))};
}

/// Whole months from a to b: a month counts when the day and time of day are reached.
int64_t MonthsBetween(const WallClock& a, const WallClock& b) {
  if (b.seconds < a.seconds) return -MonthsBetween(b, a);
  const int64_t a_days = FloorDivide(a.seconds, kSecondsPerDay);
  const int64_t b_days = FloorDivide(b.seconds, kSecondsPerDay);
  const CivilDate x = CivilOf(a_days), y = CivilOf(b_days);
  int64_t months = (y.year - x.year) * 12 + y.month - x.month;
  const int64_t a_rest = a.seconds - a_days * kSecondsPerDay;
  const int64_t b_rest = b.seconds - b_days * kSecondsPerDay;
  const int64_t moved = AddMonths(a_days, months);
  if (months > 0 && std::tie(moved, a_rest, a.nanos) > std::tie(b_days, b_rest, b.nanos)) --months;
  return months;
}

int64_t Difference(TimeUnit unit, const WallClock& a, const WallClock& b) {
  switch (unit) {
    case TimeUnit::kYear:
      return MonthsBetween(a, b) / 12;
    case TimeUnit::kQuarter:
      return MonthsBetween(a, b) / 3;
    case TimeUnit::kMonth:
      return MonthsBetween(a, b);
    default:
      break;
  }
  const int64_t ms = (b.seconds - a.seconds) * 1000 + b.nanos / 1000000 - a.nanos / 1000000;
  switch (unit) {
    case TimeUnit::kWeek:
      return ms / (7 * kMsPerDay);
    case TimeUnit::kDay:
      return ms / kMsPerDay;
    case TimeUnit::kHour:
      return ms / 3600000;
    case TimeUnit::kMinute:
      return ms / 60000;
    case TimeUnit::kSecond:
      return ms / 1000;
    default:
      return ms;
  }
}

Result<ArrayPtr> EvaluateDiff(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext& context) {
  SLUICE_ASSIGN(const TimeUnit unit, UnitOf(*call.children[0]));
  SLUICE_ASSIGN(const ColumnView a, ColumnView::Make(arguments[1]));
  SLUICE_ASSIGN(const ColumnView b, ColumnView::Make(arguments[2]));
  SLUICE_ASSIGN(const Zone zone, Zone::Find(context.time_zone));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(a));
  SLUICE_TRY(nulls.Take(b));
  WallReader from(a, *call.children[1]->type, zone), to(b, *call.children[2]->type, zone);
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows));
  auto* out = reinterpret_cast<int32_t*>(buffer->mutable_data());
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = nulls.IsNull(i) ? 0 : static_cast<int32_t>(Difference(unit, from[i], to[i]));
  }
  return MakeFixed(arrow::int32(), rows, std::move(buffer), nulls);
}

/// Months (years, quarters) or milliseconds of one unit that TIMESTAMPADD adds.
struct Step {
  bool months = false;
  int64_t size = 0;
};

Result<Step> StepOf(const Expr& expr) {
  SLUICE_ASSIGN(const TimeUnit unit, UnitOf(expr));
  switch (unit) {
    case TimeUnit::kYear:
      return Step{true, 12};
    case TimeUnit::kQuarter:
      return Step{true, 3};
    case TimeUnit::kMonth:
      return Step{true, 1};
    case TimeUnit::kWeek:
      return Step{false, 7 * kMsPerDay};
    case TimeUnit::kDay:
      return Step{false, kMsPerDay};
    case TimeUnit::kHour:
      return Step{false, 3600000};
    case TimeUnit::kMinute:
      return Step{false, 60000};
    case TimeUnit::kSecond:
      return Step{false, 1000};
    case TimeUnit::kMillisecond:
      return Step{false, 1};
    default:
      return InvalidArgument("adds YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND");
  }
}

Result<Signature> ResolveAdd(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 3 || !arguments[1]->type->is_integer() ||
      !arguments[2]->type->is_datetime()) {
    return InvalidArgument("takes a unit, a whole number and a point in time, not " +
                           TypesText(arguments));
  }
  SLUICE_ASSIGN(const Step step, StepOf(*arguments[0]));
  const bool nullable = AnyNullable(arguments.subspan(1));
  flow::TypePtr point = arguments[2]->type;
  // A DATE plus hours, minutes or seconds is a TIMESTAMP.
  if (point->kind() == TypeKind::kDate && !step.months && step.size % kMsPerDay != 0) {
    point = Type::Timestamp(6, point->nullable());
  }
  return Signature{
      {arguments[0]->type, Type::Simple(TypeKind::kBigInt, arguments[1]->type->nullable()), point},
      point->WithNullable(nullable)};
}

Result<ArrayPtr> EvaluateAdd(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  SLUICE_ASSIGN(const Step step, StepOf(*call.children[0]));
  SLUICE_ASSIGN(const ColumnView count, ColumnView::Make(arguments[1]));
  SLUICE_ASSIGN(const ColumnView point, ColumnView::Make(arguments[2]));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(count));
  SLUICE_TRY(nulls.Take(point));
  const bool date = call.type->kind() == TypeKind::kDate;
  const bool time = call.type->kind() == TypeKind::kTime;
  const int64_t ticks = UnitsPerSecond(*call.type);
  SLUICE_ASSIGN(auto buffer, AllocateValues<int64_t>(rows));
  const Reader<int64_t> counts(count);
  for (int64_t i = 0; i < rows; ++i) {
    const bool skip = nulls.IsNull(i);
    const auto by = static_cast<int64_t>(static_cast<uint64_t>(skip ? 0 : counts[i]) *
                                         static_cast<uint64_t>(step.size));
    if (date) {
      const int64_t days = skip ? 0 : Reader<int32_t>(point)[i];
      reinterpret_cast<int32_t*>(buffer->mutable_data())[i] =
          static_cast<int32_t>(step.months ? AddMonths(days, by) : days + by / kMsPerDay);
      continue;
    }
    int64_t value = skip ? 0 : Reader<int64_t>(point)[i];
    if (time) {  // round the clock; days and months lead to the same time
      const int64_t ms = step.months ? 0 : by % kMsPerDay;
      value = FloorModulo(value + ms * (ticks / 1000), ticks * kSecondsPerDay);
    } else if (!MoveTimestamp(value, step.months ? by : 0, step.months ? 0 : by, ticks, &value) &&
               !skip) {
      return BeyondNanoseconds(call);
    }
    reinterpret_cast<int64_t*>(buffer->mutable_data())[i] = value;
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), nulls);
}

}  // namespace

std::vector<Function> TimePartFunctions() {
  const char* kind = "temporal";
  std::vector<Function> functions = {
      {"EXTRACT", kind, "EXTRACT(unit FROM point)", "A part of a point in time or an interval",
       "EXTRACT(DAY FROM DATE '2006-06-05') = 5", &ResolveExtract, &EvaluateExtract},
      {"TIMESTAMPDIFF", kind, "TIMESTAMPDIFF(unit, from, to)",
       "Whole units between two points in time",
       "TIMESTAMPDIFF(DAY, TIMESTAMP '2003-01-02 10:00:00', TIMESTAMP '2003-01-03 10:00:00') = 1",
       &ResolveDiff, &EvaluateDiff},
      {"TIMESTAMPADD", kind, "TIMESTAMPADD(unit, n, point)", "The point in time n units later",
       "TIMESTAMPADD(WEEK, 1, DATE '2003-01-02') = DATE '2003-01-09'", &ResolveAdd, &EvaluateAdd}};
  auto part = [&](const char* name, auto evaluate, const char* words, const char* example) {
    functions.push_back(
        {name, kind, std::string(name) + "(point)", words, example, &ResolveOnePart, evaluate});
  };
  part("YEAR", &EvaluatePart<TimeUnit::kYear>, "The year", "YEAR(DATE '1994-09-27') = 1994");
  part("QUARTER", &EvaluatePart<TimeUnit::kQuarter>, "The quarter, 1 to 4",
       "QUARTER(DATE '1994-09-27') = 3");
  part("MONTH", &EvaluatePart<TimeUnit::kMonth>, "The month, 1 to 12",
       "MONTH(DATE '1994-09-27') = 9");
  part("WEEK", &EvaluatePart<TimeUnit::kWeek>, "The ISO week of the year, 1 to 53",
       "WEEK(DATE '1994-09-27') = 39");
  part("DAYOFYEAR", &EvaluatePart<TimeUnit::kDayOfYear>, "The day of the year, 1 to 366",
       "DAYOFYEAR(DATE '1994-09-27') = 270");
  part("DAYOFMONTH", &EvaluatePart<TimeUnit::kDay>, "The day of the month, 1 to 31",
       "DAYOFMONTH(DATE '1994-09-27') = 27");
  part("DAYOFWEEK", &EvaluatePart<TimeUnit::kDayOfWeek>, "The day of the week, 1 = Sunday",
       "DAYOFWEEK(DATE '1994-09-27') = 3");
  part("HOUR", &EvaluatePart<TimeUnit::kHour>, "The hour, 0 to 23",
       "HOUR(TIMESTAMP '1994-09-27 13:14:15') = 13");
  part("MINUTE", &EvaluatePart<TimeUnit::kMinute>, "The minute, 0 to 59",
       "MINUTE(TIMESTAMP '1994-09-27 13:14:15') = 14");
  part("SECOND", &EvaluatePart<TimeUnit::kSecond>, "The second, 0 to 59",
       "SECOND(TIMESTAMP '1994-09-27 13:14:15') = 15");
  return functions;
}

}  // namespace sluice::functions
