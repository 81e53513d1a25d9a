// SPDX-License-Identifier: Apache-2.0
// Which snapshots go, and that with them just the files go that nothing else reaches.
#include "tables/iceberg/expire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tables/iceberg/lint.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

using Ids = std::set<int64_t>;

// Snapshots 1, 2, ... at 1000, 2000, ..., each the child of the one before; main at the newest.
TableMetadata Line(int64_t count) {
  TableMetadata metadata;
  for (int64_t id = 1; id <= count; ++id) {
    Snapshot snapshot;
    snapshot.snapshot_id = id;
    if (id > 1) snapshot.parent_snapshot_id = id - 1;
    snapshot.sequence_number = id;
    snapshot.timestamp_ms = id * 1000;
    metadata.snapshots.push_back(snapshot);
    metadata.snapshot_log.push_back({id * 1000, id});
  }
  metadata.current_snapshot_id = count;
  metadata.refs["main"].snapshot_id = count;
  return metadata;
}

Ids Expired(const TableMetadata& metadata, Retention retention, int64_t now_ms,
            int64_t snapshots_max = 1000) {
  return PlanExpiry(metadata, retention, now_ms, snapshots_max).snapshot_ids;
}

TEST(ExpireTest, ByAgeAndByNumber) {
  const TableMetadata line = Line(6);
  EXPECT_EQ(Expired(line, {.snapshot_age_max_ms = 2000}, 6000), (Ids{1, 2, 3}));
  EXPECT_EQ(Expired(line, {.snapshot_age_max_ms = 2000, .snapshots_min = 5}, 6000), Ids{1});
  EXPECT_EQ(Expired(line, {.snapshot_age_max_ms = 0}, 100'000), (Ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(Expired(line, {}, 100'000), Ids{});
  EXPECT_EQ(Expired({}, {.snapshot_age_max_ms = 0}, 100'000), Ids{});
  const Expiry part = PlanExpiry(line, {.snapshot_age_max_ms = 0}, 100'000, 2);
  EXPECT_EQ(part.snapshot_ids, (Ids{1, 2}));
  EXPECT_TRUE(part.more);
}

TEST(ExpireTest, TagsAndBranchesKeepWhatTheySay) {
  TableMetadata metadata = Line(6);
  metadata.refs["release"] = {.snapshot_id = 2, .is_tag = true};
  metadata.refs["old"] = {.snapshot_id = 1, .is_tag = true, .max_ref_age_ms = 500};
  metadata.refs["audit"] = {
      .snapshot_id = 4, .min_snapshots_to_keep = 2, .max_snapshot_age_ms = 100};
  metadata.refs["broken"] = {.snapshot_id = 99};
  const Expiry expiry = PlanExpiry(metadata, {.snapshot_age_max_ms = 0}, 100'000, 1000);
  EXPECT_EQ(expiry.snapshot_ids, (Ids{1, 5}));
  EXPECT_EQ(expiry.refs, (std::set<std::string>{"old", "broken"}));
  TableMetadata after = metadata;
  ApplyExpiry(expiry, &after);
  EXPECT_EQ(after.refs.size(), 3U);
  EXPECT_EQ(after.snapshots.size(), 4U);
  // What lies behind the youngest snapshot that is gone would have a gap.
  ASSERT_EQ(after.snapshot_log.size(), 1U);
  EXPECT_EQ(after.snapshot_log[0].snapshot_id, 6);
}

TEST(ExpireTest, WhatNobodyReachesStaysWhileItIsYoung) {
  TableMetadata metadata = Line(3);
  Snapshot aside;  // staged, or rolled back
  aside.snapshot_id = 7;
  aside.parent_snapshot_id = 2;
  aside.sequence_number = 4;
  aside.timestamp_ms = 2500;
  metadata.snapshots.push_back(aside);
  EXPECT_EQ(Expired(metadata, {.snapshot_age_max_ms = 1500}, 4000), (Ids{1, 2}));
  EXPECT_EQ(Expired(metadata, {.snapshot_age_max_ms = 1499}, 4000), (Ids{1, 2, 7}));
}

TEST(ExpireTest, CirclesEnd) {
  TableMetadata metadata = Line(1);
  metadata.snapshots = {};
  for (const int64_t id : {1, 2}) {
    Snapshot snapshot;
    snapshot.snapshot_id = id;
    snapshot.parent_snapshot_id = 3 - id;
    metadata.snapshots.push_back(snapshot);
  }
  EXPECT_EQ(Expired(metadata, {.snapshot_age_max_ms = 0}, 1000), Ids{2});
  EXPECT_EQ(CurrentLine(metadata).size(), 2U);
}

TEST(ExpireTest, DropsStatisticsOfWhatIsGone) {
  TableMetadata metadata = Line(2);
  metadata.extra["statistics"] = R"([{"snapshot-id":1,"a":1},{"snapshot-id":2,"a":2}])";
  metadata.extra["partition-statistics"] = R"([{"snapshot-id":1}])";
  ApplyExpiry({.snapshot_ids = {1}, .refs = {}}, &metadata);
  EXPECT_EQ(metadata.extra["statistics"], R"([{"snapshot-id":2,"a":2}])");
  EXPECT_EQ(metadata.extra["partition-statistics"], "[]");
}

// A table that expires with each commit, five seconds apart.
class ExpiringTable : public testing::Test {
 protected:
  void Create(Properties properties) {
    properties.emplace("flink-maintenance.expire-snapshots.enabled", "true");
    properties.emplace("flink-maintenance.expire-snapshots.schedule.commit-count", "1");
    properties.emplace("write.metadata.previous-versions-max", "1");
    auto made = world_.Create(properties);
    ASSERT_TRUE(made.ok()) << made.error().text;
    table_.emplace(std::move(*made));
  }
  void Append() {
    const std::string name = "f" + std::to_string(files_++);
    const auto done = AppendOnce(&*table_, {world_.AddFile(name, "eu", files_, 1)});
    ASSERT_TRUE(done.ok()) << done.error().text;
    ASSERT_EQ(done->outcome, CommitOutcome::kCommitted);
    world_.clock.Advance(5000);
  }
  /// Every file in the table's folder that nothing in its metadata reaches, and "missing X" for
  /// what is reached and not there.
  std::vector<std::string> Astray() {
    std::set<std::string> reached = {table_->metadata_location()};
    for (const auto& entry : table_->metadata().metadata_log) reached.insert(entry.metadata_file);
    for (const Snapshot& snapshot : table_->metadata().snapshots) {
      reached.insert(snapshot.manifest_list);
      const auto list = table_->ReadManifestList(snapshot);
      EXPECT_TRUE(list.ok()) << list.error().text;
      for (const ManifestFile& file : *list) {
        reached.insert(file.manifest_path);
        const auto manifest = table_->ReadManifest(file);
        EXPECT_TRUE(manifest.ok()) << manifest.error().text;
        for (const ManifestEntry& entry : manifest->entries) {
          if (entry.status != EntryStatus::kDeleted) reached.insert(entry.file.file_path);
        }
      }
    }
    std::vector<std::string> out;
    std::set<std::string> there;
    for (const auto& [path, bytes] : world_.disk.Files()) there.insert("file://" + path);
    for (const auto& path : there) {
      if (!reached.contains(path)) out.push_back(path);
    }
    for (const auto& path : reached) {
      if (!there.contains(path)) out.push_back("missing " + path);
    }
    return out;
  }
  size_t LiveFiles() const {
    const auto plan = PlanScan(*table_, {}, {});
    EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().text);
    return plan.ok() ? plan->tasks.size() : 0;
  }
  std::string Findings() const {
    std::string out;
    const auto report = Lint(*table_);
    EXPECT_TRUE(report.ok());
    for (const Finding& finding : report->findings) out += finding.rule + ": " + finding.text;
    return out;
  }
  /// What a compaction by somebody else does: `gone` is deleted, `added` written instead.
  void Replace(const std::string& gone, const std::string& added) {
    const int64_t id = 1'000'000 + files_;
    std::vector<std::string> dropped;
    TableMetadata next = NextVersion(table_->metadata(), table_->metadata_location(),
                                     world_.clock.NowMs(), &dropped);
    for (const std::string& file : dropped) RemoveQuietly(world_.files, file);
    const int64_t sequence = next.last_sequence_number + 1;
    Manifest manifest;
    manifest.spec = next.spec();
    manifest.schema = next.schema();
    ManifestEntry entry{.status = EntryStatus::kAdded, .file = world_.AddFile(added, "eu", 0, 1)};
    manifest.entries.push_back(entry);
    std::vector<ManifestFile> list;
    const auto base = table_->ReadManifestList(*table_->metadata().current_snapshot());
    ASSERT_TRUE(base.ok());
    for (const ManifestFile& file : *base) {
      const auto read = table_->ReadManifest(file);
      ASSERT_TRUE(read.ok());
      const bool holds =
          std::any_of(read->entries.begin(), read->entries.end(), [&](const ManifestEntry& e) {
            return e.file.file_path.ends_with("/" + gone + ".parquet");
          });
      if (!holds) {
        list.push_back(file);
        continue;
      }
      for (ManifestEntry old : read->entries) {
        if (old.status == EntryStatus::kDeleted) continue;
        const bool this_one = old.file.file_path.ends_with("/" + gone + ".parquet");
        old.status = this_one ? EntryStatus::kDeleted : EntryStatus::kExisting;
        if (this_one) old.snapshot_id = id;
        manifest.entries.push_back(old);
      }
    }
    const auto bytes = EncodeManifest(manifest, "deflate");
    ASSERT_TRUE(bytes.ok());
    const std::string path = "/wh/db/t/metadata/foreign-" + std::to_string(id);
    world_.disk.Put(path + "-m0.avro", *bytes);
    ManifestFile made = Summarize(manifest, "file://" + path + "-m0.avro",
                                  static_cast<int64_t>(bytes->size()), id, sequence);
    made.sequence_number = sequence;
    list.insert(list.begin(), made);
    const auto list_bytes =
        EncodeManifestList(list, {id, next.current_snapshot_id, sequence}, "deflate");
    ASSERT_TRUE(list_bytes.ok());
    world_.disk.Put(path + "-list.avro", *list_bytes);
    auto summary = table_->metadata().current_snapshot()->summary;  // as many rows and files
    summary["operation"] = "replace";
    ApplySnapshot({id, "file://" + path + "-list.avro", summary}, &next);
    world_.disk.Put(path + ".metadata.json", TableMetadataToJson(next));
    ASSERT_TRUE(world_.catalog
                    .Swap(world_.identifier, table_->metadata_location(),
                          "file://" + path + ".metadata.json")
                    .ok());
    ASSERT_TRUE(table_->Refresh().ok());
    world_.clock.Advance(5000);
  }

  TestWorld world_;
  std::optional<Table> table_;
  int64_t files_ = 0;
};

TEST_F(ExpiringTable, KeepsWhatItMustAndNoFileBeside) {
  Create({{"history.expire.max-snapshot-age-ms", "20000"},
          {"commit.manifest.min-count-to-merge", "4"}});
  for (int i = 0; i < 40; ++i) {
    Append();
    ASSERT_LE(table_->metadata().snapshots.size(), 5U);
    ASSERT_EQ(Astray(), std::vector<std::string>{}) << "after commit " << i;
  }
  EXPECT_EQ(table_->metadata().snapshots.size(), 5U);
  EXPECT_EQ(table_->metadata().snapshot_log.size(), 5U);
  EXPECT_EQ(LiveFiles(), 40U);
  EXPECT_EQ(Findings(), "");
}

TEST_F(ExpiringTable, IsOffUnlessAskedFor) {
  Create({{"flink-maintenance.expire-snapshots.enabled", "false"},
          {"history.expire.max-snapshot-age-ms", "0"}});
  for (int i = 0; i < 5; ++i) Append();
  EXPECT_EQ(table_->metadata().snapshots.size(), 5U);
  ASSERT_TRUE(table_
                  ->CommitProperties({{"flink-maintenance.expire-snapshots.enabled", "true"},
                                      {"gc.enabled", "false"}},
                                     {}, {})
                  .ok());
  Append();
  EXPECT_EQ(table_->metadata().snapshots.size(), 6U);
}

TEST(ExpireTest, WhatOthersWroteDoesNotStopAWriterThatDoesNotExpire) {
  TestWorld world;
  auto table = world.Create();
  ASSERT_TRUE(table.ok());
  ASSERT_TRUE(
      table->CommitProperties({{"history.expire.max-snapshot-age-ms", "long"}}, {}, {}).ok());
  const auto done = AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)});
  ASSERT_TRUE(done.ok()) << done.error().text;
  EXPECT_EQ(done->outcome, CommitOutcome::kCommitted);
}

