// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/table_metadata.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

using nlohmann::json;

TEST(TableMetadataTest, AcceptsAndRefusesAsTheJavaLibraryDoes) {
  const auto expected = json::parse(TestData("iceberg-metadata/expected.json"));
  ASSERT_GE(expected.size(), 13U);
  for (const auto& [name, verdict] : expected.items()) {
    const auto metadata = ParseTableMetadata(TestData("iceberg-metadata/" + name));
    EXPECT_EQ(metadata.ok(), verdict["accept"].get<bool>())
        << name << ": " << (metadata.ok() ? "accepted" : metadata.error().text);
    if (!metadata.ok()) continue;
    const std::string written = TableMetadataToJson(*metadata);
    const auto again = ParseTableMetadata(written);
    ASSERT_TRUE(again.ok()) << name << ": " << again.error().text;
    EXPECT_EQ(TableMetadataToJson(*again), written) << name;
  }
}

// Everything a valid file says is still said after reading and writing it.
TEST(TableMetadataTest, LosesNothing) {
  for (const char* name :
       {"TableMetadataV2Valid.json", "TableMetadataStatisticsFiles.json",
        "TableMetadataPartitionStatisticsFiles.json", "TableMetadataV3ValidMinimal.json"}) {
    const auto before = json::parse(TestData(std::string("iceberg-metadata/") + name));
    const auto metadata = ParseTableMetadata(before.dump());
    ASSERT_TRUE(metadata.ok()) << name;
    const auto after = json::parse(TableMetadataToJson(*metadata));
    for (const auto& [key, value] : before.items()) {
      if (value.is_null() || key == "schemas") continue;
      EXPECT_EQ(after.value(key, json()), value) << name << " " << key;
    }
  }
}

TEST(TableMetadataTest, KeepsKeysItDoesNotKnow) {
  auto document = json::parse(TestData("iceberg-metadata/TableMetadataV2Valid.json"));
  document["x-future"] = {{"deep", {1, 2, {{"a", "b"}}}}};
  document["snapshots"][0]["key-id"] = "k1";
  const auto metadata = ParseTableMetadata(document.dump());
  ASSERT_TRUE(metadata.ok());
  const auto after = json::parse(TableMetadataToJson(*metadata));
  EXPECT_EQ(after["x-future"], document["x-future"]);
  EXPECT_EQ(after["snapshots"][0]["key-id"], "k1");
}

TEST(TableMetadataTest, TakesEveryWayToSayNoSnapshot) {
  auto document = json::parse(TestData("iceberg-metadata/TableMetadataV2ValidMinimal.json"));
  for (const json& none : {json(), json(-1)}) {
    document["current-snapshot-id"] = none;
    const auto metadata = ParseTableMetadata(document.dump());
    ASSERT_TRUE(metadata.ok());
    EXPECT_FALSE(metadata->current_snapshot_id.has_value());
    EXPECT_EQ(json::parse(TableMetadataToJson(*metadata))["current-snapshot-id"], -1);
  }
}

