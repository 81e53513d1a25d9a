// SPDX-License-Identifier: Apache-2.0
// WATERMARK FOR column AS delayed: the watermark of each split is the largest value that `delayed`
// had in it, that of the table the smallest over its splits. A split that gave nothing for the idle
// timeout does not hold the others back; a split that has ended does not count.
//
// It is no operator of flow/operator.h: it lets rows through as they are and makes watermarks. The
// runtime asks for them after each batch.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/operator.h"
#include "functions/registry.h"
#include "sql/bound.h"

namespace sluice::operators {

class WatermarkGenerator {
 public:
  /// `idle_timeout_ms`: of the job (table.exec.source.idle-timeout), where the spec has none; 0 =
  /// splits are never idle.
  static Result<std::unique_ptr<WatermarkGenerator>> Make(const sql::WatermarkSpec& spec,
                                                          functions::EvalContext context,
                                                          int64_t idle_timeout_ms);

  struct SplitStart {
    int split = 0;
    int64_t watermark_ms = flow::kWatermarkMin;  // what it had before a restart
  };
  /// Splits are read from now on; one that has no watermark yet holds back that of the table. All
  /// that are known at a start come at once: one after the other, the first would set a watermark
  /// that the next is behind.
  void AddSplits(const std::vector<SplitStart>& starts, int64_t now_ms);
  void EndSplit(int split);
  /// Takes the times of a batch's rows. kInvalidArgument: a row without a time, as in Flink.
  Status Observe(const flow::Batch& batch, int64_t now_ms);
  /// Where a watermark is to pass inside a batch too (on-event): the ends of its parts, each the
  /// last of as many rows as were asked for and followed by a later watermark, and its own end.
  Result<std::vector<int64_t>> PartsOf(const flow::Batch& batch);
  bool on_event() const { return spec_.event_gap > 0; }
  /// Splits that have given nothing for too long are idle from now on.
  void OnTime(int64_t now_ms);
  /// When the next split may become idle; kNoTime = none can.
  int64_t NextTime() const;

  /// Never goes back. kWatermarkMin: not known yet.
  int64_t watermark_ms() const { return watermark_ms_; }
  /// No split can hold the watermark back: all idle, or there never were any. When the last split
  /// ends, the watermark stays and is not idle: the end of input follows, and must reach the inputs
  /// of a join one after the other without the one passing for silent while it waits for its turn.
  bool idle() const { return idle_; }
  /// Of one split; kWatermarkMin when it has none.
  int64_t WatermarkOf(int split) const;

 private:
  WatermarkGenerator() = default;
  struct Split {
    int64_t watermark_ms = flow::kWatermarkMin;
    int64_t active_at_ms = 0;
    bool idle = false;
  };
  void Update();

  sql::WatermarkSpec spec_;
  functions::EvalContext context_;
  int64_t idle_timeout_ms_ = 0;
  std::map<int, Split> splits_;
  int64_t watermark_ms_ = flow::kWatermarkMin;
  bool idle_ = true;
  bool ended_ = false;  // some split has ended
};

}  // namespace sluice::operators
