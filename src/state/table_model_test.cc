// SPDX-License-Identifier: Apache-2.0
// Random work on a Table and on a std::map that says what it should hold: batches, erasing, time to
// live, moving to a cold store, incremental snapshots on disk and coming back from them.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "io/fake/disk.h"
#include "state/cold_store.h"
#include "state/key_encoder.h"
#include "state/snapshot_store.h"
#include "state/table.h"

namespace sluice::state {
namespace {

struct Text {
  std::string value;
  void Encode(std::string* out) const { *out += value; }
  Status Decode(std::string_view bytes) {
    value = bytes;
    return Status::Ok();
  }
  int64_t heap_bytes() const { return static_cast<int64_t>(value.capacity()); }
};

/// A cold store that is a map.
class MapStore : public ColdStore {
 public:
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
    return std::min<int64_t>(used, 4000);
  }

 private:
  std::map<uint32_t, std::map<std::string, std::string>> tables_;
};

enum class Work { kBatch, kErase, kTime, kExpire, kBalance, kSnapshot, kRestart, kVisit, kCount };

/// Work and what it works on, all decided by the generator.
struct Step {
  Work work = Work::kBatch;
  uint32_t seed = 0;
};

struct Expected {
  std::string value;
  int64_t written = 0;
};

class Model {
 public:
  Model(int64_t ttl_ms, bool cold) : ttl_ms_(ttl_ms), cold_(cold) { Open(); }

  void Do(const Step& step) {
    switch (step.work) {
      case Work::kBatch:
        return Batch(step.seed);
      case Work::kErase:
        return Erase(KeyOf(step.seed));
      case Work::kTime:
        now_ += step.seed % 20;
        return table_->SetNow(now_);
      case Work::kExpire:
        return table_->Expire();
      case Work::kBalance:
        if (!cold_) return;
        RC_ASSERT(
            (step.seed % 2 == 0 ? table_->Balance(step.seed % 5000) : table_->Balance()).ok());
        return;
      case Work::kSnapshot:
        return Snapshot(step.seed % 8 == 0);
      case Work::kRestart:
        return Restart();
      default:
        return Check(step.seed % 4 == 0);
    }
  }

  /// All that the table holds; `erase`: every third entry goes while it is visited.
  void Check(bool erase) {
    std::map<std::string, std::string> live;
    for (const auto& [key, entry] : expected_) {
      if (IsLive(entry)) live[key] = entry.value;
    }
    std::map<std::string, std::string> held;
    int visited = 0;
    RC_ASSERT(table_
                  ->ForEach([&](Slot slot) {
                    const std::string key(table_->Key(slot));
                    RC_ASSERT(held.emplace(key, (*table_)[slot].value).second);
                    RC_ASSERT(table_->Hash(slot) == HashOf(key));
                    if (erase && ++visited % 3 == 0) {
                      table_->Erase(slot);
                      expected_.erase(key);
                    }
                    return Status::Ok();
                  })
                  .ok());
    RC_ASSERT(held == live);
    RC_ASSERT(table_->memory_bytes() >= 0);
  }

 private:
  static std::string KeyOf(uint32_t seed) {
    const uint32_t key = seed % 60;
    return std::string(key % 5 * 7, 'k') + std::to_string(key);
  }
  /// Some keys carry the group of another one.
  static uint64_t HashOf(const std::string& key) {
    const uint64_t hash = HashKey(key);
    return key.size() % 2 == 0 ? hash : flow::WithKeyGroup(hash, 77);
  }
  bool IsLive(const Expected& entry) const {
    return ttl_ms_ == 0 || entry.written + ttl_ms_ > now_;
  }

  void Open() {
    table_.reset();
    store_ = std::make_unique<MapStore>();
    table_ = std::make_unique<TypedTable<Text>>(3, ttl_ms_, cold_ ? store_.get() : nullptr);
    table_->SetNow(now_);
  }

