// SPDX-License-Identifier: Apache-2.0
// Watermarks of several inputs as one: the smallest of those that are not idle; it never goes back.
// When all are idle, so is the whole. As Flink's StatusWatermarkValve and CombinedWatermarkStatus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::runtime {

class WatermarkMerge {
 public:
  /// What an input does that was idle, comes back and is behind.
  enum class Returning : uint8_t {
    kHoldsBack,  // it counts at once (inputs of a join, splits of a source)
    kCatchesUp,  // it counts once it is no longer behind (channels of an exchange or a union); and
                 // when all fall idle, the largest watermark of them all is the last one
  };
  WatermarkMerge() = default;
  WatermarkMerge(int inputs, Returning returning)
      : inputs_(static_cast<size_t>(inputs)), returning_(returning) {}

  /// Begins with `watermark_ms` as reached by all inputs and given already: after a restore.
  void StartAt(int64_t watermark_ms) {
    watermark_ms_ = watermark_ms;
    for (Input& input : inputs_) input.watermark_ms = watermark_ms;
  }
  /// True when watermark_ms() or idle() changed.
  bool SetWatermark(int input, int64_t watermark_ms);
  bool SetIdle(int input, bool idle);
  /// Both at once.
  bool Set(int input, int64_t watermark_ms, bool idle);

  int64_t watermark_ms() const { return watermark_ms_; }
  bool idle() const { return idle_; }

 private:
  struct Input {
    int64_t watermark_ms = INT64_MIN;
    bool idle = false;
  };
  bool Update();

  std::vector<Input> inputs_;
  Returning returning_ = Returning::kHoldsBack;
  int64_t watermark_ms_ = INT64_MIN;
  bool idle_ = false;
};

}  // namespace sluice::runtime