TEST_F(ExpiringTable, TheWriterComesBeforeTheTable) {
  Create({{"flink-maintenance.expire-snapshots.enabled", "false"},
          {"history.expire.max-snapshot-age-ms", "0"}});
  for (int i = 0; i < 4; ++i) Append();
  AppendRequest request;
  request.maintenance = {{"flink-maintenance.expire-snapshots.enabled", "true"},
                         {"flink-maintenance.expire-snapshots.retain-last", "3"}};
  request.files = {world_.AddFile("last", "eu", 9, 1)};
  auto staged = table_->StageAppend(request);
  ASSERT_TRUE(staged.ok());
  ASSERT_TRUE(table_->CommitAppend(&*staged, {}).ok());
  EXPECT_EQ(table_->metadata().snapshots.size(), 3U);
}

TEST_F(ExpiringTable, FollowsItsSchedule) {
  Create({{"flink-maintenance.expire-snapshots.schedule.commit-count", "4"},
          {"flink-maintenance.expire-snapshots.schedule.interval-second", "1000"},
          {"flink-maintenance.expire-snapshots.max-snapshot-age-seconds", "0"},
          {"flink-maintenance.expire-snapshots.retain-last", "2"}});
  std::vector<size_t> kept;
  for (int i = 0; i < 9; ++i) {
    Append();
    kept.push_back(table_->metadata().snapshots.size());
  }
  EXPECT_EQ(kept, (std::vector<size_t>{1, 2, 3, 4, 2, 3, 4, 5, 2}));
  world_.clock.Advance(1'000'000);
  Append();
  EXPECT_EQ(table_->metadata().snapshots.size(), 2U);
  EXPECT_EQ(Astray(), std::vector<std::string>{});
}

