// SPDX-License-Identifier: Apache-2.0
// Sources of one 'scan.watermark.alignment.group' wait for each other: one that is further ahead of
// the slowest than its 'max-drift' is not read until that one has come closer. Written by every
// shard, read by every shard, without locks: a value that is a moment old does no harm.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::runtime {

struct Layout;

class Alignment {
 public:
  Alignment(const Layout& layout, int shards);

  bool aligned(int source) const { return groups_[static_cast<size_t>(source)] >= 0; }
  /// What a source has reached on a shard. kWatermarkMax: it has nothing to read there, is idle or
  /// has ended, and nobody waits for it.
  void Report(int source, int shard, int64_t watermark_ms);
  /// Whether a source that has reached `watermark_ms` may be read on. One without a watermark yet
  /// may; but the others wait for it.
  bool MayRead(int source, int64_t watermark_ms) const;

 private:
  int shards_;
  std::vector<int> groups_;                       // per source; -1: not aligned
  std::vector<int64_t> drifts_ms_;                // per source
  std::vector<std::atomic<int64_t>> reached_ms_;  // per source and shard
};

}  // namespace sluice::runtime
