// SPDX-License-Identifier: Apache-2.0
#include "cli/scratch_table.h"

#include <utility>

#include "catalog/catalogs.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "query/engine.h"
#include "sinks/iceberg/sink.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;

constexpr char kNamespace[] = "scratch";

// Rows by their hash, counted on both sides.
constexpr char kCount[] =
    "WITH a AS (SELECT hash(t) AS h, count(*) AS n FROM made AS t GROUP BY 1), "
    "b AS (SELECT hash(t) AS h, count(*) AS n FROM recorded AS t GROUP BY 1) "
    "SELECT coalesce(sum(greatest(a.n - coalesce(b.n, 0), 0)), 0), "
    "coalesce(sum(CASE WHEN a.n IS NOT NULL THEN greatest(b.n - a.n, 0) ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN a.n IS NULL THEN b.n ELSE 0 END), 0) FROM a FULL JOIN b ON a.h = b.h";
constexpr char kMissing[] = "SELECT * FROM made EXCEPT ALL SELECT * FROM recorded";
constexpr char kTooMany[] = "SELECT * FROM recorded EXCEPT ALL SELECT * FROM made";

Status AddSamples(query::Engine& engine, const char* sql, const char* sign, int64_t rows_max,
                  std::vector<std::string>* samples) {
  if (rows_max == 0) return {};
  SLUICE_ASSIGN(const query::Answer answer, engine.Run(sql, rows_max));
  for (const auto& row : answer.rows.table.rows) {
    std::string text;
    for (const auto& value : row) text += (text.empty() ? "[" : ", ") + value.value_or("null");
    samples->push_back(sign + text + "]");
  }
  if (answer.rows.truncated) samples->push_back(std::string(sign) + "...");
  return {};
}

}  // namespace

Result<std::unique_ptr<ScratchTables>> ScratchTables::Make() {
  std::unique_ptr<ScratchTables> made(new ScratchTables());
  SLUICE_ASSIGN(made->directory_, io::ScratchDirectory::Make());
  const std::string& path = made->directory_->path();
  SLUICE_ASSIGN(made->catalog_,
                catalog::OpenCatalog("scratch", {{"type", "iceberg"},
                                                 {"catalog-type", "jdbc"},
                                                 {"uri", "jdbc:sqlite:" + path + "/catalog.db"},
                                                 {"warehouse", path + "/warehouse"}}));
  SLUICE_TRY(made->catalog_->CreateNamespace({kNamespace}, {}));
  made->environment_ = {made->catalog_.get(), &io::RealFileSystem(), &io::RealClock(),
                        &io::RealRandom()};
  return made;
}

Result<Table> ScratchTables::CreateLike(const Table& table, const std::string& name) {
  tables::iceberg::CreateOptions options;
  options.schema = table.metadata().schema();
  return Table::Create(environment_, {{kNamespace}, name}, options);
}

Result<std::unique_ptr<flow::Sink>> ScratchTables::OpenSink(const plan::JobNode& sink,
                                                            const std::string& name) {
  sinks::iceberg::IcebergSinkOptions options;
  for (const flow::Field& field : sink.output.fields) options.columns.push_back(field.name);
  return sinks::iceberg::OpenIcebergSink(environment_, {{kNamespace}, name}, std::move(options));
}

Result<runtime::RunOptions> ScratchTables::OptionsOf(const plan::JobGraph& job) const {
  SLUICE_ASSIGN(auto options, runtime::RunOptions::FromSettings(job.settings));
  options.once = true;
  options.checkpoint_dir = directory_->path() + "/state";
  options.savepoint_dir.clear();
  options.recovery_path.clear();
  options.late_rows_to_table = false;
  options.dead_letters = runtime::DeadLetterPolicy::kDrop;
  return options;
}

Result<TableDifference> CompareTables(const Table& made, const Table& recorded,
                                      int64_t samples_max) {
  TableDifference difference;
  SLUICE_ASSIGN(auto engine, query::Engine::Make(
                                 [&](const std::vector<std::string>& name) -> Result<Table> {
                                   return name.back() == "made" ? made : recorded;
                                 },
                                 {}));
  SLUICE_ASSIGN(const query::Answer answer, engine->Run(kCount, 1));
  const auto& row = answer.rows.table.rows[0];
  int64_t* const fields[] = {&difference.missing, &difference.doubled, &difference.foreign};
  for (size_t i = 0; i < 3; ++i) *fields[i] = std::stoll(row[i].value_or("0"));
  if (difference.missing > 0) {
    SLUICE_TRY(AddSamples(*engine, kMissing, "- ", samples_max, &difference.samples));
  }
  if (difference.doubled + difference.foreign > 0) {
    SLUICE_TRY(AddSamples(*engine, kTooMany, "+ ", samples_max, &difference.samples));
  }
  return difference;
}

}  // namespace sluice::cli
