// SPDX-License-Identifier: Apache-2.0
// Aggregates over frames of the rows of a partition. A frame that grows takes in its new rows; any
// other is put together from its first and last rows and, in between, from blocks of rows and
// blocks of blocks that are aggregated once. So a row costs what the logarithm of its frame costs,
// and each aggregate sees its rows in order.
#pragma once

#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "operators/aggregate_calls.h"
#include "operators/over_frames.h"
#include "operators/row_picks.h"
#include "operators/sorted_over.h"

namespace sluice::operators {

class FrameAggregates {
 public:
  /// Both outlive it.
  FrameAggregates(const AggregateCalls* calls, const arrow::RecordBatch* rows)
      : calls_(calls), rows_(rows) {}

  /// One array per call, of a value per frame.
  Result<ArrayVector> Of(const Frames& frames);

 private:
  static constexpr int64_t kFanOut = 32;
  static constexpr size_t kPending = 1024;

  Status AddRows(int64_t from, int64_t to, AggregateBlock* block);
  Status AddFrame(int64_t from, int64_t to, AggregateBlock* block);
  /// levels_[0]: blocks of kFanOut rows; each level above: of as many blocks.
  Status BuildLevels();
  /// Gives the values of all pending blocks, and keeps the last `keep` of them.
  Status FinishPending(size_t keep);
  /// The last frame, with the rows [from, to) behind it, as a frame of its own.
  Status GoOn(int64_t from, int64_t to);

  const AggregateCalls* calls_;
  const arrow::RecordBatch* rows_;
  std::vector<std::vector<AggregateBlock>> levels_;
  std::vector<uint8_t*> targets_;  // scratch of AddRows
  std::vector<AggregateBlock> pending_;
  std::vector<ArrayVector> pieces_;  // per call
};

}  // namespace sluice::operators
