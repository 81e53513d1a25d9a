// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/table.h"

#include <gtest/gtest.h>

#include <set>

#include "tables/iceberg/lint.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

// Paths of all live files, each as often as it is live.
std::multiset<std::string> LiveFiles(const Table& table) {
  std::multiset<std::string> out;
  const auto plan = PlanScan(table, {}, {});
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().text);
  if (!plan.ok()) return out;
  for (const ScanTask& task : plan->tasks) out.insert(task.file.file_path);
  return out;
}

std::string Findings(const Table& table) {
  std::string out;
  const auto report = Lint(table);
  EXPECT_TRUE(report.ok());
  for (const Finding& finding : report->findings) {
    out += finding.rule + " at " + finding.where + ": " + finding.text + "\n";
  }
  return out;
}

TEST(TableTest, CreatesAndLoads) {
  TestWorld world;
  const auto made = world.Create({{"format-version", "2"}, {"owner", "me"}});
  ASSERT_TRUE(made.ok()) << made.error().text;
  EXPECT_EQ(made->metadata().location, "file:///wh/db/t");
  EXPECT_EQ(made->DataLocation(), "file:///wh/db/t/data");
  EXPECT_TRUE(made->metadata_location().starts_with("file:///wh/db/t/metadata/00000-"));
  EXPECT_EQ(made->metadata().properties,
            (Properties{{"owner", "me"}, {kDeleteAfterCommit, "true"}}));
  const auto loaded = Table::Load(world.environment(), world.identifier);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->metadata().table_uuid, made->metadata().table_uuid);
  EXPECT_EQ(world.Create().error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(world.Create({{"format-version", "3"}}).error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(Table::Load(world.environment(), {{"db"}, "x"}).error().kind, ErrorKind::kNotFound);
}

TEST(TableTest, AppendsWithRunningTotals) {
  TestWorld world;
  auto table = world.Create();
  ASSERT_TRUE(table.ok());
  AppendRequest request;
  request.files = {world.AddFile("a", "eu", 0, 10), world.AddFile("b", "us", 0, 5)};
  request.set_properties = {{"sluice.p.epoch", "1"}};
  request.summary = {{"sluice.epoch", "1"}};
  auto staged = table->StageAppend(request);
  ASSERT_TRUE(staged.ok()) << staged.error().text;
  EXPECT_EQ(table->metadata().current_snapshot(), nullptr);
  const auto result = table->CommitAppend(&*staged, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->outcome, CommitOutcome::kCommitted);
  ASSERT_TRUE(AppendOnce(&*table, {world.AddFile("c", "eu", 10, 1)}).ok());
  const Snapshot& snapshot = *table->metadata().current_snapshot();
  const std::map<std::string, std::string> expected = {
      {"operation", "append"},         {"added-data-files", "1"},
      {"added-records", "1"},          {"added-files-size", "100"},
      {"total-data-files", "3"},       {"total-records", "16"},
      {"total-files-size", "300"},     {"total-delete-files", "0"},
      {"total-position-deletes", "0"}, {"total-equality-deletes", "0"},
      {"changed-partition-count", "1"}};
  EXPECT_EQ(snapshot.summary, expected);
  EXPECT_EQ(snapshot.sequence_number, 2);
  EXPECT_EQ(snapshot.schema_id, 0);
  EXPECT_EQ(table->metadata().snapshots[0].summary.at("sluice.epoch"), "1");
  EXPECT_EQ(table->metadata().Property("sluice.p.epoch"), "1");
  EXPECT_EQ(table->metadata().metadata_log.size(), 2U);
  EXPECT_EQ(LiveFiles(*table).size(), 3U);
  EXPECT_EQ(Findings(*table), "");
  // What another process reads is the same.
  const auto other = Table::Load(world.environment(), world.identifier);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(LiveFiles(*other), LiveFiles(*table));
}

TEST(TableTest, RefusesAppendsThatCannotBeRight) {
  TestWorld world;
  auto table = world.Create();
  const auto refused = [&](DataFile file) {
    AppendRequest request;
    request.files = {std::move(file)};
    return !table->StageAppend(std::move(request)).ok();
  };
  DataFile file = world.AddFile("a", "eu", 0, 1);
  EXPECT_FALSE(refused(file));
  file.content = FileContent::kPositionDeletes;
  EXPECT_TRUE(refused(file));
  file = world.AddFile("a", "eu", 0, 1);
  file.spec_id = 9;
  EXPECT_TRUE(refused(file));
  file.spec_id = 0;
  file.partition.clear();
  EXPECT_TRUE(refused(file));
  AppendRequest twice;
  twice.files = {world.AddFile("a", "eu", 0, 1), world.AddFile("a", "eu", 0, 1)};
  EXPECT_FALSE(table->StageAppend(twice).ok());
}

TEST(TableTest, ChecksRequirementsOnTheBaseItSwaps) {
  TestWorld world;
  auto table = world.Create({{"k", "1"}});
  Requirements wrong;
  wrong.table_uuid = "other";
  wrong.base_snapshot = std::optional<int64_t>(5);
  wrong.properties = {{"k", "2"}, {"absent", std::nullopt}, {"missing", "x"}};
  const auto result = AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)}, wrong);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->outcome, CommitOutcome::kViolated);
  ASSERT_EQ(result->violations.size(), 4U);
  EXPECT_EQ(result->violations[2].ToString(), "property k: expected '2', found '1'");
  EXPECT_EQ(result->violations[3].ToString(), "property missing: expected 'x', found none");
  Requirements right;
  right.table_uuid = table->metadata().table_uuid;
  right.base_snapshot = std::optional<int64_t>();
  right.properties = {{"k", "1"}, {"absent", std::nullopt}};
  EXPECT_EQ(AppendOnce(&*table, {world.AddFile("b", "eu", 0, 1)}, right)->outcome,
            CommitOutcome::kCommitted);
}

