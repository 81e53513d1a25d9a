// SPDX-License-Identifier: Apache-2.0
#include "query/engine.h"

#include <arrow/record_batch.h>
#include <arrow/table.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "query/scan_view.h"
#include "query/table_references.h"
#include "query/time_travel.h"
#include "tables/iceberg/metadata_tables.h"
#include "tables/iceberg/scan.h"

namespace sluice::query {
namespace {

using tables::iceberg::SnapshotChoice;

std::string Dotted(const std::vector<std::string>& name) {
  std::string out;
  for (const std::string& part : name) out += (out.empty() ? "" : ".") + part;
  return out;
}

std::optional<int64_t> WholeNumber(const std::string& text) {
  int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A version is a snapshot id or the name of a branch or tag; a time is milliseconds or a timestamp
// in UTC.
Result<SnapshotChoice> ChoiceOf(const std::optional<AsOf>& as_of) {
  SnapshotChoice choice;
  if (!as_of) return choice;
  const auto number = WholeNumber(as_of->text);
  if (as_of->unit == AsOf::Unit::kVersion) {
    if (number)
      choice.snapshot_id = number;
    else
      choice.ref = as_of->text;
    return choice;
  }
  if (number) {
    choice.as_of_ms = number;
    return choice;
  }
  std::string text = as_of->text;
  if (text.find(':') == std::string::npos) text += " 00:00:00";
  auto value = tables::iceberg::FromText(
      tables::iceberg::Type::Simple(tables::iceberg::TypeKind::kTimestamp), text);
  if (!value.ok()) return InvalidArgument("not a timestamp: '" + as_of->text + "'");
  const int64_t micros = std::get<int64_t>(*value);
  choice.as_of_ms = micros >= 0 ? micros / 1000 : -((-micros + 999) / 1000);
  return choice;
}

std::string Trimmed(std::string sql) {
  const auto drop = [](char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0 || c == ';';
  };
  while (!sql.empty() && drop(sql.back())) sql.pop_back();
  return sql;
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Make(TableOpener opener, const DuckDbOptions& options) {
  SLUICE_ASSIGN(auto database, DuckDb::Open(options));
  return std::unique_ptr<Engine>(new Engine(std::move(opener), std::move(database)));
}

namespace {

// Makes view `view` (or a table, for metadata) hold what `reference` asks for.
Result<ScanFacts> MakeView(const TableReference& reference, const std::string& view,
                           const TableOpener& opener, DuckDb* database) {
  std::vector<std::string> name = reference.name;
  std::string metadata_table;
  const size_t dollar = name.back().rfind('$');
  if (dollar != std::string::npos && dollar > 0) {
    metadata_table = name.back().substr(dollar + 1);
    name.back().resize(dollar);
  }
  SLUICE_ASSIGN(const tables::iceberg::Table table, opener(name));
  SLUICE_ASSIGN(const SnapshotChoice choice, ChoiceOf(reference.as_of));
  ScanFacts facts{.table = Dotted(reference.name)};
  if (!metadata_table.empty()) {
    SLUICE_ASSIGN(const auto rows,
                  tables::iceberg::ReadMetadataTable(table, metadata_table, choice));
    SLUICE_ASSIGN(const auto as_table, arrow::Table::FromRecordBatches(rows->schema(), {rows}));
    SLUICE_TRY(database->CreateTable(view, *as_table));
    return facts;
  }
  SLUICE_ASSIGN(const auto* snapshot, tables::iceberg::ChooseSnapshot(table.metadata(), choice));
  const auto& schema =
      snapshot != nullptr ? table.metadata().SchemaOf(*snapshot) : table.metadata().schema();
  SLUICE_ASSIGN(const auto plan,
                tables::iceberg::PlanScan(table, choice, ToTerms(reference.conditions, schema)));
  SLUICE_ASSIGN(const std::string sql, ScanSql(plan));
  SLUICE_TRY(database->Execute("CREATE OR REPLACE TEMP VIEW " + QuoteName(view) + " AS " + sql));
  facts.snapshot_id = plan.snapshot != nullptr ? plan.snapshot->snapshot_id : 0;
  facts.files_read = static_cast<int64_t>(plan.tasks.size());
  facts.files_total = plan.files_total;
  facts.manifests_read = plan.manifests_read;
  facts.manifests_total = plan.manifests_total;
  return facts;
}

}  // namespace

Result<Answer> Engine::Run(const std::string& sql, int64_t rows_max) {
  SLUICE_ASSIGN(const std::string normal, NormalizeTimeTravel(Trimmed(sql)));
  SLUICE_ASSIGN(const TextRows tree,
                database_->Query("SELECT json_serialize_sql(" + QuoteText(normal) + ")", 1));
  SLUICE_ASSIGN(auto parsed, ParsedQuery::Make(tree.table.rows[0][0].value_or("")));
  Answer answer;
  for (size_t i = 0; i < parsed->references().size(); ++i) {
    const std::string view = "sluice_table_" + std::to_string(views_made_++);
    auto facts = MakeView(parsed->references()[i], view, opener_, database_.get());
    if (!facts.ok()) return std::move(facts).error();
    answer.scans.push_back(std::move(*facts));
    parsed->Point(i, view);
  }
  SLUICE_ASSIGN(
      const TextRows text,
      database_->Query("SELECT json_deserialize_sql(" + QuoteText(parsed->ToJson()) + ")", 1));
  SLUICE_ASSIGN(answer.rows,
                database_->Query(Trimmed(text.table.rows[0][0].value_or("")), rows_max));
  return answer;
}

}  // namespace sluice::query
