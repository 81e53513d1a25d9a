// SPDX-License-Identifier: Apache-2.0
// A disk in memory that is as unfair as a real one: what was not synced is gone after a power loss,
// a name without a synced directory is gone with it, and a sync that failed once never makes those
// bytes durable again. Disk outlives processes; FileSystem is one process's view of it. Threads of
// a process take turns.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "io/fake/faults.h"
#include "io/file_system.h"

namespace sluice::io::fake {

class Disk {
 public:
  /// Drops every name and byte that was not synced; removals that were not synced come back.
  void LosePower();
  /// Contents by path, for checks.
  std::map<std::string, std::string> Files() const;
  bool Exists(const std::string& path) const { return files_.contains(path); }
  /// Puts a file there, durable, whatever was there before.
  void Put(const std::string& path, std::string content);

 private:
  friend class FakeFileSystem;
  friend class FakeWritableFile;
  struct File {
    std::string content;
    bool content_synced = false;
    bool name_synced = false;
    int64_t modified_ms = 0;
  };
  bool ParentsSynced(const std::string& path) const;

  mutable std::recursive_mutex mutex_;  // a pause in a call lets another process call
  std::map<std::string, File> files_;
  std::map<std::string, bool> directories_;  // path -> its name is synced
  std::map<std::string, File> removed_;      // durable files whose removal is not synced
  int64_t time_ms_ = 0;
};

/// One process's door to a disk. `faults` may be null.
class FakeFileSystem : public FileSystem {
 public:
  explicit FakeFileSystem(Disk* disk, Faults* faults = nullptr) : disk_(disk), faults_(faults) {}

  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override;
  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override;
  Result<FileEntry> Stat(const std::string& path) override;
  Result<std::vector<FileEntry>> List(const std::string& directory) override;
  Status MakeDirectories(const std::string& directory) override;
  Status Remove(const std::string& path) override;

 private:
  friend class FakeWritableFile;
  /// Runs `apply` under the verdict of the next call.
  template <typename Apply>
  Status Call(const std::string& what, Apply apply);
  Status SyncDirectory(const std::string& directory);

  Disk* disk_;
  Faults* faults_;
  std::set<std::string> durable_directories_;  // known to this process
};

}  // namespace sluice::io::fake