TEST(TableTest, FencesByPropertiesAlone) {
  TestWorld world;
  auto zombie = world.Create();
  auto fresh = Table::Load(world.environment(), world.identifier);
  Requirements no_token;
  no_token.properties = {{"sluice.p.token", std::nullopt}};
  EXPECT_EQ(zombie->CommitProperties({{"sluice.p.token", "1"}}, {}, no_token)->outcome,
            CommitOutcome::kCommitted);
  ASSERT_TRUE(fresh->Refresh().ok());
  Requirements token_1;
  token_1.properties = {{"sluice.p.token", "1"}};
  EXPECT_EQ(fresh->CommitProperties({{"sluice.p.token", "2"}}, {}, token_1)->outcome,
            CommitOutcome::kCommitted);
  // The zombie loses the race once, reads, and then knows that it is one.
  const auto first = AppendOnce(&*zombie, {world.AddFile("z", "eu", 0, 1)}, token_1);
  EXPECT_EQ(first->outcome, CommitOutcome::kConflict);
  EXPECT_TRUE(first->reloaded);
  const auto second = AppendOnce(&*zombie, {world.AddFile("z", "eu", 0, 1)}, token_1);
  EXPECT_EQ(second->outcome, CommitOutcome::kViolated);
  EXPECT_EQ(zombie->metadata().current_snapshot(), nullptr);
}

TEST(TableTest, RetriesAConflictWithTheSameManifest) {
  TestWorld world;
  auto ours = world.Create();
  auto theirs = Table::Load(world.environment(), world.identifier);
  AppendRequest request;
  request.files = {world.AddFile("ours", "eu", 0, 1)};
  auto staged = ours->StageAppend(request);
  ASSERT_TRUE(staged.ok());
  ASSERT_EQ(AppendOnce(&*theirs, {world.AddFile("theirs", "eu", 0, 1)})->outcome,
            CommitOutcome::kCommitted);
  const auto files_before = world.disk.Files().size();
  const auto first = ours->CommitAppend(&*staged, {});
  EXPECT_EQ(first->outcome, CommitOutcome::kConflict);
  EXPECT_EQ(world.disk.Files().size(), files_before);  // nothing is left of the attempt
  const auto second = ours->CommitAppend(&*staged, {});
  EXPECT_EQ(second->outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(LiveFiles(*ours), (std::multiset<std::string>{"file:///wh/db/t/data/ours.parquet",
                                                          "file:///wh/db/t/data/theirs.parquet"}));
  EXPECT_EQ(ours->metadata().current_snapshot()->sequence_number, 2);
  const auto plan = PlanScan(*ours, {}, {});
  ASSERT_TRUE(plan.ok());
  for (const ScanTask& task : plan->tasks) {
    const bool mine = task.file.file_path.ends_with("ours.parquet");
    EXPECT_EQ(task.data_sequence_number, mine ? 2 : 1);
  }
  EXPECT_EQ(ours->CommitAppend(&*staged, {})->outcome, CommitOutcome::kCommitted);  // a no-op
  EXPECT_EQ(ours->metadata().snapshots.size(), 2U);
  EXPECT_EQ(Findings(*ours), "");
}

TEST(TableTest, FindsItsOwnCommitAfterALostReply) {
  TestWorld world;
  auto table = world.Create();
  world.catalog.set_next(MemoryCatalog::Trouble::kLoseReply);
  const auto landed = AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)});
  EXPECT_EQ(landed->outcome, CommitOutcome::kCommitted);
  world.catalog.set_next(MemoryCatalog::Trouble::kLoseRequest);
  AppendRequest request;
  request.files = {world.AddFile("b", "eu", 0, 1)};
  auto staged = table->StageAppend(request);
  const auto files_before = world.disk.Files().size();
  const auto lost = table->CommitAppend(&*staged, {});
  EXPECT_EQ(lost->outcome, CommitOutcome::kUnknown);
  EXPECT_TRUE(lost->reloaded);
  EXPECT_EQ(world.disk.Files().size(), files_before + 2);  // every file is kept
  EXPECT_EQ(table->CommitAppend(&*staged, {})->outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(LiveFiles(*table).size(), 2U);
}

