// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

class LintTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.Create();
    ASSERT_TRUE(made.ok());
    table_.emplace(std::move(*made));
    for (int i = 0; i < 3; ++i) {
      world_.clock.Advance(1000);
      ASSERT_TRUE(AppendOnce(&*table_, {world_.AddFile("f" + std::to_string(i), "eu", i, 1)}).ok());
    }
  }
  // Rules broken after the metadata was changed.
  std::vector<std::string> Broken(const std::function<void(TableMetadata*)>& change) {
    TableMetadata metadata = table_->metadata();
    change(&metadata);
    const std::string path = "/wh/db/t/metadata/changed.metadata.json";
    world_.disk.Put(path, TableMetadataToJson(metadata));
    const auto table = Table::LoadStatic(world_.environment(), path);
    EXPECT_TRUE(table.ok()) << (table.ok() ? "" : table.error().text);
    return table.ok() ? Rules(*table) : std::vector<std::string>{};
  }
  // The same with one snapshot changed, which otherwise nothing can do.
  std::vector<std::string> BrokenSnapshot(size_t index,
                                          const std::function<void(Snapshot*)>& change) {
    return Broken([&](TableMetadata* metadata) {
      const SnapshotList all = std::exchange(metadata->snapshots, {});
      for (size_t i = 0; i < all.size(); ++i) {
        Snapshot snapshot = all[i];
        if (i == index) change(&snapshot);
        metadata->snapshots.push_back(std::move(snapshot));
      }
    });
  }
  std::vector<std::string> Rules(const Table& table) {
    const auto report = Lint(table);
    EXPECT_TRUE(report.ok());
    std::vector<std::string> rules;
    for (const Finding& finding : report->findings) rules.push_back(finding.rule);
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }
  static std::string PathOf(const std::string& location) { return *io::PathOfUri(location); }
  // Writes the newest manifest again, changed, under its old name.
  void RewriteManifest(const std::function<void(Manifest*)>& change) {
    const auto list = table_->ReadManifestList(*table_->metadata().current_snapshot());
    const std::string path = PathOf(list->at(0).manifest_path);
    Manifest manifest = *DecodeManifest(world_.disk.Files().at(path));
    change(&manifest);
    world_.disk.Put(path, *EncodeManifest(manifest, "deflate"));
  }

  using Names = std::vector<std::string>;
  TestWorld world_;
  std::optional<Table> table_;
};

TEST_F(LintTest, FindsNothingInWhatWeWrite) {
  const auto report = Lint(*table_);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->snapshots, 3);
  EXPECT_EQ(report->manifests, 3);
  EXPECT_EQ(report->data_files, 3);
}

TEST_F(LintTest, ChecksTheMetadata) {
  EXPECT_EQ(Broken([](TableMetadata* m) { m->last_column_id = 1; }), Names{"last-column-id"});
  EXPECT_EQ(Broken([](TableMetadata* m) { m->last_partition_id = 999; }),
            Names{"partition-field-id"});
  EXPECT_EQ(Broken([](TableMetadata* m) { m->refs["x"].snapshot_id = 1; }), Names{"refs"});
  EXPECT_EQ(Broken([](TableMetadata* m) { m->snapshot_log.pop_back(); }), Names{"snapshot-log"});
  EXPECT_EQ(Broken([](TableMetadata* m) { m->snapshot_log[1].timestamp_ms += 10'000'000; }),
            Names{"log-order"});
  EXPECT_EQ(BrokenSnapshot(1, [](Snapshot* s) { s->schema_id.reset(); }),
            Names{"snapshot-schema-id"});
  EXPECT_EQ(BrokenSnapshot(1, [](Snapshot* s) { s->summary.erase("operation"); }),
            Names{"summary-operation"});
  EXPECT_EQ(BrokenSnapshot(2, [](Snapshot* s) { s->summary.erase("total-records"); }),
            Names{"summary-totals"});
  EXPECT_EQ(BrokenSnapshot(2, [](Snapshot* s) { s->summary["total-records"] = "7"; }),
            Names{"summary-totals"});
  EXPECT_EQ(Broken([](TableMetadata* m) { m->last_sequence_number = 1; }),
            Names{"sequence-number"});
}

