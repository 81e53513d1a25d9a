// SPDX-License-Identifier: Apache-2.0
#include "sinks/filesystem/sink.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "arrow/api.h"
#include "gtest/gtest.h"
#include "sinks/filesystem/partition_commit.h"

namespace sluice::sinks::filesystem {
namespace {

namespace fs = std::filesystem;

class FilesSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() /
            (std::string("sluice-sink-") +
             ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  flow::ConnectorTable Table(const std::map<std::string, std::string>& more = {}) {
    flow::ConnectorTable table;
    table.name = "`c`.`d`.`t`";
    table.columns = {{{"id", flow::Type::Simple(flow::TypeKind::kBigInt), ""}},
                     {{"dt", flow::Type::Varchar(), ""}}};
    table.partition_keys = {"dt"};
    table.options = {{"connector", "filesystem"}, {"path", root_.string()}, {"format", "csv"}};
    for (const auto& [key, value] : more) table.options[key] = value;
    return table;
  }

  static flow::Batch Rows(const std::vector<std::pair<int64_t, const char*>>& rows) {
    arrow::Int64Builder ids;
    arrow::StringBuilder days;
    for (const auto& [id, day] : rows) {
      EXPECT_TRUE(ids.Append(id).ok());
      EXPECT_TRUE((day == nullptr ? days.AppendNull() : days.Append(day)).ok());
    }
    flow::Batch batch;
    batch.rows = arrow::RecordBatch::Make(
        arrow::schema({arrow::field("id", arrow::int64()), arrow::field("dt", arrow::utf8())}),
        static_cast<int64_t>(rows.size()), {ids.Finish().ValueOrDie(), days.Finish().ValueOrDie()});
    return batch;
  }

  std::vector<std::string> Names(bool hidden = false) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (!entry.is_regular_file()) continue;
      const std::string name = entry.path().filename().string();
      if ((name[0] == '.') == hidden) names.push_back(fs::relative(entry.path(), root_).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string Text() const {
    std::vector<std::string> lines;
    for (const std::string& name : Names()) {
      std::ifstream file(root_ / name);
      for (std::string line; std::getline(file, line);) {
        lines.push_back(fs::path(name).parent_path().string() + ":" + line);
      }
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  fs::path root_;
};

TEST_F(FilesSinkTest, RowsAreSeenOnceTheyAreCommitted) {
  auto sink = FilesystemConnector().open(Table());
  ASSERT_TRUE(sink.ok()) << sink.error().text;
  ASSERT_TRUE((*sink)->Begin("p").ok());
  auto writer = (*sink)->OpenWriter(0);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Write(Rows({{1, "a"}, {2, "b/c"}, {3, "a"}, {4, nullptr}})).ok());
  auto part = (*writer)->Stage(1);
  ASSERT_TRUE(part.ok()) << part.error().text;
  EXPECT_EQ((*part)->rows, 4);
  EXPECT_EQ(Text(), "");
  EXPECT_EQ(Names(true).size(), 3u);
  flow::EpochCommit commit;
  commit.parts.push_back(std::move(*part));
  ASSERT_TRUE((*sink)->Commit(std::move(commit)).ok());
  EXPECT_EQ(Text(), "dt=__DEFAULT_PARTITION__:4\ndt=a:1\ndt=a:3\ndt=b%2Fc:2\n");
  EXPECT_TRUE(Names(true).empty());
}

TEST_F(FilesSinkTest, ACommitCanBeMadeAgainFromItsBytes) {
  std::string bytes;
  {
    auto sink = FilesystemConnector().open(Table());
    ASSERT_TRUE((*sink)->Begin("p").ok());
    auto writer = (*sink)->OpenWriter(0);
    ASSERT_TRUE((*writer)->Write(Rows({{1, "a"}, {2, "b"}})).ok());
    auto part = (*writer)->Stage(1);
    auto encoded = (*sink)->EncodePart(**part);
    ASSERT_TRUE(encoded.ok());
    bytes = encoded->value();
    ASSERT_TRUE((*writer)->Write(Rows({{9, "lost"}})).ok());
    ASSERT_TRUE((*writer)->Stage(2).ok());  // never committed
  }
  for (int again = 0; again < 2; ++again) {
    auto sink = FilesystemConnector().open(Table());
    ASSERT_TRUE((*sink)->Begin("p").ok());
    flow::EpochCommit commit;
    auto part = (*sink)->DecodePart(bytes);
    ASSERT_TRUE(part.ok());
    commit.parts.push_back(std::move(*part));
    ASSERT_TRUE((*sink)->Commit(std::move(commit)).ok());
    EXPECT_EQ(Text(), "dt=a:1\ndt=b:2\n");
    EXPECT_TRUE(Names(true).empty());  // the epoch that was left is swept
  }
}

TEST_F(FilesSinkTest, APartitionIsCompleteWhenTheWatermarkIsBehindIt) {
  auto sink = FilesystemConnector().open(
      Table({{"sink.partition-commit.policy.kind", "success-file"},
             {"sink.partition-commit.trigger", "partition-time"},
             {"sink.partition-commit.delay", "1 h"},
             {"partition.time-extractor.timestamp-pattern", "$dt 00:00:00"}}));
  ASSERT_TRUE(sink.ok()) << sink.error().text;
  ASSERT_TRUE((*sink)->Begin("p").ok());
  auto writer = (*sink)->OpenWriter(0);
  const auto commit_at = [&](int64_t watermark_ms) {
    ASSERT_TRUE((*writer)->OnWatermark(watermark_ms).ok());
    flow::EpochCommit commit;
    auto part = (*writer)->Stage(1);
    commit.parts.push_back(std::move(*part));
    ASSERT_TRUE((*sink)->Commit(std::move(commit)).ok());
  };
  ASSERT_TRUE((*writer)->Write(Rows({{1, "1970-01-02"}, {2, "1970-01-03"}})).ok());
  commit_at(86'400'000 + 3'599'999);
  EXPECT_EQ(Names().size(), 2u);
  commit_at(86'400'000 + 3'600'000);
  const auto names = Names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "dt=1970-01-02/_SUCCESS"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "dt=1970-01-03/_SUCCESS"), 0);
}

TEST(PartitionTime, IsReadFromItsPattern) {
  EXPECT_EQ(ParseTime("1970-01-02"), 86'400'000);
  EXPECT_EQ(ParseTime("1970-01-01 01:02:03"), 3'723'000);
  EXPECT_EQ(ParseTime("1970-01-01 01:02"), 3'720'000);
  EXPECT_EQ(ParseTime("yesterday"), std::nullopt);
}

}  // namespace
}  // namespace sluice::sinks::filesystem
