// SPDX-License-Identifier: Apache-2.0
#include "sources/filesystem/source.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "arrow/api.h"
#include "gtest/gtest.h"

namespace sluice::sources::filesystem {
namespace {

using flow::Type;
using flow::TypeKind;

class Filesystem : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("sluice-files-") +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text, bool append = false) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, append ? std::ios::app : std::ios::trunc) << text;
  }
  flow::ConnectorTable Table(const std::string& format) {
    flow::ConnectorTable table;
    table.name = "`c`.`d`.`t`";
    table.columns = {{{"id", Type::Simple(TypeKind::kBigInt), ""}},
                     {{"name", Type::Varchar(), ""}}};
    table.options = {
        {"connector", "filesystem"}, {"path", "file://" + folder_.string()}, {"format", format}};
    return table;
  }
  std::filesystem::path folder_;
};

struct Read {
  std::vector<int64_t> ids, offsets;
  std::vector<std::string> reasons;
  flow::ReaderCounters counters;
};

Read ReadFrom(flow::Source& source, int64_t rows_max, int64_t offset = 0) {
  Read read;
  auto splits = source.DiscoverSplits();
  EXPECT_TRUE(splits.ok());
  auto reader = source.OpenReader();
  EXPECT_TRUE(reader.ok());
  for (size_t i = 0; i < splits->size(); ++i) {
    EXPECT_TRUE((*reader)->Assign(static_cast<int>(i), (*splits)[i], offset).ok());
  }
  for (bool end = false; !end;) {
    auto polled = (*reader)->Poll(rows_max, 0);
    EXPECT_TRUE(polled.ok()) << polled.error().text;
    if (!polled.ok()) break;
    if (polled->batch) {
      const auto& ids = static_cast<const arrow::Int64Array&>(*polled->batch->rows->column(0));
      for (int64_t i = 0; i < ids.length(); ++i) {
        read.ids.push_back(ids.Value(i));
        read.offsets.push_back(polled->batch->origin.OffsetOfRow(i));
      }
    }
    for (const auto& letter : polled->dead_letters) read.reasons.push_back(letter.reason);
    end = polled->end;
  }
  read.counters = (*reader)->counters();
  return read;
}

TEST_F(Filesystem, EachLineIsARowAndItsByteThePosition) {
  Write("a.csv", "1,x\n2,y\r\n3,z");
  Write("sub/b.csv", "4,w\n");
  Write("_hidden.csv", "9,no\n");
  auto source = FilesystemConnector().open(Table("csv"), {.projection = {.columns = {0, 1}}});
  ASSERT_TRUE(source.ok()) << source.error().text;
  for (const int64_t rows_max : {1, 2, 100}) {
    const Read read = ReadFrom(**source, rows_max);
    EXPECT_EQ(read.ids, (std::vector<int64_t>{1, 2, 3, 4}));
    EXPECT_EQ(read.offsets, (std::vector<int64_t>{0, 4, 9, 0}));
    EXPECT_EQ(read.counters.records_in, 4);
  }
}

TEST_F(Filesystem, ReadingGoesOnAtAPosition) {
  Write("a.json", "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n");
  auto source = FilesystemConnector().open(Table("json"), {.projection = {.columns = {0}}});
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(ReadFrom(**source, 10, 9).ids, (std::vector<int64_t>{2, 3}));
  flow::SourcePosition position{.kind = "filesystem", .identity = {}, .splits = {{"a.json", 27}}};
  EXPECT_TRUE((*source)->CheckRestorable(position).ok());
  position.splits["a.json"] = 28;
  EXPECT_EQ((*source)->CheckRestorable(position).error().kind, ErrorKind::kSourceLost);
  position.splits = {{"gone.json", 0}};
  EXPECT_EQ((*source)->CheckRestorable(position).error().kind, ErrorKind::kSourceLost);
}

TEST_F(Filesystem, BadLinesBecomeDeadLetters) {
  Write("a.csv", "1,x\nx,y\n3\n4,z\n");
  auto source = FilesystemConnector().open(Table("csv"), {.projection = {.columns = {0}}});
  ASSERT_TRUE(source.ok());
  const Read read = ReadFrom(**source, 100);
  EXPECT_EQ(read.ids, (std::vector<int64_t>{1, 4}));
  EXPECT_EQ(read.reasons.size(), 2u);
  EXPECT_EQ(read.counters.records_dead, 2);
}

TEST_F(Filesystem, FoldersArePartitionColumns) {
  Write("day=2020-01-02/a.csv", "1,x\n");
  Write("day=__DEFAULT_PARTITION__/a.csv", "2,y\n");
  flow::ConnectorTable table = Table("csv");
  table.columns.push_back({{"day", Type::Simple(TypeKind::kDate), ""}});
  table.partition_keys = {"day"};
  auto rows = ReadAll(table, {.columns = {0, 2}});
  ASSERT_TRUE(rows.ok()) << rows.error().text;
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ(static_cast<const arrow::Date32Array&>(*(*rows)[0]->column(1)).Value(0), 18263);
  EXPECT_TRUE((*rows)[1]->column(1)->IsNull(0));
}

TEST_F(Filesystem, WrongOptionsAreNamed) {
  flow::ConnectorTable table = Table("jsn");
  const auto errors = FilesystemConnector().check(table);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].text.find("did you mean 'json'"), std::string::npos);
  table = Table("json");
  table.options["path"] = folder_.string() + "/none";
  EXPECT_FALSE(FilesystemConnector().open(table, {.projection = {.columns = {0}}}).ok());
}

}  // namespace
}  // namespace sluice::sources::filesystem
