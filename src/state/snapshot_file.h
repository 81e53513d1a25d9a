// SPDX-License-Identifier: Apache-2.0
// One file of state: what one operator on one shard handed over at one epoch, whole (full) or what
// changed since the file before (incremental). Byte for byte in docs/formats/state.md. Each byte is
// under a checksum; a file of a newer format is refused; truncated or changed ones are kCorrupt.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/state_stream.h"
#include "io/file_system.h"

namespace sluice::state {

/// Of which operator, shard and epoch a file is.
struct SnapshotHead {
  std::string uid;
  int32_t shard = 0;
  int64_t epoch = 0;
  bool full = true;
};

/// What a finished file holds. `checksum` covers every byte.
struct SnapshotCounts {
  int64_t bytes = 0;
  uint64_t checksum = 0;
  int64_t puts = 0;
  int64_t deletes = 0;
};

/// Takes entries and writes the file. Filled on the operator's thread: entries are copied, and only
/// when many have gathered they are packed and written there. Finish does the rest and may run on
/// another thread. A writer that is dropped leaves no file.
class SnapshotFileWriter : public flow::StateWriter {
 public:
  /// `path` must not exist; kAlreadyExists comes from Finish.
  static Result<std::unique_ptr<SnapshotFileWriter>> Make(io::FileSystem* files,
                                                          const std::string& path,
                                                          SnapshotHead head);
  Status Put(const flow::StateEntry& entry) override;
  Status Delete(int table, uint32_t group, std::string_view key) override;
  /// Writes, syncs and names the file.
  Result<SnapshotCounts> Finish();
  const SnapshotHead& head() const { return head_; }
  /// Held in memory and not written yet.
  int64_t buffered_bytes() const { return buffered_bytes_; }

 private:
  struct Block {
    std::string bytes;  // room for the head of the block, then the entries
    uint32_t entries = 0;
  };
  struct Stored {  // a block in the file
    uint64_t offset = 0;
    uint64_t checksum = 0;
  };

  SnapshotFileWriter(SnapshotHead head, std::unique_ptr<io::WritableFile> file)
      : head_(std::move(head)), file_(std::move(file)) {}
  Status Add(uint64_t table_and_kind, uint32_t group, std::string_view key, std::string_view value);
  Status WriteHead();
  void BeginBlock(size_t entry_bytes);
  int Pack(std::string_view raw);
  Status WriteBlock(Block* block);
  Status WriteBlocks();
  Status WriteFoot();

  SnapshotHead head_;
  std::unique_ptr<io::WritableFile> file_;
  std::vector<Block> blocks_;  // not written; the last one is being filled
  int64_t buffered_bytes_ = 0;
  std::vector<Stored> stored_;
  std::vector<std::string> spare_;  // memory of blocks that are written
  std::string packed_;              // scratch
  int blocks_until_try_ = 0;        // stored as they are
  SnapshotCounts counts_;
  uint64_t raw_bytes_ = 0;
};

/// Reads a file from its last entry to its first, so that of two entries with one key the one that
/// counts comes first.
class SnapshotFileReader {
 public:
  static Result<std::unique_ptr<SnapshotFileReader>> Open(io::FileSystem* files,
                                                          const std::string& path);
  const SnapshotHead& head() const { return head_; }
  const SnapshotCounts& counts() const { return counts_; }

  struct Entry : flow::StateEntry {
    bool deleted = false;
  };
  using Visit = std::function<Status(const Entry&)>;
  /// Views of an entry are good during the visit. `ahead`: a thread of its own reads, checks and
  /// unpacks the blocks that come next.
  Status ForEachBackwards(const Visit& visit, bool ahead = false);

 private:
  struct Stored {
    uint64_t offset = 0;
    uint64_t end = 0;
    uint64_t checksum = 0;
  };

  SnapshotFileReader() = default;
  Result<std::string> ReadAt(uint64_t offset, uint64_t size);
  Result<uint64_t> ReadHead();  // where the blocks begin
  Status ReadFoot(uint64_t head_end);
  Status ReadBlock(const Stored& block, std::string* raw, uint32_t* entries);
  /// A block whose entries, views of `raw`, are known.
  struct Unpacked {
    std::string raw;
    std::vector<Entry> entries;
  };
  Status Unpack(const Stored& block, Unpacked* out);
  static Status VisitBackwards(const Unpacked& block, const Visit& visit);
  Status ForEachAhead(const Visit& visit);

  std::string path_;
  std::unique_ptr<io::RandomAccessFile> file_;
  SnapshotHead head_;
  SnapshotCounts counts_;
  std::vector<Stored> blocks_;
  std::string packed_;  // scratch
};

}  // namespace sluice::state
