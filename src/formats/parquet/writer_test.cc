// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/writer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/decimal.h"
#include "arrow/util/key_value_metadata.h"
#include "formats/parquet/reader.h"
#include "io/fake/disk.h"

namespace sluice::formats::parquet {
namespace {

// A false disk with one file.
struct World {
  io::fake::Disk disk;
  io::fake::Faults faults;
  io::fake::FakeFileSystem files{&disk, &faults};
};
constexpr char kPath[] = "/w/f.parquet";

std::shared_ptr<arrow::Field> FieldOf(const std::string& name,
                                      std::shared_ptr<arrow::DataType> type, int id) {
  return arrow::field(name, std::move(type), true,
                      arrow::key_value_metadata({"PARQUET:field_id"}, {std::to_string(id)}));
}

template <typename Builder, typename Values>
std::shared_ptr<arrow::Array> ArrayOf(Builder&& builder, const Values& values) {
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

template <typename T>
using Column = std::vector<std::optional<T>>;

std::unique_ptr<Writer> MakeWriter(World& world, std::shared_ptr<arrow::Schema> schema,
                                   WriterOptions options = {}) {
  auto writer = Writer::Make(*world.files.Create(kPath), std::move(schema), std::move(options));
  EXPECT_TRUE(writer.ok());
  return std::move(*writer);
}

TEST(ParquetWriter, BoundsAndCountsComeFromAllRowGroups) {
  auto schema =
      arrow::schema({FieldOf("i", arrow::int32(), 1), FieldOf("s", arrow::utf8(), 2),
                     FieldOf("d", arrow::float64(), 3), FieldOf("m", arrow::decimal128(9, 2), 4),
                     FieldOf("w", arrow::decimal128(30, 2), 5)});
  const double nan = std::nan("");
  using Dec = arrow::Decimal128;
  auto rows = arrow::RecordBatch::Make(
      schema, 4,
      {ArrayOf(arrow::Int32Builder(), Column<int32_t>{5, -3, std::nullopt, 9}),
       ArrayOf(arrow::StringBuilder(), Column<std::string>{"m", "\xff", "a", std::nullopt}),
       ArrayOf(arrow::DoubleBuilder(), Column<double>{nan, 1.5, -2.0, nan}),
       ArrayOf(arrow::Decimal128Builder(arrow::decimal128(9, 2)),
               Column<Dec>{Dec(-7), Dec(12), Dec(3), std::nullopt}),
       ArrayOf(arrow::Decimal128Builder(arrow::decimal128(30, 2)),
               Column<Dec>{Dec(-7), Dec("123456789012345678901"), Dec(3), std::nullopt})});
  World world;
  auto writer = MakeWriter(world, schema, {.row_group_rows = 3});
  ASSERT_TRUE(writer->Write(rows).ok());
  EXPECT_GT(writer->memory_bytes(), 0);  // one row waits for its row group
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok()) << metrics.error().ToString();

  EXPECT_EQ(metrics->record_count, 4);
  EXPECT_EQ(metrics->size_bytes, static_cast<int64_t>(world.disk.Files().at(kPath).size()));
  ASSERT_EQ(metrics->split_offsets.size(), 2u);
  EXPECT_EQ(metrics->split_offsets[0], 4);
  ASSERT_EQ(metrics->columns.size(), 5u);
  const auto& i = metrics->columns[0];
  EXPECT_EQ(i.field_id, 1);
  EXPECT_EQ(i.value_count, 4);
  EXPECT_EQ(i.null_count, 1);
  EXPECT_EQ(i.lower, Bound(int64_t{-3}));
  EXPECT_EQ(i.upper, Bound(int64_t{9}));
  EXPECT_GT(i.size_bytes, 0);
  EXPECT_FALSE(i.nan_count.has_value());
  EXPECT_EQ(metrics->columns[1].lower, Bound(std::string("a")));
  EXPECT_EQ(metrics->columns[1].upper, Bound(std::string("\xff")));
  const auto& d = metrics->columns[2];
  EXPECT_EQ(d.nan_count, 2);
  EXPECT_EQ(d.lower, Bound(-2.0));
  EXPECT_EQ(d.upper, Bound(1.5));
  EXPECT_EQ(metrics->columns[3].lower, Bound(static_cast<__int128>(-7)));
  EXPECT_EQ(metrics->columns[3].upper, Bound(static_cast<__int128>(12)));
  EXPECT_EQ(metrics->columns[4].lower, Bound(static_cast<__int128>(-7)));
  EXPECT_EQ(metrics->columns[4].upper, Bound(static_cast<__int128>(1234567890123456789) * 100 + 1));
}

TEST(ParquetWriter, ColumnsWithoutAValueHaveNoBounds) {
  auto schema = arrow::schema({FieldOf("d", arrow::float32(), 1), FieldOf("s", arrow::utf8(), 2),
                               FieldOf("b", arrow::boolean(), 3)});
  auto rows = arrow::RecordBatch::Make(
      schema, 2,
      {ArrayOf(arrow::FloatBuilder(), Column<float>{std::nanf(""), std::nullopt}),
       ArrayOf(arrow::StringBuilder(), Column<std::string>{std::nullopt, std::nullopt}),
       ArrayOf(arrow::BooleanBuilder(), Column<bool>{true, false})});
  World world;
  auto writer = MakeWriter(world, schema);
  ASSERT_TRUE(writer->Write(rows).ok());
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok());
  EXPECT_EQ(metrics->columns[0].lower, Bound());
  EXPECT_EQ(metrics->columns[0].nan_count, 1);
  EXPECT_EQ(metrics->columns[0].null_count, 1);
  EXPECT_EQ(metrics->columns[1].upper, Bound());
  EXPECT_EQ(metrics->columns[1].null_count, 2);
  EXPECT_EQ(metrics->columns[2].lower, Bound(false));
  EXPECT_EQ(metrics->columns[2].upper, Bound(true));
}

TEST(ParquetWriter, StringTooLongForStatisticsGivesNoBoundInsteadOfAWrongOne) {
  auto schema = arrow::schema({FieldOf("s", arrow::utf8(), 1)});
  const auto batch = [&](const std::string& value) {
    return arrow::RecordBatch::Make(schema, 1,
                                    {ArrayOf(arrow::StringBuilder(), Column<std::string>{value})});
  };
  World world;
  auto writer = MakeWriter(world, schema, {.row_group_rows = 1});
  ASSERT_TRUE(writer->Write(batch("b")).ok());
  ASSERT_TRUE(writer->Write(batch(std::string(100'000, 'z'))).ok());
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok());
  EXPECT_EQ(metrics->columns[0].lower, Bound());
  EXPECT_EQ(metrics->columns[0].upper, Bound());
  EXPECT_EQ(metrics->columns[0].null_count, 0);
}

TEST(ParquetWriter, LeavesOfListsAndMapsHaveCountsOnly) {
  auto item = std::make_shared<arrow::Int64Builder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), item,
                           arrow::list(FieldOf("element", arrow::int64(), 2)));
  ASSERT_TRUE(lists.Append().ok());
  ASSERT_TRUE(item->AppendValues({1, 2, 3}).ok());
  ASSERT_TRUE(lists.AppendNull().ok());
  auto inner = arrow::struct_({FieldOf("x", arrow::float64(), 4)});
  auto x = ArrayOf(arrow::DoubleBuilder(), Column<double>{std::nan(""), 2.0});
  auto row = std::make_shared<arrow::StructArray>(
      inner, 2, arrow::ArrayVector{x}, arrow::Buffer::FromString(std::string(1, '\x02')));
  auto list = lists.Finish().ValueOrDie();
  auto schema = arrow::schema({FieldOf("l", list->type(), 1), FieldOf("r", inner, 3)});
  World world;
  auto writer = MakeWriter(world, schema);
  ASSERT_TRUE(writer->Write(arrow::RecordBatch::Make(schema, 2, {list, row})).ok());
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok()) << metrics.error().ToString();
  ASSERT_EQ(metrics->columns.size(), 2u);
  EXPECT_TRUE(metrics->columns[0].repeated);
  EXPECT_EQ(metrics->columns[0].field_id, 2);
  EXPECT_EQ(metrics->columns[0].lower, Bound());
  EXPECT_EQ(metrics->columns[0].value_count, 4);  // three values and the null list
  EXPECT_EQ(metrics->columns[1].field_id, 4);
  EXPECT_EQ(metrics->columns[1].nan_count, 0);  // the NaN stands below a null row
  EXPECT_EQ(metrics->columns[1].null_count, 1);
  EXPECT_EQ(metrics->columns[1].lower, Bound(2.0));
  auto table = ReadColumns(world.files, kPath, {});
  ASSERT_TRUE(table.ok()) << table.error().ToString();
  EXPECT_TRUE((*table)->column(0)->chunk(0)->Equals(*list));
}

TEST(ParquetWriter, RowsComeBackInOrderOverRowGroups) {
  auto schema = arrow::schema({FieldOf("i", arrow::int64(), 1), FieldOf("s", arrow::utf8(), 2)});
  World world;
  auto writer = MakeWriter(world, schema, {.row_group_rows = 1000, .page_rows = 64});
  int64_t next = 0;
  for (const int size : {1, 700, 0, 4096, 3}) {
    Column<int64_t> ids;
    Column<std::string> names;
    for (int i = 0; i < size; ++i) {
      ids.emplace_back(next);
      names.emplace_back("n" + std::to_string(next++ % 7));
    }
    ASSERT_TRUE(writer
                    ->Write(arrow::RecordBatch::Make(schema, size,
                                                     {ArrayOf(arrow::Int64Builder(), ids),
                                                      ArrayOf(arrow::StringBuilder(), names)}))
                    .ok());
  }
  EXPECT_EQ(writer->rows(), next);
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok());
  EXPECT_EQ(metrics->split_offsets.size(), 5u);
  auto table = ReadColumns(world.files, kPath, {"i"});
  ASSERT_TRUE(table.ok());
  ASSERT_EQ((*table)->num_rows(), next);
  int64_t expected = 0;
  for (const auto& chunk : (*table)->column(0)->chunks()) {
    const auto& values = static_cast<const arrow::Int64Array&>(*chunk);
    for (int64_t i = 0; i < values.length(); ++i) ASSERT_EQ(values.Value(i), expected++);
  }
  EXPECT_EQ(*ReadRowCount(world.files, kPath), next);
}

