// SPDX-License-Identifier: Apache-2.0
// The contract of a source. A Source knows its splits and where they begin; a SourceReader reads
// some of them on one shard. Both are synchronous and know nothing of threads, epochs or sinks.
//
//          Open            Restore / Start             Poll -> rows | nothing yet | end
//   SQL ---------> Source ----------------> Reader --------------------------------------> ...
//                    |  DiscoverSplits (again from time to time; new splits begin at the earliest
//                    record) |  Acknowledge(position): advisory, only after the table has committed
//                    it
//
// Promise: Poll hands out each record of a split once, in offset order, starting exactly at the
// restored offset. What can no longer be read (retention, recreated topic, other cluster) is
// kSourceLost, never a silent jump.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/position.h"
#include "flow/type.h"

namespace sluice::flow {

/// A part of a source that is read in order. `name` is stable across restarts ("topic-3").
struct Split {
  std::string name;
  int64_t start_offset = 0;            // first record to read when no position is restored
  std::optional<int64_t> stop_offset;  // bounded: the offset before which reading ends
};

/// Counters of one reader since it was opened. rows_in = rows_out + dead_letters + skipped.
struct ReaderCounters {
  int64_t records_in = 0;    // records taken from the source
  int64_t rows_out = 0;      // rows handed out (an exploded array counts each element)
  int64_t records_dead = 0;  // records that became dead letters
  int64_t records_skipped =
      0;                 // tombstones: records without a value, which an insert-only format drops
  int64_t bytes_in = 0;  // payload bytes
  int64_t records_exploded = 0;  // rows minus records, of those that gave several rows or none
};

/// What one Poll returns: rows of one split, or dead letters, or both, or neither.
struct PollResult {
  std::optional<Batch> batch;
  std::vector<DeadLetter> dead_letters;
  int split = -1;  // which split advanced; -1 = none
  int64_t next_offset =
      0;  // offset to read next in that split, also when only markers were skipped
  // Newest record time in this result, -1 = the source has no times.
  int64_t newest_timestamp_ms = -1;
  bool end = false;  // bounded sources: every split is exhausted
};

class SourceReader {
 public:
  virtual ~SourceReader() = default;
  /// Adds a split to read from `offset` on. `index` is what Origin::split and PollResult::split
  /// say.
  virtual Status Assign(int index, const Split& split, int64_t offset) = 0;
  /// Waits up to `wait_ms` for records; returns at most about `rows_max` rows (an exploded record
  /// may exceed it).
  virtual Result<PollResult> Poll(int64_t rows_max, int64_t wait_ms) = 0;
  virtual ReaderCounters counters() const = 0;
  /// Per assigned split index: records known to be in the source beyond what was read; nullopt if
  /// unknown.
  virtual std::optional<int64_t> LagOfSplit(int index) const = 0;
};

/// What a row must meet to be of use. A source may leave out rows that do not, which saves what
/// they would cost; it need not, and whoever asked looks at every row that comes.
struct FieldCondition {
  enum class Comparison : uint8_t {
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual
  };
  int column = 0;         // of the columns that are asked for
  std::vector<int> path;  // of field indices below it
  Comparison comparison = Comparison::kEqual;
  std::variant<int64_t, std::string> value;  // with whole numbers; with text, equal or not
};

/// What the planner asks a source to produce: the columns of the table it needs, and how.
struct SourceProjection {
  // Indices into the table's physical and metadata columns, in the order wanted. The output schema
  // is exactly that.
  std::vector<int> columns;
  // For a ROW column: which nested fields are needed (paths of field indices below the column),
  // empty = all. The output type stays the full ROW; leaves that nobody asked for may be null. Lets
  // decoders skip work.
  std::vector<std::vector<std::vector<int>>> nested;
  std::vector<FieldCondition> conditions;  // all of them; a NULL meets none
};

class Source {
 public:
  virtual ~Source() = default;
  /// The columns readers produce (after projection).
  virtual const Schema& schema() const = 0;
  /// "kafka", "nexmark", ...
  virtual const std::string& kind() const = 0;
  /// All splits known now, with their start and stop offsets resolved by the startup and bounded
  /// modes. Splits keep their index for the life of the Source; a later call may append new ones
  /// (starting at the earliest record).
  virtual Result<std::vector<Split>> DiscoverSplits() = 0;
  /// How often to call DiscoverSplits again; 0 = never.
  virtual int64_t discovery_interval_ms() const = 0;
  /// Cluster and topic ids as of now (after DiscoverSplits).
  virtual std::map<std::string, std::string> identity() const = 0;
  /// Checks a restored position against what the source is now: other cluster, other topic,
  /// vanished split, offsets out of range -> kSourceLost naming topic, partition, expected,
  /// available.
  virtual Status CheckRestorable(const SourcePosition& position) = 0;
  /// A reader for one shard. The Source outlives it.
  virtual Result<std::unique_ptr<SourceReader>> OpenReader() = 0;
  /// Tells the source what the table holds (consumer group offsets). Advisory: failure is logged,
  /// not fatal.
  virtual Status Acknowledge(const SourcePosition& position) = 0;
  /// False when end-of-input can be reached.
  virtual bool unbounded() const = 0;
  /// The end that can be reached is that of all input. False where it is only that of what is there
  /// now (`--once`): event time goes on at the next start.
  virtual bool end_is_final() const { return !unbounded(); }
};

}  // namespace sluice::flow
