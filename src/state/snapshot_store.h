// SPDX-License-Identifier: Apache-2.0
// The files of state of one pipeline, in one directory: written at each epoch, read at a restart. A
// chain is what one operator on one shard needs to come back: a full file and the incremental ones
// behind it. The store keeps no list: who records an epoch records its chains, and says what may
// go.
//
//   auto writer = store.Begin({uid, shard, epoch, full}, token);     // shard's thread
//   operator.Snapshot(full, writer->get());
//   auto file = (*writer)->Finish();                                 // any thread; durable after
//   it chain = full ? {file} : chain + file;
//   ...
//   store.Restore(chain, {first, end}, [&](entry) { return operator.Restore(entry); });
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/state_stream.h"
#include "io/file_system.h"
#include "state/snapshot_file.h"

namespace sluice::state {

/// A file that is durable, as epochs record it.
struct SnapshotFile {
  std::string name;  // in the directory of the store
  int64_t bytes = 0;
  uint64_t checksum = 0;
  int64_t epoch = 0;
  bool full = false;
  int64_t entries = 0;
};

/// Oldest first: one full file, then incremental ones.
using SnapshotChain = std::vector<SnapshotFile>;

/// Key groups [first, end).
struct GroupRange {
  uint32_t first = 0;
  uint32_t end = flow::kKeyGroups;
};
/// The groups of a shard, as flow::ShardOfGroup spreads them.
GroupRange GroupsOfShard(int shard, int shards);

class SnapshotWriter : public flow::StateWriter {
 public:
  Status Put(const flow::StateEntry& entry) override { return file_->Put(entry); }
  Status Delete(int table, uint32_t group, std::string_view key) override {
    return file_->Delete(table, group, key);
  }
  /// Writes and syncs. On any thread, once; the writer is done then.
  Result<SnapshotFile> Finish();
  int64_t buffered_bytes() const { return file_->buffered_bytes(); }

 private:
  friend class SnapshotStore;
  SnapshotWriter(std::string name, std::unique_ptr<SnapshotFileWriter> file)
      : name_(std::move(name)), file_(std::move(file)) {}
  std::string name_;
  std::unique_ptr<SnapshotFileWriter> file_;
};

class SnapshotStore {
 public:
  /// `files` lives longer. The directory is made with the first file. On disks that are no test's a
  /// thread reads ahead while a chain is restored.
  SnapshotStore(io::FileSystem* files, std::string directory)
      : files_(files),
        directory_(std::move(directory)),
        reads_ahead_(files == &io::RealFileSystem()) {}

  /// `token` tells runs of one pipeline apart (the fencing token), so that an epoch that is written
  /// again after a crash does not meet the file of the first try.
  Result<std::unique_ptr<SnapshotWriter>> Begin(const SnapshotHead& head, const std::string& token);

  /// Gives each live entry of the chain once, of the groups asked for, in no order; and those whose
  /// group is not a key group (flow::kOfEveryShard and above). Memory grows with the entries of the
  /// incremental files, up to 64 bytes each; where that is more than `seen_bytes_max`, the files
  /// are read several times. kCorrupt when a file is not the one that was recorded; kUnsupported
  /// when it comes from a newer sluice.
  Status Restore(const SnapshotChain& chain, GroupRange groups,
                 const std::function<Status(const flow::StateEntry&)>& restore,
                 int64_t seen_bytes_max = std::numeric_limits<int64_t>::max());

  /// Whether the next snapshot should be full: there is no chain yet, it has many files, or its
  /// incremental files are together larger than the full one.
  static bool WantsFull(const SnapshotChain& chain);

  /// The chain as one full file of the epoch of its last one; reads and writes files only, so it
  /// can run beside the pipeline. What was appended to the chain meanwhile goes behind it.
  Result<SnapshotFile> Merge(const SnapshotChain& chain, const std::string& token);

  /// Names of all state files in the directory, finished ones only; none when there is no
  /// directory.
  Result<std::vector<std::string>> List();
  /// Removes files that no recorded epoch needs. One that is gone already is fine.
  Status Remove(const std::vector<std::string>& names);

  const std::string& directory() const { return directory_; }

 private:
  std::string PathOf(const std::string& name) const { return directory_ + "/" + name; }
  Result<std::unique_ptr<SnapshotFileReader>> OpenChecked(const SnapshotFile& file);
  /// `every`: also entries whose group is not a key group.
  Status RestoreGroups(const SnapshotChain& chain, GroupRange groups, bool every,
                       const std::function<Status(const flow::StateEntry&)>& restore);

  io::FileSystem* files_;
  std::string directory_;
  bool reads_ahead_;
};

}  // namespace sluice::state
