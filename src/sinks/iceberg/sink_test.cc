// SPDX-License-Identifier: Apache-2.0
// The sink over a catalog in memory and a false disk: what it writes, and what it refuses. Failures
// of single calls are tests/sim/ladder_test.cc's.
#include "sinks/iceberg/sink.h"

#include <gtest/gtest.h>

#include <map>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "checkpoint/record.h"
#include "formats/parquet/reader.h"
#include "io/fake/clock.h"
#include "io/fake/disk.h"
#include "sinks/iceberg/dead_letters.h"
#include "tables/iceberg/scan.h"

namespace sluice::sinks::iceberg {
namespace {

namespace ice = tables::iceberg;

class MemoryCatalog : public tables::Catalog {
 public:
  const std::string& name() const override { return name_; }
  const std::string& warehouse() const override { return warehouse_; }
  Result<std::vector<std::vector<std::string>>> ListNamespaces() override {
    return std::vector<std::vector<std::string>>{{"db"}};
  }
  Status CreateNamespace(const std::vector<std::string>&,
                         const std::map<std::string, std::string>&) override {
    return {};
  }
  Status DropNamespace(const std::vector<std::string>&) override { return {}; }
  Result<bool> NamespaceExists(const std::vector<std::string>&) override { return true; }
  Result<std::vector<tables::TableIdentifier>> ListTables(
      const std::vector<std::string>&) override {
    return std::vector<tables::TableIdentifier>();
  }
  Result<std::string> LoadMetadataLocation(const tables::TableIdentifier& table) override {
    const auto found = tables_.find(table);
    if (found == tables_.end()) return NotFound("no table " + table.ToString());
    return found->second;
  }
  Status Register(const tables::TableIdentifier& table, const std::string& location) override {
    if (!tables_.emplace(table, location).second) return AlreadyExists(table.ToString());
    return {};
  }
  Status Swap(const tables::TableIdentifier& table, const std::string& base,
              const std::string& updated) override {
    const auto found = tables_.find(table);
    if (found == tables_.end()) return NotFound("no table " + table.ToString());
    if (found->second != base) return CommitConflict("the table has moved");
    found->second = updated;
    return {};
  }
  Status Drop(const tables::TableIdentifier& table) override {
    tables_.erase(table);
    return {};
  }

 private:
  std::string name_ = "lake", warehouse_ = "/warehouse";
  std::map<tables::TableIdentifier, std::string> tables_;
};

flow::Schema RowSchema() {
  using flow::Type;
  return {{{"id", Type::Simple(flow::TypeKind::kBigInt, false), ""},
           {"region", Type::Varchar(), ""},
           {"small", Type::Simple(flow::TypeKind::kTinyInt), ""}}};
}

flow::Position At(int64_t offset) {
  flow::Position position;
  position.sources["s"] = {"test", {}, {{"s-0", offset}}};
  return position;
}

class IcebergSinkTest : public testing::Test {
 protected:
  void MakeTable(const std::vector<std::string>& partition_by = {},
                 const ice::Properties& properties = {}) {
    ice::CreateOptions options;
    options.schema = *ice::FromFlow(RowSchema());
    options.spec = *ice::IdentityPartitionSpec(partition_by, options.schema);
    options.properties = properties;
    const auto made = ice::Table::Create(environment_, identifier_, options);
    ASSERT_TRUE(made.ok()) << made.error().ToString();
  }

  std::unique_ptr<flow::Sink> Open(IcebergSinkOptions options = {}) {
    if (options.columns.empty()) options.columns = {"id", "region", "small"};
    return std::move(*OpenIcebergSink(environment_, identifier_, std::move(options)));
  }

  // Rows id, region r<id % regions>, small; a negative id is a null id.
  static flow::Batch Rows(const std::vector<int64_t>& ids, int64_t regions = 1) {
    arrow::Int64Builder id;
    arrow::StringBuilder region;
    arrow::Int8Builder small;
    for (const int64_t value : ids) {
      EXPECT_TRUE((value < 0 ? id.AppendNull() : id.Append(value)).ok());
      EXPECT_TRUE(region.Append("r" + std::to_string(std::abs(value) % regions)).ok());
      EXPECT_TRUE(small.Append(static_cast<int8_t>(value % 100)).ok());
    }
    flow::Batch batch;
    batch.rows = arrow::RecordBatch::Make(
        RowSchema().ToArrow(), static_cast<int64_t>(ids.size()),
        {id.Finish().ValueOrDie(), region.Finish().ValueOrDie(), small.Finish().ValueOrDie()});
    return batch;
  }

