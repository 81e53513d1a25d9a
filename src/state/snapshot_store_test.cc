// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot_store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <tuple>

#include "io/fake/disk.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::state {
namespace {

using Contents = std::map<std::tuple<int, uint32_t, std::string>, std::string>;

/// A disk and a store on it.
struct Place {
  io::fake::Disk disk;
  io::fake::FakeFileSystem files{&disk};
  SnapshotStore store{&files, "/state"};

  Result<Contents> Restore(const SnapshotChain& chain, GroupRange groups = {}) {
    Contents out;
    SLUICE_TRY(store.Restore(chain, groups, [&](const flow::StateEntry& entry) -> Status {
      const bool fresh =
          out.emplace(std::tuple(entry.table, entry.group, std::string(entry.key)), entry.value)
              .second;
      return fresh ? Status::Ok() : Status(Internal("twice: " + std::string(entry.key)));
    }));
    return out;
  }
};

struct Change {
  std::string key;
  const char* value = nullptr;  // null: deleted
  uint32_t group = 5;
  int table = 0;
};

SnapshotFile Write(Place* place, int64_t epoch, bool full, const std::vector<Change>& changes) {
  auto writer = place->store.Begin({.uid = "agg/1", .shard = 2, .epoch = epoch, .full = full}, "t");
  EXPECT_TRUE(writer.ok());
  for (const Change& change : changes) {
    const Status status =
        change.value == nullptr
            ? (*writer)->Delete(change.table, change.group, change.key)
            : (*writer)->Put({change.table, change.group, change.key, change.value});
    EXPECT_TRUE(status.ok());
  }
  auto file = (*writer)->Finish();
  EXPECT_TRUE(file.ok()) << file.error().ToString();
  return *file;
}

TEST(SnapshotStore, TheNewestValueOfAKeyCounts) {
  Place place;
  const SnapshotChain chain = {
      Write(&place, 1, true, {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"a", "other", 6}}),
      Write(&place, 2, false, {{"a", "2"}, {"b"}, {"d", "2"}, {"a", "table", 5, 1}}),
      Write(&place, 3, false, {{"b", "3"}, {"d"}, {"e", "3"}, {"e"}, {"e", "last"}})};
  const auto restored = place.Restore(chain);
  ASSERT_TRUE(restored.ok()) << restored.error().ToString();
  const Contents expected = {{{0, 5, "a"}, "2"},     {{0, 5, "b"}, "3"},     {{0, 5, "c"}, "1"},
                             {{0, 6, "a"}, "other"}, {{1, 5, "a"}, "table"}, {{0, 5, "e"}, "last"}};
  EXPECT_EQ(*restored, expected);
  EXPECT_EQ(chain[1].entries, 4);
  EXPECT_TRUE(place.Restore({})->empty());
}

// Blocks that do not become smaller are stored as they are, those between them packed; both come
// back.
TEST(SnapshotStore, PacksWhatBecomesSmaller) {
  constexpr int kEntries = 6000;
  Place place;
  auto writer = place.store.Begin({.uid = "agg/1", .shard = 0, .epoch = 1, .full = true}, "t");
  ASSERT_TRUE(writer.ok());
  Contents expected;
  uint64_t random = 7;
  size_t noise = 0;
  for (int i = 0; i < kEntries; ++i) {
    const bool repeats = i >= kEntries / 2;
    std::string value(2000, 'x');
    for (char& byte : value) {
      if (repeats) break;
      random = random * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<char>(random >> 56);
    }
    if (!repeats) noise += value.size();
    const std::string key = std::to_string(i);
    ASSERT_TRUE((*writer)->Put({0, 5, key, value}).ok());
    expected.emplace(std::tuple(0, 5u, key), std::move(value));
  }
  auto file = (*writer)->Finish();
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  EXPECT_GT(file->bytes, static_cast<int64_t>(noise));
  EXPECT_LT(file->bytes, static_cast<int64_t>(noise) * 7 / 4);  // not one half of it packed: 2
  const auto restored = place.Restore({*file});
  ASSERT_TRUE(restored.ok()) << restored.error().ToString();
  EXPECT_EQ(*restored, expected);
}