TEST(TableTest, FindsItsOwnCommitBehindAConflict) {
  TestWorld world;
  auto table = world.Create();
  world.catalog.set_next(MemoryCatalog::Trouble::kSendTwice);
  const auto landed = AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)});
  EXPECT_EQ(landed->outcome, CommitOutcome::kCommitted);
  world.catalog.set_next(MemoryCatalog::Trouble::kSendTwice);
  EXPECT_EQ(table->CommitProperties({{"k", "v"}}, {}, {})->outcome, CommitOutcome::kCommitted);
  const auto other = Table::Load(world.environment(), world.identifier);
  ASSERT_TRUE(other.ok()) << other.error().text;
  EXPECT_EQ(other->metadata().snapshots.size(), 1U);
  EXPECT_EQ(Findings(*other), "");
}

// What another engine commits: an equality delete of one region.
void DeleteRegion(TestWorld& world, const std::string& region) {
  const auto table = Table::Load(world.environment(), world.identifier);
  ASSERT_TRUE(table.ok());
  const TableMetadata& base = table->metadata();
  const int64_t number = base.last_sequence_number + 1;
  Manifest manifest;
  manifest.schema = base.schema();
  manifest.spec = base.spec();
  manifest.content = ManifestContent::kDeletes;
  ManifestEntry entry;
  entry.file = world.AddFile("delete-" + region, region, 0, 1);
  entry.file.content = FileContent::kEqualityDeletes;
  entry.file.equality_ids = {1};
  manifest.entries = {entry};
  const std::string bytes = *EncodeManifest(manifest, "deflate");
  world.disk.Put("/wh/db/t/metadata/theirs.avro", bytes);
  auto manifests = *table->ReadManifestList(*base.current_snapshot());
  manifests.push_back(Summarize(manifest, "file:///wh/db/t/metadata/theirs.avro",
                                static_cast<int64_t>(bytes.size()), 77, number));
  manifests.back().sequence_number = number;
  world.disk.Put("/wh/db/t/metadata/theirs-list.avro",
                 *EncodeManifestList(manifests, {77, base.current_snapshot_id, number}, "deflate"));
  TableMetadata next = NextVersion(base, table->metadata_location(), world.clock.NowMs(), nullptr);
  ApplySnapshot({77, "file:///wh/db/t/metadata/theirs-list.avro", {{"operation", "delete"}}},
                &next);
  world.disk.Put("/wh/db/t/metadata/99-theirs.metadata.json", TableMetadataToJson(next));
  ASSERT_TRUE(world.catalog
                  .Swap(world.identifier, table->metadata_location(),
                        "file:///wh/db/t/metadata/99-theirs.metadata.json")
                  .ok());
}

