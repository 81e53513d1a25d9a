// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/manifest.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/manifest_schema.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

using nlohmann::json;

// Names, ids and the absence of unions are what other engines check; the whole text is golden.
TEST(ManifestTest, WritesTheEntrySchemaOfTheJavaLibrary) {
  const Schema schema = TestWorld::MakeSchema();
  const auto spec = *ParsePartitionText("days(ts), region", schema);
  const auto text = ManifestEntrySchema(PartitionType(spec, schema));
  ASSERT_TRUE(text.ok());
  const auto map = [](const char* name, int id, int key, int value, const char* type) {
    const std::string record = "k" + std::to_string(key) + "_v" + std::to_string(value);
    return R"({"name":")" + std::string(name) +
           R"(","type":["null",{"type":"array","items":{"type":"record","name":")" + record +
           R"(","fields":[{"name":"key","type":"int","field-id":)" + std::to_string(key) +
           R"(},{"name":"value","type":")" + type + R"(","field-id":)" + std::to_string(value) +
           R"(}]},"logicalType":"map"}],"default":null,"field-id":)" + std::to_string(id) + "},";
  };
  const std::string expected =
      R"({"type":"record","name":"manifest_entry","fields":[)"
      R"({"name":"status","type":"int","field-id":0},)"
      R"({"name":"snapshot_id","type":["null","long"],"default":null,"field-id":1},)"
      R"({"name":"sequence_number","type":["null","long"],"default":null,"field-id":3},)"
      R"({"name":"file_sequence_number","type":["null","long"],"default":null,"field-id":4},)"
      R"({"name":"data_file","type":{"type":"record","name":"r2","fields":[)"
      R"({"name":"content","type":"int","field-id":134},)"
      R"({"name":"file_path","type":"string","field-id":100},)"
      R"({"name":"file_format","type":"string","field-id":101},)"
      R"({"name":"partition","type":{"type":"record","name":"r102","fields":[)"
      R"({"name":"ts_day","type":["null",{"type":"int","logicalType":"date"}],"default":null,)"
      R"("field-id":1000},)"
      R"({"name":"region","type":["null","string"],"default":null,"field-id":1001}]},)"
      R"("field-id":102},)"
      R"({"name":"record_count","type":"long","field-id":103},)"
      R"({"name":"file_size_in_bytes","type":"long","field-id":104},)" +
      map("column_sizes", 108, 117, 118, "long") + map("value_counts", 109, 119, 120, "long") +
      map("null_value_counts", 110, 121, 122, "long") +
      map("nan_value_counts", 137, 138, 139, "long") + map("lower_bounds", 125, 126, 127, "bytes") +
      map("upper_bounds", 128, 129, 130, "bytes") +
      R"({"name":"key_metadata","type":["null","bytes"],"default":null,"field-id":131},)"
      R"({"name":"split_offsets","type":["null",{"type":"array","items":"long",)"
      R"("element-id":133}],"default":null,"field-id":132},)"
      R"({"name":"equality_ids","type":["null",{"type":"array","items":"int",)"
      R"("element-id":136}],"default":null,"field-id":135},)"
      R"({"name":"sort_order_id","type":["null","int"],"default":null,"field-id":140},)"
      R"({"name":"referenced_data_file","type":["null","string"],"default":null,)"
      R"("field-id":143}]},"field-id":2}]})";
  EXPECT_EQ(*text, expected);
}

TEST(ManifestTest, WritesTheListSchemaOfTheJavaLibrary) {
  const auto schema = json::parse(ManifestFileSchema());
  EXPECT_EQ(schema["name"], "manifest_file");
  const std::vector<std::pair<std::string, int>> expected = {
      {"manifest_path", 500},        {"manifest_length", 501},
      {"partition_spec_id", 502},    {"content", 517},
      {"sequence_number", 515},      {"min_sequence_number", 516},
      {"added_snapshot_id", 503},    {"added_files_count", 504},
      {"existing_files_count", 505}, {"deleted_files_count", 506},
      {"added_rows_count", 512},     {"existing_rows_count", 513},
      {"deleted_rows_count", 514},   {"partitions", 507},
      {"key_metadata", 519}};
  ASSERT_EQ(schema["fields"].size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(schema["fields"][i]["name"], expected[i].first);
    EXPECT_EQ(schema["fields"][i]["field-id"], expected[i].second);
    EXPECT_EQ(schema["fields"][i]["type"].is_array(), i >= 13) << expected[i].first;
  }
}

TEST(ManifestTest, NamesAvroTakes) {
  EXPECT_EQ(AvroName("a_b1"), "a_b1");
  EXPECT_EQ(AvroName("1a"), "_1a");
  EXPECT_EQ(AvroName("a-b"), "a_x2Db");
  EXPECT_EQ(DecimalFixedBytes(9), 4);
  EXPECT_EQ(DecimalFixedBytes(18), 8);
  EXPECT_EQ(DecimalFixedBytes(38), 16);
}

Manifest Sample() {
  Manifest manifest;
  manifest.schema = TestWorld::MakeSchema();
  manifest.schema.schema_id = 4;
  manifest.spec = *ParsePartitionText("days(ts), region", manifest.schema);
  manifest.spec.spec_id = 2;
  DataFile file;
  file.file_path = "file:///wh/a.parquet";
  file.partition = {Value(int64_t{17486}), Value("eu")};
  file.record_count = 5;
  file.file_size_bytes = 1000;
  file.column_sizes = {{1, 40}};
  file.value_counts = {{1, 5}};
  file.null_value_counts = {{1, 0}};
  file.nan_value_counts = {{3, 1}};
  file.lower_bounds = {{1, std::string(8, '\0')}};
  file.upper_bounds = {{1, std::string("\5\0\0\0\0\0\0\0", 8)}};
  file.split_offsets = {4, 500};
  file.sort_order_id = 0;
  file.spec_id = 2;
  manifest.entries.push_back({EntryStatus::kAdded, {}, {}, {}, file});
  file.partition = {Value(), Value()};
  file.file_path = "file:///wh/b.parquet";
  manifest.entries.push_back({EntryStatus::kExisting, 7, 3, 3, file});
  file.partition = {Value(int64_t{-1}), Value("us")};
  file.file_path = "file:///wh/c.parquet";
  manifest.entries.push_back({EntryStatus::kDeleted, 8, 2, 2, file});
  return manifest;
}

TEST(ManifestTest, ReadsBackWhatItWrote) {
  const Manifest manifest = Sample();
  for (const char* codec : {"null", "deflate", "zstandard"}) {
    const auto bytes = EncodeManifest(manifest, codec);
    ASSERT_TRUE(bytes.ok()) << bytes.error().text;
    EXPECT_EQ(*bytes, *EncodeManifest(manifest, codec));  // a function of its input
    const auto read = DecodeManifest(*bytes);
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(read->entries, manifest.entries);
    EXPECT_EQ(read->spec, manifest.spec);
    EXPECT_EQ(read->schema.schema_id, 4);
    EXPECT_EQ(read->format_version, 2);
  }
}

TEST(ManifestTest, PutsTheHeaderOtherEnginesAskFor) {
  const auto bytes = EncodeManifest(Sample(), "deflate");
  const auto head = avro::ReadContainer(
      *bytes, [](const avro::ContainerHead&, const avro::Datum&) { return Status::Ok(); });
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->header.at("format-version"), "2");
  EXPECT_EQ(head->header.at("content"), "data");
  EXPECT_EQ(head->header.at("partition-spec-id"), "2");
  EXPECT_EQ(head->header.at("schema-id"), "4");
  EXPECT_TRUE(json::parse(head->header.at("partition-spec")).is_array());
  EXPECT_EQ(json::parse(head->header.at("schema"))["schema-id"], 4);
}

TEST(ManifestTest, SummarizesForTheList) {
  const ManifestFile file = Summarize(Sample(), "m.avro", 99, 42, 10);
  EXPECT_EQ(file.added_files_count, 1);
  EXPECT_EQ(file.existing_files_count, 1);
  EXPECT_EQ(file.deleted_rows_count, 5);
  EXPECT_EQ(file.sequence_number, 10);
  EXPECT_EQ(file.min_sequence_number, 3);
  ASSERT_EQ(file.partitions.size(), 2U);
  EXPECT_TRUE(file.partitions[0].contains_null);
  EXPECT_EQ(file.partitions[1].lower_bound, "eu");
  EXPECT_EQ(file.partitions[1].upper_bound, "us");
  const auto bytes = EncodeManifestList({file}, {42, std::nullopt, 10}, "deflate");
  const auto list = DecodeManifestList(*bytes);
  ASSERT_TRUE(list.ok()) << list.error().text;
  ASSERT_EQ(list->manifests.size(), 1U);
  EXPECT_EQ(list->manifests[0], file);
  EXPECT_EQ(list->snapshot_id, 42);
  EXPECT_FALSE(list->parent_snapshot_id.has_value());
  EXPECT_EQ(list->sequence_number, 10);
}

TEST(ManifestTest, LetsEntriesInherit) {
  Manifest manifest = Sample();
  ManifestFile file = Summarize(manifest, "m.avro", 99, 42, 10);
  ASSERT_TRUE(InheritFrom(file, &manifest).ok());
  EXPECT_EQ(manifest.entries[0].snapshot_id, 42);
  EXPECT_EQ(manifest.entries[0].sequence_number, 10);
  EXPECT_EQ(manifest.entries[1].snapshot_id, 7);
  EXPECT_EQ(manifest.entries[1].sequence_number, 3);
  // A manifest from v1 says no numbers at all.
  manifest.entries[1].sequence_number.reset();
  file.sequence_number = 0;
  ASSERT_TRUE(InheritFrom(file, &manifest).ok());
  EXPECT_EQ(manifest.entries[1].sequence_number, 0);
}

TEST(ManifestTest, RefusesEntriesThatDoNotFit) {
  Manifest manifest = Sample();
  manifest.entries[0].file.partition.pop_back();
  EXPECT_FALSE(EncodeManifest(manifest, "null").ok());
  manifest = Sample();
  manifest.entries[0].file.partition[0] = Value("text");
  EXPECT_FALSE(EncodeManifest(manifest, "null").ok());
  manifest = Sample();
  manifest.entries[0].file.content = FileContent::kPositionDeletes;
  EXPECT_FALSE(EncodeManifest(manifest, "null").ok());
}

// Tables written by Trino: content, status, counts and partitions as PyIceberg saw them.
TEST(ManifestTest, ReadsTrinosManifests) {
  const auto expected = json::parse(TestData("iceberg-cxx/expected.json"));
  int entries_seen = 0;
  for (const auto& [name, table] : expected.items()) {
    const auto metadata =
        ParseTableMetadata(TestData("iceberg-cxx/" + table["metadata"].get<std::string>()));
    ASSERT_TRUE(metadata.ok()) << name << metadata.error().text;
    const auto local = [&name](const std::string& location) {
      return TestData("iceberg-cxx/" + name + location.substr(location.rfind('/')));
    };
    const auto list = DecodeManifestList(local(metadata->current_snapshot()->manifest_list));
    ASSERT_TRUE(list.ok()) << name << list.error().text;
    // A Puffin file holds several deletion vectors, so a name alone does not tell entries apart.
    std::map<std::pair<std::string, int64_t>, const json*> by_file;
    for (const auto& file : table["files"]) {
      by_file[{file["file"].get<std::string>(), file["records"].get<int64_t>()}] = &file;
    }
    for (const ManifestFile& manifest_file : list->manifests) {
      const PartitionSpec* spec = metadata->FindSpec(manifest_file.partition_spec_id);
      ASSERT_NE(spec, nullptr);
      KnownShape known{&SchemaOfSpec(*metadata, *spec), spec};
      const std::string bytes = local(manifest_file.manifest_path);
      EXPECT_EQ(static_cast<int64_t>(bytes.size()), manifest_file.manifest_length);
      auto manifest = DecodeManifest(bytes, known);
      ASSERT_TRUE(manifest.ok()) << name << ": " << manifest.error().text;
      ASSERT_TRUE(InheritFrom(manifest_file, &*manifest).ok());
      const Type partition = PartitionType(manifest->spec, manifest->schema);
      for (const ManifestEntry& entry : manifest->entries) {
        const std::string& path = entry.file.file_path;
        const auto it = by_file.find({path.substr(path.rfind('/') + 1), entry.file.record_count});
        ASSERT_NE(it, by_file.end()) << entry.file.file_path;
        const json& said = *it->second;
        EXPECT_EQ(static_cast<int>(entry.file.content), said["content"]);
        EXPECT_EQ(entry.file.file_format, said["format"].get<std::string>());
        EXPECT_EQ(static_cast<int>(entry.status), said["status"]);
        EXPECT_TRUE(entry.sequence_number.has_value());
        ASSERT_EQ(entry.file.partition.size(), said["partition"].size());
        for (size_t i = 0; i < spec->fields.size(); ++i) {
          const json& value = said["partition"][spec->fields[i].name];
          const std::string text = ToText(partition.fields[i].type, entry.file.partition[i]);
          EXPECT_EQ(text, value.is_null() ? "null" : value.get<std::string>()) << name;
        }
        ++entries_seen;
      }
    }
  }
  EXPECT_GE(entries_seen, 20);
}

TEST(ManifestTest, SurvivesDamage) {
  const std::string good = *EncodeManifest(Sample(), "null");
  int refused = 0;
  for (size_t i = 0; i < good.size(); i += 4) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] + 1);
    const auto read = DecodeManifest(bad);
    refused += read.ok() ? 0 : 1;
    refused += DecodeManifest(good.substr(0, i)).ok() ? 0 : 1;
    (void)DecodeManifestList(bad);
  }
  EXPECT_GT(refused, static_cast<int>(good.size() / 4));
}

}  // namespace
}  // namespace sluice::tables::iceberg
