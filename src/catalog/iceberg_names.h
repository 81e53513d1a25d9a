// SPDX-License-Identifier: Apache-2.0
// An Iceberg catalog as the SQL front end sees it: namespaces are databases (levels joined by
// dots), tables come with their columns, partition columns and properties. Tables are made in
// format version 2. DROP TABLE forgets the table and leaves its files where they are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_options.h"
#include "sql/connectors.h"
#include "sql/names.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace sluice::catalog {

class IcebergNames : public sql::Names {
 public:
  /// Opens the catalog that CREATE CATALOG describes. With kRead nothing is made: a catalog file
  /// that is not there is an empty catalog.
  static Result<std::unique_ptr<sql::Names>> Open(const std::string& name,
                                                  const flow::OptionMap& options,
                                                  sql::CatalogAccess access);
  /// `catalog` null: an empty catalog that nothing can be made in.
  explicit IcebergNames(std::unique_ptr<tables::Catalog> catalog);

  /// Null for a catalog that is not there yet.
  tables::Catalog* catalog() const { return catalog_.get(); }

  const std::string& kind() const override;
  std::string default_database() const override { return "default"; }
  Result<std::vector<std::string>> ListDatabases() override;
  Result<bool> DatabaseExists(const std::string& database) override;
  Status CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                        const std::string& comment) override;
  Status DropDatabase(const std::string& database, bool cascade) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<sql::TableEntry> LookUp(const std::string& database, const std::string& table) override;
  std::vector<Error> CheckTable(const std::string& database, const std::string& table,
                                const sql::TableEntry& entry) override;
  Status CreateTable(const std::string& database, const std::string& table,
                     const sql::TableEntry& entry) override;
  Status DropTable(const std::string& database, const std::string& table) override;
  Status AlterOptions(const std::string& database, const std::string& table,
                      const flow::OptionMap& options) override;
  Status RenameTable(const std::string& database, const std::string& from,
                     const std::string& to) override;

 private:
  Result<tables::iceberg::Table> Load(const std::string& database, const std::string& table);

  std::unique_ptr<tables::Catalog> catalog_;
  tables::iceberg::Environment environment_;
};

}  // namespace sluice::catalog