TEST(TableTest, DeletesOfOthersStayInForceForOlderFilesOnly) {
  TestWorld world;
  auto table = world.Create({{"commit.manifest.min-count-to-merge", "3"}});
  for (const char* name : {"old-1", "old-2"})
    ASSERT_TRUE(AppendOnce(&*table, {world.AddFile(name, "eu", 0, 1)}).ok());
  // Staged before the delete, committed after it: its rows are not meant.
  AppendRequest request;
  request.files = {world.AddFile("new-1", "eu", 0, 1)};
  auto staged = table->StageAppend(request);
  DeleteRegion(world, "eu");
  EXPECT_EQ(table->CommitAppend(&*staged, {})->outcome, CommitOutcome::kConflict);
  EXPECT_EQ(table->CommitAppend(&*staged, {})->outcome, CommitOutcome::kCommitted);
  for (const char* name : {"new-2", "new-3"})
    ASSERT_TRUE(AppendOnce(&*table, {world.AddFile(name, "eu", 0, 1)}).ok());
  EXPECT_LE(table->ReadManifestList(*table->metadata().current_snapshot())->size(), 3U);
  const auto plan = PlanScan(*table, {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().text;
  ASSERT_EQ(plan->tasks.size(), 5U);
  for (const ScanTask& task : plan->tasks) {
    const bool old = task.file.file_path.find("old") != std::string::npos;
    EXPECT_EQ(task.deletes.size(), old ? 1U : 0U) << task.file.file_path;
  }
}

TEST(TableTest, KeepsTheNumberOfManifestsBounded) {
  TestWorld world;
  auto table = world.Create({{"commit.manifest.min-count-to-merge", "10"}});
  size_t manifests_max = 0;
  for (int i = 0; i < 95; ++i) {
    world.clock.Advance(1000);
    const auto result =
        AppendOnce(&*table, {world.AddFile("f" + std::to_string(i), i % 2 == 0 ? "eu" : "", i, 1)});
    ASSERT_TRUE(result.ok() && result->outcome == CommitOutcome::kCommitted);
    manifests_max = std::max(
        manifests_max, table->ReadManifestList(*table->metadata().current_snapshot())->size());
  }
  EXPECT_LE(manifests_max, 10U);
  EXPECT_EQ(LiveFiles(*table).size(), 95U);
  EXPECT_EQ(Findings(*table), "");
  // Merging kept the sequence numbers: each file has the one of its own commit.
  const auto plan = PlanScan(*table, {}, {});
  std::set<int64_t> sequences;
  for (const ScanTask& task : plan->tasks) sequences.insert(task.data_sequence_number);
  EXPECT_EQ(sequences.size(), 95U);
  // Each older snapshot still shows what it showed.
  SnapshotChoice choice;
  choice.snapshot_id = table->metadata().snapshots[49].snapshot_id;
  EXPECT_EQ(PlanScan(*table, choice, {})->tasks.size(), 50U);
}

TEST(TableTest, MergesAgainAfterAConflict) {
  TestWorld world;
  auto ours = world.Create({{"commit.manifest.min-count-to-merge", "3"}});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(AppendOnce(&*ours, {world.AddFile("o" + std::to_string(i), "eu", i, 1)}).ok());
  }
  AppendRequest request;
  request.files = {world.AddFile("mine", "eu", 9, 1)};
  auto staged = ours->StageAppend(request);
  world.catalog.set_next(MemoryCatalog::Trouble::kConflict);
  EXPECT_EQ(ours->CommitAppend(&*staged, {})->outcome, CommitOutcome::kConflict);
  auto theirs = Table::Load(world.environment(), world.identifier);
  ASSERT_EQ(theirs->CommitProperties({{"a", "b"}}, {}, {})->outcome, CommitOutcome::kCommitted);
  ASSERT_TRUE(ours->Refresh().ok());
  EXPECT_EQ(ours->CommitAppend(&*staged, {})->outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(LiveFiles(*ours).size(), 3U);
  EXPECT_EQ(Findings(*ours), "");
}

TEST(TableTest, SplitsAManifestThatWouldBeTooLarge) {
  TestWorld world;
  auto table = world.Create(
      {{"commit.manifest.target-size-bytes", "4000"}, {"commit.manifest-merge.enabled", "false"}});
  std::vector<DataFile> files;
  for (int i = 0; i < 300; ++i) files.push_back(world.AddFile("f" + std::to_string(i), "eu", i, 1));
  AppendRequest request;
  request.files = files;
  const auto staged = table->StageAppend(request);
  ASSERT_TRUE(staged.ok());
  EXPECT_GT(staged->manifests.size(), 1U);
  for (const ManifestFile& file : staged->manifests) EXPECT_LE(file.manifest_length, 4000);
}

TEST(TableTest, NeverWritesAnEarlierTimeThanBefore) {
  TestWorld world;
  auto table = world.Create();
  ASSERT_TRUE(AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)}).ok());
  world.clock.SetSkew(-3'600'000);
  ASSERT_TRUE(AppendOnce(&*table, {world.AddFile("b", "eu", 0, 1)}).ok());
  ASSERT_TRUE(table->CommitProperties({{"a", "b"}}, {}, {}).ok());
  const auto& metadata = table->metadata();
  EXPECT_GT(metadata.snapshots[1].timestamp_ms, metadata.snapshots[0].timestamp_ms);
  EXPECT_GE(metadata.last_updated_ms, metadata.snapshots[1].timestamp_ms);
  EXPECT_EQ(Findings(*table), "");
  // Also where no snapshot says what the time was.
  world.clock.SetSkew(3'600'000);
  ASSERT_TRUE(table->CommitProperties({{"a", "c"}}, {}, {}).ok());
  const int64_t before_ms = table->metadata().last_updated_ms;
  world.clock.SetSkew(0);
  ASSERT_TRUE(table->CommitProperties({{"a", "d"}}, {}, {}).ok());
  EXPECT_GE(table->metadata().last_updated_ms, before_ms);
}

