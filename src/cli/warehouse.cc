// SPDX-License-Identifier: Apache-2.0
#include "cli/warehouse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <variant>

#include "base/limits.h"
#include "catalog/catalogs.h"
#include "flow/table_options.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "io/sql_database.h"
#include "sql/parser.h"

namespace sluice::cli {
namespace {

using tables::TableIdentifier;

constexpr int64_t kBusyTimeoutMs = 5'000;

std::string Database(const TableIdentifier& table) {
  std::string out;
  for (const std::string& level : table.namespace_levels) out += (out.empty() ? "" : ".") + level;
  return out;
}

std::string Dotted(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ".") + part;
  return out;
}

// Does `table` answer to these parts?
bool Fits(const Warehouse::Named& table, const std::vector<std::string>& parts) {
  const std::string database = Database(table.identifier);
  switch (parts.size()) {
    case 1:
      return table.identifier.name == parts[0];
    case 2:
      return table.identifier.name == parts[1] && database == parts[0];
    case 3:
      return table.identifier.name == parts[2] && database == parts[1] &&
             table.catalog->name() == parts[0];
    default:
      return false;
  }
}

struct InitStatements {
  std::vector<std::pair<std::string, flow::OptionMap>> catalogs;
  std::string catalog, database;  // after the last USE
};

Result<InitStatements> ReadInit(const std::string& path) {
  auto text = io::RealFileSystem().ReadWhole(path, limits::kSqlBytesMax);
  if (!text.ok()) return InvalidArgument("cannot read the script: " + text.error().text);
  sql::Diagnostics diagnostics;
  const sql::Script script = sql::ParseScript(*text, &diagnostics);
  if (diagnostics.has_errors()) {
    return ParseError(sql::RenderShort(diagnostics.list().front(), {path, *text}));
  }
  InitStatements init;
  for (const auto& statement : script.statements) {
    if (const auto* create = std::get_if<sql::ast::CreateCatalog>(&statement.node)) {
      flow::OptionMap options;
      for (const auto& option : create->options.items) options[option.key] = option.value;
      init.catalogs.emplace_back(create->name.text, std::move(options));
    } else if (const auto* use = std::get_if<sql::ast::Use>(&statement.node)) {
      const auto& parts = use->name.parts;
      if (use->catalog || parts.size() > 1) init.catalog = parts[0].text;
      init.database = use->catalog ? std::string() : parts.back().text;
    }
  }
  return init;
}

// Every catalog that has rows in the default catalog file, unless a script has opened it already.
Status OpenDefaults(std::vector<std::unique_ptr<tables::Catalog>>* catalogs) {
  const std::string file = catalog::kDefaultCatalogFile;
  if (!io::RealFileSystem().Stat(file).ok()) return Status::Ok();
  SLUICE_ASSIGN(const auto database, io::OpenSqlite(file, kBusyTimeoutMs));
  SLUICE_ASSIGN(
      const auto names,
      database->Query("SELECT DISTINCT catalog_name FROM iceberg_tables UNION SELECT DISTINCT "
                      "catalog_name FROM iceberg_namespace_properties ORDER BY 1",
                      {}));
  for (const auto& row : names) {
    const std::string name = row[0].value_or("");
    const auto same = [&](const auto& catalog) { return catalog->name() == name; };
    if (std::any_of(catalogs->begin(), catalogs->end(), same)) continue;
    SLUICE_ASSIGN(auto catalog,
                  catalog::OpenCatalog(name, {{"type", "iceberg"},
                                              {"catalog-type", "jdbc"},
                                              {"uri", "jdbc:sqlite:" + file},
                                              {"warehouse", catalog::kDefaultWarehouse}}));
    catalogs->push_back(std::move(catalog));
  }
  return Status::Ok();
}

}  // namespace

void AddWarehouseArguments(CLI::App& verb, WarehouseArguments* arguments) {
  verb.add_option("-i,--init", arguments->init_file,
                  "SQL script whose CREATE CATALOG and USE statements say where tables are")
      ->type_name("FILE.sql");
}

