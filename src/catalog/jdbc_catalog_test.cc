// SPDX-License-Identifier: Apache-2.0
#include "catalog/jdbc_catalog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "catalog/catalogs.h"
#include "catalog/sql_names.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "io/scratch.h"
#include "io/thread.h"
#include "tables/iceberg/lint.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/table.h"

namespace sluice::catalog {
namespace {

namespace iceberg = tables::iceberg;
using tables::TableIdentifier;

class JdbcCatalogTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = io::ScratchDirectory::Make();
    ASSERT_TRUE(made.ok());
    scratch_ = std::move(*made);
  }
  flow::OptionMap Options() const {
    return {{"type", "iceberg"},
            {"catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog"},
            {"uri", "jdbc:sqlite:" + scratch_->path() + "/catalog.db"},
            {"jdbc.schema-version", "V1"},
            {"warehouse", "file://" + scratch_->path() + "/wh"}};
  }
  std::unique_ptr<tables::Catalog> Open(const std::string& name = "lake") {
    auto catalog = OpenCatalog(name, Options());
    EXPECT_TRUE(catalog.ok()) << (catalog.ok() ? "" : catalog.error().text);
    return catalog.ok() ? std::move(*catalog) : nullptr;
  }
  std::unique_ptr<io::ScratchDirectory> scratch_;
};

