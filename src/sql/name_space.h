// SPDX-License-Identifier: Apache-2.0
// What a name means: the catalogs of a session, the current ones, temporary tables, and names whose
// definition had a mistake (their users are not blamed).
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/connectors.h"
#include "sql/memory_names.h"
#include "sql/names.h"

namespace sluice::sql {

/// A table's full name.
struct TablePath {
  std::string catalog, database, table;
  auto operator<=>(const TablePath&) const = default;
  std::string ToString() const;  // catalog.database.table, in backticks where needed to be a name
  std::string Quoted() const;    // each part in backticks
};

class NameSpace {
 public:
  inline static const std::string kDefaultCatalog = "default_catalog";
  inline static const std::string kDefaultDatabase = "default_database";

  /// With a MemoryNames as default_catalog.
  explicit NameSpace(const Connectors& connectors);
  /// A copy for checking: what it changes stays in it. `this` outlives it.
  NameSpace ForCheck();

  const std::string& catalog() const { return catalog_; }
  const std::string& database() const { return database_; }
  Status UseCatalog(const std::string& catalog);
  Status UseDatabase(const std::string& catalog, const std::string& database);

  /// Qualifies a name of one, two or three parts; kInvalidArgument for more.
  Result<TablePath> Resolve(const std::vector<ast::Identifier>& parts) const {
    return Qualify(parts, catalog_, database_);
  }
  /// The same with another current catalog and database (those of a view's definition).
  static Result<TablePath> Qualify(const std::vector<ast::Identifier>& parts,
                                   const std::string& catalog, const std::string& database);
  /// catalog, database of a name of one or two parts.
  Result<std::pair<std::string, std::string>> ResolveDatabase(
      const std::vector<ast::Identifier>& parts) const;

  /// The table or view; kNotFound says the nearest name. Temporary ones come first.
  Result<TableEntry> LookUp(const TablePath& path);
  std::vector<Error> CheckTable(const TablePath& path, const TableEntry& entry);
  Status Create(const TablePath& path, const TableEntry& entry);
  Status Drop(const TablePath& path, bool temporary);
  Status AlterOptions(const TablePath& path, const flow::OptionMap& options);
  /// ALTER TABLE ... ADD, MODIFY, DROP, RENAME of columns: the table as it is to be.
  Status AlterColumns(const TablePath& path, const TableEntry& altered,
                      const RenamedColumns& renamed);
  Status Rename(const TablePath& path, const std::string& to);
  bool IsTemporary(const TablePath& path) const { return temporary_.contains(path); }
  Result<std::vector<std::string>> ListTables(const std::string& catalog,
                                              const std::string& database);

  /// Opens a catalog of CREATE CATALOG.
  Status CreateCatalog(const std::string& name, const flow::OptionMap& options,
                       const Connectors& connectors);
  /// Opens it again with other options; the old one stays where that fails.
  Status AlterCatalog(const std::string& name, const flow::OptionMap& options,
                      const Connectors& connectors);
  void SetCatalogComment(const std::string& name, std::string comment) {
    catalog_comments_[name] = std::move(comment);
  }
  std::string CatalogComment(const std::string& name) const;
  Status DropCatalog(const std::string& name);
  std::vector<std::string> ListCatalogs() const;
  /// nullptr if there is none.
  Names* FindCatalog(const std::string& name) const;
  /// What keeps the catalog's durable tables, opened to write: of default_catalog, the place behind
  /// it. nullptr if there is none.
  Result<Names*> FindDurable(const std::string& name) const;
  const flow::OptionMap* CatalogOptions(const std::string& name) const;

  /// Marks a name whose definition had a mistake.
  void Poison(const TablePath& path) { poisoned_.insert(path); }
  void PoisonCatalog(const std::string& name) { poisoned_catalogs_.insert(name); }
  bool IsPoisoned(const TablePath& path) const {
    return poisoned_.contains(path) || poisoned_catalogs_.contains(path.catalog);
  }
  /// Makes a catalog current that could not be created.
  void UsePoisoned(const std::string& catalog, const std::string& database) {
    catalog_ = catalog;
    database_ = database;
  }
  bool IsPoisonedCatalog(const std::string& name) const {
    return poisoned_catalogs_.contains(name);
  }

 private:
  NameSpace() = default;
  Error UnknownTable(const TablePath& path);
  Result<std::shared_ptr<Names>> OpenCatalog(const std::string& name,
                                             const flow::OptionMap& options,
                                             const Connectors& connectors) const;

  CatalogAccess access_ = CatalogAccess::kWrite;
  std::shared_ptr<MemoryNames> default_;  // null in a copy for checking
  std::map<std::string, std::shared_ptr<Names>> catalogs_;
  std::map<std::string, flow::OptionMap> catalog_options_;
  std::map<std::string, std::string> catalog_comments_;
  std::map<TablePath, TableEntry> temporary_;
  std::set<TablePath> poisoned_;
  std::set<std::string> poisoned_catalogs_;
  std::string catalog_ = kDefaultCatalog;
  std::string database_ = kDefaultDatabase;
};

/// "; did you mean `x`?" for the nearest of `names`, or nothing.
std::string DidYouMean(const std::string& name, const std::vector<std::string>& names);

}  // namespace sluice::sql
