// SPDX-License-Identifier: Apache-2.0
// `sluice verify TABLE`: is the table what the format's spec says, will other engines read it, and
// is each record there once?
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "checkpoint/chain.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/replay.h"
#include "cli/script.h"
#include "cli/verbs.h"
#include "cli/warehouse.h"
#include "io/thread.h"
#include "query/engine.h"
#include "tables/iceberg/lint.h"

namespace sluice::cli {
namespace {

using tables::iceberg::Table;

// Property of a table: the columns that together name a record of the source, the offset last.
constexpr char kProvenanceProperty[] = "sluice.provenance-columns";

struct VerifyArguments {
  std::string table;
  std::string source;      // the pipeline's script, to read the topic again
  std::string provenance;  // overrides the property
  WarehouseArguments warehouse;
  OutputArguments output;
};

struct Verdict {
  TextTable findings{{"check", "result", "what"}, {}, {}};
  bool ok = true;

  void Add(const std::string& check, bool good, const std::string& what) {
    findings.rows.push_back({check, good ? "ok" : "FAILED", what});
    ok = ok && good;
  }
  void Note(const std::string& check, const std::string& what) {
    findings.rows.push_back({check, "note", what});
  }
};

Status CheckSpec(const Table& table, Verdict* verdict) {
  SLUICE_ASSIGN(const auto report, tables::iceberg::Lint(table));
  int64_t errors = 0;
  for (const auto& finding : report.findings) {
    const bool is_error = finding.severity == tables::iceberg::Severity::kError;
    errors += is_error ? 1 : 0;
    std::string what = finding.rule + ": " + finding.text + " (" + finding.where + ")";
    for (size_t i = 0; i < finding.rejected_by.size(); ++i) {
      what += (i == 0 ? "; rejected by " : ", ") + finding.rejected_by[i];
    }
    if (is_error)
      verdict->Add("spec", false, what);
    else
      verdict->Note("spec", what);
  }
  verdict->Add("spec", errors == 0,
               std::to_string(report.snapshots) + " snapshots, " +
                   std::to_string(report.manifests) + " manifests, " +
                   std::to_string(report.data_files) + " data files");
  return Status::Ok();
}

// The current snapshot's ancestors, oldest first.
std::vector<checkpoint::ChainLink> Ancestors(const tables::iceberg::TableMetadata& metadata) {
  std::vector<checkpoint::ChainLink> links;
  for (const auto* snapshot : tables::iceberg::CurrentLine(metadata)) {
    links.push_back({snapshot->snapshot_id, snapshot->summary});
  }
  std::reverse(links.begin(), links.end());
  return links;
}

std::vector<checkpoint::ChainReport> CheckChains(const Table& table, Verdict* verdict) {
  std::vector<checkpoint::ChainReport> reports;
  const auto links = Ancestors(table.metadata());
  for (const std::string& pipeline : checkpoint::PipelinesOf(table.metadata().properties)) {
    auto report = checkpoint::CheckChain(pipeline, table.metadata().properties, links);
    for (const std::string& problem : report.problems)
      verdict->Add("positions of " + pipeline, false, problem);
    if (report.problems.empty()) {
      verdict->Add("positions of " + pipeline, true,
                   std::to_string(report.commits) + " commits in a chain, epoch " +
                       std::to_string(report.epoch) + ", at " + report.position.Encode());
    }
    reports.push_back(std::move(report));
  }
  if (reports.empty()) verdict->Note("positions", "no pipeline of sluice has written this table");
  return reports;
}

std::vector<std::string> SplitColumns(const std::string& text) {
  std::vector<std::string> columns(1);
  for (const char c : text) {
    if (c == ',')
      columns.emplace_back();
    else if (c != ' ')
      columns.back() += c;
  }
  if (columns.back().empty()) columns.pop_back();
  return columns;
}

// Doubles by provenance columns, and offsets at or beyond the recorded position.
Status CheckProvenance(const Table& table, const std::vector<std::string>& columns,
                       query::Engine& engine, Verdict* verdict) {
  std::string list;
  for (const std::string& column : columns) {
    if (table.metadata().schema().FindColumn(column) == nullptr) {
      return InvalidArgument("the table has no column '" + column + "' to find records by");
    }
    list += (list.empty() ? "" : ", ") + query::QuoteName(column);
  }
  SLUICE_ASSIGN(
      const query::Answer doubled,
      engine.Run(
          "SELECT " + list + ", count(*) AS times FROM the_table GROUP BY ALL HAVING count(*) > 1",
          5));
  verdict->Add("doubles", doubled.rows.table.rows.empty(),
               doubled.rows.table.rows.empty() ? "no two rows of one record (" + list + ")"
                                               : "records that are there more than once:\n" +
                                                     RenderJsonLines(doubled.rows.table));
  if (columns.size() < 2) return Status::Ok();
  const std::string offset = query::QuoteName(columns.back());
  const std::string split = list.substr(0, list.rfind(", "));
  SLUICE_ASSIGN(const query::Answer gaps,
                engine.Run("SELECT " + split + ", count(DISTINCT " + offset + ") AS records, min(" +
                               offset + ") AS first, max(" + offset + ") AS last, max(" + offset +
                               ") - min(" + offset + ") + 1 - count(DISTINCT " + offset +
                               ") AS offsets_without_row FROM the_table "
                               "GROUP BY ALL ORDER BY ALL",
                           1000));
  if (!gaps.rows.table.rows.empty()) {
    verdict->Note("gaps", RenderJsonLines(gaps.rows.table) +
                              "offsets without a row were filtered, dead letters, tombstones or "
                              "transaction markers; --source tells");
  }
  return Status::Ok();
}

Status CheckSource(const VerifyArguments& arguments, const Table& table,
                   const std::vector<checkpoint::ChainReport>& chains, Verdict* verdict) {
  for (const auto& chain : chains) {
    SLUICE_ASSIGN(const ReplayReport report,
                  Replay(arguments.source, table, chain.pipeline, chain.position));
    const bool same = report.missing == 0 && report.doubled == 0 && report.foreign == 0;
    verdict->Add(
        "against the source", same,
        std::to_string(report.records) + " records read again, " + std::to_string(report.rows) +
            " rows and " + std::to_string(report.dead_letters) +
            " dead letters below the recorded position; missing " + std::to_string(report.missing) +
            ", doubled " + std::to_string(report.doubled) + ", not from the source " +
            std::to_string(report.foreign));
  }
  if (chains.empty())
    return InvalidArgument("no pipeline has written the table: there is nothing to compare");
  return Status::Ok();
}

Result<Verdict> Verify(const VerifyArguments& arguments) {
  SLUICE_ASSIGN(const Warehouse warehouse, Warehouse::Open(arguments.warehouse));
  SLUICE_ASSIGN(const Table table, warehouse.OpenTable(arguments.table));
  Verdict verdict;
  SLUICE_TRY(CheckSpec(table, &verdict));
  const auto chains = CheckChains(table, &verdict);
  std::vector<std::string> columns = SplitColumns(arguments.provenance);
  if (columns.empty())
    columns = SplitColumns(table.metadata().Property(kProvenanceProperty).value_or(""));
  if (!columns.empty()) {
    SLUICE_ASSIGN(
        auto engine,
        query::Engine::Make([&](const std::vector<std::string>&) -> Result<Table> { return table; },
                            {1LL << 30, io::AvailableCores()}));
    SLUICE_TRY(CheckProvenance(table, columns, *engine, &verdict));
  } else {
    verdict.Note("doubles", "no provenance columns: set the table property " +
                                std::string(kProvenanceProperty) +
                                " or give --provenance, for example partition,offset");
  }
  if (!arguments.source.empty()) SLUICE_TRY(CheckSource(arguments, table, chains, &verdict));
  return verdict;
}

// Sentences, one a line: findings are to be read, and some are long.
void PrintFindings(const TextTable& findings, const OutputArguments& output) {
  if (output.format == "json") return Print(findings, output);
  for (const auto& row : findings.rows) {
    std::printf("%-6s  %s: %s\n", row[1]->c_str(), row[0]->c_str(), row[2]->c_str());
  }
}

}  // namespace

void DefineVerify(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verb =
      app.add_subcommand("verify", "Prove that a table is sound and holds each record once");
  verb->add_option("TABLE", arguments->table, "table, database.table or catalog.database.table")
      ->required();
  AddWarehouseArguments(*verb, &arguments->warehouse);
  AddOutputArguments(*verb, &arguments->output);
  verb->add_option("--source", arguments->source,
                   "The pipeline's script: read its source again and compare every row below the "
                   "recorded position")
      ->type_name("FILE.sql");
  verb->add_option(
      "--provenance", arguments->provenance,
      "Columns that name a record of the source, the offset last: topic,partition,offset");
  verb->footer("Example:  sluice verify -i orders.sql lake.db.orders --source orders.sql");
  verb->callback([arguments, action] {
    *action = [arguments] {
      const auto verdict = Verify(*arguments);
      if (!verdict.ok()) {
        PrintError(verdict.error());
        return ExitCodeOf(verdict.error());
      }
      PrintFindings(verdict->findings, arguments->output);
      return verdict->ok ? kExitOk : kExitRunFailed;
    };
  });
}

}  // namespace sluice::cli
