// SPDX-License-Identifier: Apache-2.0
#include "query/engine.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include "catalog/catalogs.h"
#include "formats/parquet/writer.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "io/scratch.h"
#include "tables/iceberg/value.h"

namespace sluice::query {
namespace {

using tables::iceberg::DataFile;
using tables::iceberg::Table;
using tables::iceberg::Type;
using tables::iceberg::TypeKind;
using tables::iceberg::Value;

// A table of (id BIGINT, name STRING) with one file per append: ids 0-9, 10-19, 20-29.
class Engines : public ::testing::Test {
 protected:
  void SetUp() override {
    scratch_ = std::move(*io::ScratchDirectory::Make());
    auto catalog =
        catalog::OpenCatalog("lake", {{"type", "iceberg"},
                                      {"catalog-type", "jdbc"},
                                      {"uri", "jdbc:sqlite:" + scratch_->path() + "/c.db"},
                                      {"warehouse", scratch_->path() + "/w"}});
    ASSERT_TRUE(catalog.ok()) << catalog.error().ToString();
    catalog_ = std::move(*catalog);
    ASSERT_TRUE(catalog_->CreateNamespace({"db"}, {}).ok());
    tables::iceberg::CreateOptions options;
    options.schema.fields = {{1, "id", false, Type::Simple(TypeKind::kLong), "", {}, {}},
                             {2, "name", false, Type::Simple(TypeKind::kString), "", {}, {}}};
    auto table =
        Table::Create({catalog_.get(), &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()},
                      {{"db"}, "t"}, options);
    ASSERT_TRUE(table.ok()) << table.error().ToString();
    table_ = std::make_unique<Table>(std::move(*table));
    auto engine = Engine::Make(
        [this](const std::vector<std::string>& name) -> Result<Table> {
          if (name.back() != "t") return NotFound("there is no table " + name.back());
          return *table_;
        },
        {});
    ASSERT_TRUE(engine.ok()) << engine.error().ToString();
    engine_ = std::move(*engine);
  }

  void Append(int64_t first) {
    arrow::Int64Builder ids;
    arrow::StringBuilder names;
    for (int64_t id = first; id < first + 10; ++id) {
      ASSERT_TRUE(ids.Append(id).ok());
      ASSERT_TRUE(names.Append("n" + std::to_string(id)).ok());
    }
    auto schema = tables::iceberg::ToArrow(table_->metadata().schema());
    ASSERT_TRUE(schema.ok());
    auto batch = arrow::RecordBatch::Make(*schema, 10,
                                          {ids.Finish().ValueOrDie(), names.Finish().ValueOrDie()});
    const std::string path = scratch_->path() + "/data-" + std::to_string(first) + ".parquet";
    auto file = io::RealFileSystem().Create(path);
    ASSERT_TRUE(file.ok());
    auto writer = formats::parquet::Writer::Make(std::move(*file), *schema, {});
    ASSERT_TRUE(writer.ok()) << writer.error().ToString();
    ASSERT_TRUE((*writer)->Write(batch).ok());
    auto metrics = (*writer)->Finish();
    ASSERT_TRUE(metrics.ok()) << metrics.error().ToString();
    DataFile data;
    data.file_path = path;
    data.record_count = 10;
    data.file_size_bytes = metrics->size_bytes;
    const Type type = Type::Simple(TypeKind::kLong);
    data.lower_bounds[1] = tables::iceberg::EncodeValue(type, Value(first));
    data.upper_bounds[1] = tables::iceberg::EncodeValue(type, Value(first + 9));
    data.value_counts[1] = 10;
    data.null_value_counts[1] = 0;
    tables::iceberg::AppendRequest request;
    request.files = {data};
    auto staged = table_->StageAppend(request);
    ASSERT_TRUE(staged.ok()) << staged.error().ToString();
    auto committed = table_->CommitAppend(&*staged, {});
    ASSERT_TRUE(committed.ok()) << committed.error().ToString();
    ASSERT_EQ(committed->outcome, tables::iceberg::CommitOutcome::kCommitted);
  }