  void Batch(uint32_t seed) {
    EncodedKeys keys;
    keys.offsets.push_back(0);
    for (uint32_t i = 0; i < seed % 50; ++i) {
      const std::string key = KeyOf(seed / 7 + i * i * 31);
      keys.bytes.insert(keys.bytes.end(), key.begin(), key.end());
      keys.offsets.push_back(static_cast<uint32_t>(keys.bytes.size()));
      keys.hashes.push_back(HashOf(key));
    }
    std::vector<Slot> slots;
    RC_ASSERT(table_->FindAll(keys, &slots).ok());
    for (int64_t row = 0; row < keys.rows(); ++row) {
      const auto at = expected_.find(std::string(keys[row]));
      const bool live = at != expected_.end() && IsLive(at->second);
      RC_ASSERT((slots[static_cast<size_t>(row)] != kNoSlot) == live);
    }
    if (seed % 3 == 0) return;
    std::vector<uint8_t> inserted;
    RC_ASSERT(table_->FindOrInsertAll(keys, &slots, &inserted).ok());
    for (int64_t row = 0; row < keys.rows(); ++row) {
      const Slot slot = slots[static_cast<size_t>(row)];
      Expected& entry = expected_[std::string(keys[row])];
      if (inserted[static_cast<size_t>(row)] != 0) entry.value.clear();
      RC_ASSERT((*table_)[slot].value == entry.value);
      entry.value += static_cast<char>('a' + seed % 26);
      (*table_)[slot].value = entry.value;
      entry.written = now_;
      table_->MarkChanged(slot);
    }
  }

  void Erase(const std::string& key) {
    auto slot = table_->Find(key, HashOf(key));
    RC_ASSERT(slot.ok());
    if (*slot == kNoSlot) return;
    table_->Erase(*slot);
    expected_.erase(key);
  }

  void Snapshot(bool full) {
    full = full || chain_.empty();
    auto writer = snapshots_.Begin({.uid = "u", .epoch = ++epoch_, .full = full}, "t");
    RC_ASSERT(writer.ok());
    RC_ASSERT(table_->Snapshot(full, writer->get()).ok());
    if (full) chain_.clear();
    chain_.push_back(*(*writer)->Finish());
  }

  void Restart() {
    Snapshot(false);
    if (epoch_ % 3 == 0) {
      chain_ = {*snapshots_.Merge(chain_, "m" + std::to_string(epoch_))};
    }
    Open();
    const auto restore = [&](const flow::StateEntry& entry) { return table_->Restore(entry); };
    // As three shards would: each group once.
    for (int shard = 0; shard < 3; ++shard) {
      RC_ASSERT(snapshots_.Restore(chain_, GroupsOfShard(shard, 3), restore).ok());
    }
    Check(false);
  }

  int64_t ttl_ms_;
  bool cold_;
  int64_t now_ = 1000;
  int64_t epoch_ = 0;
  io::fake::Disk disk_;
  io::fake::FakeFileSystem files_{&disk_};
  SnapshotStore snapshots_{&files_, "/state"};
  SnapshotChain chain_;
  std::unique_ptr<MapStore> store_;
  std::unique_ptr<TypedTable<Text>> table_;
  std::map<std::string, Expected> expected_;
};

void CheckModel(int64_t ttl_ms, bool cold) {
  const auto step = rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, static_cast<int>(Work::kCount) * 2),
                    rc::gen::inRange<uint32_t>(0, 1 << 20)),
      [](const std::pair<int, uint32_t>& drawn) {
        const bool batch = drawn.first >= static_cast<int>(Work::kCount);
        return Step{batch ? Work::kBatch : static_cast<Work>(drawn.first), drawn.second};
      });
  const bool held = rc::check([&] {
    Model model(ttl_ms, cold);
    const auto steps = *rc::gen::container<std::vector<Step>>(120, step);
    for (const Step& one : steps) model.Do(one);
    model.Check(false);
  });
  EXPECT_TRUE(held);
}

TEST(TableModel, InMemory) {
  CheckModel(0, false);
}
TEST(TableModel, WithTimeToLive) {
  CheckModel(50, false);
}
TEST(TableModel, WithColdStore) {
  CheckModel(0, true);
}
TEST(TableModel, WithColdStoreAndTimeToLive) {
  CheckModel(50, true);
}

}  // namespace
}  // namespace sluice::state
