// SPDX-License-Identifier: Apache-2.0
#include "runtime/watermark_merge.h"

#include <algorithm>

namespace sluice::runtime {

bool WatermarkMerge::SetWatermark(int input, int64_t watermark_ms) {
  return Set(input, watermark_ms, inputs_[static_cast<size_t>(input)].idle);
}

bool WatermarkMerge::SetIdle(int input, bool idle) {
  return Set(input, inputs_[static_cast<size_t>(input)].watermark_ms, idle);
}

bool WatermarkMerge::Set(int input, int64_t watermark_ms, bool idle) {
  Input& changed = inputs_[static_cast<size_t>(input)];
  changed.watermark_ms = std::max(changed.watermark_ms, watermark_ms);
  changed.idle = idle;
  return Update();
}

bool WatermarkMerge::Update() {
  const bool catches_up = returning_ == Returning::kCatchesUp;
  bool all_idle = true;
  bool any_counts = false;
  int64_t smallest = INT64_MAX;
  int64_t largest = INT64_MIN;
  for (const Input& input : inputs_) {
    largest = std::max(largest, input.watermark_ms);
    if (input.idle) continue;
    all_idle = false;
    if (catches_up && input.watermark_ms < watermark_ms_) continue;
    any_counts = true;
    smallest = std::min(smallest, input.watermark_ms);
  }
  int64_t merged = watermark_ms_;
  if (any_counts) {
    merged = smallest;
  } else if (all_idle && catches_up) {
    merged = largest;
  }
  const bool changed = merged > watermark_ms_ || all_idle != idle_;
  watermark_ms_ = std::max(watermark_ms_, merged);
  idle_ = all_idle;
  return changed;
}

}  // namespace sluice::runtime
