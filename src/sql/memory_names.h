// SPDX-License-Identifier: Apache-2.0
// Catalogs that live with the session: MemoryNames is Flink's generic in-memory catalog for
// connector tables and views, optionally with a durable place behind it for tables without a
// connector. OverlayNames shows another catalog with changes that are forgotten: what `check` works
// on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sql/connectors.h"
#include "sql/names.h"

namespace sluice::sql {

class MemoryNames : public Names {
 public:
  using OpenDurable = std::function<Result<std::unique_ptr<Names>>(CatalogAccess)>;
  /// `open_durable` may be empty. It is called to read when a name is not found here, and to write
  /// when a table is to be created or written.
  explicit MemoryNames(std::string default_database, OpenDurable open_durable = {});

  const std::string& kind() const override;
  std::string default_database() const override { return default_database_; }
  Result<std::vector<std::string>> ListDatabases() override;
  Result<bool> DatabaseExists(const std::string& database) override;
  Status CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                        const std::string& comment) override;
  Result<DatabaseEntry> LookUpDatabase(const std::string& database) override;
  Status AlterDatabase(const std::string& database, const flow::OptionMap& properties) override;
  Status DropDatabase(const std::string& database, bool cascade) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<TableEntry> LookUp(const std::string& database, const std::string& table) override;
  std::vector<Error> CheckTable(const std::string& database, const std::string& table,
                                const TableEntry& entry) override;
  Status CreateTable(const std::string& database, const std::string& table,
                     const TableEntry& entry) override;
  Status DropTable(const std::string& database, const std::string& table) override;
  Status AlterOptions(const std::string& database, const std::string& table,
                      const flow::OptionMap& options) override;
  Status AlterColumns(const std::string& database, const std::string& table,
                      const TableEntry& altered, const RenamedColumns& renamed) override;
  Status CheckColumns(const TableEntry& before, const TableEntry& altered,
                      const RenamedColumns& renamed) override;
  Status RenameTable(const std::string& database, const std::string& from,
                     const std::string& to) override;

  /// The durable place, opened to write; nullptr when there is none.
  Result<Names*> durable_to_write() { return durable(CatalogAccess::kWrite); }
  /// A copy that opens the durable place only to read.
  std::unique_ptr<MemoryNames> ForCheck() const;

 private:
  Result<Names*> durable(CatalogAccess access = CatalogAccess::kRead);

  std::string default_database_;
  OpenDurable open_durable_;
  std::unique_ptr<Names> durable_;
  CatalogAccess opened_to_ = CatalogAccess::kRead;
  CatalogAccess access_max_ = CatalogAccess::kWrite;
  std::map<std::string, std::map<std::string, TableEntry>> databases_;
  std::map<std::string, DatabaseEntry> described_;  // those that have a comment or properties
};

class OverlayNames : public Names {
 public:
  /// `base` outlives this and is only read.
  explicit OverlayNames(Names* base) : base_(base) {}
  /// The same, owning what it reads.
  explicit OverlayNames(std::unique_ptr<Names> base)
      : owned_(std::move(base)), base_(owned_.get()) {}

  const std::string& kind() const override { return base_->kind(); }
  std::string default_database() const override { return base_->default_database(); }
  Result<std::vector<std::string>> ListDatabases() override;
  Result<bool> DatabaseExists(const std::string& database) override;
  Status CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                        const std::string& comment) override;
  Result<DatabaseEntry> LookUpDatabase(const std::string& database) override;
  Status AlterDatabase(const std::string& database, const flow::OptionMap& properties) override;
  Status DropDatabase(const std::string& database, bool cascade) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<TableEntry> LookUp(const std::string& database, const std::string& table) override;
  std::vector<Error> CheckTable(const std::string& database, const std::string& table,
                                const TableEntry& entry) override;
  Status CreateTable(const std::string& database, const std::string& table,
                     const TableEntry& entry) override;
  Status DropTable(const std::string& database, const std::string& table) override;
  Status AlterOptions(const std::string& database, const std::string& table,
                      const flow::OptionMap& options) override;
  Status AlterColumns(const std::string& database, const std::string& table,
                      const TableEntry& altered, const RenamedColumns& renamed) override;
  Status CheckColumns(const TableEntry& before, const TableEntry& altered,
                      const RenamedColumns& renamed) override;
  Status RenameTable(const std::string& database, const std::string& from,
                     const std::string& to) override;

 private:
  using Key = std::pair<std::string, std::string>;
  std::unique_ptr<Names> owned_;
  Names* base_;
  std::set<std::string> new_databases_, dropped_databases_;
  std::map<std::string, DatabaseEntry> described_;  // created or altered here
  std::map<Key, TableEntry> tables_;                // created or altered here
  std::set<Key> dropped_;
};

}  // namespace sluice::sql
