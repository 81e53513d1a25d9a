// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot_file.h"

#include <lz4.h>

#include <algorithm>
#include <utility>

#include "state/snapshot_format_internal.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace sluice::state {
namespace {

constexpr size_t kBlockBytes = 256 << 10;
constexpr int64_t kBufferedBytesMax = 16 << 20;  // of each operator on each shard
constexpr uint64_t kRawBytesMax = LZ4_MAX_INPUT_SIZE;
// LZ4 takes longer than all else that a snapshot does. This much acceleration makes it a third
// faster for a hundredth more bytes; and what it does not halve is stored as it is, together with
// some blocks that follow, before it is tried again: rows of a join, which shrink to 0.56, cost a
// seventh of the whole query to pack (q20 of Nexmark; Flink packs nothing unless told to).
constexpr int kAcceleration = 4;
constexpr int kBlocksBetweenTries = 15;

int WorthwhileSize(size_t raw) {
  return static_cast<int>(raw / 2);
}

uint64_t Checksum(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace

Result<std::unique_ptr<SnapshotFileWriter>> SnapshotFileWriter::Make(io::FileSystem* files,
                                                                     const std::string& path,
                                                                     SnapshotHead head) {
  if (head.uid.size() > kSnapshotUidBytesMax) {
    return InvalidArgument("the id of an operator is too long: " + std::to_string(head.uid.size()) +
                           " bytes");
  }
  SLUICE_ASSIGN(auto file, files->Create(path));
  std::unique_ptr<SnapshotFileWriter> out(new SnapshotFileWriter(std::move(head), std::move(file)));
  SLUICE_TRY(out->WriteHead());
  return out;
}

Status SnapshotFileWriter::WriteHead() {
  std::string out(kSnapshotMagic);
  PutFixed(kSnapshotVersion, &out);
  PutFixed(~kSnapshotVersion, &out);
  PutFixed(static_cast<uint32_t>(head_.uid.size()), &out);
  PutFixed(head_.shard, &out);
  PutFixed(head_.epoch, &out);
  PutFixed(static_cast<uint32_t>(head_.full ? 1 : 0), &out);
  out += head_.uid;
  PutFixed(Checksum(out), &out);
  return file_->Append(out.data(), static_cast<int64_t>(out.size()));
}

Status SnapshotFileWriter::Put(const flow::StateEntry& entry) {
  ++counts_.puts;
  return Add(static_cast<uint64_t>(entry.table) << 1, entry.group, entry.key, entry.value);
}

Status SnapshotFileWriter::Delete(int table, uint32_t group, std::string_view key) {
  ++counts_.deletes;
  return Add(static_cast<uint64_t>(table) << 1 | 1, group, key, {});
}

Status SnapshotFileWriter::Add(uint64_t table_and_kind, uint32_t group, std::string_view key,
                               std::string_view value) {
  constexpr size_t kNumbersMax = 40;
  const size_t size = key.size() + value.size() + kNumbersMax;
  if (size > kRawBytesMax) {
    return ResourceExhausted(
        "an entry of state is too large for a snapshot: " + std::to_string(size) + " bytes");
  }
  if (blocks_.empty() || blocks_.back().bytes.size() + size > kBlockBytes) {
    if (buffered_bytes_ >= kBufferedBytesMax) SLUICE_TRY(WriteBlocks());
    BeginBlock(size);
  }
  Block& block = blocks_.back();
  const size_t before = block.bytes.size();
  PutVarint(table_and_kind, &block.bytes);
  PutVarint(group, &block.bytes);
  PutVarint(key.size(), &block.bytes);
  block.bytes += key;
  if ((table_and_kind & 1) == 0) {
    PutVarint(value.size(), &block.bytes);
    block.bytes += value;
  }
  ++block.entries;
  buffered_bytes_ += static_cast<int64_t>(block.bytes.size() - before);
  return Status::Ok();
}

void SnapshotFileWriter::BeginBlock(size_t entry_bytes) {
  blocks_.emplace_back();
  std::string& bytes = blocks_.back().bytes;
  if (!spare_.empty()) {
    bytes = std::move(spare_.back());
    spare_.pop_back();
  }
  bytes.reserve(kSnapshotBlockHeadBytes + std::max(entry_bytes, kBlockBytes));
  bytes.assign(kSnapshotBlockHeadBytes, '\0');
}

/// The entries of the block, packed into `packed_` behind room for a head; 0 when that is not worth
/// while.
int SnapshotFileWriter::Pack(std::string_view raw) {
  if (blocks_until_try_ > 0) {
    --blocks_until_try_;
    return 0;
  }
  const int room = WorthwhileSize(raw.size());
  const size_t wanted = kSnapshotBlockHeadBytes + static_cast<size_t>(room);
  if (packed_.size() < wanted) packed_.resize(wanted);
  const int packed = LZ4_compress_fast(raw.data(), packed_.data() + kSnapshotBlockHeadBytes,
                                       static_cast<int>(raw.size()), room, kAcceleration);
  if (packed <= 0) blocks_until_try_ = kBlocksBetweenTries;
  return std::max(packed, 0);
}

Status SnapshotFileWriter::WriteBlock(Block* block) {
  const std::string_view raw = std::string_view(block->bytes).substr(kSnapshotBlockHeadBytes);
  const int packed = Pack(raw);
  const BlockCodec codec = packed > 0 ? BlockCodec::kLz4 : BlockCodec::kNone;
  const size_t stored = packed > 0 ? static_cast<size_t>(packed) : raw.size();
  char* const at = packed > 0 ? packed_.data() : block->bytes.data();
  const uint32_t numbers[] = {static_cast<uint32_t>(stored), static_cast<uint32_t>(raw.size()),
                              block->entries, static_cast<uint32_t>(codec)};
  static_assert(sizeof(numbers) == kSnapshotBlockHeadBytes);
  std::memcpy(at, numbers, sizeof(numbers));
  const std::string_view whole(at, kSnapshotBlockHeadBytes + stored);
  stored_.push_back({static_cast<uint64_t>(file_->size_bytes()), Checksum(whole)});
  raw_bytes_ += raw.size();
  return file_->Append(whole.data(), static_cast<int64_t>(whole.size()));
}

Status SnapshotFileWriter::WriteBlocks() {
  for (Block& block : blocks_) {
    SLUICE_TRY(WriteBlock(&block));
    spare_.push_back(std::move(block.bytes));
  }
  blocks_.clear();
  buffered_bytes_ = 0;
  return Status::Ok();
}

Status SnapshotFileWriter::WriteFoot() {
  std::string out;
  for (const Stored& block : stored_) {
    PutFixed(block.offset, &out);
    PutFixed(block.checksum, &out);
  }
  PutFixed(counts_.puts, &out);
  PutFixed(counts_.deletes, &out);
  PutFixed(raw_bytes_, &out);
  PutFixed(static_cast<uint64_t>(stored_.size()), &out);
  counts_.checksum = Checksum(out);
  PutFixed(counts_.checksum, &out);
  out += kSnapshotEndMagic;
  SLUICE_TRY(file_->Append(out.data(), static_cast<int64_t>(out.size())));
  counts_.bytes = file_->size_bytes();
  return Status::Ok();
}

Result<SnapshotCounts> SnapshotFileWriter::Finish() {
  SLUICE_TRY(WriteBlocks());
  spare_.clear();
  SLUICE_TRY(WriteFoot());
  SLUICE_TRY(file_->Finish());
  return counts_;
}

}  // namespace sluice::state
