// SPDX-License-Identifier: Apache-2.0
// Reading a file of state. What a file claims is compared with its size before memory is taken.
#include <lz4.h>

#include <algorithm>
#include <utility>

#include "io/thread.h"
#include "state/snapshot_file.h"
#include "state/snapshot_format_internal.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace sluice::state {
namespace {

constexpr size_t kBlocksAhead = 4;  // read before they are asked for

uint64_t Checksum(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

Error Damaged(const std::string& path, const std::string& what) {
  return Corrupt("state file is damaged (" + what + "): " + path);
}

/// What LZ4 can make of so many bytes at most.
uint64_t RawBytesMax(uint64_t stored) {
  return stored * 256 + 64;
}

bool GetText(const char** at, const char* end, std::string_view* out) {
  uint64_t size = 0;
  if (!GetVarint(at, end, &size) || size > static_cast<uint64_t>(end - *at)) return false;
  *out = {*at, static_cast<size_t>(size)};
  *at += size;
  return true;
}

bool GetEntry(const char** at, const char* end, SnapshotFileReader::Entry* out) {
  uint64_t table = 0;
  uint64_t group = 0;
  if (!GetVarint(at, end, &table) || !GetVarint(at, end, &group)) return false;
  if (table >> 1 > INT32_MAX || group > UINT32_MAX) return false;
  out->table = static_cast<int>(table >> 1);
  out->group = static_cast<uint32_t>(group);
  out->deleted = (table & 1) != 0;
  if (!GetText(at, end, &out->key)) return false;
  return out->deleted || GetText(at, end, &out->value);
}

}  // namespace

Result<std::unique_ptr<SnapshotFileReader>> SnapshotFileReader::Open(io::FileSystem* files,
                                                                     const std::string& path) {
  std::unique_ptr<SnapshotFileReader> out(new SnapshotFileReader());
  out->path_ = path;
  SLUICE_ASSIGN(out->file_, files->Open(path));
  SLUICE_ASSIGN(const uint64_t head_end, out->ReadHead());
  SLUICE_TRY(out->ReadFoot(head_end));
  return out;
}

Result<std::string> SnapshotFileReader::ReadAt(uint64_t offset, uint64_t size) {
  const auto all = static_cast<uint64_t>(file_->size_bytes());
  if (offset > all || size > all - offset) return Damaged(path_, "it is too short");
  std::string out(static_cast<size_t>(size), '\0');
  SLUICE_ASSIGN(const int64_t got,
                file_->Read(static_cast<int64_t>(offset), static_cast<int64_t>(size), out.data()));
  if (got != static_cast<int64_t>(size)) return Damaged(path_, "it is too short");
  return out;
}

Result<uint64_t> SnapshotFileReader::ReadHead() {
  SLUICE_ASSIGN(const std::string fixed, ReadAt(0, kSnapshotHeadFixedBytes));
  const auto version = GetFixed<uint32_t>(fixed.data() + 8);
  if (!fixed.starts_with(kSnapshotMagic) || version != ~GetFixed<uint32_t>(fixed.data() + 12) ||
      version == 0) {
    return Damaged(path_, "it does not begin as one");
  }
  if (version > kSnapshotVersion) {
    return Unsupported("state was written by a newer sluice: its format is " +
                       std::to_string(version) + ", this one reads up to " +
                       std::to_string(kSnapshotVersion) + ": " + path_);
  }
  SLUICE_ASSIGN(const std::string fields,
                ReadAt(kSnapshotHeadFixedBytes, kSnapshotHeadFieldsBytes));
  const auto uid_bytes = GetFixed<uint32_t>(fields.data());
  if (uid_bytes > kSnapshotUidBytesMax) return Damaged(path_, "its head");
  const uint64_t size = kSnapshotHeadFixedBytes + kSnapshotHeadFieldsBytes + uid_bytes;
  SLUICE_ASSIGN(const std::string head, ReadAt(0, size + 8));
  if (Checksum(std::string_view(head).substr(0, size)) != GetFixed<uint64_t>(&head[size])) {
    return Damaged(path_, "its head");
  }
  head_.shard = GetFixed<int32_t>(fields.data() + 4);
  head_.epoch = GetFixed<int64_t>(fields.data() + 8);
  head_.full = GetFixed<uint32_t>(fields.data() + 16) == 1;
  head_.uid = head.substr(kSnapshotHeadFixedBytes + kSnapshotHeadFieldsBytes, uid_bytes);
  return size + 8;
}

Status SnapshotFileReader::ReadFoot(uint64_t head_end) {
  const auto all = static_cast<uint64_t>(file_->size_bytes());
  constexpr uint64_t kEndBytes = kSnapshotFootFixedBytes + kSnapshotTailBytes;
  if (all < head_end + kEndBytes) return Damaged(path_, "it is too short");
  SLUICE_ASSIGN(const std::string end, ReadAt(all - kEndBytes, kEndBytes));
  if (!end.ends_with(kSnapshotEndMagic)) return Damaged(path_, "it does not end as one");
  const auto count = GetFixed<uint64_t>(end.data() + 24);
  if (count > (all - head_end - kEndBytes) / 16) return Damaged(path_, "its foot");
  const uint64_t foot_at = all - kEndBytes - count * 16;
  SLUICE_ASSIGN(const std::string foot, ReadAt(foot_at, count * 16 + kSnapshotFootFixedBytes));
  counts_.checksum = GetFixed<uint64_t>(end.data() + kSnapshotFootFixedBytes);
  if (Checksum(foot) != counts_.checksum) return Damaged(path_, "its foot");
  counts_.bytes = file_->size_bytes();
  counts_.puts = GetFixed<int64_t>(end.data());
  counts_.deletes = GetFixed<int64_t>(end.data() + 8);
  uint64_t expected = head_end;
  for (uint64_t i = 0; i < count; ++i) {
    const char* const at = foot.data() + i * 16;
    const uint64_t next = i + 1 < count ? GetFixed<uint64_t>(at + 16) : foot_at;
    const auto offset = GetFixed<uint64_t>(at);
    if (offset != expected || next < offset + kSnapshotBlockHeadBytes || next > foot_at) {
      return Damaged(path_, "its foot");
    }
    blocks_.push_back({offset, next, GetFixed<uint64_t>(at + 8)});
    expected = next;
  }
  if (expected != foot_at) return Damaged(path_, "its foot");
  return Status::Ok();
}

Status SnapshotFileReader::ReadBlock(const Stored& block, std::string* raw, uint32_t* entries) {
  packed_.resize(block.end - block.offset);
  SLUICE_ASSIGN(const int64_t got,
                file_->Read(static_cast<int64_t>(block.offset),
                            static_cast<int64_t>(packed_.size()), packed_.data()));
  if (got != static_cast<int64_t>(packed_.size())) return Damaged(path_, "it is too short");
  const std::string_view bytes = packed_;
  if (Checksum(bytes) != block.checksum) return Damaged(path_, "a block");
  const auto stored = GetFixed<uint32_t>(bytes.data());
  const auto raw_size = GetFixed<uint32_t>(bytes.data() + 4);
  *entries = GetFixed<uint32_t>(bytes.data() + 8);
  const auto codec = static_cast<BlockCodec>(GetFixed<uint32_t>(bytes.data() + 12));
  if (stored != bytes.size() - kSnapshotBlockHeadBytes || raw_size > LZ4_MAX_INPUT_SIZE ||
      raw_size > RawBytesMax(stored)) {
    return Damaged(path_, "the size of a block");
  }
  const char* const from = bytes.data() + kSnapshotBlockHeadBytes;
  raw->resize(raw_size);
  if (codec == BlockCodec::kNone && raw_size == stored) {
    std::copy_n(from, stored, raw->data());
  } else if (codec != BlockCodec::kLz4 ||
             LZ4_decompress_safe(from, raw->data(), static_cast<int>(stored),
                                 static_cast<int>(raw_size)) != static_cast<int>(raw_size)) {
    return Damaged(path_, "a block does not unpack");
  }
  return Status::Ok();
}

Status SnapshotFileReader::Unpack(const Stored& block, Unpacked* out) {
  uint32_t count = 0;
  SLUICE_TRY(ReadBlock(block, &out->raw, &count));
  out->entries.clear();
  const char* at = out->raw.data();
  const char* const end = at + out->raw.size();
  while (at != end) {
    Entry entry;
    if (!GetEntry(&at, end, &entry)) return Damaged(path_, "an entry");
    out->entries.push_back(entry);
  }
  return out->entries.size() == count ? Status::Ok()
                                      : Status(Damaged(path_, "the entries of a block"));
}

Status SnapshotFileReader::VisitBackwards(const Unpacked& block, const Visit& visit) {
  for (size_t i = block.entries.size(); i-- > 0;) SLUICE_TRY(visit(block.entries[i]));
  return Status::Ok();
}

Status SnapshotFileReader::ForEachBackwards(const Visit& visit, bool ahead) {
  if (ahead && blocks_.size() > 1) return ForEachAhead(visit);
  Unpacked block;
  for (size_t i = blocks_.size(); i-- > 0;) {
    SLUICE_TRY(Unpack(blocks_[i], &block));
    SLUICE_TRY(VisitBackwards(block, visit));
  }
  return Status::Ok();
}

Status SnapshotFileReader::ForEachAhead(const Visit& visit) {
  using BlockPtr = std::unique_ptr<Unpacked>;
  io::BoundedQueue<Result<BlockPtr>> ready(kBlocksAhead);
  io::BoundedQueue<BlockPtr> spare(kBlocksAhead + 2);  // their memory is used again
  const auto reader = io::StartThread("state-read", [&] {
    for (size_t i = blocks_.size(); i-- > 0;) {
      BlockPtr block = spare.PopFor(0).value_or(nullptr);
      if (block == nullptr) block = std::make_unique<Unpacked>();
      Status status = Unpack(blocks_[i], block.get());
      const bool last = i == 0 || !status.ok();
      Result<BlockPtr> result = std::move(block);
      if (!status.ok()) result = std::move(status).error();
      if (!ready.Push(std::move(result)) || last) break;
    }
    ready.Close();
  });
  Status status;
  while (auto block = ready.Pop()) {
    if (block->ok()) {
      status = VisitBackwards(***block, visit);
    } else {
      status = std::move(*block).error();
    }
    if (!status.ok()) break;
    spare.Push(std::move(**block));
  }
  ready.Close();  // where the reader still waits for room
  reader->Join();
  return status;
}

}  // namespace sluice::state
