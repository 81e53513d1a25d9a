// SPDX-License-Identifier: Apache-2.0
#include "operators/frame_aggregates.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "functions/gather.h"
#include "operators/row_batches.h"

namespace sluice::operators {

Status FrameAggregates::AddRows(int64_t from, int64_t to, AggregateBlock* block) {
  if (from >= to) return Status::Ok();
  targets_.assign(static_cast<size_t>(to - from), block->bytes());
  return calls_->Update(*rows_->Slice(from, to - from), targets_, {});
}

Status FrameAggregates::BuildLevels() {
  std::vector<AggregateBlock>& leaves = levels_.emplace_back();
  for (int64_t from = 0; from + kFanOut <= rows_->num_rows(); from += kFanOut) {
    SLUICE_TRY(AddRows(from, from + kFanOut, &leaves.emplace_back(calls_)));
  }
  while (levels_.back().size() >= static_cast<size_t>(kFanOut)) {
    const std::vector<AggregateBlock>& below = levels_.back();
    std::vector<AggregateBlock> level;
    for (size_t from = 0; from + kFanOut <= below.size(); from += kFanOut) {
      AggregateBlock& block = level.emplace_back(calls_);
      for (size_t i = from; i < from + kFanOut; ++i) {
        SLUICE_TRY(calls_->Merge(below[i].bytes(), block.bytes()));
      }
    }
    levels_.push_back(std::move(level));
  }
  return Status::Ok();
}

/// Up the levels to the largest blocks that fit, and down again.
Status FrameAggregates::AddFrame(int64_t from, int64_t to, AggregateBlock* block) {
  if (to - from < 2 * kFanOut) return AddRows(from, to, block);
  if (levels_.empty()) SLUICE_TRY(BuildLevels());
  int64_t at = from, size = 1;  // of a block of the level in hand; 1: of a row
  size_t level = 0;             // how many levels lie at or below it
  while (at < to) {
    if (at % (size * kFanOut) == 0 && level < levels_.size() && at + size * kFanOut <= to) {
      size *= kFanOut;
      ++level;
      continue;
    }
    if (at + size > to) {
      size /= kFanOut;
      --level;
      continue;
    }
    if (level == 0) {
      const int64_t next = (at / kFanOut + 1) * kFanOut;
      const int64_t end = std::min(to, next);
      SLUICE_TRY(AddRows(at, end, block));
      at = end;
      continue;
    }
    const auto& blocks = levels_[level - 1];
    SLUICE_TRY(calls_->Merge(blocks[static_cast<size_t>(at / size)].bytes(), block->bytes()));
    at += size;
  }
  return Status::Ok();
}

Status FrameAggregates::FinishPending(size_t keep) {
  std::vector<const uint8_t*> blocks;
  for (const AggregateBlock& block : pending_) blocks.push_back(block.bytes());
  SLUICE_ASSIGN(const ArrayVector values, calls_->Finish(blocks));
  for (size_t call = 0; call < values.size(); ++call) pieces_[call].push_back(values[call]);
  pending_.erase(pending_.begin(), pending_.end() - static_cast<ptrdiff_t>(keep));
  return Status::Ok();
}

Status FrameAggregates::GoOn(int64_t from, int64_t to) {
  if (calls_->owns_memory() || pending_.size() >= kPending) {
    SLUICE_TRY(FinishPending(1));
  } else {
    AggregateBlock next(calls_);
    std::memcpy(next.bytes(), pending_.back().bytes(), calls_->state_size());
    pending_.push_back(std::move(next));
  }
  return AddRows(from, to, &pending_.back());
}

Result<ArrayVector> FrameAggregates::Of(const Frames& frames) {
  pieces_.assign(calls_->size(), {});
  std::vector<int32_t> results(frames.from.size());
  int32_t count = -1;
  for (size_t row = 0; row < frames.from.size(); ++row) {
    const int64_t from = frames.from[row], to = frames.to[row];
    const bool begins_alike = row > 0 && frames.from[row - 1] == from;
    const int64_t before = row > 0 ? frames.to[row - 1] : 0;
    if (begins_alike && before == to) {
      results[row] = count;
      continue;
    }
    results[row] = ++count;
    if (begins_alike && before < to) {
      SLUICE_TRY(GoOn(before, to));
      continue;
    }
    if (pending_.size() >= kPending) SLUICE_TRY(FinishPending(0));
    SLUICE_TRY(AddFrame(from, to, &pending_.emplace_back(calls_)));
  }
  SLUICE_TRY(FinishPending(0));
  ArrayVector columns;
  for (const ArrayVector& pieces : pieces_) {
    SLUICE_ASSIGN(const auto all, arrow::Concatenate(pieces));
    SLUICE_ASSIGN(columns.emplace_back(), functions::Gather(all, results));
  }
  return columns;
}

}  // namespace sluice::operators
