// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/avro.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tables/iceberg/codec.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg::avro {
namespace {

std::string Rows(const std::string& bytes, std::string* error) {
  std::string out;
  const auto head = ReadContainer(bytes, [&](const ContainerHead&, const Datum& record) -> Status {
    nlohmann::ordered_json row;
    row["station"] = record.items[0].bytes;
    row["time"] = record.items[1].integer;
    row["temp"] = record.items[2].integer;
    out += row.dump() + "\n";
    return Status::Ok();
  });
  if (!head.ok()) *error = head.error().text;
  return out;
}

TEST(AvroTest, ReadsApachesFilesInEveryCodec) {
  const std::string expected = TestData("avro/weather.json");
  ASSERT_FALSE(expected.empty());
  for (const char* name : {"weather", "weather-deflate", "weather-snappy", "weather-zstd"}) {
    std::string error;
    EXPECT_EQ(Rows(TestData("avro/" + std::string(name) + ".avro"), &error), expected)
        << name << ": " << error;
  }
}

TEST(AvroTest, KeepsBinaryHeaderValuesAndRefusesOldContainers) {
  const auto keep = [](const ContainerHead&, const Datum&) { return Status::Ok(); };
  EXPECT_TRUE(ReadContainer(TestData("avro/syncInMeta.avro"), keep).ok());
  EXPECT_FALSE(ReadContainer(TestData("avro/test.avro12"), keep).ok());
}

// Cut anywhere, or with any byte changed, a file is refused or read; it never crashes.
TEST(AvroTest, SurvivesDamage) {
  const auto keep = [](const ContainerHead&, const Datum&) { return Status::Ok(); };
  int refused = 0;
  for (const char* name : {"weather", "weather-snappy", "weather-zstd", "weather-deflate"}) {
    const std::string good = TestData("avro/" + std::string(name) + ".avro");
    for (size_t i = 0; i < good.size(); ++i) {
      refused += ReadContainer(good.substr(0, i), keep).ok() ? 0 : 1;
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 0x55);
      refused += ReadContainer(bad, keep).ok() ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(AvroTest, BoundsNestingAndRecursion) {
  std::string nested = "\"int\"";
  for (int i = 0; i < 80; ++i) nested = R"({"type":"array","items":)" + nested + "}";
  EXPECT_FALSE(ParseSchema(nested).ok());
  // A record that contains itself without an end.
  const std::string schema = R"({"type":"record","name":"a","fields":[{"name":"x","type":"a"}]})";
  auto writer = ContainerWriter::Make(schema, "null", {}, std::string(16, 's'));
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->Append("x").ok());
  const auto bytes = writer->Finish();
  const auto keep = [](const ContainerHead&, const Datum&) { return Status::Ok(); };
  const auto read = ReadContainer(*bytes, keep);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
}

TEST(AvroTest, RefusesABombOfEmptyRecords) {
  Encoder block;
  const std::string schema = R"({"type":"record","name":"a","fields":[]})";
  auto writer = ContainerWriter::Make(schema, "null", {}, std::string(16, 's'));
  ASSERT_TRUE(writer.ok());
  std::string bytes = *writer->Finish();
  block.Long(int64_t{1} << 60);
  block.Long(0);
  bytes += block.bytes() + std::string(16, 's');
  const auto keep = [](const ContainerHead&, const Datum&) { return Status::Ok(); };
  EXPECT_FALSE(ReadContainer(bytes, keep).ok());
}

TEST(AvroTest, ReadsUnionsMapsAndEnums) {
  const std::string schema = R"({"type":"record","name":"r","fields":[
    {"name":"u","type":["null","string"],"field-id":7},
    {"name":"m","type":{"type":"map","values":"long"}},
    {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},
    {"name":"f","type":{"type":"fixed","name":"F","size":2}}]})";
  Encoder record;
  record.Branch(1);
  record.Bytes("hi");
  record.BlockOf(1);
  record.Bytes("k");
  record.Long(-5);
  record.EndBlocks();
  record.Int(1);
  record.Raw("xy");
  auto writer = ContainerWriter::Make(schema, "zstandard", {{"a", "b"}}, std::string(16, 's'));
  ASSERT_TRUE(writer.ok() && writer->Append(record.bytes()).ok());
  int seen = 0;
  const auto head = ReadContainer(*writer->Finish(), [&](const ContainerHead& at, const Datum& d) {
    ++seen;
    EXPECT_EQ(d.items[0].bytes, "hi");
    EXPECT_EQ(d.items[1].keys[0], "k");
    EXPECT_EQ(d.items[1].items[0].integer, -5);
    EXPECT_EQ(d.items[2].integer, 1);
    EXPECT_EQ(d.items[3].bytes, "xy");
    EXPECT_EQ(at.schema.at(at.schema.root).fields[0].field_id, 7);
    return Status::Ok();
  });
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(head->header.at("a"), "b");
}

RC_GTEST_PROP(AvroTest, ReadsBackAnyNumber, (int64_t value)) {
  auto writer = ContainerWriter::Make("\"long\"", "deflate", {}, std::string(16, 's'));
  Encoder encoder;
  encoder.Long(value);
  RC_ASSERT(writer->Append(encoder.bytes()).ok());
  int64_t read = 0;
  RC_ASSERT(ReadContainer(*writer->Finish(), [&](const ContainerHead&, const Datum& datum) {
              read = datum.integer;
              return Status::Ok();
            }).ok());
  RC_ASSERT(read == value);
}

TEST(CodecTest, StopsUnpackingAtTheLimit) {
  const std::string bytes(1 << 20, 'a');
  EXPECT_EQ(*Inflate(Deflate(bytes, DeflateForm::kGzip), DeflateForm::kGzip, 1 << 20), bytes);
  EXPECT_EQ(Inflate(Deflate(bytes, DeflateForm::kRaw), DeflateForm::kRaw, 1000).error().kind,
            ErrorKind::kResourceExhausted);
  EXPECT_EQ(*ZstdDecompress(ZstdCompress(bytes), 1 << 20), bytes);
  EXPECT_EQ(ZstdDecompress(ZstdCompress(bytes), 1000).error().kind, ErrorKind::kResourceExhausted);
  EXPECT_FALSE(SnappyDecompress("\xff\xff\xff\xff\x0f", 1000).ok());
}

}  // namespace
}  // namespace sluice::tables::iceberg::avro
