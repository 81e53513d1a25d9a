// SPDX-License-Identifier: Apache-2.0
// What the coordinator asks of a shard (Command), what a shard answers (Report), and the numbers
// that both may look at at any time (Gauges). Queues are bounded far above what can be under way at
// once: one barrier, one assignment.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/operator.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "io/thread.h"
#include "state/snapshot_store.h"

namespace sluice::runtime {

/// A split for a shard to read.
struct Assignment {
  int source = 0;       // ordinal in Layout::sources
  int split_index = 0;  // index in the source's split list
  flow::Split split;
  int64_t offset = 0;  // read from here on
  std::vector<int64_t>
      skip_below;  // per sink ordinal: rows below this offset are in the table already
};

struct Barrier {
  std::vector<int64_t> epochs;  // per sink ordinal: the epoch that ends
  bool last = false;            // nothing is polled after it
  bool drain = false;           // event time ends before it, though the input does not
  // Of jobs that keep state: the number of the record, and per node and shard (node * shards +
  // shard) whether all state is wanted.
  int64_t epoch = 0;
  std::vector<uint8_t> full;
};

struct Command {
  std::vector<Assignment> assign;
  std::shared_ptr<const Barrier> barrier;  // null: none
};

/// From one shard to another, through an exchange. Messages of one channel (exchange, sender) keep
/// their order.
struct Message {
  enum class Kind : uint8_t { kRows, kStatus, kBarrier };
  Kind kind = Kind::kRows;
  int exchange = 0;          // node index
  int channel = 0;           // the sending shard
  flow::Batch batch;         // kRows
  int64_t watermark_ms = 0;  // kStatus
  bool idle = false;         // kStatus
  int64_t size_bytes = 0;    // about what it holds in memory
};

/// Counts of one shard over one epoch.
struct EpochCounts {
  int64_t records = 0, rows = 0, dead_letters = 0, skipped = 0, exploded = 0, bytes = 0;
  int64_t newest_timestamp_ms = -1;
};

/// What one operator handed over at a barrier.
struct StateReport {
  int node = 0;
  std::unique_ptr<state::SnapshotWriter> writer;  // to be finished; null when entries == 0
  int64_t entries = 0;
  bool full = false;
};

struct Report {
  enum class Kind : uint8_t { kStaged, kEnded, kFailed };
  Kind kind = Kind::kStaged;
  int shard = 0;
  // kStaged: per sink ordinal what was written; per source ordinal split index -> offset to read
  // next.
  std::vector<std::unique_ptr<flow::StagedPart>> parts;
  std::vector<std::map<int, int64_t>> positions;
  std::vector<StateReport> states;
  std::map<int, int64_t> node_watermarks_ms;  // of the nodes with state: node index -> watermark
  std::vector<std::map<int, int64_t>> split_watermarks_ms;  // as positions
  EpochCounts counts;
  // kFailed
  std::optional<Error> error;
};

/// Written by one shard, read by the coordinator: for the live display and the memory budget.
struct alignas(64) Gauges {
  std::atomic<int64_t> records{0};
  std::atomic<int64_t> bytes{0};
  std::atomic<int64_t> dead_letters{0};
  std::atomic<int64_t> epoch_rows{0};
  std::atomic<int64_t> writer_bytes{0};
  std::atomic<int64_t> lag{-1};  // -1 = not known
  std::atomic<int64_t> late_rows{0};
  std::atomic<int64_t> state_rows{0};
  std::atomic<int64_t> state_bytes{0};
  std::atomic<int64_t> unsaved_bytes{0};                   // of them, until the next snapshot
  std::atomic<int64_t> rows_taken{0};                      // behind exchanges
  std::atomic<int64_t> watermark_ms{flow::kWatermarkMin};  // at the sinks; kWatermarkMin: none
};

/// Everything that shards and coordinator share.
struct Exchange {
  static constexpr size_t kCommandsMax = 256;
  explicit Exchange(int shards)
      : reports(static_cast<size_t>(shards) * 4 + 16), gauges(shards), inbox_bytes(shards) {
    for (int i = 0; i < shards; ++i) {
      commands.push_back(std::make_unique<io::BoundedQueue<Command>>(kCommandsMax));
      inboxes.push_back(std::make_unique<io::BoundedQueue<Message>>(SIZE_MAX));
    }
  }
  int shards() const { return static_cast<int>(commands.size()); }
  int64_t writer_bytes() const { return Sum(&Gauges::writer_bytes); }
  int64_t Sum(std::atomic<int64_t> Gauges::* gauge) const {
    int64_t sum = 0;
    for (const Gauges& g : gauges) sum += (g.*gauge).load(std::memory_order_relaxed);
    return sum;
  }

  /// The fullest inbox. A push never waits; who reads sources does, while this is too much.
  int64_t fullest_inbox_bytes() const {
    int64_t largest = 0;
    for (const auto& bytes : inbox_bytes) {
      largest = std::max(largest, bytes.load(std::memory_order_relaxed));
    }
    return largest;
  }

  std::vector<std::unique_ptr<io::BoundedQueue<Command>>> commands;  // per shard
  std::vector<std::unique_ptr<io::BoundedQueue<Message>>> inboxes;   // per shard
  io::BoundedQueue<Report> reports;
  std::vector<Gauges> gauges;
  std::vector<std::atomic<int64_t>> inbox_bytes;  // per shard: in its inbox, or held by its graph
  std::atomic<bool> halt{false};                  // stop now, commit nothing more
};

}  // namespace sluice::runtime
