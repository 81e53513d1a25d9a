// SPDX-License-Identifier: Apache-2.0
// What a running pipeline says of itself: once per commit, and a few times per second in between. A
// value; the receiver decides how it looks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sluice::runtime {

struct Progress {
  bool committed = false;  // true: after a commit; false: in between, for a live display
  std::string pipeline;
  int64_t epoch = 0;       // of the last sink that was committed
  int64_t commits = 0;     // of this run so far
  int64_t time_ms = 0;     // wall clock, when this was said
  int64_t elapsed_ms = 0;  // since the run began

  // Of this epoch (committed) or since the last report of the same sort (live).
  int64_t rows = 0;          // records taken from the sources
  int64_t bytes = 0;         // their payload
  int64_t rows_written = 0;  // over all sinks
  int64_t dead_letters = 0;
  int64_t skipped = 0;  // records without a value
  int64_t files = 0;
  int64_t file_bytes = 0;
  int64_t commit_ms = 0;
  int64_t newest_timestamp_ms = -1;  // of the records; -1 = the source has no times
  double rows_per_s = 0;
  double mb_per_s = 0;

  // As of now.
  std::optional<int64_t> lag;           // records known to wait in the sources
  std::optional<int64_t> freshness_ms;  // now minus the time of the newest record that is committed
  int64_t late_rows = 0;                // left out because their time had passed, since the start
  int64_t state_rows = 0;               // entries that operators keep
  int64_t state_bytes = 0;              // of them in memory
  int64_t spilled_bytes = 0;            // of them that went to disk, since the start
  std::optional<int64_t> watermark_ms;  // event time that all sinks have reached
  double skew = 1;                      // rows of the busiest shard by those of the average one
  std::string snapshot;                 // of the last sink that has one
  std::string savepoint;                // at the end: where one was written
  int64_t rss_bytes = 0;
  int64_t cpu_ns = 0;

  // Since the run began.
  int64_t total_rows = 0;
  int64_t total_bytes = 0;
  int64_t total_rows_written = 0;
  int64_t total_dead_letters = 0;
  int64_t total_skipped = 0;
  int64_t total_files = 0;
};

using ProgressCallback = std::function<void(const Progress&)>;

}  // namespace sluice::runtime
