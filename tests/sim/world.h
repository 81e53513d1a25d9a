// SPDX-License-Identifier: Apache-2.0
// A false world for whole pipelines: one disk, one database, one clock, one topic, which outlive
// the processes that use them. A process is the real runtime over the real sink, tables and
// catalog; each of its I/O calls can go wrong (io/fake/faults.h).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array.h"
#include "arrow/table.h"
#include "catalog/jdbc_catalog.h"
#include "checkpoint/chain.h"
#include "formats/parquet/reader.h"
#include "io/fake/clock.h"
#include "io/fake/disk.h"
#include "io/fake/faults.h"
#include "io/fake/sql_database.h"
#include "runtime/pipeline.h"
#include "runtime/scripted_internal.h"
#include "sinks/iceberg/dead_letters.h"
#include "sinks/iceberg/sink.h"
#include "tables/iceberg/scan.h"

namespace sluice::sim {

namespace ice = tables::iceberg;
using runtime::scripted::Kind;

inline constexpr char kPipeline[] = "job";

struct World {
  io::fake::Disk disk;
  std::unique_ptr<io::SqlDatabase> database;
  io::fake::LateStatements late;
  io::fake::FakeClock clock;
  io::fake::FakeRandom random{7};
  runtime::scripted::Topic topic{.name = "in"};
  tables::TableIdentifier table{{"db"}, "t"};
  ice::Properties properties;  // of the table

  tables::TableIdentifier dead_letters() const { return sinks::iceberg::DeadLetterTable(table); }

  /// Two splits in which every fifth record is bad, and a partitioned, empty table.
  World() {
    for (const int64_t records : {9, 7}) {
      std::vector<Kind> split;
      for (int64_t i = 0; i < records; ++i) {
        split.push_back(i % 5 == 3 ? Kind::kBad : Kind::kGood);
      }
      topic.splits.push_back(std::move(split));
    }
    auto opened = io::OpenSqlite(":memory:", 1000);
    EXPECT_TRUE(opened.ok());
    database = std::move(*opened);
  }
};

/// One process of the world. It ends with its object.
class Process {
 public:
  explicit Process(World& world) : world_(world), files_(&world.disk, &faults) {}

  io::fake::Faults faults;

  Status OpenCatalog() {
    auto door =
        std::make_unique<io::fake::FakeSqlDatabase>(world_.database.get(), &world_.late, &faults);
    SLUICE_ASSIGN(catalog_, catalog::JdbcCatalog::Make(
                                std::move(door), {.name = "lake", .warehouse = "/warehouse"}));
    return {};
  }
  catalog::JdbcCatalog& catalog() { return *catalog_; }
  io::FileSystem& files() { return files_; }
  ice::Environment environment() {
    return {catalog_.get(), &files_, &world_.clock, &world_.random};
  }

  Status MakeTable() {
    SLUICE_TRY(OpenCatalog());
    SLUICE_TRY(catalog_->CreateNamespace(world_.table.namespace_levels, {}));
    ice::CreateOptions options;
    SLUICE_ASSIGN(options.schema, ice::FromFlow(runtime::scripted::RowSchema()));
    SLUICE_ASSIGN(options.spec, ice::IdentityPartitionSpec({"split"}, options.schema));
    options.properties = world_.properties;
    SLUICE_ASSIGN(const auto made, ice::Table::Create(environment(), world_.table, options));
    return {};
  }

  /// Runs the job from where the tables stand to the end of the topic.
  Status Run() {
    SLUICE_TRY(OpenCatalog());
    runtime::RunOptions options;
    options.once = true;
    options.shards = 1;
    options.batch_rows = 2;
    options.epoch_rows_max = 5;
    options.dead_letters = runtime::DeadLetterPolicy::kTable;
    plan::JobGraph graph;
    graph.name = kPipeline;
    graph.nodes = {runtime::scripted::SourceNamed(1, "in"),
                   runtime::scripted::SinkNamed(2, "t", {1})};
    SLUICE_ASSIGN(const auto pipeline,
                  runtime::Pipeline::Open(std::move(graph), options, MakeConnections(), nullptr));
    SLUICE_ASSIGN(const auto progress, pipeline->RunOnThisThread());
    return {};
  }

 private:
  runtime::Connections MakeConnections() {
    runtime::Connections connections;
    connections.clock = &world_.clock;
    connections.stop_requests = [] { return 0; };
    connections.open_source =
        [this](const plan::JobGraph&, const plan::JobNode&,
               const runtime::RunOptions&) -> Result<std::unique_ptr<flow::Source>> {
      return std::unique_ptr<flow::Source>(std::make_unique<runtime::scripted::ScriptedSource>(
          world_.topic, no_faults_, world_.clock));
    };
    connections.open_sink = [this](const plan::JobGraph&, const plan::JobNode& node,
                                   const runtime::RunOptions&) {
      sinks::iceberg::IcebergSinkOptions options;
      for (const auto& field : node.output.fields) options.columns.push_back(field.name);
      return sinks::iceberg::OpenIcebergSink(environment(), world_.table, options);
    };
    connections.open_dead_letters = [this](const plan::JobGraph&, const runtime::RunOptions&) {
      return sinks::iceberg::OpenDeadLetterSink(environment(), world_.dead_letters(),
                                                runtime::DeadLetterSchema());
    };
    return connections;
  }