TEST_F(LintTest, ChecksTheFiles) {
  ASSERT_TRUE(world_.files.Remove("/wh/db/t/data/f0.parquet").ok());
  EXPECT_EQ(Rules(*table_), Names{"file-missing"});
  world_.disk.Put("/wh/db/t/data/f0.parquet", "shorter");
  EXPECT_EQ(Rules(*table_), Names{"file-size"});
}

TEST_F(LintTest, ChecksTheManifests) {
  RewriteManifest([](Manifest* m) { m->entries.push_back(m->entries[0]); });
  const Names twice = Rules(*table_);
  for (const char* rule :
       {"duplicate-file", "manifest-counts", "manifest-length", "summary-totals"}) {
    EXPECT_NE(std::find(twice.begin(), twice.end(), rule), twice.end()) << rule;
  }
}

TEST_F(LintTest, ChecksPartitionsAndBounds) {
  RewriteManifest([](Manifest* m) {
    m->entries[0].file.partition = {Value("zz")};
    std::swap(m->entries[0].file.lower_bounds[1], m->entries[0].file.upper_bounds[1]);
    m->entries[0].file.lower_bounds[1] = std::string(8, '\x7f');
    m->entries[0].file.null_value_counts[1] = 99;
  });
  const Names rules = Rules(*table_);
  for (const char* rule : {"partition-range", "bounds"}) {
    EXPECT_NE(std::find(rules.begin(), rules.end(), rule), rules.end()) << rule;
  }
}

// A manifest as a careless writer makes it: no ids, other names, unions, no header.
TEST_F(LintTest, NamesWhoRefusesACarelessManifest) {
  const auto list = table_->ReadManifestList(*table_->metadata().current_snapshot());
  const std::string path = PathOf(list->at(0).manifest_path);
  avro::Encoder record;
  record.Branch(1);
  record.Int(1);
  const char schema[] =
      R"({"type":"record","name":"Root","fields":[{"name":"status","type":["null","int"],)"
      R"("field-id":0},{"name":"x","type":{"type":"array","items":"int"}}]})";
  record.EndBlocks();
  auto writer = avro::ContainerWriter::Make(schema, "null", {}, std::string(16, 's'));
  ASSERT_TRUE(writer.ok() && writer->Append(record.bytes()).ok());
  world_.disk.Put(path, *writer->Finish());
  const auto report = Lint(*table_);
  ASSERT_TRUE(report.ok());
  std::map<std::string, std::vector<std::string>> rejected_by;
  for (const Finding& finding : report->findings) rejected_by[finding.rule] = finding.rejected_by;
  EXPECT_EQ(rejected_by["manifest-record-name"], Names{"Spark"});
  EXPECT_EQ(rejected_by["field-ids"], (Names{"PyIceberg", "DuckDB"}));
  EXPECT_EQ(rejected_by["required-field-union"], (Names{"Spark", "Redshift", "Athena"}));
  EXPECT_EQ(rejected_by["manifest-header"], (Names{"Snowflake", "Spark"}));
  EXPECT_TRUE(rejected_by.contains("manifest-unreadable"));
}

TEST_F(LintTest, ReportsAListThatIsGone) {
  ASSERT_TRUE(
      world_.files.Remove(PathOf(table_->metadata().current_snapshot()->manifest_list)).ok());
  const auto fresh = Table::Load(world_.environment(), world_.identifier);
  EXPECT_EQ(Rules(*fresh), Names{"manifest-list-unreadable"});
}

TEST_F(LintTest, StopsAtTheLimit) {
  LintOptions options;
  options.findings_max = 1;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(world_.files.Remove("/wh/db/t/data/f" + std::to_string(i) + ".parquet").ok());
  }
  const auto report = Lint(*table_, options);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->findings.size(), 1U);
  EXPECT_TRUE(report->truncated);
}

}  // namespace
}  // namespace sluice::tables::iceberg
