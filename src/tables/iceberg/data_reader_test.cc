// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/data_reader.h"

#include "arrow/api.h"
#include "arrow/util/key_value_metadata.h"
#include "formats/parquet/writer.h"
#include "gtest/gtest.h"
#include "io/fake/disk.h"

namespace sluice::tables::iceberg {
namespace {

class DataReaderTest : public ::testing::Test {
 protected:
  static std::shared_ptr<arrow::Field> FieldOf(const std::string& name,
                                               std::shared_ptr<arrow::DataType> type, int id) {
    return arrow::field(name, std::move(type), true,
                        arrow::key_value_metadata({"PARQUET:field_id"}, {std::to_string(id)}));
  }
  template <typename Builder, typename T>
  static std::shared_ptr<arrow::Array> ArrayOf(const std::vector<T>& values) {
    Builder builder;
    EXPECT_TRUE(builder.AppendValues(values).ok());
    return builder.Finish().ValueOrDie();
  }
  DataFile Write(const std::string& path, const arrow::FieldVector& fields,
                 std::vector<std::shared_ptr<arrow::Array>> columns) {
    formats::parquet::WriterOptions options;
    options.row_group_rows = 3;
    auto file = files_.Create(path);
    auto writer = formats::parquet::Writer::Make(*std::move(file), arrow::schema(fields), options);
    EXPECT_TRUE(writer.ok());
    const int64_t rows = columns[0]->length();
    auto batch = arrow::RecordBatch::Make(arrow::schema(fields), rows, std::move(columns));
    for (int64_t from = 0; from < rows; from += 3) {
      EXPECT_TRUE((*writer)->Write(batch->Slice(from, 3)).ok());
    }
    EXPECT_TRUE((*writer)->Finish().ok());
    DataFile out;
    out.file_path = "file://" + path;
    out.record_count = rows;
    return out;
  }
  /// Seven rows (0, "r0") ... (6, "r6"), the number as INT with id 1, the text with id 2.
  ScanTask Seven() {
    std::vector<std::string> texts;
    for (int i = 0; i < 7; ++i) texts.push_back("r" + std::to_string(i));
    ScanTask task;
    task.file = Write("/w/a.parquet",
                      {FieldOf("old_name", arrow::int32(), 1), FieldOf("s", arrow::utf8(), 2)},
                      {ArrayOf<arrow::Int32Builder, int32_t>({0, 1, 2, 3, 4, 5, 6}),
                       ArrayOf<arrow::StringBuilder>(texts)});
    return task;
  }
  static Field FieldOfTable(int id, const char* name, TypeKind kind) {
    Field field;
    field.id = id;
    field.name = name;
    field.type = Type::Simple(kind);
    return field;
  }
  /// (s STRING, added DATE, n BIGINT): n was INT and had another name.
  static DataShape Shape(std::vector<int> columns) {
    DataShape shape;
    shape.schema.fields = {FieldOfTable(2, "s", TypeKind::kString),
                           FieldOfTable(3, "added", TypeKind::kDate),
                           FieldOfTable(1, "n", TypeKind::kLong)};
    shape.columns = std::move(columns);
    return shape;
  }

  using Texts = std::vector<std::string>;
  /// The numbers that a reader gives in its first column.
  static std::vector<int64_t> NumbersOf(DataReader* reader) {
    std::vector<int64_t> numbers;
    for (;;) {
      const auto rows = reader->Next();
      EXPECT_TRUE(rows.ok()) << rows.error().text;
      if (!rows.ok() || rows->rows == nullptr) return numbers;
      const auto& n = static_cast<const arrow::Int64Array&>(*rows->rows->column(0));
      for (int64_t i = 0; i < n.length(); ++i) numbers.push_back(n.Value(i));
    }
  }

  io::fake::Disk disk_;
  io::fake::Faults faults_;
  io::fake::FakeFileSystem files_{&disk_, &faults_};
};

TEST_F(DataReaderTest, ColumnsAreFoundByIdWidenedAndPadded) {
  auto reader = DataReader::Open(files_, Seven(), Shape({2, 1, 0}), 4);
  ASSERT_TRUE(reader.ok()) << reader.error().text;
  const auto rows = (*reader)->Next();
  ASSERT_TRUE(rows.ok()) << rows.error().text;
  EXPECT_EQ(rows->first, 4);
  const auto& n = static_cast<const arrow::Int64Array&>(*rows->rows->column(0));
  EXPECT_EQ(n.Value(0), 4);
  EXPECT_EQ(rows->rows->column(1)->null_count(), rows->rows->num_rows());
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*rows->rows->column(2)).GetView(0), "r4");
}

TEST_F(DataReaderTest, EveryRowFromAnyRowOnOnce) {
  const ScanTask task = Seven();
  for (int64_t first = 0; first <= 7; ++first) {
    auto reader = DataReader::Open(files_, task, Shape({2}), first);
    ASSERT_TRUE(reader.ok());
    int64_t next = first;
    for (;;) {
      const auto rows = (*reader)->Next();
      ASSERT_TRUE(rows.ok()) << rows.error().text;
      if (rows->rows == nullptr) break;
      EXPECT_EQ(rows->first, next);
      const auto& n = static_cast<const arrow::Int64Array&>(*rows->rows->column(0));
      for (int64_t i = 0; i < n.length(); ++i) EXPECT_EQ(n.Value(i), next++);
      EXPECT_EQ(rows->next, next);
    }
    EXPECT_EQ(next, 7);
  }
}

