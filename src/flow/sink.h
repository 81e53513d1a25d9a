// SPDX-License-Identifier: Apache-2.0
// The contract of a sink. A SinkWriter takes rows on one shard; Stage ends the epoch for that
// writer and hands over what it wrote as a value; the Sink commits all staged parts of an epoch at
// once, together with the position.
//
//   Write* -> Stage(epoch) -> StagedPart --+
//   Write* -> Stage(epoch) -> StagedPart --+--> Sink::Commit(epoch, parts, lower, upper) -> table
//   says so
//
// Commit is idempotent per epoch, compares and swaps on (token, previous epoch, lower position),
// and returns kCommitUnknown only when the outcome could not be found out; then the caller keeps
// everything and stops.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/position.h"
#include "flow/type.h"

namespace sluice::flow {

/// What one writer hands over at the end of an epoch. Concrete sinks derive from it.
struct StagedPart {
  virtual ~StagedPart() = default;
  int64_t rows = 0;
  int64_t files = 0;
  int64_t size_bytes = 0;
  // Left out because the user said so (table.exec.sink.not-null-enforcer = DROP).
  int64_t rows_dropped = 0;
};

class SinkWriter {
 public:
  virtual ~SinkWriter() = default;
  virtual Status Write(const Batch& batch) = 0;
  /// The event time that its rows have reached; for sinks that act on it (partition commits).
  virtual Status OnWatermark(int64_t watermark_ms) {
    (void)watermark_ms;
    return {};
  }
  /// Closes what is open and makes it durable. An epoch without rows gives a part with rows == 0.
  virtual Result<std::unique_ptr<StagedPart>> Stage(int64_t epoch) = 0;
  /// Bytes held in memory now (for the process budget).
  virtual int64_t memory_bytes() const = 0;
};

/// What the sink's own durable record says at start.
struct SinkState {
  bool exists = false;  // written by this pipeline before
  int64_t epoch = 0;    // last committed epoch, 0 = none
  Position position;    // after that epoch
};

struct EpochCommit {
  int64_t epoch = 0;
  Position lower, upper;  // exclusive lower bound of reading (= recorded before), and after
  std::vector<std::unique_ptr<StagedPart>> parts;
};

struct CommitReport {
  int64_t rows = 0, files = 0, size_bytes = 0;
  int64_t attempts = 1;
  int64_t commit_ms = 0;
  std::string snapshot;  // id as text, empty where the sink has none
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual const std::string& name() const = 0;
  /// Reads the durable record, then takes a new fencing token by compare-and-swap: older writers
  /// can commit no more. Sinks without a durable record (print, blackhole) return exists = false.
  virtual Result<SinkState> Begin(const std::string& pipeline) = 0;
  /// True if Begin/Commit keep a position: exactly-once. False: print, blackhole.
  virtual bool durable() const = 0;
  /// What was written outlives the run, so that a run that begins anew would write it again. False:
  /// print, blackhole.
  virtual bool lasting() const { return true; }
  virtual Result<std::unique_ptr<SinkWriter>> OpenWriter(int shard) = 0;
  virtual Result<CommitReport> Commit(EpochCommit commit) = 0;
  /// A staged part as bytes, so that its epoch can be committed after a crash, by another process
  /// (docs/protocol/checkpoint.md); nullopt: nothing would be left to do, what was written is out.
  virtual Result<std::optional<std::string>> EncodePart(const StagedPart& part) const {
    (void)part;
    return std::optional<std::string>();
  }
  /// The part again. Of bytes that EncodePart gave; anything else is kCorrupt.
  virtual Result<std::unique_ptr<StagedPart>> DecodePart(std::string_view bytes) const {
    (void)bytes;
    return Internal("a staged part for a sink that encodes none: " + name());
  }
};

}  // namespace sluice::flow
