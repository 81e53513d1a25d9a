// SPDX-License-Identifier: Apache-2.0
// The time of windows. Windows lie on the wall clock: rows of a TIMESTAMP_LTZ time (and processing
// time) are placed by the session's time zone, and window_start and window_end are wall-clock
// times. All times here are milliseconds; "local" ones on the wall clock.
//
// Aligned windows consist of slices that several windows share: of HOP the greatest common divisor
// of size and slide, of CUMULATE the step, of TUMBLE the window itself.
#pragma once

#include <cstdint>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "functions/registry.h"
#include "functions/zone.h"
#include "plan/job_graph.h"

namespace sluice::operators {

class WindowTimes {
 public:
  /// `time_type`: of the time attribute; it decides whether there is a shift.
  static Result<WindowTimes> Make(const plan::WindowSpec& spec, const flow::Type& time_type,
                                  const functions::EvalContext& context);

  /// Of windows that rows carry already, for ClosesAt alone; `of_instants` as in the spec.
  static Result<WindowTimes> OfEnds(bool of_instants, const functions::EvalContext& context);

  /// The local time of each row. A NULL time is an error, as in Flink.
  Status Read(const arrow::RecordBatch& rows, int64_t now_ms, std::vector<int64_t>* local);
  int64_t ToLocal(int64_t instant_ms);
  int64_t ToInstant(int64_t local_ms);
  /// A window that ends at `local_end` closes when the watermark (or the clock) has reached this.
  int64_t ClosesAt(int64_t local_end);

  int64_t slice_ms() const { return slice_ms_; }
  int64_t SliceStart(int64_t local) const { return FloorTo(local, slice_ms_); }
  /// The first and the last window that the slice ending here belongs to; the next one after each
  /// comes Step later.
  int64_t FirstWindowEnd(int64_t slice_end) const;
  int64_t LastWindowEnd(int64_t slice_end) const;
  int64_t Step() const { return step_ms_; }
  int64_t WindowStart(int64_t window_end) const;

 private:
  WindowTimes() = default;
  int64_t FloorTo(int64_t local, int64_t step) const;

  plan::WindowSpec spec_;
  functions::Zone zone_;
  bool shifted_ = false;
  int64_t slice_ms_ = 1, step_ms_ = 1;
};

}  // namespace sluice::operators
