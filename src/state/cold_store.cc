// SPDX-License-Identifier: Apache-2.0
// Keys in the database: u32 store and u32 table, both big-endian, then the key.
#include "state/cold_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

namespace sluice::state {

struct ColdDatabase::Handle {
  std::unique_ptr<rocksdb::DB> db;
};

namespace {

constexpr size_t kPrefixBytes = 8;
constexpr size_t kWriteBufferBytes = 16 << 20;
constexpr size_t kBlockCacheBytes = 32 << 20;
constexpr double kMemtableBloomRatio = 0.1;  // of the write buffer

void PutBigEndian(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(static_cast<uint8_t>(value >> shift)));
  }
}

Status ToStatus(const rocksdb::Status& status) {
  if (status.ok()) return Status::Ok();
  const std::string text = "the scratch space of state failed (RocksDB): " + status.ToString();
  return status.IsNoSpace() ? ResourceExhausted(text) : IoError(text);
}

rocksdb::Options DatabaseOptions() {
  rocksdb::Options out;
  out.create_if_missing = true;
  out.write_buffer_size = kWriteBufferBytes;
  out.max_write_buffer_number = 3;
  out.max_background_jobs = 2;
  out.max_open_files = 512;
  out.compression = rocksdb::kLZ4Compression;
  out.info_log_level = rocksdb::ERROR_LEVEL;
  out.keep_log_file_num = 1;
  out.stats_dump_period_sec = 0;
  out.paranoid_checks = true;
  // Most keys that are asked for have not been written lately, or never.
  out.memtable_prefix_bloom_size_ratio = kMemtableBloomRatio;
  out.memtable_whole_key_filtering = true;
  rocksdb::BlockBasedTableOptions blocks;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  blocks.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  // Filters and indexes of a large state are larger than the cache, and one of them is a megabyte:
  // in one piece each would be read, checked and dropped again for every batch of keys.
  blocks.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  blocks.partition_filters = true;
  blocks.metadata_block_size = 4096;
  blocks.cache_index_and_filter_blocks = true;
  blocks.cache_index_and_filter_blocks_with_high_priority = true;
  blocks.pin_top_level_index_and_filter = true;
  blocks.pin_l0_filter_and_index_blocks_in_cache = true;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  return out;
}

rocksdb::WriteOptions Unlogged() {
  rocksdb::WriteOptions out;
  out.disableWAL = true;
  return out;
}

}  // namespace

class RocksStore : public ColdStore {
 public:
  RocksStore(ColdDatabase* database, uint32_t id) : database_(database), id_(id) {}
  ~RocksStore() override {
    database_->used_bytes_ -= reported_;
    // What stays behind is found by nobody: ids are not given twice.
    (void)db().DeleteRange(Unlogged(), db().DefaultColumnFamily(), Prefix(0), Prefix(UINT32_MAX));
  }

  Status Put(uint32_t table, const std::vector<Entry>& entries) override {
    rocksdb::WriteBatch batch;
    const std::string prefix = Prefix(table);
    size_t bytes = 0;
    for (const Entry& entry : entries) {
      const rocksdb::Slice key[] = {prefix, entry.key};
      const rocksdb::Slice value(entry.value);
      SLUICE_TRY(ToStatus(batch.Put(rocksdb::SliceParts(key, 2), rocksdb::SliceParts(&value, 1))));
      bytes += entry.key.size() + entry.value.size();
    }
    database_->spilled_bytes_.fetch_add(static_cast<int64_t>(bytes), std::memory_order_relaxed);
    return ToStatus(db().Write(Unlogged(), &batch));
  }

  Status Delete(uint32_t table, const std::vector<std::string>& keys) override {
    rocksdb::WriteBatch batch;
    const std::string prefix = Prefix(table);
    for (const std::string& each : keys) {
      const rocksdb::Slice key[] = {prefix, each};
      SLUICE_TRY(ToStatus(batch.Delete(rocksdb::SliceParts(key, 2))));
    }
    return ToStatus(db().Write(Unlogged(), &batch));
  }

  Status DeleteAll(uint32_t table) override {
    return ToStatus(
        db().DeleteRange(Unlogged(), db().DefaultColumnFamily(), Prefix(table), Prefix(table + 1)));
  }

