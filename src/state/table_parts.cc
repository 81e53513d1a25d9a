// SPDX-License-Identifier: Apache-2.0
// Large values in snapshots: a key of a join with a million rows changes by a few of them. The
// value is cut where its content says so (a rolling hash), so that bytes that come or go move no
// other cut; a part is known by its hash. In the file, under the entry's table and group:
//
//   key               byte 2, or 3 and the i64 time of the last write; then u64 per part: its id
//   key, u64 part id  byte 4, the bytes of the part
//
// Keys of a table have one form, none is another one with eight bytes more.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "state/table_core_internal.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace sluice::state {
namespace {

constexpr char kPartedWithoutTime = 2;
constexpr char kPartedWithTime = 3;
constexpr char kPart = 4;
constexpr size_t kIdBytes = sizeof(uint64_t);

/// Random numbers, the same for ever: where values are cut must not change with the program.
constexpr std::array<uint64_t, 256> MakeGear() {
  std::array<uint64_t, 256> gear{};
  uint64_t state = 0x736C75696365ULL;
  for (uint64_t& one : gear) {
    state += 0x9E3779B97F4A7C15ULL;
    uint64_t mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    one = mixed ^ (mixed >> 31);
  }
  return gear;
}
constexpr std::array<uint64_t, 256> kGear = MakeGear();

/// The first part of `bytes`, of about `usual` bytes (a power of two).
size_t PartSize(std::string_view bytes, size_t usual) {
  const size_t least = usual / 4;
  const size_t most = std::min(usual * 8, bytes.size());
  const uint64_t mask = (usual - 1) << 40;  // high bits see the last 64 bytes
  uint64_t hash = 0;
  for (size_t at = std::min(least, most); at < most; ++at) {
    hash = (hash << 1) + kGear[static_cast<uint8_t>(bytes[at])];
    if ((hash & mask) == 0) return at + 1;
  }
  return most;
}

void AppendId(uint64_t id, std::string* out) {
  out->append(reinterpret_cast<const char*>(&id), sizeof(id));
}

uint64_t IdAt(const char* at) {
  uint64_t id;
  std::memcpy(&id, at, sizeof(id));
  return id;
}

void SortUnique(std::vector<uint64_t>* ids) {
  std::sort(ids->begin(), ids->end());
  ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
}

}  // namespace

struct TableCore::Parts {
  /// Keys of large values to the parts that snapshots hold, sorted.
  std::unordered_map<std::string, std::vector<uint64_t>> stored;
  struct Restoring {
    bool has_head = false;
    uint32_t group = 0;
    std::string head;           // of the whole value: one byte, and the time
    std::vector<uint64_t> ids;  // in order
    size_t distinct = 0;
    std::unordered_map<uint64_t, std::string> parts;
  };
  std::unordered_map<std::string, Restoring> restoring;
};

void TableCore::FreeParts::operator()(Parts* parts) const {
  delete parts;
}

Status TableCore::DeleteParts(const flow::StateEntry& entry, flow::StateWriter* writer) {
  const auto known = parts_->stored.find(std::string(entry.key));
  if (known == parts_->stored.end()) return Status::Ok();
  for (const uint64_t id : known->second) {
    std::string key(entry.key);
    AppendId(id, &key);
    SLUICE_TRY(writer->Delete(entry.table, entry.group, key));
  }
  parts_->stored.erase(known);
  return Status::Ok();
}

Status TableCore::PutParts(const flow::StateEntry& entry, bool full, flow::StateWriter* writer) {
  if (parts_ == nullptr) parts_.reset(new Parts());
  if (entry.value.size() < options_.parted_bytes) {
    if (!full) SLUICE_TRY(DeleteParts(entry, writer));
    return writer->Put(entry);
  }
  const bool has_time = entry.value[0] != 0;
  const size_t head_bytes = has_time ? 1 + sizeof(int64_t) : 1;
  std::string head(1, has_time ? kPartedWithTime : kPartedWithoutTime);
  head += entry.value.substr(1, head_bytes - 1);
  size_t usual = 64;
  while (usual * 16 <= options_.parted_bytes) usual *= 2;
  std::vector<uint64_t>& stored = parts_->stored[std::string(entry.key)];
  std::vector<uint64_t> ids;
  std::string key(entry.key);
  std::string part;
  std::unordered_set<uint64_t> met;
  for (std::string_view rest = entry.value.substr(head_bytes); !rest.empty();) {
    const std::string_view bytes = rest.substr(0, PartSize(rest, usual));
    rest.remove_prefix(bytes.size());
    const uint64_t id = XXH3_64bits(bytes.data(), bytes.size());
    AppendId(id, &head);
    ids.push_back(id);
    const bool again = !met.insert(id).second;
    if (again || (!full && std::binary_search(stored.begin(), stored.end(), id))) continue;
    key.resize(entry.key.size());
    AppendId(id, &key);
    part.assign(1, kPart);
    part += bytes;
    SLUICE_TRY(writer->Put({entry.table, entry.group, key, part}));
  }
  SortUnique(&ids);
  for (const uint64_t id : stored) {
    if (full || std::binary_search(ids.begin(), ids.end(), id)) continue;
    key.resize(entry.key.size());
    AppendId(id, &key);
    SLUICE_TRY(writer->Delete(entry.table, entry.group, key));
  }
  stored = std::move(ids);
  return writer->Put({entry.table, entry.group, entry.key, head});
}

Status TableCore::RestorePart(const flow::StateEntry& entry) {
  if (parts_ == nullptr) parts_.reset(new Parts());
  const std::string_view value = entry.value;
  const bool is_part = value[0] == kPart;
  const size_t head_bytes = value[0] == kPartedWithTime ? 1 + sizeof(int64_t) : 1;
  if (value[0] > kPart || value.size() < head_bytes ||
      (is_part ? entry.key.size() < kIdBytes : (value.size() - head_bytes) % kIdBytes != 0)) {
    return Corrupt("value of a state entry has no known form");
  }
  const std::string key(is_part ? entry.key.substr(0, entry.key.size() - kIdBytes) : entry.key);
  Parts::Restoring& one = parts_->restoring[key];
  if (is_part) {
    one.parts[IdAt(entry.key.data() + key.size())] = value.substr(1);
  } else {
    one.has_head = true;
    one.group = entry.group;
    one.head.assign(1, value[0] == kPartedWithTime ? 1 : 0);
    one.head += value.substr(1, head_bytes - 1);
    for (size_t at = head_bytes; at < value.size(); at += kIdBytes) {
      one.ids.push_back(IdAt(value.data() + at));
    }
    std::vector<uint64_t>& stored = parts_->stored[key];
    stored = one.ids;
    SortUnique(&stored);
    one.distinct = stored.size();
  }
  if (!one.has_head || one.parts.size() < one.distinct) return Status::Ok();
  std::string whole = std::move(one.head);
  for (const uint64_t id : one.ids) {
    const auto part = one.parts.find(id);
    if (part == one.parts.end()) return CheckParts();
    whole += part->second;
  }
  const uint32_t group = one.group;
  parts_->restoring.erase(key);
  return RestoreWhole({entry.table, group, key, whole});
}

Status TableCore::CheckParts() const {
  if (parts_->restoring.empty()) return Status::Ok();
  return Corrupt("a large value of state lacks parts");
}

}  // namespace sluice::state