TEST_F(ExpiringTable, TakesManyInBatches) {
  Create({{"flink-maintenance.expire-snapshots.enabled", "false"},
          {"flink-maintenance.expire-snapshots.delete-batch-size", "3"},
          {"flink-maintenance.expire-snapshots.schedule.commit-count", "100"},
          {"history.expire.max-snapshot-age-ms", "0"}});
  for (int i = 0; i < 10; ++i) Append();
  ASSERT_TRUE(
      table_->CommitProperties({{"flink-maintenance.expire-snapshots.enabled", "true"}}, {}, {})
          .ok());
  std::vector<size_t> kept;
  for (int i = 0; i < 6; ++i) {
    Append();
    kept.push_back(table_->metadata().snapshots.size());
  }
  EXPECT_EQ(kept, (std::vector<size_t>{8, 6, 4, 2, 1, 2}));
  EXPECT_EQ(LiveFiles(), 16U);
}

TEST_F(ExpiringTable, TakesFilesThatACompactionReplaced) {
  Create({{"history.expire.max-snapshot-age-ms", "12000"}});
  Append();
  Append();
  Replace("f0", "compacted");
  EXPECT_EQ(LiveFiles(), 2U);
  for (int i = 0; i < 6; ++i) Append();
  EXPECT_EQ(LiveFiles(), 8U);
  EXPECT_FALSE(world_.disk.Files().contains("/wh/db/t/data/f0.parquet"));
  EXPECT_TRUE(world_.disk.Files().contains("/wh/db/t/data/compacted.parquet"));
  EXPECT_EQ(Astray(), std::vector<std::string>{});
  EXPECT_EQ(Findings(), "");
}