TEST_F(JdbcCatalogTest, KeepsNamespacesAndTables) {
  const auto catalog = Open();
  ASSERT_NE(catalog, nullptr);
  const TableIdentifier table{{"db"}, "t"};
  EXPECT_EQ(catalog->Register(table, "m0").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(catalog->CreateNamespace({"db"}, {{"owner", "me"}}).ok());
  EXPECT_EQ(catalog->CreateNamespace({"db"}, {}).error().kind, ErrorKind::kAlreadyExists);
  ASSERT_TRUE(catalog->CreateNamespace({"a", "b"}, {}).ok());
  EXPECT_TRUE(*catalog->NamespaceExists({"a"}));
  EXPECT_FALSE(*catalog->NamespaceExists({"d_"}));  // LIKE's wildcards are no wildcards here
  ASSERT_TRUE(catalog->Register(table, "m0").ok());
  EXPECT_EQ(catalog->Register(table, "m1").error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(*catalog->LoadMetadataLocation(table), "m0");
  EXPECT_EQ(catalog->ListTables({"db"})->size(), 1U);
  EXPECT_EQ(catalog->ListTables({"x"}).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(catalog->DropNamespace({"db"}).ok());
  ASSERT_TRUE(catalog->Rename(table, {{"db"}, "u"}).ok());
  EXPECT_EQ(catalog->Rename(table, {{"db"}, "v"}).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(catalog->Drop({{"db"}, "u"}).ok());
  EXPECT_EQ(catalog->Drop({{"db"}, "u"}).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(catalog->DropNamespace({"db"}).ok());
}

TEST_F(JdbcCatalogTest, TellsConflictFromAbsence) {
  const auto catalog = Open();
  const TableIdentifier table{{"db"}, "t"};
  ASSERT_TRUE(catalog->CreateNamespace({"db"}, {}).ok());
  ASSERT_TRUE(catalog->Register(table, "m0").ok());
  EXPECT_TRUE(catalog->Swap(table, "m0", "m1").ok());
  EXPECT_EQ(catalog->Swap(table, "m0", "m2").error().kind, ErrorKind::kCommitConflict);
  EXPECT_EQ(catalog->Swap({{"db"}, "x"}, "m0", "m2").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(*catalog->LoadMetadataLocation(table), "m1");
}

TEST_F(JdbcCatalogTest, SeparatesCatalogsOfOneFile) {
  const auto one = Open("one"), two = Open("two");
  ASSERT_TRUE(one->CreateNamespace({"db"}, {}).ok());
  ASSERT_TRUE(one->Register({{"db"}, "t"}, "m0").ok());
  EXPECT_TRUE(two->ListNamespaces()->empty());
  EXPECT_FALSE(two->LoadMetadataLocation({{"db"}, "t"}).ok());
}

TEST_F(JdbcCatalogTest, OpensTheOlderLayoutAsItIs) {
  auto database = io::OpenSqlite(scratch_->path() + "/catalog.db", 1000);
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE(
      (*database)
          ->Execute("CREATE TABLE iceberg_tables (catalog_name VARCHAR(255) NOT NULL,"
                    "table_namespace VARCHAR(255) NOT NULL,table_name VARCHAR(255) NOT NULL,"
                    "metadata_location VARCHAR(1000),"
                    "previous_metadata_location VARCHAR(1000),"
                    "PRIMARY KEY (catalog_name, table_namespace, table_name))",
                    {})
          .ok());
  const auto catalog = Open();
  ASSERT_TRUE(catalog->CreateNamespace({"db"}, {}).ok());
  ASSERT_TRUE(catalog->Register({{"db"}, "t"}, "m0").ok());
  EXPECT_TRUE(catalog->Swap({{"db"}, "t"}, "m0", "m1").ok());
  EXPECT_EQ(catalog->ListTables({"db"})->size(), 1U);
}

TEST_F(JdbcCatalogTest, RefusesCatalogsByName) {
  const auto error = [&](const std::string& key, const std::string& value) {
    auto options = Options();
    if (key == "catalog-type") options.erase("catalog-impl");
    if (value.empty()) {
      options.erase(key);
    } else {
      options[key] = value;
    }
    const auto errors = CheckCatalogOptions("c", options);
    return errors.empty() ? std::string() : errors[0].text;
  };
  EXPECT_EQ(error("type", "jdbc"), "catalog c: 'type' is 'iceberg', not 'jdbc'");
  EXPECT_EQ(error("catalog-type", "rest"),
            "catalog c: sluice opens 'catalog-type'='jdbc', not 'rest'");
  EXPECT_NE(error("uri", "jdbc:postgresql://x/y").find("jdbc:sqlite:<path>"), std::string::npos);
  EXPECT_NE(error("warehouse", "s3://bucket/x").find("only local files"), std::string::npos);
  EXPECT_NE(error("warehouse", "").find("'warehouse' is missing"), std::string::npos);
  EXPECT_EQ(error("warehose", "x"),
            "catalog c: unknown option 'warehose' (did you mean 'warehouse'?)");
  EXPECT_EQ(error("catalog-type", "jdbc"), "");
}

iceberg::DataFile FileOf(const std::string& name) {
  iceberg::DataFile file;
  file.file_path = "file:///nowhere/" + name;
  file.record_count = 1;
  file.file_size_bytes = 10;
  return file;
}

// Eight writers with a catalog of their own each, one table: every append is there once.
TEST_F(JdbcCatalogTest, LosesNoAppendOfEightWriters) {
  constexpr int kWriters = 8, kAppends = 6;
  const TableIdentifier identifier{{"db"}, "t"};
  {
    const auto catalog = Open();
    ASSERT_TRUE(catalog->CreateNamespace({"db"}, {}).ok());
    flow::Schema columns;
    columns.fields = {{"id", flow::Type::Simple(flow::TypeKind::kInt), ""}};
    iceberg::CreateOptions options;
    options.schema = *iceberg::FromFlow(columns);
    options.properties = {{"commit.manifest.min-count-to-merge", "4"}};
    ASSERT_TRUE(iceberg::Table::Create(
                    {catalog.get(), &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()},
                    identifier, options)
                    .ok());
  }
  std::atomic<int> committed = 0, conflicts = 0;
  std::vector<std::unique_ptr<io::Thread>> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.push_back(io::StartThread("writer", [&, writer] {
      const auto catalog = Open();
      auto table = iceberg::Table::Load(
          {catalog.get(), &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()}, identifier);
      for (int i = 0; table.ok() && i < kAppends; ++i) {
        iceberg::AppendRequest request;
        request.files = {FileOf(std::to_string(writer) + "-" + std::to_string(i))};
        auto staged = table->StageAppend(std::move(request));
        for (int attempt = 0; staged.ok() && attempt < 1000; ++attempt) {
          const auto result = table->CommitAppend(&*staged, {});
          if (!result.ok()) continue;  // the database was busy: nothing changed
          if (result->outcome == iceberg::CommitOutcome::kCommitted) {
            ++committed;
            break;
          }
          ++conflicts;
        }
      }
    }));
  }
  for (auto& thread : threads) thread->Join();
  EXPECT_EQ(committed, kWriters * kAppends);
  const auto catalog = Open();
  const auto table = iceberg::Table::Load(
      {catalog.get(), &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()}, identifier);
  ASSERT_TRUE(table.ok());
  const auto plan = iceberg::PlanScan(*table, {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().text;
  std::set<std::string> paths;
  for (const auto& task : plan->tasks) paths.insert(task.file.file_path);
  EXPECT_EQ(plan->tasks.size(), static_cast<size_t>(kWriters * kAppends));
  EXPECT_EQ(paths.size(), plan->tasks.size());
  EXPECT_EQ(table->metadata().snapshots.size(), static_cast<size_t>(kWriters * kAppends));
  iceberg::LintOptions options;
  options.check_files = false;
  EXPECT_TRUE(iceberg::Lint(*table, options)->findings.empty());
}

sql::TableEntry Entry() {
  sql::TableEntry entry;
  entry.kind = sql::TableEntry::Kind::kCatalogTable;
  for (const auto& field : {flow::Field{"id", flow::Type::Simple(flow::TypeKind::kBigInt), "key"},
                            flow::Field{"ts", flow::Type::Timestamp(3), ""}}) {
    sql::TableColumn column;
    column.field = field;
    entry.columns.push_back(column);
  }
  entry.primary_key = {"id"};
  entry.comment = "orders";
  entry.options = {{iceberg::kPartitionProperty, "days(ts)"}, {"commit.retry.num-retries", "9"}};
  return entry;
}

TEST_F(JdbcCatalogTest, IsACatalogOfSql) {
  const auto description = IcebergCatalogDescription();
  auto before = description.open("lake", Options(), sql::CatalogAccess::kRead);
  ASSERT_TRUE(before.ok());
  EXPECT_TRUE((*before)->ListDatabases()->empty());
  EXPECT_FALSE(io::RealFileSystem().Stat(scratch_->path() + "/catalog.db").ok());

  auto names = std::move(*description.open("lake", Options(), sql::CatalogAccess::kWrite));
  ASSERT_TRUE(names->CreateDatabase("db", {}, "").ok());
  EXPECT_TRUE(names->CheckTable("db", "t", Entry()).empty());
  ASSERT_TRUE(names->CreateTable("db", "t", Entry()).ok());
  EXPECT_EQ(names->CreateTable("db", "t", Entry()).error().kind, ErrorKind::kAlreadyExists);
  auto entry = names->LookUp("db", "t");
  ASSERT_TRUE(entry.ok()) << entry.error().text;
  EXPECT_EQ(entry->columns[0].field.type->ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(entry->columns[0].field.comment, "key");
  EXPECT_EQ(entry->primary_key, std::vector<std::string>{"id"});
  EXPECT_EQ(entry->partition_keys, std::vector<std::string>{"days(ts)"});
  EXPECT_EQ(entry->comment, "orders");
  EXPECT_EQ(entry->options, (flow::OptionMap{{"commit.retry.num-retries", "9"},
                                             {tables::iceberg::kDeleteAfterCommit, "true"}}));

  ASSERT_TRUE(names->AlterOptions("db", "t", {{"owner", "me"}}).ok());
  EXPECT_EQ(names->LookUp("db", "t")->options, (flow::OptionMap{{"owner", "me"}}));
  EXPECT_FALSE(names->AlterOptions("db", "t", {{"sluice.p.epoch", "1"}}).ok());
  ASSERT_TRUE(names->RenameTable("db", "t", "u").ok());
  EXPECT_EQ(*names->ListTables("db"), std::vector<std::string>{"u"});
  EXPECT_FALSE(names->DropDatabase("db", false).ok());
  EXPECT_TRUE(names->DropDatabase("db", true).ok());
}

TEST_F(JdbcCatalogTest, ReportsEveryMistakeOfACreateTable) {
  sql::TableEntry entry = Entry();
  entry.columns[1].field.type = flow::Type::Timestamp(9);
  entry.options["write.format.default"] = "orc";
  entry.options["format-version"] = "3";
  std::vector<Error> errors;
  CreateOptionsOf(entry, &errors);
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].where, "ts");
  entry = Entry();
  entry.partition_keys = {"id"};
  errors.clear();
  CreateOptionsOf(entry, &errors);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].text.find("not both"), std::string::npos);
}

TEST_F(JdbcCatalogTest, MakesTheDefaultCatalogOnlyToWrite) {
  EXPECT_EQ(OpenDefaultCatalog(scratch_->path(), OpenMode::kRead).error().kind,
            ErrorKind::kNotFound);
  auto catalog = OpenDefaultCatalog(scratch_->path());
  ASSERT_TRUE(catalog.ok());
  EXPECT_TRUE(*(*catalog)->NamespaceExists({kDefaultDatabaseName}));
  EXPECT_TRUE(OpenDefaultCatalog(scratch_->path(), OpenMode::kRead).ok());
}

TEST_F(JdbcCatalogTest, ReadsHadoopTablesAndDoesNotWriteThem) {
  auto& files = io::RealFileSystem();
  const std::string folder = scratch_->path() + "/db/t/metadata/";
  ASSERT_TRUE(files.MakeDirectories(scratch_->path() + "/db/t/metadata").ok());
  for (const char* name : {"v1.metadata.json", "v10.metadata.json", "v9.metadata.json", "x.json"}) {
    ASSERT_TRUE(files.WriteWhole(folder + name, "{}").ok());
  }
  auto catalog = OpenCatalog(
      "h", {{"type", "iceberg"}, {"catalog-type", "hadoop"}, {"warehouse", scratch_->path()}});
  ASSERT_TRUE(catalog.ok());
  EXPECT_EQ(*(*catalog)->LoadMetadataLocation({{"db"}, "t"}), folder + "v10.metadata.json");
  EXPECT_EQ((*catalog)->ListTables({"db"})->size(), 1U);
  EXPECT_EQ((*catalog)->Swap({{"db"}, "t"}, "a", "b").error().kind, ErrorKind::kUnsupported);
  EXPECT_FALSE((*catalog)->LoadMetadataLocation({{".."}, "t"}).ok());
}

}  // namespace
}  // namespace sluice::catalog