// A column that comes again in the first row group, is too varied for a dictionary in the second,
// and is null throughout the third; behind a column of two leaves, so that columns are not leaves.
TEST(ParquetWriter, TextWithAndWithoutADictionary) {
  auto pair = arrow::struct_({FieldOf("a", arrow::int64(), 3), FieldOf("b", arrow::utf8(), 4)});
  auto schema = arrow::schema({FieldOf("pair", pair, 1), FieldOf("s", arrow::utf8(), 2)});
  constexpr int kRows = 6000, kGroup = 2000;
  Column<int64_t> a;
  Column<std::string> b, s;
  for (int i = 0; i < kRows; ++i) {
    a.emplace_back(i);
    b.emplace_back("b" + std::to_string(i));
    if (i % 5 == 0 || i >= 2 * kGroup) {
      s.emplace_back(std::nullopt);
    } else {
      s.emplace_back("s" + std::to_string(1000 + (i < kGroup ? i % 10 : i)));
    }
  }
  auto pairs =
      arrow::StructArray::Make(
          {ArrayOf(arrow::Int64Builder(), a), ArrayOf(arrow::StringBuilder(), b)}, pair->fields())
          .ValueOrDie();
  auto text = ArrayOf(arrow::StringBuilder(), s);
  World world;
  auto writer = MakeWriter(world, schema, {.row_group_rows = kGroup, .dictionary_bytes = 4000});
  for (int begin = 0; begin < kRows; begin += 300) {
    auto batch = arrow::RecordBatch::Make(schema, kRows, {pairs, text});
    ASSERT_TRUE(writer->Write(batch->Slice(begin, 300)).ok());
  }
  auto metrics = writer->Finish();
  ASSERT_TRUE(metrics.ok()) << metrics.error().ToString();
  EXPECT_EQ(metrics->split_offsets.size(), 3u);
  EXPECT_EQ(metrics->columns[2].field_id, 2);
  EXPECT_EQ(metrics->columns[2].lower, Bound(std::string("s1001")));
  EXPECT_EQ(metrics->columns[2].upper, Bound(std::string("s4999")));
  EXPECT_EQ(metrics->columns[2].null_count, 2 * kGroup / 5 + kGroup);
  auto table = ReadColumns(world.files, kPath, {});
  ASSERT_TRUE(table.ok()) << table.error().ToString();
  const arrow::ChunkedArray expected_pairs(pairs), expected_text(text);
  EXPECT_TRUE((*table)->column(0)->Equals(expected_pairs));
  EXPECT_TRUE((*table)->column(1)->Equals(expected_text));
}

