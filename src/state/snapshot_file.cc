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
constexpr int64_t kBufferedBytesMax = 64 << 20;
constexpr uint64_t kRawBytesMax = LZ4_MAX_INPUT_SIZE;

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
    blocks_.emplace_back();
    blocks_.back().bytes.reserve(std::max(size, kBlockBytes));
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

Status SnapshotFileWriter::WriteBlock(const Block& block) {
  const auto raw = static_cast<int>(block.bytes.size());
  packed_.resize(kSnapshotBlockHeadBytes + static_cast<size_t>(LZ4_compressBound(raw)));
  char* const stored_at = packed_.data() + kSnapshotBlockHeadBytes;
  int stored = LZ4_compress_default(block.bytes.data(), stored_at, raw, LZ4_compressBound(raw));
  auto codec = BlockCodec::kLz4;
  if (stored <= 0 || stored >= raw) {
    codec = BlockCodec::kNone;
    stored = raw;
    std::copy_n(block.bytes.data(), block.bytes.size(), stored_at);
  }
  packed_.resize(kSnapshotBlockHeadBytes + static_cast<size_t>(stored));
  const uint32_t numbers[] = {static_cast<uint32_t>(stored), static_cast<uint32_t>(raw),
                              block.entries, static_cast<uint32_t>(codec)};
  static_assert(sizeof(numbers) == kSnapshotBlockHeadBytes);
  std::memcpy(packed_.data(), numbers, sizeof(numbers));
  stored_.push_back({static_cast<uint64_t>(file_->size_bytes()), Checksum(packed_)});
  raw_bytes_ += block.bytes.size();
  return file_->Append(packed_.data(), static_cast<int64_t>(packed_.size()));
}

Status SnapshotFileWriter::WriteBlocks() {
  for (const Block& block : blocks_) SLUICE_TRY(WriteBlock(block));
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
  SLUICE_TRY(WriteFoot());
  SLUICE_TRY(file_->Finish());
  return counts_;
}

}  // namespace sluice::state
