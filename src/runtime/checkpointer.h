// SPDX-License-Identifier: Apache-2.0
// The epochs of a job that keeps state, beyond its tables: what was read at start, which snapshots
// must be full, and the record of each epoch. Driven by the coordinator, between "all shards have
// staged" and "the first sink commits" (docs/protocol/checkpoint.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/epoch_record.h"
#include "runtime/checkpoint_directory.h"
#include "runtime/connections.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/run_options.h"

namespace sluice::runtime {

class Checkpointer {
 public:
  /// Finds the newest record (and the savepoint, where one is asked for), decides where to begin,
  /// and commits what a crash kept from being committed. Sinks have begun. `identity` names the
  /// pipeline.
  static Result<std::unique_ptr<Checkpointer>> Open(const std::string& identity,
                                                    const RunOptions& options,
                                                    const Connections& connections, Layout* layout);

  /// What this run begins with; nullptr: nothing.
  const checkpoint::EpochRecord* from() const { return from_ ? &*from_ : nullptr; }
  /// Once the number of shards is known.
  void SetShards(int shards);
  /// Gives the state of a node to its operator on one shard. On the shard's thread.
  Status Restore(int node, int shard, flow::Operator& op) const;
  std::optional<int64_t> WatermarkOf(int node) const;
  int64_t WatermarkOfSplit(const std::string& source, const std::string& split) const;

  int64_t next_epoch() const { return epoch_ + 1; }
  /// Per node and shard (node * shards + shard): 1 = hand over everything.
  std::vector<uint8_t> WantsFull() const;
  /// A place for what one operator hands over. On the shard's thread.
  Result<std::unique_ptr<state::SnapshotWriter>> BeginSnapshot(int node, int shard, int64_t epoch,
                                                               bool full) const;

  /// Some operator has changed, or the position has moved, since the last record.
  bool HasChanges(const std::vector<Report>& staged, const flow::Position& position) const;
  /// Makes the state of all shards durable, then writes the record.
  Status Record(std::vector<Report>* staged, const flow::Position& position,
                std::vector<checkpoint::SinkEpoch> sinks);
  /// All sinks have committed the epoch.
  void CleanUp() { directory_->CleanUp(options_.checkpoints_retained); }
  /// A copy of the last epoch in a directory of its own below `directory`; gives its path.
  Result<std::string> WriteSavepoint(const std::string& directory);

 private:
  Checkpointer(std::string identity, const RunOptions& options, const Layout& layout)
      : identity_(std::move(identity)), options_(options), layout_(layout) {}
  Status Begin(Layout* layout);
  Status CommitLeftOver(const std::vector<int>& commit, Layout* layout) const;
  const checkpoint::OperatorState* StateOf(int node) const;
  Status FinishSnapshots(std::vector<Report>* staged);
  checkpoint::EpochRecord MakeRecord(const std::vector<Report>& staged,
                                     const flow::Position& position) const;

  const std::string identity_;
  const RunOptions& options_;
  const Layout& layout_;
  io::FileSystem* files_ = nullptr;
  std::string token_;  // of this run: tells its files from those of another
  std::string savepoint_;
  std::unique_ptr<CheckpointDirectory> directory_;
  std::unique_ptr<CheckpointDirectory> savepoint_directory_;  // what this run began with, or null
  std::optional<checkpoint::EpochRecord> from_;
  std::optional<checkpoint::EpochRecord> last_;  // written by this run
  int64_t epoch_ = 0;
  int shards_ = 0;
  std::vector<std::vector<state::SnapshotChain>> chains_;  // per node and shard
};

}  // namespace sluice::runtime