TEST(TableMetadataTest, RefusesWhatContradictsItself) {
  const auto good = json::parse(TestData("iceberg-metadata/TableMetadataV2Valid.json"));
  const auto refused = [&](const char* key, const json& value) {
    auto document = good;
    document[key] = value;
    return !ParseTableMetadata(document.dump()).ok();
  };
  EXPECT_TRUE(refused("current-snapshot-id", 42));
  EXPECT_TRUE(refused("current-snapshot-id", 9876543210123456789ULL));
  EXPECT_TRUE(refused("default-spec-id", 42));
  EXPECT_TRUE(refused("default-sort-order-id", 42));
  EXPECT_TRUE(refused("format-version", 4));
  EXPECT_TRUE(refused("last-column-id", "3"));
  EXPECT_TRUE(refused("refs", json{{"main", {{"snapshot-id", 1}, {"type", "branch"}}}}));
  EXPECT_TRUE(refused("schemas", json::array()));
  EXPECT_FALSE(ParseTableMetadata("").ok());
  EXPECT_FALSE(ParseTableMetadata("[]").ok());
  EXPECT_FALSE(ParseTableMetadata(std::string(100'000, '[')).ok());
}

TEST(TableMetadataTest, MakesANewTable) {
  NewTable made;
  made.table_uuid = "u";
  made.location = "/wh/t";
  made.schema = TestWorld::MakeSchema();
  made.spec = *ParsePartitionText("days(ts), bucket(4, id)", made.schema);
  made.now_ms = 1000;
  const auto metadata = MakeTableMetadata(made);
  ASSERT_TRUE(metadata.ok());
  const auto document = json::parse(TableMetadataToJson(*metadata));
  EXPECT_EQ(document["format-version"], 2);
  EXPECT_EQ(document["last-column-id"], 3);
  EXPECT_EQ(document["last-partition-id"], 1001);
  EXPECT_EQ(document["last-sequence-number"], 0);
  EXPECT_EQ(document["sort-orders"], json::parse(R"([{"order-id":0,"fields":[]}])"));
  EXPECT_EQ(document["partition-specs"][0]["fields"][0]["name"], "ts_day");
  EXPECT_FALSE(document.contains("schema"));
  EXPECT_FALSE(document.contains("next-row-id"));
}

// Snapshots are written by hand; a document tree says what it must be.
TEST(TableMetadataTest, WritesSnapshotsOfAnyText) {
  auto metadata = ParseTableMetadata(TestData("iceberg-metadata/TableMetadataV2Valid.json"));
  ASSERT_TRUE(metadata.ok());
  Snapshot odd;
  odd.snapshot_id = std::numeric_limits<int64_t>::max();
  odd.sequence_number = 35;
  odd.timestamp_ms = -1;
  odd.manifest_list = "s3://b/\xc3\xa9 \"x\".avro";
  odd.summary = {{"operation", "append"},
                 {"a \"b\" \\", "line\nnext\ttab\x01\x7f"},
                 {"not UTF-8", "\xff\xc3"},
                 {"z", ""}};
  odd.extra = {{"first-row-id", "7"}, {"key \"id\"", R"({"a":[1,null]})"}};
  metadata->snapshots.push_back(odd);
  Snapshot old = odd;
  old.snapshot_id = 7;
  old.parent_snapshot_id = odd.snapshot_id;
  old.manifest_list.clear();
  old.manifests = {"a.avro", "b \"c\".avro"};
  old.schema_id = 1;
  metadata->snapshots.push_back(old);
  const auto document = json::parse(TableMetadataToJson(*metadata), nullptr, false);
  ASSERT_FALSE(document.is_discarded());
  const json& written = document["snapshots"][metadata->snapshots.size() - 2];
  EXPECT_EQ(written, json({{"snapshot-id", odd.snapshot_id},
                           {"sequence-number", 35},
                           {"timestamp-ms", -1},
                           {"manifest-list", odd.manifest_list},
                           {"summary",
                            {{"operation", "append"},
                             {"a \"b\" \\", "line\nnext\ttab\x01\x7f"},
                             {"not UTF-8", "\xef\xbf\xbd\xef\xbf\xbd"},
                             {"z", ""}}},
                           {"first-row-id", 7},
                           {"key \"id\"", {{"a", {1, nullptr}}}}}));
  const json& second = document["snapshots"].back();
  EXPECT_EQ(second["parent-snapshot-id"], odd.snapshot_id);
  EXPECT_EQ(second["manifests"], json({"a.avro", "b \"c\".avro"}));
  EXPECT_EQ(second["schema-id"], 1);
  EXPECT_FALSE(second.contains("manifest-list"));
  EXPECT_FALSE(written.contains("parent-snapshot-id"));
}

TEST(TableMetadataTest, VersionsShareTheirSnapshots) {
  TableMetadata base;
  for (int64_t id = 1; id <= 5; ++id) base.snapshots.push_back({.snapshot_id = id});
  TableMetadata next = base;
  next.snapshots.push_back({.snapshot_id = 6});
  EXPECT_EQ(&next.snapshots[2], &base.snapshots[2]);
  EXPECT_EQ(base.FindSnapshot(6), nullptr);
  EXPECT_EQ(next.FindSnapshot(6), &next.snapshots.back());
  next.snapshots.EraseIf([](const Snapshot& snapshot) { return snapshot.snapshot_id < 4; });
  EXPECT_EQ(next.snapshots.size(), 3U);
  EXPECT_EQ(next.FindSnapshot(3), nullptr);
  EXPECT_EQ(next.FindSnapshot(4), &next.snapshots[0]);
  EXPECT_EQ(base.FindSnapshot(1), &base.snapshots[0]);
}

TEST(TableMetadataTest, NeverTurnsTheClockBack) {
  TableMetadata base;
  base.last_updated_ms = 5000;
  base.snapshot_log = {{7000, 1}};
  std::vector<std::string> dropped;
  const TableMetadata next = NextVersion(base, "m1", 1000, &dropped);
  EXPECT_EQ(next.last_updated_ms, 7000);
  ASSERT_EQ(next.metadata_log.size(), 1U);
  EXPECT_EQ(next.metadata_log[0].metadata_file, "m1");
  EXPECT_EQ(next.metadata_log[0].timestamp_ms, 5000);
  EXPECT_EQ(NextVersion(base, "m1", 9000, nullptr).last_updated_ms, 9000);
}

TEST(TableMetadataTest, CutsTheMetadataLog) {
  TableMetadata at;
  at.properties["write.metadata.previous-versions-max"] = "3";
  std::vector<std::string> dropped;
  for (int i = 0; i < 5; ++i) at = NextVersion(at, "m" + std::to_string(i), i, &dropped);
  ASSERT_EQ(at.metadata_log.size(), 3U);
  EXPECT_EQ(at.metadata_log[0].metadata_file, "m2");
  EXPECT_EQ(dropped, (std::vector<std::string>{"m0", "m1"}));
}

TEST(TableMetadataTest, FindsTheSnapshotOfATime) {
  TableMetadata metadata;
  EXPECT_FALSE(SnapshotAt(metadata, 10).ok());
  metadata.snapshot_log = {{100, 1}, {200, 2}, {300, 1}};
  EXPECT_FALSE(SnapshotAt(metadata, 99).ok());
  EXPECT_EQ(*SnapshotAt(metadata, 100), 1);
  EXPECT_EQ(*SnapshotAt(metadata, 299), 2);
  EXPECT_EQ(*SnapshotAt(metadata, 1000), 1);
}

}  // namespace
}  // namespace sluice::tables::iceberg