TEST_F(DataReaderTest, RowsThatPositionDeletesNameAreLeftOut) {
  ScanTask task = Seven();
  const std::vector<std::string> paths{task.file.file_path, "file:///w/other.parquet",
                                       task.file.file_path};
  DataFile deletes = Write(
      "/w/d.parquet",
      {FieldOf("file_path", arrow::utf8(), 2147483546), FieldOf("pos", arrow::int64(), 2147483545)},
      {ArrayOf<arrow::StringBuilder>(paths), ArrayOf<arrow::Int64Builder, int64_t>({5, 2, 0})});
  deletes.content = FileContent::kPositionDeletes;
  task.deletes = {deletes};
  auto reader = DataReader::Open(files_, task, Shape({2}), 0);
  ASSERT_TRUE(reader.ok()) << reader.error().text;
  std::vector<int64_t> values, numbers;
  for (;;) {
    const auto rows = (*reader)->Next();
    ASSERT_TRUE(rows.ok()) << rows.error().text;
    if (rows->rows == nullptr) break;
    const auto& n = static_cast<const arrow::Int64Array&>(*rows->rows->column(0));
    for (int64_t i = 0; i < n.length(); ++i) {
      values.push_back(n.Value(i));
      numbers.push_back(rows->numbers.empty() ? rows->first + i
                                              : rows->numbers[static_cast<size_t>(i)]);
    }
  }
  EXPECT_EQ(values, (std::vector<int64_t>{1, 2, 3, 4, 6}));
  EXPECT_EQ(numbers, values);
  task.deletes[0].file_format = "PUFFIN";
  const auto vectors = DataReader::Open(files_, task, Shape({2}), 0);
  ASSERT_FALSE(vectors.ok());
  EXPECT_EQ(vectors.error().kind, ErrorKind::kUnsupported);
  EXPECT_NE(vectors.error().text.find("deletion vectors"), std::string::npos);
}

TEST_F(DataReaderTest, RowsThatEqualityDeletesNameAreLeftOut) {
  ScanTask task = Seven();
  const auto deletes = [this](const std::string& path, const arrow::FieldVector& fields,
                              std::vector<std::shared_ptr<arrow::Array>> columns,
                              std::vector<int> ids) {
    DataFile file = Write(path, fields, std::move(columns));
    file.content = FileContent::kEqualityDeletes;
    file.equality_ids = std::move(ids);
    return file;
  };
  // By a number that has become wider, by a text that is not wanted, and by both at once.
  const auto n = FieldOf("n", arrow::int64(), 1);
  const auto s = FieldOf("s", arrow::utf8(), 2);
  task.deletes = {
      deletes("/w/1.parquet", {n}, {ArrayOf<arrow::Int64Builder, int64_t>({5, 99})}, {1}),
      deletes("/w/2.parquet", {n}, {ArrayOf<arrow::Int64Builder, int64_t>({6})}, {1}),
      deletes("/w/3.parquet", {s}, {ArrayOf<arrow::StringBuilder>(Texts{"r0"})}, {2}),
      deletes("/w/4.parquet", {s, n},
              {ArrayOf<arrow::StringBuilder>(Texts{"r1", "r2"}),
               ArrayOf<arrow::Int64Builder, int64_t>({1, 3})},
              {2, 1})};
  for (const std::vector<int>& wanted : {std::vector<int>{2}, {2, 0}}) {
    for (const int64_t first : {0, 2}) {
      auto reader = DataReader::Open(files_, task, Shape(wanted), first);
      ASSERT_TRUE(reader.ok()) << reader.error().text;
      EXPECT_EQ(NumbersOf(reader->get()), (std::vector<int64_t>{2, 3, 4}));
    }
  }
  // Rows are counted without any column.
  auto counted = DataReader::Open(files_, task, Shape({}), 0);
  ASSERT_TRUE(counted.ok());
  int64_t rows = 0;
  for (auto read = (*counted)->Next(); read->rows != nullptr; read = (*counted)->Next()) {
    rows += read->rows->num_rows();
  }
  EXPECT_EQ(rows, 3);
}

TEST_F(DataReaderTest, AColumnThatTheFileLacksIsNullToEqualityDeletes) {
  ScanTask task = Seven();
  arrow::Int32Builder none;
  EXPECT_TRUE(none.AppendNull().ok());
  DataFile file =
      Write("/w/1.parquet", {FieldOf("added", arrow::int32(), 3)}, {none.Finish().ValueOrDie()});
  file.content = FileContent::kEqualityDeletes;
  file.equality_ids = {3};
  task.deletes = {file};
  auto reader = DataReader::Open(files_, task, Shape({2}), 0);
  ASSERT_TRUE(reader.ok()) << reader.error().text;
  EXPECT_EQ(NumbersOf(reader->get()), std::vector<int64_t>{});
  task.deletes[0].equality_ids = {4};
  EXPECT_EQ(DataReader::Open(files_, task, Shape({2}), 0).error().kind, ErrorKind::kCorrupt);
}

TEST_F(DataReaderTest, WhatOnlyThePartitionKnowsIsRefused) {
  DataShape shape = Shape({1});
  shape.identity_ids = {3};
  ScanTask wrong = Seven();
  EXPECT_EQ(DataReader::Open(files_, wrong, shape, 0).error().kind, ErrorKind::kUnsupported);
  wrong.file.record_count = 8;
  EXPECT_EQ(DataReader::Open(files_, wrong, Shape({2}), 0).error().kind, ErrorKind::kCorrupt);
}

TEST_F(DataReaderTest, WithoutColumnsRowsAreCounted) {
  auto reader = DataReader::Open(files_, Seven(), Shape({}), 2);
  ASSERT_TRUE(reader.ok());
  const auto rows = (*reader)->Next();
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->rows->num_rows(), 5);
}

}  // namespace
}  // namespace sluice::tables::iceberg
