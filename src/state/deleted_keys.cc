// SPDX-License-Identifier: Apache-2.0
// In the cold store: the key, and its group as u32.
#include "state/deleted_keys.h"

#include <cstring>
#include <optional>
#include <vector>

namespace sluice::state {
namespace {

constexpr size_t kChunk = 4096;             // keys that move at once
constexpr size_t kKeptCapacity = 64 << 10;  // of an empty list

Status ForEachOf(const std::string& list, const DeletedKeys::Visit& visit) {
  for (size_t at = 0; at < list.size();) {
    uint32_t size;
    uint32_t group;
    std::memcpy(&size, list.data() + at, sizeof(size));
    std::memcpy(&group, list.data() + at + sizeof(size), sizeof(group));
    at += sizeof(size) + sizeof(group);
    SLUICE_TRY(visit(std::string_view(list.data() + at, size), group));
    at += size;
  }
  return Status::Ok();
}

void Empty(std::string* list) {
  list->clear();
  if (list->capacity() > kKeptCapacity) list->shrink_to_fit();
}

}  // namespace

void DeletedKeys::Add(std::string_view key, uint32_t group) {
  const auto size = static_cast<uint32_t>(key.size());
  list_.append(reinterpret_cast<const char*>(&size), sizeof(size));
  list_.append(reinterpret_cast<const char*>(&group), sizeof(group));
  list_.append(key);
}

Status DeletedKeys::Spill() {
  if (cold_ == nullptr || list_.empty()) return Status::Ok();
  std::vector<ColdStore::Entry> entries;
  SLUICE_TRY(ForEachOf(list_, [&](std::string_view key, uint32_t group) -> Status {
    entries.push_back(
        {std::string(key), std::string(reinterpret_cast<const char*>(&group), sizeof(group))});
    if (entries.size() < kChunk) return Status::Ok();
    SLUICE_TRY(cold_->Put(space_, entries));
    entries.clear();
    return Status::Ok();
  }));
  SLUICE_TRY(cold_->Put(space_, entries));
  spilled_ = true;
  Empty(&list_);
  return Status::Ok();
}

Status DeletedKeys::ForEach(const Visit& visit) const {
  SLUICE_TRY(ForEachOf(list_, visit));
  std::vector<ColdStore::Entry> chunk;
  std::optional<std::string> after;
  while (spilled_) {
    SLUICE_TRY(cold_->Scan(space_, after, kChunk, &chunk));
    if (chunk.empty()) break;
    for (const ColdStore::Entry& entry : chunk) {
      uint32_t group;
      std::memcpy(&group, entry.value.data(), sizeof(group));
      SLUICE_TRY(visit(entry.key, group));
    }
    after = std::move(chunk.back().key);
  }
  return Status::Ok();
}

Status DeletedKeys::Clear() {
  Empty(&list_);
  if (!spilled_) return Status::Ok();
  spilled_ = false;
  return cold_->DeleteAll(space_);
}

}  // namespace sluice::state