TEST(SnapshotStore, RestoresTheGroupsAskedForAndThoseOfEveryShard) {
  Place place;
  std::vector<Change> changes;
  for (uint32_t group = 0; group < flow::kKeyGroups; ++group) {
    changes.push_back({std::to_string(group), "v", group});
  }
  changes.push_back({"all", "v", flow::kOfEveryShard});
  const SnapshotChain chain = {Write(&place, 1, true, changes)};
  for (const int shards : {1, 2, 3, 7}) {
    uint32_t next = 0;
    for (int shard = 0; shard < shards; ++shard) {
      const GroupRange range = GroupsOfShard(shard, shards);
      EXPECT_EQ(range.first, next);
      next = range.end;
      const auto restored = place.Restore(chain, range);
      EXPECT_EQ(restored->size(), range.end - range.first + 1);
      for (uint32_t group = range.first; group < range.end; ++group) {
        EXPECT_EQ(flow::ShardOfGroup(group, shards), shard);
        EXPECT_TRUE(restored->contains({0, group, std::to_string(group)}));
      }
    }
    EXPECT_EQ(next, flow::kKeyGroups);
  }
}

TEST(SnapshotStore, LargeSnapshotsSpanBlocks) {
  Place place;
  auto writer = place.store.Begin({.uid = "u", .epoch = 1}, "t");
  ASSERT_TRUE(writer.ok());
  std::string large(1 << 20, 'x');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 2654435761U >> 13);
  for (int i = 0; i < 100000; ++i) {
    ASSERT_TRUE((*writer)->Put({0, 1, "key" + std::to_string(i), std::to_string(i * 7)}).ok());
  }
  ASSERT_TRUE((*writer)->Put({1, 1, "large", large}).ok());
  EXPECT_GT((*writer)->buffered_bytes(), 1 << 20);
  const SnapshotChain chain = {*(*writer)->Finish()};
  EXPECT_FALSE((*writer)->Finish().ok() && (*writer)->Finish().ok());
  const auto restored = place.Restore(chain);
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->size(), 100001U);
  EXPECT_EQ(restored->at({0, 1, "key99"}), "693");
  EXPECT_EQ(restored->at({1, 1, "large"}), large);
}

