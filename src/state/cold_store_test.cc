// SPDX-License-Identifier: Apache-2.0
#include "state/cold_store.h"

#include <gtest/gtest.h>

#include "io/scratch.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::state {
namespace {

struct Scratch {
  std::unique_ptr<io::ScratchDirectory> directory = std::move(*io::ScratchDirectory::Make());
  std::unique_ptr<ColdDatabase> database;
  explicit Scratch(int64_t budget_bytes = 1 << 20) {
    auto made = ColdDatabase::Make(directory->path() + "/cold", budget_bytes);
    EXPECT_TRUE(made.ok()) << made.error().ToString();
    database = std::move(*made);
  }
};

std::vector<std::string> KeysOf(ColdStore* store, uint32_t table,
                                const std::optional<std::string>& after = {}, size_t limit = 100) {
  std::vector<ColdStore::Entry> entries;
  EXPECT_TRUE(store->Scan(table, after, limit, &entries).ok());
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.key);
  return out;
}

TEST(ColdStore, GivesBackWhatItTook) {
  Scratch scratch;
  auto store = scratch.database->NewStore();
  ASSERT_TRUE(
      store->Put(1, {{"b", "2"}, {"a", "1"}, {std::string("a\0", 2), "0"}, {"", "e"}}).ok());
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store->Get(1, {"a", "none", "", std::string("a\0", 2)}, &values).ok());
  EXPECT_EQ(values[0], "1");
  EXPECT_EQ(values[1], std::nullopt);
  EXPECT_EQ(values[2], "e");
  EXPECT_EQ(values[3], "0");
  const std::vector<std::string> all = {"", "a", std::string("a\0", 2), "b"};
  EXPECT_EQ(KeysOf(store.get(), 1), all);
  EXPECT_EQ(KeysOf(store.get(), 1, "a"), std::vector<std::string>(all.begin() + 2, all.end()));
  EXPECT_EQ(KeysOf(store.get(), 1, std::nullopt, 2), std::vector<std::string>({"", "a"}));
  ASSERT_TRUE(store->Delete(1, {"a", "none"}).ok());
  EXPECT_EQ(KeysOf(store.get(), 1).size(), 3U);
}

TEST(ColdStore, TablesAndStoresAreApart) {
  Scratch scratch;
  auto one = scratch.database->NewStore();
  auto other = scratch.database->NewStore();
  ASSERT_TRUE(one->Put(0, {{"a", "1"}}).ok());
  ASSERT_TRUE(one->Put(1, {{"b", "1"}}).ok());
  ASSERT_TRUE(other->Put(0, {{"c", "1"}}).ok());
  EXPECT_EQ(KeysOf(one.get(), 0), std::vector<std::string>{"a"});
  EXPECT_EQ(KeysOf(one.get(), 1), std::vector<std::string>{"b"});
  EXPECT_EQ(KeysOf(other.get(), 0), std::vector<std::string>{"c"});
  ASSERT_TRUE(one->DeleteAll(0).ok());
  EXPECT_TRUE(KeysOf(one.get(), 0).empty());
  one.reset();
  EXPECT_EQ(KeysOf(other.get(), 0), std::vector<std::string>{"c"});
}

TEST(ColdStore, IsWipedWhenOpened) {
  Scratch scratch;
  const std::string path = scratch.directory->path() + "/again";
  {
    auto database = std::move(*ColdDatabase::Make(path, 1));
    ASSERT_TRUE(database->NewStore()->Put(0, {{"a", "1"}}).ok());
  }
  auto database = std::move(*ColdDatabase::Make(path, 1));
  auto store = database->NewStore();
  EXPECT_TRUE(KeysOf(store.get(), 0).empty());
  store.reset();
  EXPECT_FALSE(ColdDatabase::Make("/proc/no/such/place", 1).ok());
}

TEST(ColdStore, TablesShareTheBudgetByWhatTheyHold) {
  EXPECT_EQ(ShareOfBudget(50, 100, 100), 50);
  EXPECT_EQ(ShareOfBudget(100, 200, 100), 45);
  EXPECT_EQ(ShareOfBudget(150, 200, 100), 67);
  Scratch scratch(1000);
  auto store = scratch.database->NewStore();
  int64_t one = 0;
  int64_t other = 0;
  EXPECT_EQ(store->MemoryFor(600, &one), 600);
  EXPECT_LT(store->MemoryFor(600, &other), 600);
  EXPECT_EQ(store->MemoryFor(300, &other), 300);
  store.reset();
  auto next = scratch.database->NewStore();
  int64_t reported = 0;
  EXPECT_EQ(next->MemoryFor(1000, &reported), 1000);
}

struct Words {
  std::string text;
  void Encode(std::string* out) const { *out += text; }
  Status Decode(std::string_view bytes) {
    text = bytes;
    return Status::Ok();
  }
  int64_t heap_bytes() const { return static_cast<int64_t>(text.capacity()); }
};

// The same work with all the memory it wants, and with a tenth of it.
TEST(ColdStore, StateTenTimesTheBudgetGivesTheSameResults) {
  constexpr int kKeys = 20000;
  constexpr int64_t kBudget = 350 << 10;
  Scratch scratch(kBudget);
  auto store = scratch.database->NewStore();
  TypedTable<Words> small(0, 0, store.get());
  TypedTable<Words> large(0);
  uint64_t random = 1;
  for (int batch = 0; batch < 60; ++batch) {
    EncodedKeys keys;
    keys.offsets.push_back(0);
    for (int row = 0; row < 1000; ++row) {
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      const std::string key = "some key " + std::to_string((random >> 33) % kKeys);
      keys.bytes.insert(keys.bytes.end(), key.begin(), key.end());
      keys.offsets.push_back(static_cast<uint32_t>(keys.bytes.size()));
      keys.hashes.push_back(HashKey(key));
    }
    for (TypedTable<Words>* table : {&small, &large}) {
      std::vector<Slot> slots;
      std::vector<uint8_t> inserted;
      ASSERT_TRUE(table->FindOrInsertAll(keys, &slots, &inserted).ok());
      for (size_t row = 0; row < slots.size(); ++row) {
        Words& words = (*table)[slots[row]];
        words.text.resize(100, 'x');
        words.text[row % 100] = static_cast<char>('a' + batch % 26);
        table->MarkChanged(slots[row]);
      }
      ASSERT_TRUE(table->Balance().ok());
    }
    EXPECT_EQ(small.size(), large.size());
    EXPECT_LE(small.memory_bytes(), kBudget);
  }
  EXPECT_GT(large.memory_bytes(), 9 * kBudget);
  int64_t visited = 0;
  ASSERT_TRUE(small
                  .ForEach([&](Slot slot) {
                    const Slot other = *large.Find(small.Key(slot), small.Hash(slot));
                    EXPECT_NE(other, kNoSlot);
                    EXPECT_TRUE(other != kNoSlot && small[slot].text == large[other].text);
                    ++visited;
                    return Status::Ok();
                  })
                  .ok());
  EXPECT_EQ(visited, large.size());
}

}  // namespace
}  // namespace sluice::state
