// SPDX-License-Identifier: Apache-2.0
// The records of one partition in one fetch reply, handed out in runs: batches are checked,
// unpacked and walked in order; under read_committed the records of aborted transactions and the
// markers are left out (their offsets are stepped over).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/kafka/arena.h"
#include "sources/kafka/record_batch.h"

namespace sluice::sources::kafka {

struct AbortedTransaction {
  int64_t producer_id = 0;
  int64_t first_offset = 0;
};

/// A run in the making: column-wise, reused from run to run.
struct RecordRun {
  /// What the records from `first` on have in common.
  struct Part {
    size_t first = 0;
    BatchHeader header;
  };
  std::vector<std::string_view> values;
  std::vector<int64_t> offsets;
  std::vector<const char*> starts;
  std::vector<Part> parts;
  int64_t bytes = 0;
  int64_t newest_timestamp_ms = -1;

  void Clear();
  const BatchHeader& HeaderOf(size_t record) const;
};

class RecordSet {
 public:
  RecordSet();
  /// Begins with a partition's records; `bytes` must outlive the set and be followed by 64 readable
  /// bytes. Records before `first_offset` are left out, those at or after `stop_offset` too.
  void Start(std::string_view bytes, std::vector<AbortedTransaction> aborted, int64_t first_offset,
             std::optional<int64_t> stop_offset);
  /// Appends up to `rows_max` records and about `bytes_max` bytes. kCorrupt leaves next_offset()
  /// at the batch that is damaged.
  Status Fill(int64_t rows_max, int64_t bytes_max, RecordRun* run);
  /// True when all of it was handed out or the stop was reached.
  bool done() const { return done_; }
  int64_t next_offset() const { return next_offset_; }

 private:
  Status OpenBatch();
  Status AppendRecords(int64_t rows_max, RecordRun* run);
  Status ApplyMarker(std::string_view records);
  bool IsAborted(const BatchHeader& header);

  std::string_view bytes_;
  std::vector<AbortedTransaction> aborted_;  // by first offset, those ahead last
  size_t aborted_next_ = 0;
  std::vector<int64_t> aborted_now_;  // producers whose open transaction was aborted
  int64_t first_offset_ = 0, next_offset_ = 0;
  int64_t stop_offset_ = INT64_MAX;
  bool done_ = true;

  bool in_batch_ = false;
  BatchHeader header_;
  RecordCursor cursor_;
  Unpacker unpacker_;
  Arena arena_;
};

}  // namespace sluice::sources::kafka
