// SPDX-License-Identifier: Apache-2.0
// For tests: a cold store without a database.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "state/cold_store.h"

namespace sluice::state {

/// A cold store that is a map; each table may keep so many bytes in memory.
class ColdMap : public ColdStore {
 public:
  explicit ColdMap(int64_t bytes_of_table) : bytes_of_table_(bytes_of_table) {}
  Status Put(uint32_t table, const std::vector<Entry>& entries) override {
    for (const Entry& entry : entries) tables_[table][entry.key] = entry.value;
    return Status::Ok();
  }
  Status Delete(uint32_t table, const std::vector<std::string>& keys) override {
    for (const std::string& key : keys) tables_[table].erase(key);
    return Status::Ok();
  }
  Status DeleteAll(uint32_t table) override {
    tables_[table].clear();
    return Status::Ok();
  }
  Status Get(uint32_t table, const std::vector<std::string>& keys,
             std::vector<std::optional<std::string>>* values) override {
    values->assign(keys.size(), std::nullopt);
    for (size_t i = 0; i < keys.size(); ++i) {
      const auto at = tables_[table].find(keys[i]);
      if (at != tables_[table].end()) (*values)[i] = at->second;
    }
    return Status::Ok();
  }
  Status Scan(uint32_t table, const std::optional<std::string>& after, size_t limit,
              std::vector<Entry>* entries) override {
    entries->clear();
    auto& map = tables_[table];
    auto at = after.has_value() ? map.upper_bound(*after) : map.begin();
    for (; at != map.end() && entries->size() < limit; ++at) {
      entries->push_back({at->first, at->second});
    }
    return Status::Ok();
  }
  int64_t MemoryFor(int64_t used, int64_t* reported) override {
    *reported = used;
    return std::min(used, bytes_of_table_);
  }
  int64_t budget_bytes() const override { return int64_t{1} << 30; }

 private:
  int64_t bytes_of_table_;
  std::map<uint32_t, std::map<std::string, std::string>> tables_;
};

}  // namespace sluice::state
