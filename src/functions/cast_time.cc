// SPDX-License-Identifier: Apache-2.0
// CAST among dates, times and timestamps. TIMESTAMP_LTZ is an instant: it meets wall-clock types in
// the session's time zone. Digits of a second beyond the precision are cut off.
#include <utility>

#include "functions/calendar.h"
#include "functions/cast_internal.h"
#include "functions/zone.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

/// A wall clock in seconds and the ticks after it.
struct Moment {
  int64_t seconds = 0;
  int64_t nanos = 0;
};

class TimeCast {
 public:
  TimeCast(const Type& from, const Type& to, Zone zone)
      : from_(from),
        to_(to),
        zone_(zone),
        from_unit_(UnitsPerSecond(from)),
        to_unit_(UnitsPerSecond(to)) {
    for (int i = to.precision(); i < 9; ++i) step_ *= 10;
  }

  /// The wall clock of the value, or the instant when both sides are instants.
  Moment Read(int64_t value) {
    if (from_.kind() == TypeKind::kDate) return {value * kSecondsPerDay, 0};
    const int64_t seconds = FloorDivide(value, from_unit_);
    Moment moment{seconds, (value - seconds * from_unit_) * (1000000000 / from_unit_)};
    const bool zoned = from_.kind() == TypeKind::kTimestampLtz;
    if (zoned && to_.kind() != TypeKind::kTimestampLtz) moment.seconds = zone_.ToLocal(seconds);
    return moment;
  }

  /// False: the value does not fit, which may be where there are nanoseconds.
  bool Write(Moment moment, int64_t* value) {
    if (to_.kind() == TypeKind::kDate) {
      *value = FloorDivide(moment.seconds, kSecondsPerDay);
      return true;
    }
    moment.nanos -= moment.nanos % step_;
    if (to_.kind() == TypeKind::kTime) {
      *value = FloorModulo(moment.seconds, kSecondsPerDay) * 1000000 + moment.nanos / 1000;
      return true;
    }
    const bool zoned = to_.kind() == TypeKind::kTimestampLtz;
    if (zoned && from_.kind() != TypeKind::kTimestampLtz) {
      moment.seconds = zone_.ToUtc(moment.seconds);
    }
    return !__builtin_mul_overflow(moment.seconds, to_unit_, value) &&
           !__builtin_add_overflow(*value, moment.nanos / (1000000000 / to_unit_), value);
  }

 private:
  const Type &from_, &to_;
  Zone zone_;
  int64_t from_unit_, to_unit_, step_ = 1;
};

std::string TextOf(const ColumnView& input, int64_t row, const CastCall& call) {
  auto text = TextWriter::Make(1, 32);
  if (!text.ok() || !AppendText(input, row, call.from, call.context, &*text).ok()) return "that";
  return std::string(text->current());
}

template <typename From, typename To>
Result<ArrayPtr> Run(const ColumnView& input, const CastCall& call, Zone zone) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<To>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  auto* out = reinterpret_cast<To*>(buffer->mutable_data());
  const Reader<From> values(input);
  TimeCast cast(call.from, call.to, zone);
  for (int64_t i = 0; i < call.rows; ++i) {
    int64_t value = 0;
    if (!nulls.IsNull(i) && !cast.Write(cast.Read(values[i]), &value)) {
      if (!call.try_cast) {
        return InvalidArgument("cannot CAST to " + call.to.ToString() +
                               ": it spans the years 1677 to 2262, not " + TextOf(input, i, call));
      }
      SLUICE_TRY(nulls.SetNull(i));
    }
    out[i] = static_cast<To>(value);
  }
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

}  // namespace

Result<ArrayPtr> CastTime(const ColumnView& input, const CastCall& call) {
  if (!call.to.is_datetime()) {
    return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
  }
  SLUICE_ASSIGN(const Zone zone, Zone::Find(call.context.time_zone));
  const bool from_date = call.from.kind() == TypeKind::kDate;
  const bool to_date = call.to.kind() == TypeKind::kDate;
  if (from_date && to_date) return Run<int32_t, int32_t>(input, call, zone);
  if (from_date) return Run<int32_t, int64_t>(input, call, zone);
  if (to_date) return Run<int64_t, int32_t>(input, call, zone);
  return Run<int64_t, int64_t>(input, call, zone);
}

}  // namespace sluice::functions