TEST(ParquetWriter, AFailedWriteKeepsItsOwnErrorAndNamesNoFile) {
  auto schema = arrow::schema({FieldOf("i", arrow::int64(), 1)});
  World world;
  auto writer = MakeWriter(world, schema);
  Column<int64_t> ids;
  for (int64_t i = 0; i < 5000; ++i) ids.emplace_back(i * i * 7919);
  ASSERT_TRUE(
      writer->Write(arrow::RecordBatch::Make(schema, 5000, {ArrayOf(arrow::Int64Builder(), ids)}))
          .ok());
  world.faults.Arm(io::fake::FaultKind::kFail, 1);
  auto metrics = writer->Finish();
  ASSERT_FALSE(metrics.ok());
  EXPECT_EQ(metrics.error().text, "cannot append /w/f.parquet: planted failure");
  EXPECT_TRUE(world.disk.Files().empty());
}

TEST(ParquetWriter, UnknownCodecAndLevelAreTheUsersMistakes) {
  World world;
  auto schema = arrow::schema({FieldOf("i", arrow::int64(), 1)});
  auto codec = Writer::Make(*world.files.Create(kPath), schema, {.codec = "zip"});
  ASSERT_FALSE(codec.ok());
  EXPECT_EQ(codec.error().kind, ErrorKind::kInvalidArgument);
  auto level =
      Writer::Make(*world.files.Create(kPath), schema, {.codec = "zstd", .codec_level = 99});
  ASSERT_FALSE(level.ok());
  EXPECT_EQ(level.error().kind, ErrorKind::kInvalidArgument);
  for (const char* name : {"ZSTD", "gzip", "snappy", "lz4", "brotli", "uncompressed"}) {
    EXPECT_TRUE(Writer::Make(*world.files.Create(kPath), schema, {.codec = name}).ok()) << name;
  }
}