TEST(SnapshotStore, FilesThatAreNotAsRecordedAreRefused) {
  Place place;
  const auto full = Write(&place, 1, true, {{"a", "1"}});
  const auto changes = Write(&place, 2, false, {{"a", "2"}});
  EXPECT_EQ(place.Restore({changes}).error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(place.Restore({full, full}).error().kind, ErrorKind::kCorrupt);
  auto other = full;
  other.checksum += 1;
  EXPECT_EQ(place.Restore({other}).error().kind, ErrorKind::kCorrupt);
  ASSERT_TRUE(place.store.Remove({full.name, "never there.state"}).ok());
  EXPECT_EQ(place.Restore({full, changes}).error().kind, ErrorKind::kNotFound);
}

TEST(SnapshotStore, ChainsAreRewrittenWhenChangesOutgrowTheFullFile) {
  EXPECT_TRUE(SnapshotStore::WantsFull({}));
  SnapshotChain chain = {{.bytes = 1000, .full = true}};
  EXPECT_FALSE(SnapshotStore::WantsFull(chain));
  chain.push_back({.bytes = 600});
  EXPECT_FALSE(SnapshotStore::WantsFull(chain));
  chain.push_back({.bytes = 600});
  EXPECT_TRUE(SnapshotStore::WantsFull(chain));
  SnapshotChain many(16, {.bytes = 1});
  many[0].bytes = 1 << 20;
  EXPECT_TRUE(SnapshotStore::WantsFull(many));
}

TEST(SnapshotStore, MergedFilesSayTheSame) {
  Place place;
  const SnapshotChain chain = {Write(&place, 1, true, {{"a", "1"}, {"b", "1"}}),
                               Write(&place, 2, false, {{"a", "2"}, {"b"}, {"c", "2"}})};
  const auto merged = place.store.Merge(chain, "m");
  ASSERT_TRUE(merged.ok());
  EXPECT_TRUE(merged->full);
  EXPECT_EQ(merged->epoch, 2);
  EXPECT_EQ(*place.Restore({*merged}), *place.Restore(chain));
  const auto later = Write(&place, 3, false, {{"a"}});
  EXPECT_EQ(place.Restore({*merged, later})->size(), 1U);
  ASSERT_TRUE(place.store.Remove({chain[0].name, chain[1].name}).ok());
  EXPECT_EQ(place.store.List()->size(), 2U);
}

TEST(SnapshotStore, FilesAreDurableOnceAndComeUnderNamesOfTheirOwn) {
  Place place;
  EXPECT_TRUE(place.store.List()->empty());
  const auto file = Write(&place, 1, true, {{"a", "1"}});
  {
    auto dropped = place.store.Begin({.uid = "agg/1", .shard = 2, .epoch = 9}, "t");
    ASSERT_TRUE((*dropped)->Put({0, 0, "x", "y"}).ok());
  }
  place.disk.LosePower();
  EXPECT_EQ(*place.store.List(), std::vector<std::string>{file.name});
  EXPECT_EQ(place.Restore({file})->size(), 1U);
  auto again = place.store.Begin({.uid = "agg/1", .shard = 2, .epoch = 1}, "t");
  const bool refused = !again.ok() || !(*again)->Finish().ok();
  EXPECT_TRUE(refused);
  auto other = place.store.Begin({.uid = "agg/1", .shard = 2, .epoch = 1}, "another");
  EXPECT_NE((*other)->Finish()->name, file.name);
}

std::string ContentOf(Place* place, const SnapshotFile& file) {
  return place->disk.Files().at("/state/" + file.name);
}

TEST(SnapshotFile, EachChangedByteIsFound) {
  Place place;
  const auto file =
      Write(&place, 1, true, {{"a", "1"}, {"b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, {"c"}});
  const std::string good = ContentOf(&place, file);
  for (size_t i = 0; i < good.size(); ++i) {
    for (const int mask : {0x01, 0x80, 0xFF}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      place.disk.Put("/state/" + file.name, bad);
      const auto restored = place.Restore({file});
      ASSERT_FALSE(restored.ok()) << i;
      EXPECT_EQ(restored.error().kind, ErrorKind::kCorrupt) << i << restored.error().ToString();
      auto reader = SnapshotFileReader::Open(&place.files, "/state/" + file.name);
      const bool read = reader.ok() && (*reader)
                                           ->ForEachBackwards([](const SnapshotFileReader::Entry&) {
                                             return Status::Ok();
                                           })
                                           .ok();
      EXPECT_FALSE(read) << i;
    }
  }
  for (size_t size = 0; size < good.size(); ++size) {
    place.disk.Put("/state/" + file.name, good.substr(0, size));
    EXPECT_EQ(place.Restore({file}).error().kind, ErrorKind::kCorrupt) << size;
  }
  place.disk.Put("/state/" + file.name, good + "x");
  EXPECT_EQ(place.Restore({file}).error().kind, ErrorKind::kCorrupt);
}

TEST(SnapshotFile, NewerFormatsAreRefusedByName) {
  Place place;
  const auto file = Write(&place, 1, true, {{"a", "1"}});
  std::string newer = ContentOf(&place, file);
  newer[8] = 3;
  newer[12] = static_cast<char>(~3);
  place.disk.Put("/state/" + file.name, newer);
  const auto restored = place.Restore({file});
  ASSERT_FALSE(restored.ok());
  EXPECT_EQ(restored.error().kind, ErrorKind::kUnsupported);
  EXPECT_NE(restored.error().text.find("newer sluice"), std::string::npos);
}

// Files of each format version that was ever released: tests/data/state/README.md.
TEST(SnapshotFile, FilesOfEarlierVersionsAreRead) {
  const char* const root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  for (const std::string& version : std::vector<std::string>{"v1", "v2"}) {
    Place place;
    SnapshotChain chain;
    for (const std::string& name : {version + "-full.state", version + "-changes.state"}) {
      auto bytes =
          io::RealFileSystem().ReadWhole(std::string(root) + "/tests/data/state/" + name, 1 << 20);
      ASSERT_TRUE(bytes.ok()) << bytes.error().ToString();
      place.disk.Put("/state/" + name, *bytes);
      auto reader = SnapshotFileReader::Open(&place.files, "/state/" + name);
      ASSERT_TRUE(reader.ok()) << reader.error().ToString();
      EXPECT_EQ((*reader)->head().uid, "agg/1");
      EXPECT_EQ((*reader)->head().shard, 2);
      chain.push_back({.name = name,
                       .bytes = (*reader)->counts().bytes,
                       .checksum = (*reader)->counts().checksum,
                       .epoch = (*reader)->head().epoch,
                       .full = (*reader)->head().full});
    }
    const auto restored = place.Restore(chain);
    ASSERT_TRUE(restored.ok()) << restored.error().ToString();
    EXPECT_EQ(restored->size(), 1001U);
    EXPECT_EQ(restored->at({0, 7, "key 0"}), "changed");
    EXPECT_FALSE(restored->contains({0, 7, "key 1"}));
    EXPECT_EQ(restored->at({0, 7, "key 2"}), std::string(20, 'x'));
    EXPECT_EQ(restored->at({3, flow::kOfEveryShard, ""}), "every shard");
    EXPECT_EQ(restored->at({1, 1023, std::string("\0\xFF", 2)}), std::string("\0\1\2", 3));
  }
}

/// The contents of tests/data/state, in the format of today.
SnapshotChain WriteGolden(Place* place) {
  std::vector<std::string> keys;
  for (int i = 0; i < 1000; ++i) keys.push_back("key " + std::to_string(i));
  const std::string value(20, 'x');
  std::vector<Change> changes;
  for (const std::string& key : keys) changes.push_back({key, value.c_str(), 7});
  changes.push_back({"", "every shard", flow::kOfEveryShard, 3});
  const auto full = Write(place, 41, true, changes);
  auto writer = place->store.Begin({.uid = "agg/1", .shard = 2, .epoch = 42, .full = false}, "t");
  EXPECT_TRUE((*writer)->Put({0, 7, "key 0", "changed"}).ok());
  EXPECT_TRUE((*writer)->Delete(0, 7, "key 1").ok());
  EXPECT_TRUE((*writer)->Put({1, 1023, std::string("\0\xFF", 2), std::string("\0\1\2", 3)}).ok());
  return {full, *(*writer)->Finish()};
}

TEST(SnapshotFile, TheFormatOfTodayIsTheLatestOfTheGoldenFiles) {
  const char* const root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  Place place;
  const auto chain = WriteGolden(&place);
  const std::vector<std::string> names = {"v2-full.state", "v2-changes.state"};
  for (size_t i = 0; i < names.size(); ++i) {
    auto golden = io::RealFileSystem().ReadWhole(
        std::string(root) + "/tests/data/state/" + names[i], 1 << 20);
    ASSERT_TRUE(golden.ok());
    EXPECT_EQ(ContentOf(&place, chain[i]), *golden)
        << "the bytes changed: raise kSnapshotVersion and keep reading the old ones";
  }
}

TEST(SnapshotStore, TablesComeBackFromChains) {
  Place place;
  Table table({.id = 4, .payload = {.size = 8}});
  SnapshotChain chain;
  for (int64_t epoch = 0; epoch < 6; ++epoch) {
    for (int i = 0; i < 500; ++i) {
      const std::string key = std::to_string((i * 7 + epoch * 131) % 2000);
      bool inserted = false;
      const Slot slot = *table.FindOrInsert(key, HashKey(key), &inserted);
      *static_cast<int64_t*>(table.Payload(slot)) += epoch + i;
      table.MarkChanged(slot);
      if (i % 5 == 0) table.Erase(slot);
    }
    const bool full = SnapshotStore::WantsFull(chain);
    auto writer = place.store.Begin({.uid = "u", .epoch = epoch, .full = full}, "t");
    ASSERT_TRUE(table.Snapshot(full, writer->get()).ok());
    if (full) chain.clear();
    chain.push_back(*(*writer)->Finish());
  }
  Table restored({.id = 4, .payload = {.size = 8}});
  ASSERT_TRUE(place.store
                  .Restore(chain, {},
                           [&](const flow::StateEntry& entry) { return restored.Restore(entry); })
                  .ok());
  EXPECT_EQ(restored.size(), table.size());
  ASSERT_TRUE(table
                  .ForEach([&](Slot slot) {
                    const Slot other = *restored.Find(table.Key(slot), table.Hash(slot));
                    EXPECT_NE(other, kNoSlot);
                    EXPECT_EQ(*static_cast<int64_t*>(restored.Payload(other)),
                              *static_cast<int64_t*>(table.Payload(slot)));
                    return Status::Ok();
                  })
                  .ok());
}

}  // namespace
}  // namespace sluice::state
