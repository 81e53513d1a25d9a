// SPDX-License-Identifier: Apache-2.0
// The tables that the verbs for tables (query, table, verify) see: those of the catalogs which a
// script creates (-i FILE.sql: only its CREATE CATALOG and USE statements count), and those of the
// default catalog in ./sluice_data if it is there. Nothing is created by looking.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace CLI {
class App;
}

namespace sluice::cli {

struct WarehouseArguments {
  std::string init_file;  // -i
};
/// Adds -i to a verb.
void AddWarehouseArguments(CLI::App& verb, WarehouseArguments* arguments);

class Warehouse {
 public:
  static Result<Warehouse> Open(const WarehouseArguments& arguments);

  /// By 1 to 3 name parts: table, database.table, catalog.database.table. What is not under the
  /// current catalog and database is looked for everywhere; a name that fits several tables is an
  /// error that lists them. kNotFound offers the nearest name.
  Result<tables::iceberg::Table> OpenTable(const std::vector<std::string>& parts) const;
  /// The same for "a.b.c", as written on a command line; backticks and double quotes keep dots.
  Result<tables::iceberg::Table> OpenTable(const std::string& name) const;

  struct Named {
    tables::Catalog* catalog;
    tables::TableIdentifier identifier;
    std::string ToString() const;  // catalog.database.table
  };
  /// Every table of every catalog, sorted by name.
  Result<std::vector<Named>> AllTables() const;
  const std::vector<std::unique_ptr<tables::Catalog>>& catalogs() const { return catalogs_; }

 private:
  Result<tables::iceberg::Table> Load(const Named& table) const;
  std::vector<std::unique_ptr<tables::Catalog>> catalogs_;
  std::string current_catalog_, current_database_;
};

/// Splits "a.`b.c`.d" at the dots outside of quotes.
std::vector<std::string> SplitName(const std::string& name);

}  // namespace sluice::cli
