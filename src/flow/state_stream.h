// SPDX-License-Identifier: Apache-2.0
// How operators hand their state over and get it back: entries of byte strings. An operator numbers
// its tables from 0 and decides what keys and values mean; `group` says which shard an entry
// belongs to after a restart with another parallelism.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace sluice::flow {

/// Keys are spread over this many groups (Flink's maximum parallelism); a shard owns a range of
/// them. It is part of the state format.
inline constexpr uint32_t kKeyGroups = 1024;

/// The group of a key, by the hash of its encoded bytes (state/key_encoder.h).
inline constexpr uint32_t KeyGroupOf(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 54);
}
/// The hash with another key group: of state whose key is more than the distribution key.
inline constexpr uint64_t WithKeyGroup(uint64_t hash, uint32_t group) {
  return (static_cast<uint64_t>(group) << 54) | (hash & ((uint64_t{1} << 54) - 1));
}
/// The shard that owns a group, of `shards`.
inline constexpr int ShardOfGroup(uint32_t group, int shards) {
  return static_cast<int>((static_cast<uint64_t>(group) * static_cast<uint64_t>(shards)) /
                          kKeyGroups);
}

struct StateEntry {
  int table = 0;
  uint32_t group = 0;
  std::string_view key;
  std::string_view value;
};

/// Groups at and above kKeyGroups are not keys. kOfEveryShard: the entry goes to every shard on
/// restore (an operator without keys merges them, for instance a watermark by minimum).
inline constexpr uint32_t kOfEveryShard = kKeyGroups;

class StateWriter {
 public:
  virtual ~StateWriter() = default;
  /// The entry's value is now this.
  virtual Status Put(const StateEntry& entry) = 0;
  /// The entry is gone. Deleting what was never put is allowed.
  virtual Status Delete(int table, uint32_t group, std::string_view key) = 0;
};

}  // namespace sluice::flow
