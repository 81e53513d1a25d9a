// SPDX-License-Identifier: Apache-2.0
// The record of one epoch of a job that keeps state: everything that belongs together at one
// barrier. It is written once, under a name of its own that must not exist, after all state and all
// staged rows are durable and before the first sink commits; so from it the epoch can be finished
// after a crash (docs/protocol/checkpoint.md).
//
// Bytes: the line "sluice-epoch-record 1", then fields "tag length\n<length bytes>\n" in a fixed
// order, then "end 16\n<hash of all before, 16 hex digits>\n". A reader that finds a newer number
// refuses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/position.h"

namespace sluice::checkpoint {

/// A file of state (state/snapshot_store.h: SnapshotFile).
struct StateFile {
  std::string name;
  int64_t size_bytes = 0;
  uint64_t checksum = 0;
  int64_t epoch = 0;
  bool full = false;
  int64_t entries = 0;
  bool operator==(const StateFile&) const = default;
};

/// The state of one operator.
struct OperatorState {
  std::string uid;
  std::string name;                            // for people: the node's name in the plan
  std::vector<std::vector<StateFile>> shards;  // per shard of the run that wrote it: its chain
  std::optional<int64_t> watermark_ms;         // that its inputs had reached
  bool operator==(const OperatorState&) const = default;
};

/// What a sink is to commit in this epoch.
struct SinkEpoch {
  std::string name;
  int64_t before = 0;              // its own last epoch before; 0 = it was never committed
  bool commits = false;            // it moves to before + 1
  flow::Position position_before;  // as it recorded it
  flow::Position position;         // after this epoch
  std::vector<std::string> parts;  // staged parts, as the sink encoded them
  bool operator==(const SinkEpoch&) const = default;
};

struct EpochRecord {
  std::string pipeline;
  int64_t epoch = 0;        // counted from 1
  std::string fingerprint;  // of the plan
  int shards = 0;
  std::string savepoint;    // id of the savepoint that the run began with; empty: none
  flow::Position position;  // of the sources, after it
  /// Per source and split: the watermark it had reached.
  std::map<std::string, std::map<std::string, int64_t>> split_watermarks_ms;
  std::vector<OperatorState> operators;
  std::vector<SinkEpoch> sinks;
  bool operator==(const EpochRecord&) const = default;

  std::string Encode() const;
  /// kCorrupt for bytes that are none or fail their hash; kUnsupported for a newer format.
  static Result<EpochRecord> Decode(std::string_view bytes);
};

/// "epoch-00000000000000000012": sorts as numbers do.
std::string EpochFileName(int64_t epoch);
/// The number in such a name; 0 for other names.
int64_t EpochOfFileName(std::string_view name);

}  // namespace sluice::checkpoint