  Answer Ask(const std::string& sql) {
    auto answer = engine_->Run(sql, -1);
    EXPECT_TRUE(answer.ok()) << sql << ": " << (answer.ok() ? "" : answer.error().ToString());
    return answer.ok() ? std::move(*answer) : Answer{};
  }
  std::string One(const std::string& sql) {
    const Answer answer = Ask(sql);
    return answer.rows.table.rows.empty() ? "no row"
                                          : answer.rows.table.rows[0][0].value_or("NULL");
  }

  std::unique_ptr<io::ScratchDirectory> scratch_;
  std::unique_ptr<tables::Catalog> catalog_;
  std::unique_ptr<Table> table_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(Engines, AnEmptyTableHasColumnsAndNoRows) {
  const Answer answer = Ask("SELECT * FROM lake.db.t");
  EXPECT_EQ(answer.rows.table.columns, (std::vector<std::string>{"id", "name"}));
  EXPECT_TRUE(answer.rows.table.rows.empty());
}

TEST_F(Engines, FilesThatCannotMatchAreNotOpened) {
  for (const int64_t first : {0, 10, 20}) Append(first);
  EXPECT_EQ(One("SELECT count(*) FROM db.t"), "30");
  const Answer one = Ask("SELECT name FROM db.t WHERE id = 15");
  EXPECT_EQ(one.rows.table.rows[0][0], "n15");
  EXPECT_EQ(one.scans[0].files_read, 1);
  EXPECT_EQ(one.scans[0].files_total, 3);
  EXPECT_EQ(Ask("SELECT count(*) FROM db.t WHERE id BETWEEN 8 AND 12").scans[0].files_read, 2);
  EXPECT_EQ(Ask("SELECT count(*) FROM db.t WHERE id IN (1, 25)").scans[0].files_read, 2);
  // What cannot be used for pruning must not change the answer either.
  EXPECT_EQ(One("SELECT count(*) FROM db.t WHERE id + 1 = 16 OR name = 'n3'"), "2");
}

TEST_F(Engines, EachReferenceHasItsOwnFilesAndTime) {
  Append(0);
  const int64_t first = table_->metadata().current_snapshot()->snapshot_id;
  Append(10);
  const std::string id = std::to_string(first);
  EXPECT_EQ(One("SELECT count(*) FROM db.t VERSION AS OF " + id), "10");
  EXPECT_EQ(
      One("SELECT count(*) FROM db.t AS a, db.t AS b AT (VERSION => " + id + ") WHERE a.id = b.id"),
      "10");
  EXPECT_EQ(One("SELECT max(a.id) || '/' || max(b.id) FROM t a JOIN t b ON true WHERE a.id < 5 AND "
                "b.id > 15"),
            "4/19");
  EXPECT_EQ(One("SELECT count(*) FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2999-01-01 00:00:00'"),
            "20");
  EXPECT_FALSE(
      engine_->Run("SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '1999-01-01 00:00:00'", 1)
          .ok());
}

TEST_F(Engines, MetadataTables) {
  Append(0);
  Append(10);
  EXPECT_EQ(One("SELECT count(*) FROM db.t$snapshots WHERE operation = 'append'"), "2");
  EXPECT_EQ(One("SELECT sum(record_count) FROM lake.db.t$files"), "20");
  EXPECT_EQ(One("SELECT count(*) FROM t$history"), "2");
  EXPECT_EQ(One("SELECT count(*) FROM t$manifests"), "2");
}

TEST_F(Engines, MistakesAreTheUsers) {
  Append(0);
  for (const char* sql : {"SELECT * FROM unknown", "SELECT nme FROM t", "SELEC 1",
                          "SELECT * FROM t$nothing", "SELECT 1; SELECT 2",
                          "INSERT INTO t VALUES (1)", "SELECT * FROM t VERSION AS OF 'no-such'"}) {
    const auto answer = engine_->Run(sql, -1);
    ASSERT_FALSE(answer.ok()) << sql;
    EXPECT_EQ(answer.error().blame, Blame::kUser) << sql << ": " << answer.error().ToString();
  }
}

}  // namespace
}  // namespace sluice::query
