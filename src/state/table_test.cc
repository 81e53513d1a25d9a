// SPDX-License-Identifier: Apache-2.0
#include "state/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "state/cold_testing.h"

namespace sluice::state {
namespace {

struct Text {
  std::string value;
  void Encode(std::string* out) const { *out += value; }
  Status Decode(std::string_view bytes) {
    value = bytes;
    return Status::Ok();
  }
  int64_t heap_bytes() const { return static_cast<int64_t>(value.size()); }
};

/// What a snapshot holds: no value = deleted.
struct Written : flow::StateWriter {
  std::map<std::string, std::optional<std::string>> entries;
  std::map<std::string, uint32_t> groups;
  Status Put(const flow::StateEntry& entry) override {
    EXPECT_TRUE(entries.emplace(entry.key, entry.value).second) << entry.key;
    groups[std::string(entry.key)] = entry.group;
    return Status::Ok();
  }
  Status Delete(int, uint32_t, std::string_view key) override {
    EXPECT_TRUE(entries.emplace(key, std::nullopt).second) << key;
    return Status::Ok();
  }
};

Slot Insert(Table* table, const std::string& key, bool* inserted = nullptr) {
  bool fresh = false;
  auto slot = table->FindOrInsert(key, HashKey(key), inserted == nullptr ? &fresh : inserted);
  EXPECT_TRUE(slot.ok());
  return *slot;
}

Slot Find(Table* table, const std::string& key) {
  auto slot = table->Find(key, HashKey(key));
  EXPECT_TRUE(slot.ok());
  return *slot;
}

Written SnapshotOf(Table* table, bool full) {
  Written out;
  EXPECT_TRUE(table->Snapshot(full, &out).ok());
  return out;
}

TEST(Table, FindsWhatItHoldsByKeysOfAnySize) {
  Table table({.payload = {.size = 8}});
  for (size_t size = 0; size < 40; ++size) {
    for (char fill : {'a', 'b'}) {
      bool inserted = false;
      const Slot slot = Insert(&table, std::string(size, fill), &inserted);
      EXPECT_EQ(inserted, size != 0 || fill == 'a');
      *static_cast<uint64_t*>(table.Payload(slot)) = size * 2 + (fill == 'b' ? 1 : 0);
    }
  }
  EXPECT_EQ(table.size(), 79);
  for (size_t size = 1; size < 40; ++size) {
    for (char fill : {'a', 'b'}) {
      const Slot slot = Find(&table, std::string(size, fill));
      ASSERT_NE(slot, kNoSlot);
      EXPECT_EQ(table.Key(slot), std::string(size, fill));
      EXPECT_EQ(*static_cast<uint64_t*>(table.Payload(slot)), size * 2 + (fill == 'b' ? 1 : 0));
    }
  }
  EXPECT_EQ(Find(&table, std::string(40, 'a')), kNoSlot);
}

TEST(Table, BatchesInsertEachNewKeyOnce) {
  Table table({.payload = {.size = 8}});
  EncodedKeys keys;
  keys.offsets.push_back(0);
  for (int i = 0; i < 10000; ++i) {
    const std::string key = "key" + std::to_string(i % 3000);
    keys.bytes.insert(keys.bytes.end(), key.begin(), key.end());
    keys.offsets.push_back(static_cast<uint32_t>(keys.bytes.size()));
    keys.hashes.push_back(HashKey(key));
  }
  std::vector<Slot> slots;
  ASSERT_TRUE(table.FindAll(keys, &slots).ok());
  for (const Slot slot : slots) EXPECT_EQ(slot, kNoSlot);
  std::vector<uint8_t> inserted;
  ASSERT_TRUE(table.FindOrInsertAll(keys, &slots, &inserted).ok());
  for (size_t i = 0; i < slots.size(); ++i) {
    EXPECT_EQ(inserted[i], i < 3000 ? 1 : 0);
    EXPECT_EQ(slots[i], slots[i % 3000]);
    EXPECT_EQ(table.Key(slots[i]), keys[static_cast<int64_t>(i)]);
  }
  EXPECT_EQ(table.size(), 3000);
  std::vector<Slot> found;
  ASSERT_TRUE(table.FindAll(keys, &found).ok());
  EXPECT_EQ(found, slots);
}

TEST(Table, ErasedPlacesAreUsedAgain) {
  TypedTable<Text> table(0);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 1000; ++i) {
      const Slot slot =
          Insert(&table, std::to_string(round) + "a key longer than an entry " + std::to_string(i));
      EXPECT_LT(slot, 1000U);
      table[slot].value = std::string(100, 'x');
    }
    EXPECT_GT(table.memory_bytes(), 1000 * 100);
    ASSERT_TRUE(table
                    .ForEach([&](Slot slot) {
                      table.Erase(slot);
                      return Status::Ok();
                    })
                    .ok());
    EXPECT_EQ(table.size(), 0);
    EXPECT_LT(table.memory_bytes(), 64 * 1024);
  }
}