TEST(TableTest, RemovesOldMetadataFilesUnlessToldNotTo) {
  TestWorld world;
  auto table = world.Create({{"write.metadata.previous-versions-max", "2"},
                             {"write.metadata.compression-codec", "gzip"}});
  const auto commit = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(table->CommitProperties({{"n", std::to_string(i)}}, {}, {}).ok());
    }
  };
  commit(0, 6);
  EXPECT_TRUE(table->metadata_location().ends_with(".gz.metadata.json"));
  EXPECT_EQ(world.disk.Files().size(), 3U);
  ASSERT_TRUE(table->CommitProperties({{kDeleteAfterCommit, "false"}}, {}, {}).ok());
  commit(6, 10);
  EXPECT_EQ(world.disk.Files().size(), 8U);
  EXPECT_TRUE(Table::Load(world.environment(), world.identifier).ok());
}

TEST(TableTest, WritesVersion2Only) {
  TestWorld world;
  auto table = world.Create();
  TableMetadata v1 = table->metadata();
  v1.format_version = 1;
  world.disk.Put("/wh/db/t/metadata/v1.metadata.json", TableMetadataToJson(v1));
  ASSERT_TRUE(world.catalog
                  .Swap(world.identifier, table->metadata_location(),
                        "file:///wh/db/t/metadata/v1.metadata.json")
                  .ok());
  ASSERT_TRUE(table->Refresh().ok());
  AppendRequest request;
  request.files = {world.AddFile("a", "eu", 0, 1)};
  EXPECT_EQ(table->StageAppend(request).error().kind, ErrorKind::kUnsupported);
}

// Each I/O call of a commit goes wrong in each way; afterwards another process must find either
// the state before or the state after, whole, and a commit that was reported must be there.
TEST(TableTest, LadderOverEveryCallOfACommit) {
  using io::fake::FaultKind;
  int fired = 0;
  for (const FaultKind kind :
       {FaultKind::kFail, FaultKind::kCrashBefore, FaultKind::kCrashAfter, FaultKind::kLoseReply}) {
    for (int64_t call = 1; call < 200; ++call) {
      TestWorld world;
      auto table = world.Create({{"commit.manifest.min-count-to-merge", "2"},
                                 {"flink-maintenance.expire-snapshots.enabled", "true"},
                                 {"history.expire.max-snapshot-age-ms", "0"}});
      ASSERT_TRUE(AppendOnce(&*table, {world.AddFile("a", "eu", 0, 1)}).ok());
      table = Table::Load(world.environment(), world.identifier);  // expires at its first commit
      ASSERT_TRUE(table.ok());
      const DataFile file = world.AddFile("b", "eu", 1, 1);
      world.faults.Arm(kind, call);
      const auto result = AppendOnce(&*table, {file});
      const bool hit = world.faults.fired();
      world.faults.Disarm();
      world.disk.LosePower();
      world.disk.Put("/wh/db/t/data/a.parquet", std::string(100, 'x'));
      world.disk.Put("/wh/db/t/data/b.parquet", std::string(100, 'x'));
      const auto other = Table::Load(world.environment(), world.identifier);
      ASSERT_TRUE(other.ok()) << ToString(kind) << " " << call << ": " << other.error().text;
      const auto live = LiveFiles(*other).size();
      EXPECT_TRUE(live == 1 || live == 2) << ToString(kind) << " " << call;
      const bool reported = result.ok() && result->outcome == CommitOutcome::kCommitted;
      EXPECT_TRUE(!reported || live == 2) << ToString(kind) << " " << call;
      EXPECT_EQ(Findings(*other), "") << ToString(kind) << " " << call;
      if (!hit) break;
      ++fired;
    }
  }
  EXPECT_GT(fired, 40);
}

}  // namespace
}  // namespace sluice::tables::iceberg
