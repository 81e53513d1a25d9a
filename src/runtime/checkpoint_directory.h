// SPDX-License-Identifier: Apache-2.0
// A directory of checkpoints (or one savepoint): records of epochs, and the state files they name.
//
//   <directory>/epoch-00000000000000000012    checkpoint/epoch_record.h
//   <directory>/state/<uid>-<shard>-...       state/snapshot_store.h
//
// A record is made under a name that must not exist, and only directly behind the newest one: of
// two processes that both think they run the job, one fails there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/epoch_record.h"
#include "io/file_system.h"
#include "state/snapshot_store.h"

namespace sluice::runtime {

class CheckpointDirectory {
 public:
  /// `files` lives longer.
  CheckpointDirectory(io::FileSystem* files, const std::string& directory);

  /// Reads what is there. The newest record; nullopt when there is none (or no directory).
  Result<std::optional<checkpoint::EpochRecord>> Load();
  /// Makes the record of the epoch behind the newest. kFenced: somebody else made one meanwhile.
  Status Write(const checkpoint::EpochRecord& record);
  /// Removes all but the last `retained` records, and then every state file of a finished epoch
  /// that none of these needs. What cannot be removed is logged and tried again.
  void CleanUp(int retained);

  state::SnapshotStore& states() { return states_; }
  const std::string& path() const { return path_; }

 private:
  Result<std::set<int64_t>> ListEpochs();
  std::string PathOf(int64_t epoch) const;
  Status RemoveBefore(int64_t first_kept);

  io::FileSystem* files_;
  const std::string path_;
  state::SnapshotStore states_;
  std::map<int64_t, std::set<std::string>> needed_;  // per kept record: the files it names
};

/// A pipeline's name as a part of a path: other characters than letters, digits, '.', '_', '-'
/// become '_', at most 64 stay.
std::string PathPart(const std::string& name);

/// Between what records say and what the state store takes.
state::SnapshotChain ChainOf(const std::vector<checkpoint::StateFile>& files);
std::vector<checkpoint::StateFile> FilesOf(const state::SnapshotChain& chain);

}  // namespace sluice::runtime