  static Result<flow::CommitReport> CommitRows(flow::Sink& sink, flow::SinkWriter& writer,
                                               int64_t epoch, int64_t lower, int64_t upper) {
    flow::EpochCommit commit;
    commit.epoch = epoch;
    if (lower > 0) commit.lower = At(lower);
    commit.upper = At(upper);
    SLUICE_ASSIGN(commit.parts.emplace_back(), writer.Stage(epoch));
    return sink.Commit(std::move(commit));
  }

  // One sink that has begun, with one writer.
  struct Running {
    std::unique_ptr<flow::Sink> sink;
    std::unique_ptr<flow::SinkWriter> writer;
    flow::SinkState state;
  };
  Running Begin(IcebergSinkOptions options = {}) {
    Running running;
    running.sink = Open(std::move(options));
    auto state = running.sink->Begin("p");
    EXPECT_TRUE(state.ok()) << state.error().ToString();
    running.state = *state;
    running.writer = std::move(*running.sink->OpenWriter(0));
    return running;
  }

  ice::Table Load() { return std::move(*ice::Table::Load(environment_, identifier_)); }

  std::map<int64_t, int> Ids() {
    std::map<int64_t, int> ids;
    const ice::Table table = Load();
    const auto plan = ice::PlanScan(table, {}, {});
    for (const ice::ScanTask& task : plan->tasks) {
      const auto rows = formats::parquet::ReadColumns(files_, task.file.file_path, {"id"});
      for (const auto& chunk : (*rows)->column(0)->chunks()) {
        const auto& values = static_cast<const arrow::Int64Array&>(*chunk);
        for (int64_t i = 0; i < values.length(); ++i) ++ids[values.Value(i)];
      }
    }
    return ids;
  }

  io::fake::Disk disk_;
  io::fake::FakeFileSystem files_{&disk_};
  io::fake::FakeClock clock_;
  io::fake::FakeRandom random_{1};
  MemoryCatalog catalog_;
  ice::Environment environment_{&catalog_, &files_, &clock_, &random_};
  tables::TableIdentifier identifier_{{"db"}, "t"};
};

TEST_F(IcebergSinkTest, GoesOnWhereTheTableStands) {
  MakeTable();
  {
    Running first = Begin();
    EXPECT_FALSE(first.state.exists);
    ASSERT_TRUE(first.writer->Write(Rows({1, 2})).ok());
    const auto report = CommitRows(*first.sink, *first.writer, 1, 0, 2);
    ASSERT_TRUE(report.ok()) << report.error().ToString();
    EXPECT_EQ(report->rows, 2);
    EXPECT_EQ(report->files, 1);
    EXPECT_FALSE(report->snapshot.empty());
  }
  Running second = Begin();
  EXPECT_TRUE(second.state.exists);
  EXPECT_EQ(second.state.epoch, 1);
  EXPECT_EQ(second.state.position, At(2));
  // An epoch without rows moves the position and makes no snapshot.
  ASSERT_TRUE(CommitRows(*second.sink, *second.writer, 2, 2, 5).ok());
  EXPECT_EQ(Load().metadata().snapshots.size(), 1u);
  ASSERT_TRUE(second.writer->Write(Rows({7})).ok());
  ASSERT_TRUE(CommitRows(*second.sink, *second.writer, 3, 5, 8).ok());
  const ice::TableMetadata metadata = Load().metadata();
  EXPECT_EQ(metadata.current_snapshot()->summary.at("sluice.lower"), At(2).Encode());
  EXPECT_EQ(metadata.current_snapshot()->summary.at("sluice.upper"), At(8).Encode());
  EXPECT_EQ(metadata.Property("sluice.p.epoch"), "3");
  EXPECT_EQ(Ids(), (std::map<int64_t, int>{{1, 1}, {2, 1}, {7, 1}}));
}

TEST_F(IcebergSinkTest, AnOlderWriterIsFencedAndItsFilesGo) {
  MakeTable();
  Running old = Begin();
  ASSERT_TRUE(old.writer->Write(Rows({1})).ok());
  Running young = Begin();
  const auto refused = CommitRows(*old.sink, *old.writer, 1, 0, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kFenced);
  for (const auto& [path, content] : disk_.Files()) EXPECT_FALSE(path.ends_with(".parquet"));
  ASSERT_TRUE(young.writer->Write(Rows({1})).ok());
  ASSERT_TRUE(CommitRows(*young.sink, *young.writer, 1, 0, 1).ok());
  EXPECT_EQ(Ids(), (std::map<int64_t, int>{{1, 1}}));
}

TEST_F(IcebergSinkTest, EpochsThatDoNotFollowAreRefused) {
  MakeTable();
  Running running = Begin();
  ASSERT_TRUE(CommitRows(*running.sink, *running.writer, 1, 0, 4).ok());
  for (const auto& [epoch, lower, upper] :
       {std::tuple{1, 4, 6}, {3, 4, 6}, {2, 3, 6}, {2, 5, 6}, {2, 4, 3}}) {
    const auto report = CommitRows(*running.sink, *running.writer, epoch, lower, upper);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().kind, ErrorKind::kPositionMismatch);
  }
  EXPECT_TRUE(CommitRows(*running.sink, *running.writer, 2, 4, 6).ok());
}

TEST_F(IcebergSinkTest, ADroppedOrRecreatedTableStopsTheWriter) {
  MakeTable();
  Running running = Begin();
  ASSERT_TRUE(running.writer->Write(Rows({1})).ok());
  ASSERT_TRUE(catalog_.Drop(identifier_).ok());
  const auto gone = CommitRows(*running.sink, *running.writer, 1, 0, 1);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().kind, ErrorKind::kNotFound);
  MakeTable();
  Running again = Begin();
  ASSERT_TRUE(again.writer->Write(Rows({1})).ok());
  ASSERT_TRUE(catalog_.Drop(identifier_).ok());
  MakeTable();
  const auto other = CommitRows(*again.sink, *again.writer, 1, 0, 1);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind, ErrorKind::kPositionMismatch);
  EXPECT_NE(other.error().text.find("uuid"), std::string::npos) << other.error().text;
}

