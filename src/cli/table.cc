// SPDX-License-Identifier: Apache-2.0
// `sluice table list | describe | history | files`: what is there, without SQL.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/script.h"
#include "cli/verbs.h"
#include "cli/warehouse.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/value.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;
using tables::iceberg::TableMetadata;

struct TableArguments {
  std::string table;
  WarehouseArguments warehouse;
  OutputArguments output;
};

std::string TimeText(int64_t ms) {
  using namespace tables::iceberg;
  return ToText(Type::Simple(TypeKind::kTimestamp), Value(ms * 1000));
}

std::string SummaryValue(const tables::iceberg::Snapshot& snapshot, const std::string& key) {
  const auto it = snapshot.summary.find(key);
  return it == snapshot.summary.end() ? std::string() : it->second;
}

Result<TextTable> ListTables(const Warehouse& warehouse) {
  TextTable out{{"table", "format", "snapshots", "files", "rows", "last updated (UTC)"},
                {false, true, true, true, true, false},
                {}};
  SLUICE_ASSIGN(const auto tables, warehouse.AllTables());
  for (const Warehouse::Named& named : tables) {
    auto table = warehouse.OpenTable(SplitName(named.ToString()));
    if (!table.ok()) {
      out.rows.push_back({named.ToString(), std::nullopt, std::nullopt, std::nullopt, std::nullopt,
                          "cannot be read: " + table.error().text});
      continue;
    }
    const TableMetadata& metadata = table->metadata();
    const auto* snapshot = metadata.current_snapshot();
    out.rows.push_back({named.ToString(), std::to_string(metadata.format_version),
                        std::to_string(metadata.snapshots.size()),
                        snapshot != nullptr ? SummaryValue(*snapshot, "total-data-files") : "0",
                        snapshot != nullptr ? SummaryValue(*snapshot, "total-records") : "0",
                        TimeText(metadata.last_updated_ms)});
  }
  return out;
}

Result<TextTable> DescribeTable(const Table& table) {
  const TableMetadata& metadata = table.metadata();
  TextTable out{{"name", "value"}, {}, {}};
  const auto add = [&](const std::string& name, const std::string& value) {
    out.rows.push_back({name, value});
  };
  for (const auto& field : metadata.schema().fields) {
    add("column " + field.name, field.type.ToString() + (field.required ? " NOT NULL" : "") +
                                    "  (id " + std::to_string(field.id) + ")" +
                                    (field.doc.empty() ? "" : "  " + field.doc));
  }
  add("partitioned by", metadata.spec().fields.empty()
                            ? "nothing"
                            : tables::iceberg::PartitionText(metadata.spec(), metadata.schema()));
  add("location", metadata.location);
  add("metadata", table.metadata_location());
  add("format version", std::to_string(metadata.format_version));
  add("uuid", metadata.table_uuid);
  add("last updated (UTC)", TimeText(metadata.last_updated_ms));
  if (const auto* snapshot = metadata.current_snapshot()) {
    add("current snapshot", std::to_string(snapshot->snapshot_id));
    for (const char* key : {"total-records", "total-data-files", "total-files-size"}) {
      add(key, SummaryValue(*snapshot, key));
    }
  }
  for (const auto& [key, value] : metadata.properties) add("property " + key, value);
  return out;
}

Result<TextTable> History(const Table& table) {
  TextTable out{{"made (UTC)", "snapshot", "operation", "rows added", "files added", "rows",
                 "files", "pipeline"},
                {false, true, false, true, true, true, true, false},
                {}};
  for (const auto& snapshot : table.metadata().snapshots) {
    out.rows.push_back(
        {TimeText(snapshot.timestamp_ms), std::to_string(snapshot.snapshot_id),
         snapshot.operation(), SummaryValue(snapshot, "added-records"),
         SummaryValue(snapshot, "added-data-files"), SummaryValue(snapshot, "total-records"),
         SummaryValue(snapshot, "total-data-files"), SummaryValue(snapshot, "sluice.pipeline")});
  }
  return out;
}

Result<TextTable> Files(const Table& table) {
  TextTable out{{"file", "rows", "bytes", "partition"}, {false, true, true, false}, {}};
  const TableMetadata& metadata = table.metadata();
  const auto* snapshot = metadata.current_snapshot();
  if (snapshot == nullptr) return out;
  SLUICE_ASSIGN(const auto manifests, table.ReadManifestList(*snapshot));
  for (const auto& manifest_file : manifests) {
    SLUICE_ASSIGN(const auto manifest, table.ReadManifest(manifest_file));
    for (const auto& entry : manifest.entries) {
      if (entry.status == tables::iceberg::EntryStatus::kDeleted) continue;
      out.rows.push_back(
          {entry.file.file_path, std::to_string(entry.file.record_count),
           std::to_string(entry.file.file_size_bytes),
           tables::iceberg::PartitionPath(manifest.spec, manifest.schema, entry.file.partition)});
    }
  }
  return out;
}

// Locations are to be copied, not admired.
constexpr int kPathWidth = 400;

using TableAction = Result<TextTable> (*)(const Table&);

int Finish(const Result<TextTable>& rows, const OutputArguments& output) {
  if (rows.ok()) {
    Print(*rows, output, kPathWidth);
    return kExitOk;
  }
  PrintError(rows.error());
  return ExitCodeOf(rows.error());
}

Result<TextTable> OnTable(const TableArguments& arguments, TableAction what) {
  SLUICE_ASSIGN(const Warehouse warehouse, Warehouse::Open(arguments.warehouse));
  SLUICE_ASSIGN(const Table table, warehouse.OpenTable(arguments.table));
  return what(table);
}

void DefineOnTable(CLI::App* verb, const char* name, const char* description, TableAction what,
                   Action* action) {
  auto arguments = std::make_shared<TableArguments>();
  CLI::App* sub = verb->add_subcommand(name, description);
  sub->add_option("TABLE", arguments->table, "table, database.table or catalog.database.table")
      ->required();
  AddWarehouseArguments(*sub, &arguments->warehouse);
  AddOutputArguments(*sub, &arguments->output);
  sub->footer(std::string("Example:  sluice table ") + name + " demo.bids");
  sub->callback([arguments, what, action] {
    *action = [arguments, what] { return Finish(OnTable(*arguments, what), arguments->output); };
  });
}

}  // namespace

void DefineTable(CLI::App& app, Action* action) {
  CLI::App* verb = app.add_subcommand("table", "Look at tables: list, describe, history, files");
  verb->require_subcommand(1);
  auto arguments = std::make_shared<TableArguments>();
  CLI::App* list = verb->add_subcommand("list", "All tables of all catalogs");
  AddWarehouseArguments(*list, &arguments->warehouse);
  AddOutputArguments(*list, &arguments->output);
  list->footer("Example:  sluice table list -i orders.sql --output json");
  list->callback([arguments, action] {
    *action = [arguments] {
      auto warehouse = Warehouse::Open(arguments->warehouse);
      if (!warehouse.ok()) return Finish(warehouse.error(), arguments->output);
      return Finish(ListTables(*warehouse), arguments->output);
    };
  });
  DefineOnTable(verb, "describe", "Columns, partitioning, properties, where it lies", DescribeTable,
                action);
  DefineOnTable(verb, "history", "Its snapshots", History, action);
  DefineOnTable(verb, "files", "The data files of the current snapshot", Files, action);
  verb->footer("Example:  sluice table describe demo.bids");
}

}  // namespace sluice::cli