  World& world_;
  io::fake::FakeFileSystem files_;
  std::unique_ptr<catalog::JdbcCatalog> catalog_;
  runtime::scripted::FaultPlan no_faults_;
};

using Rows = std::map<std::pair<int64_t, int64_t>, int>;  // (split, offset) -> how often

template <typename ArrayType>
std::vector<int64_t> Values(const arrow::Table& table, const std::string& column) {
  std::vector<int64_t> values;
  for (const auto& chunk : table.GetColumnByName(column)->chunks()) {
    const auto& array = static_cast<const ArrayType&>(*chunk);
    for (int64_t i = 0; i < array.length(); ++i) values.push_back(array.Value(i));
  }
  return values;
}

/// Adds the rows of a table's live files. Every file must be there with its length and its rows.
inline void ReadRows(Process& process, const ice::Table& table, const std::string& split_column,
                     Rows* rows) {
  const auto plan = ice::PlanScan(table, {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().ToString();
  std::map<std::string, int> paths;
  for (const ice::ScanTask& task : plan->tasks) {
    const std::string path = *io::PathOfUri(task.file.file_path);
    EXPECT_EQ(++paths[path], 1) << "referenced twice: " << path;
    const auto entry = process.files().Stat(path);
    ASSERT_TRUE(entry.ok()) << entry.error().ToString();
    EXPECT_EQ(entry->size_bytes, task.file.file_size_bytes) << path;
    const auto columns = formats::parquet::ReadColumns(process.files(), path, {});
    ASSERT_TRUE(columns.ok()) << columns.error().ToString();
    EXPECT_EQ((*columns)->num_rows(), task.file.record_count) << path;
    const auto splits = Values<arrow::Int32Array>(**columns, split_column);
    const auto offsets = Values<arrow::Int64Array>(**columns, "offset");
    for (size_t i = 0; i < splits.size(); ++i) ++(*rows)[{splits[i], offsets[i]}];
  }
}

/// The chain of positions along the current history, and the properties that end it.
inline void ExpectChain(const ice::Table& table, const std::string& what) {
  const ice::TableMetadata& metadata = table.metadata();
  std::vector<checkpoint::ChainLink> links;
  for (const ice::Snapshot* at = metadata.current_snapshot(); at != nullptr;
       at = at->parent_snapshot_id ? metadata.FindSnapshot(*at->parent_snapshot_id) : nullptr) {
    links.insert(links.begin(), {at->snapshot_id, at->summary});
  }
  const auto report = checkpoint::CheckChain(kPipeline, metadata.properties, links);
  EXPECT_TRUE(report.problems.empty()) << what << ": " << report.problems.front();
}

/// Every record of the topic is in the table or in the dead letters, once; the recorded position is
/// the end of the topic.
inline void ExpectExactlyOnce(World& world) {
  Process reader(world);
  ASSERT_TRUE(reader.OpenCatalog().ok());
  Rows expected_rows, expected_dead;
  std::map<std::string, int64_t> ends;
  for (size_t split = 0; split < world.topic.splits.size(); ++split) {
    const auto& records = world.topic.splits[split];
    ends["in-" + std::to_string(split)] = static_cast<int64_t>(records.size());
    for (size_t offset = 0; offset < records.size(); ++offset) {
      (records[offset] == Kind::kBad ? expected_dead : expected_rows)[{split, offset}] = 1;
    }
  }
  const auto table = ice::Table::Load(reader.environment(), world.table);
  ASSERT_TRUE(table.ok()) << table.error().ToString();
  Rows rows, dead;
  ReadRows(reader, *table, "split", &rows);
  EXPECT_EQ(rows, expected_rows);
  ExpectChain(*table, "table");
  const auto position = checkpoint::ReadRecord(table->metadata().properties, kPipeline).position;
  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(flow::Position::Decode(*position)->sources.at("in").splits, ends);
  const auto dead_table = ice::Table::Load(reader.environment(), world.dead_letters());
  ASSERT_EQ(dead_table.ok(), !expected_dead.empty());
  if (!dead_table.ok()) return;
  ReadRows(reader, *dead_table, "partition", &dead);
  EXPECT_EQ(dead, expected_dead);
  ExpectChain(*dead_table, "dead letters");
}

}  // namespace sluice::sim
