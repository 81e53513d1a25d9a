// SPDX-License-Identifier: Apache-2.0
// A reader of several splits that reads each of them on its own, so that some can be left out for a
// while: a split that is ahead of the others waits for them, and nothing more of it is fetched.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "flow/source.h"

namespace sluice::runtime {

class SplitReaders : public flow::SourceReader {
 public:
  /// `source` outlives it. `may_read` is asked before each read of a split.
  SplitReaders(flow::Source& source, std::function<bool(int split)> may_read)
      : source_(source), may_read_(std::move(may_read)) {}

  Status Assign(int index, const flow::Split& split, int64_t offset) override;
  /// Splits take turns; it waits in one of them when none that may be read has anything.
  Result<flow::PollResult> Poll(int64_t rows_max, int64_t wait_ms) override;
  flow::ReaderCounters counters() const override;
  std::optional<int64_t> LagOfSplit(int index) const override;
  /// The splits that have not been read to their end.
  std::vector<int> UnreadSplits() const;

 private:
  struct One {
    int split = 0;
    std::unique_ptr<flow::SourceReader> reader;
    bool ended = false;
  };

  flow::Source& source_;
  const std::function<bool(int split)> may_read_;
  std::vector<One> splits_;
  size_t next_ = 0;
};

}  // namespace sluice::runtime