  Status Get(uint32_t table, const std::vector<std::string>& keys,
             std::vector<std::optional<std::string>>* values) override {
    const std::string prefix = Prefix(table);
    size_t bytes = 0;
    for (const std::string& key : keys) bytes += prefix.size() + key.size();
    std::string full;
    full.reserve(bytes);  // slices point into it
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const std::string& key : keys) {
      const size_t start = full.size();
      full += prefix;
      full += key;
      slices.emplace_back(full.data() + start, full.size() - start);
    }
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db().MultiGet(rocksdb::ReadOptions(), db().DefaultColumnFamily(), keys.size(), slices.data(),
                  found.data(), statuses.data(), std::is_sorted(keys.begin(), keys.end()));
    values->assign(keys.size(), std::nullopt);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      SLUICE_TRY(ToStatus(statuses[i]));
      (*values)[i] = found[i].ToString();
    }
    return Status::Ok();
  }

  Status Scan(uint32_t table, const std::optional<std::string>& after, size_t limit,
              std::vector<Entry>* entries) override {
    entries->clear();
    const std::string end = Prefix(table + 1);
    const rocksdb::Slice bound(end);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    options.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> at(db().NewIterator(options));
    // The first key behind another one is that with a zero byte more.
    at->Seek(after.has_value() ? KeyOf(table, *after) + '\0' : Prefix(table));
    for (; at->Valid() && entries->size() < limit; at->Next()) {
      rocksdb::Slice key = at->key();
      key.remove_prefix(kPrefixBytes);
      entries->push_back({key.ToString(), at->value().ToString()});
    }
    return ToStatus(at->status());
  }

  int64_t MemoryFor(int64_t used, int64_t* reported) override {
    const int64_t more = used - *reported;
    *reported = used;
    reported_ += more;
    const int64_t total = database_->used_bytes_.fetch_add(more) + more;
    return ShareOfBudget(used, total, database_->budget_bytes_);
  }
  int64_t budget_bytes() const override { return database_->budget_bytes_; }

 private:
  rocksdb::DB& db() { return *database_->handle_->db; }
  std::string Prefix(uint32_t table) const {
    std::string out;
    PutBigEndian(id_, &out);
    PutBigEndian(table, &out);
    return out;
  }
  std::string KeyOf(uint32_t table, std::string_view key) const {
    std::string out = Prefix(table);
    out += key;
    return out;
  }

  ColdDatabase* database_;
  uint32_t id_;
  int64_t reported_ = 0;  // of all its tables
};

int64_t ShareOfBudget(int64_t used, int64_t total, int64_t budget) {
  if (total <= budget) return used;
  // A little less than the part, or tables would give way a few entries at a time.
  const double part = 0.9 * static_cast<double>(budget) / static_cast<double>(total);
  return static_cast<int64_t>(static_cast<double>(used) * part);
}

ColdDatabase::ColdDatabase(std::unique_ptr<Handle> handle, std::string directory,
                           int64_t budget_bytes)
    : handle_(std::move(handle)), directory_(std::move(directory)), budget_bytes_(budget_bytes) {}

ColdDatabase::~ColdDatabase() {
  handle_->db.reset();
  (void)rocksdb::DestroyDB(directory_, DatabaseOptions());
}

Result<std::unique_ptr<ColdDatabase>> ColdDatabase::Make(const std::string& directory,
                                                         int64_t budget_bytes) {
  SLUICE_TRY(ToStatus(rocksdb::DestroyDB(directory, DatabaseOptions())));
  auto handle = std::make_unique<Handle>();
  rocksdb::DB* db = nullptr;
  SLUICE_TRY(ToStatus(rocksdb::DB::Open(DatabaseOptions(), directory, &db)));
  handle->db.reset(db);
  return std::unique_ptr<ColdDatabase>(
      new ColdDatabase(std::move(handle), directory, budget_bytes));
}

std::unique_ptr<ColdStore> ColdDatabase::NewStore() {
  return std::make_unique<RocksStore>(this, next_store_++);
}

}  // namespace sluice::state