TEST(Table, SnapshotsHoldWhatChanged) {
  TypedTable<Text> table(3);
  table[Insert(&table, "a")].value = "1";
  table[Insert(&table, "b")].value = "2";
  table[Insert(&table, "gone")].value = "x";
  table.Erase(Find(&table, "gone"));  // in no snapshot yet
  auto first = SnapshotOf(&table, false);
  EXPECT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.groups["a"], flow::KeyGroupOf(HashKey("a")));
  EXPECT_TRUE(SnapshotOf(&table, false).entries.empty());

  table[Find(&table, "a")].value = "3";
  table.MarkChanged(Find(&table, "a"));
  table.Erase(Find(&table, "b"));
  Insert(&table, "c");
  const auto second = SnapshotOf(&table, false);
  EXPECT_EQ(second.entries.size(), 3U);
  EXPECT_EQ(second.entries.at("a"), std::string("\0003", 2));
  EXPECT_EQ(second.entries.at("b"), std::nullopt);

  table.Erase(Find(&table, "a"));
  table[Insert(&table, "a")].value = "4";
  const auto third = SnapshotOf(&table, false);
  EXPECT_EQ(third.entries.size(), 1U);
  EXPECT_EQ(third.entries.at("a"), std::string("\0004", 2));
  EXPECT_EQ(SnapshotOf(&table, true).entries.size(), 2U);
}

TEST(Table, RestoresAndGoesOnIncrementally) {
  TypedTable<Text> table(0);
  table[Insert(&table, "a")].value = "1";
  table[Insert(&table, "b")].value = "2";
  const auto snapshot = SnapshotOf(&table, true);
  TypedTable<Text> restored(0);
  for (const auto& [key, value] : snapshot.entries) {
    ASSERT_TRUE(restored.Restore({0, 0, key, *value}).ok());
  }
  EXPECT_EQ(restored[Find(&restored, "b")].value, "2");
  EXPECT_TRUE(SnapshotOf(&restored, false).entries.empty());
  restored.Erase(Find(&restored, "a"));
  EXPECT_EQ(SnapshotOf(&restored, false).entries.at("a"), std::nullopt);
  EXPECT_FALSE(restored.Restore({0, 0, "c", ""}).ok());
  EXPECT_FALSE(restored.Restore({0, 0, "d", "\7"}).ok());
}

TEST(Table, EntriesThatComeTwiceAreCorrupt) {
  Table table(TableOptions{});
  const std::string value(1, '\0');
  ASSERT_TRUE(table.Restore({0, 0, "a", value}).ok());
  ASSERT_TRUE(table.Restore({0, 0, "a", value}).ok());
  EXPECT_EQ(table.Find("a", HashKey("a")).error().kind, ErrorKind::kCorrupt);
}

