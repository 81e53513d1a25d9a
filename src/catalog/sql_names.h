// SPDX-License-Identifier: Apache-2.0
// An Iceberg catalog as the SQL front end sees it: databases are namespaces, CREATE TABLE makes an
// Iceberg table. Flink's types are mapped by tables/iceberg/schema.h; PRIMARY KEY becomes
// identifier fields, PARTITIONED BY identity partitions, and the WITH property
// `sluice.partition-spec` other transforms. DROP TABLE removes the name, not the files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalogs.h"
#include "sql/connectors.h"
#include "sql/names.h"
#include "tables/iceberg/table.h"

namespace sluice::catalog {

class IcebergNames : public sql::Names {
 public:
  /// `catalog` null: an empty catalog that can be read only (its store does not exist yet).
  explicit IcebergNames(std::unique_ptr<tables::Catalog> catalog);

  /// For opening the tables that statements name; null for an empty one.
  tables::Catalog* catalog() { return catalog_.get(); }
  /// The catalog with the real files, clock and randomness.
  tables::iceberg::Environment environment();

  const std::string& kind() const override;
  std::string default_database() const override { return ""; }
  Result<std::vector<std::string>> ListDatabases() override;
  Result<bool> DatabaseExists(const std::string& database) override;
  Status CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                        const std::string& comment) override;
  Result<sql::DatabaseEntry> LookUpDatabase(const std::string& database) override;
  Status AlterDatabase(const std::string& database, const flow::OptionMap& properties) override;
  Status DropDatabase(const std::string& database, bool cascade) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<sql::TableEntry> LookUp(const std::string& database, const std::string& table) override;
  std::vector<Error> CheckTable(const std::string& database, const std::string& table,
                                const sql::TableEntry& entry) override;
  Status CreateTable(const std::string& database, const std::string& table,
                     const sql::TableEntry& entry) override;
  Status DropTable(const std::string& database, const std::string& table) override;
  /// Properties that begin with `sluice.` are the pipelines' own: refused here, hidden by LookUp.
  Status AlterOptions(const std::string& database, const std::string& table,
                      const flow::OptionMap& options) override;
  /// Schema evolution: columns keep their field ids.
  Status AlterColumns(const std::string& database, const std::string& table,
                      const sql::TableEntry& altered, const sql::RenamedColumns& renamed) override;
  Status CheckColumns(const sql::TableEntry& before, const sql::TableEntry& altered,
                      const sql::RenamedColumns& renamed) override;
  Status RenameTable(const std::string& database, const std::string& from,
                     const std::string& to) override;

 private:
  Status CheckOpen() const;
  std::unique_ptr<tables::Catalog> catalog_;
};

/// The database `a.b` is the namespace {"a", "b"}.
tables::TableIdentifier IdentifierOf(const std::string& database, const std::string& table);

/// What CREATE TABLE asks for; every mistake goes to `errors` (Error::where = column or property).
tables::iceberg::CreateOptions CreateOptionsOf(const sql::TableEntry& entry,
                                               std::vector<Error>* errors);

/// The 'type' = 'iceberg' of CREATE CATALOG.
sql::CatalogDescription IcebergCatalogDescription();
/// Where tables without a connector go: the catalog in ./sluice_data.
Result<std::unique_ptr<sql::Names>> OpenDefaultNames(const std::string& directory,
                                                     sql::CatalogAccess access);

}  // namespace sluice::catalog
