// SPDX-License-Identifier: Apache-2.0
// Random work on a Table and on a std::map that says what it should hold: batches, erasing, time to
// live, moving to a cold store, incremental snapshots on disk and coming back from them.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <map>
#include <set>

#include "io/fake/disk.h"
#include "state/cold_testing.h"
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

enum class Work {
  kBatch,
  kErase,
  kTime,
  kExpire,
  kBalance,
  kSnapshot,
  kRestart,
  kDue,
  kVisit,
  kCount
};

/// Work and what it works on, all decided by the generator.
struct Step {
  Work work = Work::kBatch;
  uint32_t seed = 0;
};

struct Expected {
  std::string value;
  int64_t written = 0;
};

/// An entry wakes when it has grown to its time.
int64_t WakeOf(const std::string& value) {
  return static_cast<int64_t>(value.size()) * 7;
}

struct ModelOptions {
  int64_t ttl_ms = 0;
  bool cold = false;
  bool wakes = false;
  size_t parted_bytes = 64 << 10;
};

TableOptions OptionsOf(const ModelOptions& options, ColdStore* cold) {
  TableOptions out;
  out.id = 3;
  out.payload = {
      .size = sizeof(Text),
      .init = [](const void*, void* at) { new (at) Text(); },
      .destroy = [](const void*, void* at) { static_cast<Text*>(at)->~Text(); },
      .encode = [](const void*, const void* at,
                   std::string* text) { static_cast<const Text*>(at)->Encode(text); },
      .decode = [](const void*, std::string_view bytes,
                   void* at) { return static_cast<Text*>(at)->Decode(bytes); },
      .heap_bytes = [](const void*,
                       const void* at) { return static_cast<const Text*>(at)->heap_bytes(); }};
  if (options.wakes) {
    out.wakes.of = [](const void*, std::string_view, const void* at, std::vector<int64_t>* times) {
      times->push_back(WakeOf(static_cast<const Text*>(at)->value));
    };
  }
  out.ttl_ms = options.ttl_ms;
  out.cold = options.cold ? cold : nullptr;
  out.parted_bytes = options.parted_bytes;
  return out;
}

class Model {
 public:
  explicit Model(const ModelOptions& options) : options_(options), ttl_ms_(options.ttl_ms) {
    Open();
  }

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
        if (!options_.cold) return;
        RC_ASSERT(
            (step.seed % 2 == 0 ? table_->Balance(step.seed % 5000) : table_->Balance()).ok());
        return;
      case Work::kSnapshot:
        return Snapshot(step.seed % 8 == 0);
      case Work::kRestart:
        return Restart();
      case Work::kDue:
        return TakeDue(step.seed);
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
                    RC_ASSERT(held.emplace(key, TextAt(slot).value).second);
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

  /// What is due up to some time, each once; some of it goes, the rest wakes later.
  void TakeDue(uint32_t seed) {
    if (!options_.wakes) return;
    const int64_t until = seed % 2000;
    std::set<std::string> due;
    for (const auto& [key, entry] : expected_) {
      if (WakeOf(entry.value) <= until) due.insert(key);
    }
    RC_ASSERT(due.empty() || table_->NextWake() <= until);
    std::vector<Table::Due> taken;
    while (true) {
      RC_ASSERT(table_->TakeDue(until, &taken).ok());
      if (taken.empty()) break;
      for (const auto& [time, slot] : taken) {
        if (!table_->IsLive(slot) || WakeOf(TextAt(slot).value) > until) continue;
        const std::string key(table_->Key(slot));
        RC_ASSERT(due.erase(key) == 1);
        if (key.size() % 3 == 0) {
          table_->Erase(slot);
          expected_.erase(key);
          continue;
        }
        TextAt(slot).value += std::string(static_cast<size_t>(until) / 7 + 1, 'w');
        expected_[key].value = TextAt(slot).value;
        table_->MarkChanged(slot);
        table_->WakeAt(WakeOf(TextAt(slot).value), slot);
      }
      if (options_.cold) RC_ASSERT(table_->Balance(seed % 3000).ok());
    }
    RC_ASSERT(due.empty());
    RC_ASSERT(table_->NextWake() > until);
  }

 private:
  Text& TextAt(Slot slot) { return *static_cast<Text*>(table_->Payload(slot)); }
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
    store_ = std::make_unique<ColdMap>(4000);
    table_ = std::make_unique<Table>(OptionsOf(options_, store_.get()));
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
      RC_ASSERT(TextAt(slot).value == entry.value);
      entry.value += std::string(1 + seed % 30, static_cast<char>('a' + seed % 26));
      TextAt(slot).value = entry.value;
      entry.written = now_;
      table_->MarkChanged(slot);
      if (options_.wakes) table_->WakeAt(WakeOf(entry.value), slot);
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
      // Or by parts of the groups, where little is to be remembered.
      const int64_t seen_bytes_max = epoch_ % 2 == 0 ? 500 : std::numeric_limits<int64_t>::max();
      RC_ASSERT(snapshots_.Restore(chain_, GroupsOfShard(shard, 3), restore, seen_bytes_max).ok());
    }
    Check(false);
  }

  ModelOptions options_;
  int64_t ttl_ms_;
  int64_t now_ = 1000;
  int64_t epoch_ = 0;
  io::fake::Disk disk_;
  io::fake::FakeFileSystem files_{&disk_};
  SnapshotStore snapshots_{&files_, "/state"};
  SnapshotChain chain_;
  std::unique_ptr<ColdMap> store_;
  std::unique_ptr<Table> table_;
  std::map<std::string, Expected> expected_;
};

void CheckModel(const ModelOptions& options) {
  const auto step = rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, static_cast<int>(Work::kCount) * 2),
                    rc::gen::inRange<uint32_t>(0, 1 << 20)),
      [](const std::pair<int, uint32_t>& drawn) {
        const bool batch = drawn.first >= static_cast<int>(Work::kCount);
        return Step{batch ? Work::kBatch : static_cast<Work>(drawn.first), drawn.second};
      });
  const bool held = rc::check([&] {
    Model model(options);
    const auto steps = *rc::gen::container<std::vector<Step>>(120, step);
    for (const Step& one : steps) model.Do(one);
    model.Check(false);
  });
  EXPECT_TRUE(held);
}

TEST(TableModel, InMemory) {
  CheckModel({});
}
TEST(TableModel, WithTimeToLive) {
  CheckModel({.ttl_ms = 50});
}
TEST(TableModel, WithColdStore) {
  CheckModel({.cold = true});
}
TEST(TableModel, WithColdStoreAndTimeToLive) {
  CheckModel({.ttl_ms = 50, .cold = true});
}
TEST(TableModel, EntriesThatWake) {
  CheckModel({.wakes = true});
}
TEST(TableModel, EntriesThatWakeInTheColdStore) {
  CheckModel({.cold = true, .wakes = true});
}
TEST(TableModel, LargeValuesInParts) {
  CheckModel({.parted_bytes = 200});
}
TEST(TableModel, LargeValuesInPartsWithColdStoreAndTimeToLive) {
  CheckModel({.ttl_ms = 50, .cold = true, .parted_bytes = 200});
}

}  // namespace
}  // namespace sluice::state