TEST(Table, PlainPayloadsOfAnotherSizeAreCorrupt) {
  Table table({.payload = {.size = 8}});
  EXPECT_EQ(table.Restore({0, 0, "k", std::string(8, '\0')}).error().kind, ErrorKind::kCorrupt);
  EXPECT_TRUE(table.Restore({0, 0, "l", std::string(9, '\0')}).ok());
}

TEST(Table, TheGroupMayBeThatOfAnotherKey) {
  Table table(TableOptions{});
  const std::string long_key(100, 'k');
  for (const std::string& key : {std::string("a1"), long_key}) {
    for (const uint32_t group : {0U, 7U, 1023U}) {
      const uint64_t hash = flow::WithKeyGroup(HashKey(key), group);
      bool inserted = false;
      const Slot slot = *table.FindOrInsert(key, hash, &inserted);
      EXPECT_TRUE(inserted);
      EXPECT_EQ(table.Hash(slot), hash);
      EXPECT_EQ(table.Key(slot), key);
      EXPECT_EQ(*table.Find(key, hash), slot);
      auto snapshot = SnapshotOf(&table, true);
      EXPECT_EQ(snapshot.groups.at(key), group);
      Table restored(TableOptions{});
      ASSERT_TRUE(restored.Restore({0, group, key, *snapshot.entries.at(key)}).ok());
      EXPECT_EQ(restored.Hash(*restored.Find(key, hash)), hash);
      table.Erase(slot);
    }
  }
  EXPECT_FALSE(table.Restore({0, 1024, "k", std::string(1, '\0')}).ok());
}

TEST(Table, EntriesPastTheirTimeToLiveAreGone) {
  TypedTable<Text> table(0, 100);
  table.SetNow(1000);
  table[Insert(&table, "a")].value = "1";
  table[Insert(&table, "b")].value = "2";
  table.SetNow(1050);
  table.MarkChanged(Find(&table, "b"));
  SnapshotOf(&table, false);
  table.SetNow(1099);
  EXPECT_NE(Find(&table, "a"), kNoSlot);
  table.SetNow(1100);
  EXPECT_EQ(Find(&table, "a"), kNoSlot);
  EXPECT_NE(Find(&table, "b"), kNoSlot);
  EXPECT_EQ(table.size(), 2);
  table.Expire();
  EXPECT_EQ(table.size(), 1);
  EXPECT_EQ(SnapshotOf(&table, false).entries.at("a"), std::nullopt);
  table.SetNow(1200);
  bool inserted = false;
  EXPECT_EQ(table[Insert(&table, "b", &inserted)].value, "");
  EXPECT_TRUE(inserted);
}

TEST(Table, ExpireKeepsUpWithInserts) {
  Table table({.payload = {.size = 8}, .ttl_ms = 10});
  for (int batch = 0; batch < 200; ++batch) {
    table.SetNow(batch);
    for (int i = 0; i < 1000; ++i) Insert(&table, std::to_string(batch * 1000 + i));
    table.Expire();
  }
  EXPECT_LT(table.size(), 20 * 1000);
  EXPECT_GE(table.size(), 10 * 1000);
}

TEST(Table, TimesOfTheLastWriteAreRestored) {
  TypedTable<Text> table(0, 100);
  table.SetNow(1000);
  table[Insert(&table, "a")].value = "1";
  const auto snapshot = SnapshotOf(&table, true);
  TypedTable<Text> restored(0, 100);
  restored.SetNow(1090);
  ASSERT_TRUE(restored.Restore({0, 0, "a", *snapshot.entries.at("a")}).ok());
  EXPECT_NE(Find(&restored, "a"), kNoSlot);
  restored.SetNow(1100);
  EXPECT_EQ(Find(&restored, "a"), kNoSlot);
  TypedTable<Text> without(0);
  ASSERT_TRUE(without.Restore({0, 0, "a", *snapshot.entries.at("a")}).ok());
  EXPECT_EQ(without[Find(&without, "a")].value, "1");
}

