// SPDX-License-Identifier: Apache-2.0
// Where entries of tables go that memory has no room for ('state.backend.type' = 'rocksdb'). It is
// scratch space: wiped when it is opened, never synced; snapshots stay the truth. An entry is
// either in its table's memory or here.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::state {

/// Keys and values of the tables of one operator on one shard; used by one thread at a time.
class ColdStore {
 public:
  virtual ~ColdStore() = default;
  struct Entry {
    std::string key;
    std::string value;
  };
  /// Tables count from 0; each is a space of keys of its own.
  virtual Status Put(uint32_t table, const std::vector<Entry>& entries) = 0;
  virtual Status Delete(uint32_t table, const std::vector<std::string>& keys) = 0;
  virtual Status DeleteAll(uint32_t table) = 0;
  /// One value for each key, nullopt where there is none.
  virtual Status Get(uint32_t table, const std::vector<std::string>& keys,
                     std::vector<std::optional<std::string>>* values) = 0;
  /// Up to `limit` entries with keys behind `after` (nullopt: from the first), in the order of
  /// keys.
  virtual Status Scan(uint32_t table, const std::optional<std::string>& after, size_t limit,
                      std::vector<Entry>* entries) = 0;
  /// How many bytes a table may keep in memory that holds `used` and said `*reported` last time:
  /// `used` while all tables together fit the budget, else its part of it. Sets `*reported`.
  virtual int64_t MemoryFor(int64_t used, int64_t* reported) = 0;
  /// The budget of all tables together.
  virtual int64_t budget_bytes() const = 0;
};

/// The RocksDB of a process, shared by operators and shards, and the memory budget of their tables.
class ColdDatabase {
 public:
  /// Wipes `directory` and opens it. Besides the budget of tables it takes about 96 MiB itself.
  static Result<std::unique_ptr<ColdDatabase>> Make(const std::string& directory,
                                                    int64_t budget_bytes);
  ~ColdDatabase();  // after the stores; wipes again
  ColdDatabase(const ColdDatabase&) = delete;
  ColdDatabase& operator=(const ColdDatabase&) = delete;
  /// Another store, empty. May be called from any thread.
  std::unique_ptr<ColdStore> NewStore();
  /// Keys and values that all stores have taken so far.
  int64_t spilled_bytes() const { return spilled_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Handle;
  friend class RocksStore;
  ColdDatabase(std::unique_ptr<Handle> handle, std::string directory, int64_t budget_bytes);
  std::unique_ptr<Handle> handle_;
  std::string directory_;
  int64_t budget_bytes_ = 0;
  std::atomic<int64_t> used_bytes_{0};
  std::atomic<int64_t> spilled_bytes_{0};
  std::atomic<uint32_t> next_store_{0};
};

/// What operators hold in memory that cannot give way, all shards of a process together.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t budget_bytes) : budget_bytes_(budget_bytes) {}
  int64_t budget_bytes() const { return budget_bytes_; }
  /// One shard holds `used` now, and said `*reported` before. What all hold.
  int64_t Report(int64_t used, int64_t* reported) {
    const int64_t more = used - *reported;
    *reported = used;
    return used_bytes_.fetch_add(more, std::memory_order_relaxed) + more;
  }

 private:
  const int64_t budget_bytes_;
  std::atomic<int64_t> used_bytes_{0};
};

/// The part of `budget` for a table that holds `used` of the `total` of all.
int64_t ShareOfBudget(int64_t used, int64_t total, int64_t budget);

}  // namespace sluice::state
