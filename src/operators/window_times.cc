// SPDX-License-Identifier: Apache-2.0
#include "operators/window_times.h"

#include <numeric>

#include "arrow/api.h"
#include "operators/key_columns.h"

namespace sluice::operators {
namespace {

constexpr int64_t kNullTime = std::numeric_limits<int64_t>::min();

int64_t FloorSeconds(int64_t ms) {
  return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

}  // namespace

Result<WindowTimes> WindowTimes::Make(const plan::WindowSpec& spec, const flow::Type& time_type,
                                      const functions::EvalContext& context) {
  WindowTimes times;
  times.spec_ = spec;
  const bool sliding =
      spec.kind == plan::WindowKind::kHop || spec.kind == plan::WindowKind::kCumulate;
  if (spec.size_ms <= 0 || (sliding && spec.slide_ms <= 0)) {
    return InvalidArgument("the size of a window is not above 0");
  }
  times.slice_ms_ = times.step_ms_ = spec.size_ms;
  if (spec.kind == plan::WindowKind::kHop) {
    times.step_ms_ = spec.slide_ms;
    times.slice_ms_ = std::gcd(spec.size_ms, spec.slide_ms);
  } else if (spec.kind == plan::WindowKind::kCumulate) {
    if (spec.size_ms % spec.slide_ms != 0) {
      return InvalidArgument("the size of CUMULATE is not a multiple of its step");
    }
    times.slice_ms_ = times.step_ms_ = spec.slide_ms;
  }
  times.shifted_ = spec.processing_time || time_type.kind() == flow::TypeKind::kTimestampLtz;
  SLUICE_ASSIGN(times.zone_, functions::Zone::Find(context.time_zone));
  return times;
}

Result<WindowTimes> WindowTimes::OfEnds(bool of_instants, const functions::EvalContext& context) {
  WindowTimes times;
  times.shifted_ = of_instants;
  SLUICE_ASSIGN(times.zone_, functions::Zone::Find(context.time_zone));
  return times;
}

int64_t WindowTimes::ToLocal(int64_t instant_ms) {
  if (!shifted_) return instant_ms;
  const int64_t seconds = FloorSeconds(instant_ms);
  return instant_ms + (zone_.ToLocal(seconds) - seconds) * 1000;
}

int64_t WindowTimes::ToInstant(int64_t local_ms) {
  if (!shifted_) return local_ms;
  const int64_t seconds = FloorSeconds(local_ms);
  return local_ms + (zone_.ToUtc(seconds) - seconds) * 1000;
}

int64_t WindowTimes::ClosesAt(int64_t local_end) {
  const int64_t last = local_end - 1;
  const int64_t instant = ToInstant(last);
  if (!shifted_) return instant;
  // Where the clock is set back, the hour comes twice: the window ends with the second one.
  constexpr int64_t kHourMs = 3600 * 1000;
  return ToLocal(instant + kHourMs) == last ? instant + kHourMs : instant;
}

Status WindowTimes::Read(const arrow::RecordBatch& rows, int64_t now_ms,
                         std::vector<int64_t>* local) {
  if (spec_.processing_time) {
    local->assign(static_cast<size_t>(rows.num_rows()), ToLocal(now_ms));
    return Status::Ok();
  }
  SLUICE_TRY(ReadTimes(*rows.column(spec_.time_column), kNullTime, local));
  for (int64_t& time : *local) {
    if (time == kNullTime) {
      return InvalidArgument(
          "the event time of a row is NULL: filter such rows out before windows");
    }
    time = ToLocal(time);
  }
  return Status::Ok();
}

int64_t WindowTimes::FloorTo(int64_t local, int64_t step) const {
  const int64_t past = local - spec_.offset_ms;
  const int64_t rest = past % step;
  return local - (rest < 0 ? rest + step : rest);
}

int64_t WindowTimes::FirstWindowEnd(int64_t slice_end) const {
  if (spec_.kind != plan::WindowKind::kHop) return slice_end;
  // The earliest start that reaches over the slice, on the grid of starts.
  const int64_t earliest = slice_end - spec_.size_ms;
  const int64_t on_grid = FloorTo(earliest, step_ms_);
  return (on_grid == earliest ? on_grid : on_grid + step_ms_) + spec_.size_ms;
}

int64_t WindowTimes::LastWindowEnd(int64_t slice_end) const {
  const int64_t start = slice_end - slice_ms_;
  switch (spec_.kind) {
    case plan::WindowKind::kHop:
      return FloorTo(start, step_ms_) + spec_.size_ms;
    case plan::WindowKind::kCumulate:
      return FloorTo(start, spec_.size_ms) + spec_.size_ms;
    default:
      return slice_end;
  }
}

int64_t WindowTimes::WindowStart(int64_t window_end) const {
  if (spec_.kind != plan::WindowKind::kCumulate) return window_end - spec_.size_ms;
  return FloorTo(window_end - 1, spec_.size_ms);
}

}  // namespace sluice::operators
