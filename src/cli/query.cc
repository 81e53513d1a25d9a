// SPDX-License-Identifier: Apache-2.0
// `sluice query "SELECT ..."`: asks tables and metadata tables, with time travel. DuckDB computes
// (query/engine.h).
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/script.h"
#include "cli/verbs.h"
#include "cli/warehouse.h"
#include "io/thread.h"
#include "query/engine.h"

namespace sluice::cli {
namespace {

struct QueryArguments {
  std::string sql;
  WarehouseArguments warehouse;
  OutputArguments output;
  int64_t rows_max = 1000;
  int64_t memory_mib = 1024;
  bool show_scans = false;
};

void PrintScans(const query::Answer& answer) {
  TextTable scans{{"table", "snapshot", "files read", "of", "manifests read", "of "},
                  {false, true, true, true, true, true},
                  {}};
  for (const query::ScanFacts& scan : answer.scans) {
    scans.rows.push_back({scan.table, std::to_string(scan.snapshot_id),
                          std::to_string(scan.files_read), std::to_string(scan.files_total),
                          std::to_string(scan.manifests_read),
                          std::to_string(scan.manifests_total)});
  }
  const std::string text = RenderBox(scans);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Status RunQuery(const QueryArguments& arguments) {
  SLUICE_ASSIGN(const Warehouse warehouse, Warehouse::Open(arguments.warehouse));
  SLUICE_ASSIGN(auto engine,
                query::Engine::Make(
                    [&](const std::vector<std::string>& name) { return warehouse.OpenTable(name); },
                    {arguments.memory_mib << 20, io::AvailableCores()}));
  SLUICE_ASSIGN(const query::Answer answer, engine->Run(arguments.sql, arguments.rows_max));
  Print(answer.rows.table, arguments.output);
  if (answer.rows.truncated) {
    std::fprintf(stderr, "the first %lld rows; --rows -1 shows all\n",
                 static_cast<long long>(arguments.rows_max));
  }
  if (arguments.show_scans) PrintScans(answer);
  return Status::Ok();
}

}  // namespace

void DefineQuery(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<QueryArguments>();
  CLI::App* verb = app.add_subcommand("query", "Ask tables with SQL (DuckDB's), with time travel");
  verb->add_option("SQL", arguments->sql,
                   "One SELECT; t$snapshots, t$files, ... are metadata tables")
      ->required();
  AddWarehouseArguments(*verb, &arguments->warehouse);
  AddOutputArguments(*verb, &arguments->output);
  verb->add_option("--rows", arguments->rows_max, "Rows to print at most; -1 for all")
      ->capture_default_str();
  verb->add_option("--memory", arguments->memory_mib, "MiB of memory for the query")
      ->check(CLI::Range(int64_t{64}, int64_t{1} << 20))
      ->capture_default_str();
  verb->add_flag("--scans", arguments->show_scans,
                 "Also say how many files were opened, and of how many");
  verb->footer(
      "Examples:  sluice query \"SELECT count(*) FROM demo.bids\"\n"
      "           sluice query \"SELECT * FROM demo.bids FOR SYSTEM_TIME AS OF TIMESTAMP "
      "'2026-01-31 12:00:00'\"\n"
      "           sluice query -i orders.sql 'SELECT snapshot_id, operation FROM "
      "lake.db.orders$snapshots'");
  verb->callback([arguments, action] {
    *action = [arguments] {
      const Status status = RunQuery(*arguments);
      if (status.ok()) return kExitOk;
      PrintError(status.error());
      return ExitCodeOf(status.error());
    };
  });
}

}  // namespace sluice::cli