TEST_F(IcebergSinkTest, ALostPositionIsNeverAFreshStart) {
  MakeTable();
  {
    Running running = Begin();
    ASSERT_TRUE(running.writer->Write(Rows({1})).ok());
    ASSERT_TRUE(CommitRows(*running.sink, *running.writer, 1, 0, 1).ok());
  }
  ice::Table table = Load();
  ASSERT_TRUE(table.CommitProperties({}, {"sluice.p.position"}, {}).ok());
  const auto state = Open()->Begin("p");
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().kind, ErrorKind::kPositionMismatch);
}

TEST_F(IcebergSinkTest, ManyPartitionsStayWithinTheFilesAllowed) {
  MakeTable({"region"});
  Running running = Begin({.open_files_max = 4});
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < 200; ++i) ids.push_back(i);
  ASSERT_TRUE(running.writer->Write(Rows(ids, 20)).ok());
  for (int64_t& id : ids) id += 1000;
  ASSERT_TRUE(running.writer->Write(Rows(ids, 20)).ok());
  const auto report = CommitRows(*running.sink, *running.writer, 1, 0, 400);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->rows, 400);
  EXPECT_GE(report->files, 20);  // more files, no loss
  EXPECT_EQ(running.writer->memory_bytes(), 0);
  const auto all = Ids();
  EXPECT_EQ(all.size(), 400u);
  const ice::Table table = Load();
  const auto plan = ice::PlanScan(table, {}, {});
  for (const ice::ScanTask& task : plan->tasks) {
    const std::string region = std::get<std::string>(task.file.partition[0]);
    EXPECT_NE(task.file.file_path.find("/data/region=" + region + "/p-"), std::string::npos);
    EXPECT_EQ(task.file.lower_bounds.at(2), region);  // all rows of the file are of the partition
    EXPECT_EQ(task.file.upper_bounds.at(2), region);
  }
}

TEST_F(IcebergSinkTest, MemoryOverTheBudgetClosesTheLargestFile) {
  MakeTable();
  Running running = Begin({.writer_bytes_max = 1});
  for (int64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(running.writer->Write(Rows({i})).ok());
    EXPECT_EQ(running.writer->memory_bytes(), 0);
  }
  const auto report = CommitRows(*running.sink, *running.writer, 1, 0, 5);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->files, 5);
  EXPECT_EQ(Ids().size(), 5u);
}