TEST(ParquetEncoding, DictionaryOnlyWhereValuesComeAgain) {
  auto schema =
      arrow::schema({FieldOf("few", arrow::utf8(), 1), FieldOf("unique", arrow::utf8(), 2),
                     FieldOf("n", arrow::int64(), 3), FieldOf("none", arrow::utf8(), 4)});
  Column<std::string> few, unique, none;
  Column<int64_t> n;
  for (int i = 0; i < 3000; ++i) {
    few.emplace_back("channel-" + std::to_string(i % 300));
    unique.emplace_back("id-" + std::to_string(i));
    n.emplace_back(i % 3);
    none.emplace_back(std::nullopt);
  }
  const std::vector<std::shared_ptr<arrow::RecordBatch>> sample = {arrow::RecordBatch::Make(
      schema, 3000,
      {ArrayOf(arrow::StringBuilder(), few), ArrayOf(arrow::StringBuilder(), unique),
       ArrayOf(arrow::Int64Builder(), n), ArrayOf(arrow::StringBuilder(), none)})};
  auto delta = ChooseEncodings(*schema, sample, IntegerEncoding::kDelta);
  ASSERT_TRUE(delta.ok());
  EXPECT_EQ(*delta, (std::vector{LeafEncoding::kDictionary, LeafEncoding::kPlain,
                                 LeafEncoding::kDelta, LeafEncoding::kPlain}));
  auto plain = ChooseEncodings(*schema, sample, IntegerEncoding::kPlain);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ((*plain)[2], LeafEncoding::kDictionary);
}

}  // namespace
}  // namespace sluice::formats::parquet