// A file that was deleted and added again is live.
TEST_F(ExpiringTable, KeepsAFileThatCameBack) {
  Create({{"history.expire.max-snapshot-age-ms", "12000"}});
  Append();
  Append();
  Replace("f0", "compacted");
  Replace("compacted", "f0");
  for (int i = 0; i < 6; ++i) Append();
  EXPECT_TRUE(world_.disk.Files().contains("/wh/db/t/data/f0.parquet"));
  EXPECT_FALSE(world_.disk.Files().contains("/wh/db/t/data/compacted.parquet"));
  EXPECT_EQ(Findings(), "");
}

TEST_F(ExpiringTable, KeepsWhatATagReaches) {
  Create({{"history.expire.max-snapshot-age-ms", "0"},
          {"flink-maintenance.expire-snapshots.enabled", "false"},
          {"commit.manifest.min-count-to-merge", "2"}});
  Append();
  Append();
  TableMetadata next =
      NextVersion(table_->metadata(), table_->metadata_location(), world_.clock.NowMs(), nullptr);
  next.refs["release"] = {.snapshot_id = *next.current_snapshot_id, .is_tag = true};
  next.properties["flink-maintenance.expire-snapshots.enabled"] = "true";
  world_.disk.Put("/wh/db/t/metadata/tagged.metadata.json", TableMetadataToJson(next));
  ASSERT_TRUE(world_.catalog
                  .Swap(world_.identifier, table_->metadata_location(),
                        "file:///wh/db/t/metadata/tagged.metadata.json")
                  .ok());
  ASSERT_TRUE(table_->Refresh().ok());
  Append();
  Replace("f0", "compacted");
  for (int i = 0; i < 5; ++i) Append();
  EXPECT_EQ(table_->metadata().snapshots.size(), 2U);
  EXPECT_TRUE(world_.disk.Files().contains("/wh/db/t/data/f0.parquet"));
  SnapshotChoice choice;
  choice.ref = "release";
  EXPECT_EQ(PlanScan(*table_, choice, {})->tasks.size(), 2U);
  EXPECT_EQ(Findings(), "");
}

TEST(ExpireTest, PropertiesAreChecked) {
  const auto refused = [](const std::string& key, const std::string& value) {
    return !ReadExpiryProperties({{key, value}}).ok();
  };
  EXPECT_TRUE(refused("history.expire.min-snapshots-to-keep", "0"));
  EXPECT_TRUE(refused("flink-maintenance.expire-snapshots.retain-last", "none"));
  EXPECT_TRUE(refused("flink-maintenance.expire-snapshots.max-snapshot-age-seconds", "-1"));
  EXPECT_TRUE(refused("flink-maintenance.expire-snapshots.enabled", "yes"));
  const auto read =
      ReadExpiryProperties({{"flink-maintenance.expire-snapshots.enabled", "true"},
                            {"history.expire.max-snapshot-age-ms", "7"},
                            {"flink-maintenance.expire-snapshots.max-snapshot-age-seconds", "2"}});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->enabled);
  EXPECT_EQ(read->retention.snapshot_age_max_ms, 2000);
  EXPECT_EQ(read->retention.snapshots_min, 1);
}

}  // namespace
}  // namespace sluice::tables::iceberg