std::string Warehouse::Named::ToString() const {
  return catalog->name() + "." + Database(identifier) + "." + identifier.name;
}

Result<Warehouse> Warehouse::Open(const WarehouseArguments& arguments) {
  Warehouse warehouse;
  if (!arguments.init_file.empty()) {
    SLUICE_ASSIGN(const InitStatements init, ReadInit(arguments.init_file));
    for (const auto& [name, options] : init.catalogs) {
      SLUICE_ASSIGN(auto catalog, catalog::OpenCatalog(name, options));
      warehouse.catalogs_.push_back(std::move(catalog));
    }
    warehouse.current_catalog_ = init.catalog;
    warehouse.current_database_ = init.database;
  }
  SLUICE_TRY(OpenDefaults(&warehouse.catalogs_));
  if (warehouse.catalogs_.empty()) {
    return NotFound("no catalog: there is no ./" + std::string(catalog::kDefaultCatalogFile) +
                    " here; name a script with CREATE CATALOG by -i FILE.sql");
  }
  return warehouse;
}

Result<std::vector<Warehouse::Named>> Warehouse::AllTables() const {
  std::vector<Named> all;
  for (const auto& catalog : catalogs_) {
    SLUICE_ASSIGN(const auto namespaces, catalog->ListNamespaces());
    for (const auto& levels : namespaces) {
      SLUICE_ASSIGN(auto tables, catalog->ListTables(levels));
      for (auto& table : tables) all.push_back({catalog.get(), std::move(table)});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Named& a, const Named& b) { return a.ToString() < b.ToString(); });
  return all;
}

Result<tables::iceberg::Table> Warehouse::Load(const Named& table) const {
  return tables::iceberg::Table::Load(
      {table.catalog, &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()},
      table.identifier);
}

Result<tables::iceberg::Table> Warehouse::OpenTable(const std::vector<std::string>& parts) const {
  SLUICE_ASSIGN(const auto all, AllTables());
  std::vector<Named> fitting;
  for (const Named& table : all) {
    if (Fits(table, parts)) fitting.push_back(table);
  }
  // The current catalog and database decide between tables of one name.
  const auto prefer = [&](auto&& is_current) {
    std::vector<Named> current;
    std::copy_if(fitting.begin(), fitting.end(), std::back_inserter(current), is_current);
    if (!current.empty()) fitting = std::move(current);
  };
  prefer([&](const Named& table) { return table.catalog->name() == current_catalog_; });
  prefer([&](const Named& table) { return Database(table.identifier) == current_database_; });
  if (fitting.size() == 1) return Load(fitting[0]);
  if (fitting.size() > 1) {
    std::string names;
    for (const Named& table : fitting) names += (names.empty() ? "" : ", ") + table.ToString();
    return InvalidArgument("table name " + Dotted(parts) + " is ambiguous: " + names);
  }
  std::vector<std::string> candidates;
  for (const Named& table : all) {
    candidates.push_back(parts.size() == 3 ? table.ToString()
                         : parts.size() == 2
                             ? Database(table.identifier) + "." + table.identifier.name
                             : table.identifier.name);
  }
  std::string text = "there is no table " + Dotted(parts);
  if (const auto nearest = flow::NearestName(Dotted(parts), candidates))
    text += "; did you mean " + *nearest + "?";
  else if (all.empty())
    text += ": the catalogs hold no tables";
  return NotFound(text);
}

Result<tables::iceberg::Table> Warehouse::OpenTable(const std::string& name) const {
  return OpenTable(SplitName(name));
}

std::vector<std::string> SplitName(const std::string& name) {
  std::vector<std::string> parts(1);
  char quote = 0;
  for (const char c : name) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        parts.back() += c;
    } else if (c == '`' || c == '"') {
      quote = c;
    } else if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace sluice::cli
