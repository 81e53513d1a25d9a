// SPDX-License-Identifier: Apache-2.0
// Any bytes as a state file: refused or read, never a crash, never more memory than the bytes
// allow. The checksums are set right first, or nothing behind them would ever be reached.
#include <cstddef>
#include <cstdint>
#include <string>

#include "io/fake/disk.h"
#include "state/snapshot_file.h"
#include "state/snapshot_format_internal.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace {

uint64_t Checksum(const std::string& bytes, size_t from, size_t end) {
  return XXH3_64bits(bytes.data() + from, end - from);
}

void Set(std::string* bytes, size_t at, uint64_t value) {
  std::memcpy(bytes->data() + at, &value, sizeof(value));
}

/// Repairs the checksums of head, blocks and foot as far as the bytes have these parts.
void Repair(std::string* bytes) {
  using namespace sluice::state;
  constexpr size_t kFields = kSnapshotHeadFixedBytes + kSnapshotHeadFieldsBytes;
  constexpr size_t kEnd = kSnapshotFootFixedBytes + kSnapshotTailBytes;
  if (bytes->size() < kFields + 8 + kEnd) return;
  bytes->replace(0, 8, kSnapshotMagic);
  bytes->replace(bytes->size() - 8, 8, kSnapshotEndMagic);
  Set(bytes, 8, kSnapshotVersion | static_cast<uint64_t>(~kSnapshotVersion) << 32);
  const auto uid_bytes = GetFixed<uint32_t>(bytes->data() + kSnapshotHeadFixedBytes);
  if (uid_bytes > bytes->size() - kFields - 8 - kEnd) return;
  Set(bytes, kFields + uid_bytes, Checksum(*bytes, 0, kFields + uid_bytes));
  const size_t foot_end = bytes->size() - kSnapshotTailBytes;
  const auto count = GetFixed<uint64_t>(bytes->data() + foot_end - 8);
  if (count > (foot_end - kSnapshotFootFixedBytes) / 16) return;
  const size_t foot_at = foot_end - kSnapshotFootFixedBytes - count * 16;
  for (uint64_t i = 0; i < count; ++i) {
    const size_t at = foot_at + i * 16;
    const auto offset = GetFixed<uint64_t>(bytes->data() + at);
    const uint64_t next = i + 1 < count ? GetFixed<uint64_t>(bytes->data() + at + 16) : foot_at;
    if (offset > next || next > foot_at) continue;
    Set(bytes, at + 8, Checksum(*bytes, offset, next));
  }
  Set(bytes, foot_end, Checksum(*bytes, foot_at, foot_end));
}

void Read(const std::string& bytes) {
  sluice::io::fake::Disk disk;
  disk.Put("/f", bytes);
  sluice::io::fake::FakeFileSystem files(&disk);
  auto reader = sluice::state::SnapshotFileReader::Open(&files, "/f");
  if (!reader.ok()) return;
  size_t read = 0;
  (void)(*reader)->ForEachBackwards([&](const sluice::state::SnapshotFileReader::Entry& entry) {
    for (const char c : entry.key) read += static_cast<uint8_t>(c);
    for (const char c : entry.value) read += static_cast<uint8_t>(c);
    return sluice::Status::Ok();
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::string text(reinterpret_cast<const char*>(bytes), size);
  Read(text);
  Repair(&text);
  Read(text);
  return 0;
}