TEST_F(IcebergSinkTest, FilesRollAtTheirTargetSize) {
  MakeTable({}, {{"write.target-file-size-bytes", "1024"}});
  Running running = Begin();
  std::vector<int64_t> ids(2000);
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<int64_t>(i);
  ASSERT_TRUE(running.writer->Write(Rows(ids)).ok());
  ASSERT_TRUE(running.writer->Write(Rows({5000})).ok());
  const auto report = CommitRows(*running.sink, *running.writer, 1, 0, 2001);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->files, 2);
}

TEST_F(IcebergSinkTest, NullInARequiredColumnStopsOrIsLeftOut) {
  MakeTable();
  Running strict = Begin();
  const auto refused = strict.writer->Write(Rows({1, -2, 3}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidArgument);
  EXPECT_NE(refused.error().text.find("'id' is NOT NULL"), std::string::npos);
  Running dropping = Begin({.not_null = NotNullEnforcer::kDrop});
  ASSERT_TRUE(dropping.writer->Write(Rows({1, -2, 3})).ok());
  ASSERT_TRUE(CommitRows(*dropping.sink, *dropping.writer, 1, 0, 3).ok());
  EXPECT_EQ(Ids(), (std::map<int64_t, int>{{1, 1}, {3, 1}}));
}

TEST_F(IcebergSinkTest, MetricsModesAreHonoured) {
  MakeTable({}, {{"write.metadata.metrics.default", "counts"},
                 {"write.metadata.metrics.column.id", "full"},
                 {"write.metadata.metrics.column.small", "none"}});
  Running running = Begin();
  ASSERT_TRUE(running.writer->Write(Rows({3, 9})).ok());
  ASSERT_TRUE(CommitRows(*running.sink, *running.writer, 1, 0, 2).ok());
  const ice::Table table = Load();
  const auto plan = ice::PlanScan(table, {}, {});
  const ice::DataFile& file = plan->tasks.at(0).file;
  EXPECT_EQ(file.lower_bounds,
            (std::map<int, std::string>{{1, std::string("\3\0\0\0\0\0\0\0", 8)}}));
  EXPECT_EQ(file.upper_bounds,
            (std::map<int, std::string>{{1, std::string("\t\0\0\0\0\0\0\0", 8)}}));
  EXPECT_EQ(file.value_counts, (std::map<int, int64_t>{{1, 2}, {2, 2}}));
  EXPECT_EQ(file.null_value_counts, (std::map<int, int64_t>{{1, 0}, {2, 0}}));
  EXPECT_EQ(file.column_sizes.size(), 3u);
}

TEST_F(IcebergSinkTest, MistakesInColumnsAreFoundAtTheStart) {
  MakeTable();
  for (const auto& columns :
       std::vector<std::vector<std::string>>{{"id", "nowhere"}, {"id", "id"}, {"region"}}) {
    IcebergSinkOptions options;
    options.columns = columns;
    const auto state = Open(options)->Begin("p");
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.error().kind, ErrorKind::kInvalidArgument);
  }
}

TEST_F(IcebergSinkTest, TheDeadLetterTableIsMadeWhenItIsNeeded) {
  const tables::TableIdentifier table = DeadLetterTable(identifier_);
  EXPECT_EQ(table.name, "t_dead_letters");
  auto sink = std::move(*OpenDeadLetterSink(environment_, table, RowSchema()));
  ASSERT_TRUE(sink->Begin("p").ok());
  EXPECT_FALSE(sink->durable());
  auto writer = std::move(*sink->OpenWriter(0));
  ASSERT_TRUE(CommitRows(*sink, *writer, 1, 0, 4).ok());
  EXPECT_FALSE(ice::Table::Load(environment_, table).ok());
  ASSERT_TRUE(writer->Write(Rows({-5})).ok());  // every column may be null here
  const auto report = CommitRows(*sink, *writer, 2, 4, 6);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_TRUE(sink->durable());
  const auto again = std::move(*OpenDeadLetterSink(environment_, table, RowSchema()))->Begin("p");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(again->epoch, 2);
  EXPECT_EQ(again->position, At(6));
}

}  // namespace
}  // namespace sluice::sinks::iceberg
