// SPDX-License-Identifier: Apache-2.0
// The embedded catalog: tables and namespaces in a SQL database, in the layout of Iceberg's JDBC
// catalog, so that Java's JdbcCatalog and PyIceberg's SqlCatalog open the same file as it is.
//
//   iceberg_tables(catalog_name, table_namespace, table_name, metadata_location,
//                  previous_metadata_location, iceberg_type)       V1; V0 lacks iceberg_type
//   iceberg_namespace_properties(catalog_name, namespace, property_key, property_value)
//
// A commit is one UPDATE ... WHERE metadata_location = <base>; no row changed means that somebody
// else was faster, or that the table is gone, which a read tells apart.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/sql_database.h"
#include "tables/catalog.h"

namespace sluice::catalog {

struct JdbcCatalogOptions {
  std::string name;       // catalog_name in the rows
  std::string warehouse;  // as configured: a path or a file: URI, without a slash at the end
  bool create_tables = true;
};

class JdbcCatalog : public tables::Catalog {
 public:
  /// Makes the two tables where they are missing (V1), accepts those of V0 and V1.
  static Result<std::unique_ptr<JdbcCatalog>> Make(std::unique_ptr<io::SqlDatabase> database,
                                                   const JdbcCatalogOptions& options);

  const std::string& name() const override { return options_.name; }
  const std::string& warehouse() const override { return options_.warehouse; }

  Result<std::vector<std::vector<std::string>>> ListNamespaces() override;
  Status CreateNamespace(const std::vector<std::string>& levels,
                         const std::map<std::string, std::string>& properties) override;
  Status DropNamespace(const std::vector<std::string>& levels) override;
  Result<std::map<std::string, std::string>> NamespaceProperties(
      const std::vector<std::string>& levels) override;
  Status SetNamespaceProperties(const std::vector<std::string>& levels,
                                const std::map<std::string, std::string>& properties) override;
  Result<bool> NamespaceExists(const std::vector<std::string>& levels) override;
  Result<std::vector<tables::TableIdentifier>> ListTables(
      const std::vector<std::string>& levels) override;
  Result<std::string> LoadMetadataLocation(const tables::TableIdentifier& table) override;
  Status Register(const tables::TableIdentifier& table,
                  const std::string& metadata_location) override;
  Status Swap(const tables::TableIdentifier& table, const std::string& base,
              const std::string& updated) override;
  Status Drop(const tables::TableIdentifier& table) override;
  Status Rename(const tables::TableIdentifier& from, const tables::TableIdentifier& to) override;

 private:
  JdbcCatalog(std::unique_ptr<io::SqlDatabase> database, JdbcCatalogOptions options)
      : database_(std::move(database)), options_(std::move(options)) {}
  Status Initialize();
  std::string TableFilter() const;

  std::unique_ptr<io::SqlDatabase> database_;
  JdbcCatalogOptions options_;
  bool has_type_column_ = true;
};

}  // namespace sluice::catalog
