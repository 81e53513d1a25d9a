// SPDX-License-Identifier: Apache-2.0
// The numbers of docs/formats/state.md, and how integers stand in the files: little-endian, or as
// LEB128 inside blocks.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::state {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::string_view kSnapshotMagic = "SLUICEST";
inline constexpr std::string_view kSnapshotEndMagic = "SLUICEND";
inline constexpr uint32_t kSnapshotVersion = 2;
inline constexpr uint64_t kSnapshotHeadFixedBytes = 16;   // magic, version, its complement
inline constexpr uint64_t kSnapshotHeadFieldsBytes = 20;  // uid size, shard, epoch, full
inline constexpr uint32_t kSnapshotUidBytesMax = 64 << 10;
inline constexpr uint64_t kSnapshotBlockHeadBytes = 16;  // stored size, raw size, entries, codec
inline constexpr uint64_t kSnapshotFootFixedBytes = 32;  // puts, deletes, raw bytes, block count
inline constexpr uint64_t kSnapshotTailBytes = 16;       // checksum, magic

enum class BlockCodec : uint32_t { kNone = 0, kLz4 = 1 };

template <typename T>
void PutFixed(T value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
T GetFixed(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

inline void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

/// False when the bytes end too early or the number is too large.
inline bool GetVarint(const char** at, const char* end, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 63 && *at != end; shift += 7) {
    const auto byte = static_cast<uint8_t>(*(*at)++);
    *value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace sluice::state