TEST(Table, PayloadsAreAligned) {
  struct alignas(16) Wide {
    __int128 value;
    void Encode(std::string*) const {}
    Status Decode(std::string_view) { return Status::Ok(); }
    int64_t heap_bytes() const { return 0; }
  };
  TypedTable<Wide> table(0, 5);
  for (int i = 0; i < 100; ++i) {
    const Slot slot = Insert(&table, std::to_string(i));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(table.Payload(slot)) % 16, 0U);
  }
}

/// Bytes that no compressor likes.
std::string Noise(size_t size, uint64_t seed) {
  std::string out;
  for (uint64_t i = 0; out.size() < size; ++i) {
    const uint64_t word = (seed * 1000003 + i) * 0x9E3779B97F4A7C15ULL;
    out.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  return out;
}

size_t BytesOf(const Written& written) {
  size_t bytes = 0;
  for (const auto& [key, value] : written.entries) bytes += key.size() + value.value_or("").size();
  return bytes;
}

TEST(Table, OfALargeValueOnlyWhatChangedIsWritten) {
  TypedTable<Text> table(2);
  const Slot slot = Insert(&table, "hot");
  table[slot].value = Noise(4 << 20, 1);
  std::map<std::string, std::string> stored;
  const auto snapshot = [&](bool full) {
    const Written written = SnapshotOf(&table, full);
    if (full) stored.clear();
    for (const auto& [key, value] : written.entries) {
      if (value.has_value()) {
        stored[key] = *value;
      } else {
        stored.erase(key);
      }
    }
    TypedTable<Text> restored(2);
    for (const auto& [key, value] : stored) {
      EXPECT_TRUE(restored.Restore({2, flow::KeyGroupOf(HashKey("hot")), key, value}).ok());
    }
    const Slot back = Find(&restored, "hot");
    EXPECT_TRUE(back != kNoSlot && restored[back].value == table[slot].value);
    return BytesOf(written);
  };
  EXPECT_GT(snapshot(false), size_t{4} << 20);
  const auto change = [&](auto how) {
    how(&table[slot].value);
    table.MarkChanged(slot);
    return snapshot(false);
  };
  // The list of parts, and a part or two.
  constexpr size_t kLittle = 100 << 10;
  EXPECT_LT(change([](std::string* value) { value->append(Noise(100, 2)); }), kLittle);
  EXPECT_LT(change([](std::string* value) { value->erase(1000000, 77); }), kLittle);
  EXPECT_LT(change([](std::string* value) { value->insert(5, "new"); }), kLittle);
  EXPECT_LT(change([](std::string* value) { (*value)[2000000] ^= 1; }), kLittle);
  EXPECT_GT(snapshot(true), size_t{4} << 20);
  EXPECT_LT(change([](std::string* value) { value->resize(100); }), kLittle);
  EXPECT_EQ(stored.size(), 1U);
}

TEST(Table, ALargeValueThatLacksPartsIsCorrupt) {
  TypedTable<Text> table(2);
  table[Insert(&table, "hot")].value = Noise(1 << 20, 1);
  Written written = SnapshotOf(&table, true);
  TypedTable<Text> restored(2);
  bool left_out = false;
  for (const auto& [key, value] : written.entries) {
    if (key.size() > 3 && !std::exchange(left_out, true)) continue;
    EXPECT_TRUE(restored.Restore({2, 0, key, *value}).ok());
  }
  EXPECT_EQ(restored.Find("hot", HashKey("hot")).error().kind, ErrorKind::kCorrupt);
}

TEST(Table, DeletedKeysWaitForTheSnapshotOnDiskWhereTheyAreMany) {
  constexpr int kKeys = 50'000;
  ColdMap store(100'000);
  Table table({.payload = {.size = 8}, .cold = &store});
  const auto key_of = [](int i) { return "a key that is somewhat longer " + std::to_string(i); };
  for (int i = 0; i < kKeys; ++i) {
    Insert(&table, key_of(i));
    if (i % 1000 == 999) {
      ASSERT_TRUE(table.Balance().ok());
    }
  }
  SnapshotOf(&table, true);
  int64_t most = 0;
  for (int i = 0; i < kKeys; ++i) {
    table.Erase(Find(&table, key_of(i)));
    if (i % 1000 != 999) continue;
    ASSERT_TRUE(table.Balance().ok());
    most = std::max(most, table.memory_bytes());
  }
  EXPECT_LE(most, 100'000);
  Insert(&table, key_of(7));
  const Written written = SnapshotOf(&table, false);
  EXPECT_EQ(written.entries.size(), static_cast<size_t>(kKeys));
  for (const auto& [key, value] : written.entries) {
    EXPECT_EQ(value.has_value(), key == key_of(7)) << key;
  }
  EXPECT_TRUE(SnapshotOf(&table, false).entries.empty());
}

TEST(Table, IsTakenOutInTheOrderOfItsKeys) {
  for (const int64_t budget : {0, 3000, 1 << 20}) {
    ColdMap store(budget);
    Table table({.payload = {.size = 8}, .cold = &store});
    std::map<std::string, int64_t> wanted;
    for (int64_t i = 0; i < 500; ++i) {
      const std::string key = std::string(static_cast<size_t>(i % 5 * 6), 'k') +
                              static_cast<char>(i * 37) + std::to_string(i);
      wanted[key] = i;
      std::memcpy(table.Payload(Insert(&table, key)), &i, sizeof(i));
      if (i % 50 == 49) {
        ASSERT_TRUE(table.Balance().ok());
      }
    }
    SnapshotOf(&table, true);
    Table::InOrder progress;
    auto next = wanted.begin();
    std::vector<std::string_view> given;
    while (!progress.done) {
      ASSERT_TRUE(table
                      .TakeInOrder(
                          30, &progress,
                          [&](std::string_view key, const void* payload) {
                            int64_t value = 0;
                            std::memcpy(&value, payload, sizeof(value));
                            ASSERT_NE(next, wanted.end());
                            EXPECT_EQ(value, next->second);
                            EXPECT_EQ(key, (next++)->first);
                            given.push_back(key);
                          },
                          [&] {
                            EXPECT_LE(given.size(), 30U);
                            given.clear();
                            return Status::Ok();
                          })
                      .ok());
    }
    EXPECT_EQ(next, wanted.end());
    EXPECT_EQ(table.size(), 0);
    EXPECT_EQ(SnapshotOf(&table, false).entries.size(), wanted.size());
  }
}

TEST(Table, WithoutASnapshotNobodyIsToldOfDeletedKeys) {
  ColdMap store(0);
  Table table({.payload = {.size = 8}, .cold = &store});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) Insert(&table, std::to_string(i));
    ASSERT_TRUE(table.Balance().ok());
    for (int i = 0; i < 100; ++i) table.Erase(Find(&table, std::to_string(i)));
  }
  EXPECT_EQ(table.unsaved_bytes(), 0);
  SnapshotOf(&table, true);
  for (int i = 0; i < 100; ++i) Insert(&table, std::to_string(i));
  SnapshotOf(&table, false);
  for (int i = 0; i < 100; ++i) table.Erase(Find(&table, std::to_string(i)));
  EXPECT_GT(table.unsaved_bytes(), 0);
  EXPECT_EQ(SnapshotOf(&table, false).entries.size(), 100U);
  EXPECT_EQ(table.unsaved_bytes(), 0);
}

TEST(Table, WithoutColdStoreABudgetThatIsTooSmallSaysWhatToDo) {
  Table table({.payload = {.size = 8}});
  Insert(&table, "a");
  EXPECT_TRUE(table.Balance(1 << 20).ok());
  const auto status = table.Balance(10);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kResourceExhausted);
  EXPECT_NE(status.error().text.find("table.exec.state.ttl"), std::string::npos);
  EXPECT_NE(status.error().text.find("state.backend.type"), std::string::npos);
}

}  // namespace
}  // namespace sluice::state
