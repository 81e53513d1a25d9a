// SPDX-License-Identifier: Apache-2.0
#include "sql/name_space.h"

#include <algorithm>

#include "flow/table_options.h"
#include "sql/lexer.h"
#include "sql/memory_names.h"

namespace sluice::sql {
namespace {

bool IsPlainName(std::string_view name) {
  if (name.empty() || IsReserved(name) || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
  });
}

std::string Part(const std::string& name) {
  return IsPlainName(name) ? name : Backtick(name);
}

Error NoCatalog(const std::string& name, const std::vector<std::string>& known) {
  return NotFound("there is no catalog '" + name + "'" + DidYouMean(name, known));
}

}  // namespace

std::string DidYouMean(const std::string& name, const std::vector<std::string>& names) {
  const auto nearest = flow::NearestName(name, names);
  return nearest ? "; did you mean " + Backtick(*nearest) + "?" : std::string();
}

std::string TablePath::ToString() const {
  return Part(catalog) + "." + Part(database) + "." + Part(table);
}

std::string TablePath::Quoted() const {
  return Backtick(catalog) + "." + Backtick(database) + "." + Backtick(table);
}

NameSpace::NameSpace(const Connectors& connectors) {
  default_ = std::make_shared<MemoryNames>(kDefaultDatabase, connectors.open_default);
  catalogs_[kDefaultCatalog] = default_;
}

NameSpace NameSpace::ForCheck() {
  NameSpace copy;
  copy.access_ = CatalogAccess::kRead;
  for (const auto& [name, names] : catalogs_) {
    copy.catalogs_[name] = names == default_ ? std::make_shared<OverlayNames>(default_->ForCheck())
                                             : std::make_shared<OverlayNames>(names.get());
  }
  copy.catalog_options_ = catalog_options_;
  copy.catalog_comments_ = catalog_comments_;
  copy.temporary_ = temporary_;
  copy.catalog_ = catalog_;
  copy.database_ = database_;
  return copy;
}

Status NameSpace::UseCatalog(const std::string& catalog) {
  Names* const names = FindCatalog(catalog);
  if (names == nullptr) return NoCatalog(catalog, ListCatalogs());
  catalog_ = catalog;
  database_ = names->default_database();
  return {};
}

Status NameSpace::UseDatabase(const std::string& catalog, const std::string& database) {
  Names* const names = FindCatalog(catalog);
  if (names == nullptr) return NoCatalog(catalog, ListCatalogs());
  SLUICE_ASSIGN(const bool exists, names->DatabaseExists(database));
  if (!exists) {
    SLUICE_ASSIGN(const auto known, names->ListDatabases());
    return NotFound("there is no database '" + database + "' in catalog '" + catalog + "'" +
                    DidYouMean(database, known));
  }
  catalog_ = catalog;
  database_ = database;
  return {};
}

Result<TablePath> NameSpace::Qualify(const std::vector<ast::Identifier>& parts,
                                     const std::string& catalog, const std::string& database) {
  switch (parts.size()) {
    case 1:
      return TablePath{catalog, database, parts[0].text};
    case 2:
      return TablePath{catalog, parts[0].text, parts[1].text};
    case 3:
      return TablePath{parts[0].text, parts[1].text, parts[2].text};
    default:
      return InvalidArgument("a table's name has at most three parts: catalog.database.table");
  }
}

Result<std::pair<std::string, std::string>> NameSpace::ResolveDatabase(
    const std::vector<ast::Identifier>& parts) const {
  if (parts.size() == 1) return std::pair{catalog_, parts[0].text};
  if (parts.size() == 2) return std::pair{parts[0].text, parts[1].text};
  return InvalidArgument("a database's name has at most two parts: catalog.database");
}

Error NameSpace::UnknownTable(const TablePath& path) {
  std::vector<std::string> known;
  if (const auto tables = ListTables(path.catalog, path.database); tables.ok()) known = *tables;
  std::string text = "table " + Backtick(path.table) + " is not known";
  if (path.catalog != kDefaultCatalog || path.database != kDefaultDatabase) {
    text += " in " + Part(path.catalog) + "." + Part(path.database);
  }
  return NotFound(text + DidYouMean(path.table, known));
}

Result<TableEntry> NameSpace::LookUp(const TablePath& path) {
  if (const auto found = temporary_.find(path); found != temporary_.end()) return found->second;
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  auto entry = names->LookUp(path.database, path.table);
  if (entry.ok() || entry.error().kind != ErrorKind::kNotFound) return entry;
  const auto exists = names->DatabaseExists(path.database);
  if (exists.ok() && !*exists) {
    std::vector<std::string> known;
    if (const auto databases = names->ListDatabases(); databases.ok()) known = *databases;
    return NotFound("there is no database '" + path.database + "' in catalog '" + path.catalog +
                    "'" + DidYouMean(path.database, known));
  }
  return UnknownTable(path);
}

std::vector<Error> NameSpace::CheckTable(const TablePath& path, const TableEntry& entry) {
  if (entry.temporary) return {};
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return {NoCatalog(path.catalog, ListCatalogs())};
  return names->CheckTable(path.database, path.table, entry);
}

Status NameSpace::Create(const TablePath& path, const TableEntry& entry) {
  if (entry.temporary) {
    if (!temporary_.emplace(path, entry).second) {
      return AlreadyExists("temporary table " + Backtick(path.table) + " exists already");
    }
    return {};
  }
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  return names->CreateTable(path.database, path.table, entry);
}

Status NameSpace::Drop(const TablePath& path, bool temporary) {
  if (temporary_.contains(path)) {
    if (!temporary) {
      return InvalidArgument("a temporary table of this name hides " + path.ToString() +
                             "; drop that one first, by DROP TEMPORARY");
    }
    temporary_.erase(path);
    return {};
  }
  if (temporary) return NotFound("there is no temporary table " + Backtick(path.table));
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  return names->DropTable(path.database, path.table);
}

Status NameSpace::AlterOptions(const TablePath& path, const flow::OptionMap& options) {
  if (const auto found = temporary_.find(path); found != temporary_.end()) {
    found->second.options = options;
    return {};
  }
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  return names->AlterOptions(path.database, path.table, options);
}

Status NameSpace::AlterColumns(const TablePath& path, const TableEntry& altered,
                               const RenamedColumns& renamed) {
  if (const auto found = temporary_.find(path); found != temporary_.end()) {
    found->second = altered;
    return {};
  }
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  return names->AlterColumns(path.database, path.table, altered, renamed);
}

Status NameSpace::Rename(const TablePath& path, const std::string& to) {
  if (auto node = temporary_.extract(path); !node.empty()) {
    node.key().table = to;
    temporary_.insert(std::move(node));
    return {};
  }
  Names* const names = FindCatalog(path.catalog);
  if (names == nullptr) return NoCatalog(path.catalog, ListCatalogs());
  return names->RenameTable(path.database, path.table, to);
}

Result<std::vector<std::string>> NameSpace::ListTables(const std::string& catalog,
                                                       const std::string& database) {
  Names* const names = FindCatalog(catalog);
  if (names == nullptr) return NoCatalog(catalog, ListCatalogs());
  SLUICE_ASSIGN(auto tables, names->ListTables(database));
  for (const auto& [path, entry] : temporary_) {
    if (path.catalog == catalog && path.database == database) tables.push_back(path.table);
  }
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  return tables;
}

Result<std::shared_ptr<Names>> NameSpace::OpenCatalog(const std::string& name,
                                                      const flow::OptionMap& options,
                                                      const Connectors& connectors) const {
  const auto type = options.find("type");
  if (type == options.end()) return InvalidArgument("a catalog needs the option 'type'");
  if (type->second == "generic_in_memory") {
    const auto database = options.find("default-database");
    return std::shared_ptr<Names>(
        std::make_shared<MemoryNames>(database == options.end() ? "default" : database->second));
  }
  const CatalogDescription* const description = connectors.FindCatalog(type->second);
  if (description == nullptr) {
    std::vector<std::string> known = {"generic_in_memory"};
    for (const CatalogDescription& other : connectors.catalogs) known.push_back(other.type);
    return InvalidArgument("there is no catalog type '" + type->second + "'" +
                           DidYouMean(type->second, known));
  }
  SLUICE_ASSIGN(auto opened, description->open(name, options, access_));
  if (access_ == CatalogAccess::kWrite) return std::shared_ptr<Names>(std::move(opened));
  return std::shared_ptr<Names>(std::make_shared<OverlayNames>(std::move(opened)));
}

Status NameSpace::CreateCatalog(const std::string& name, const flow::OptionMap& options,
                                const Connectors& connectors) {
  if (catalogs_.contains(name)) return AlreadyExists("catalog '" + name + "' exists already");
  return AlterCatalog(name, options, connectors);
}

Status NameSpace::AlterCatalog(const std::string& name, const flow::OptionMap& options,
                               const Connectors& connectors) {
  SLUICE_ASSIGN(auto opened, OpenCatalog(name, options, connectors));
  catalogs_[name] = std::move(opened);
  catalog_options_[name] = options;
  return {};
}

std::string NameSpace::CatalogComment(const std::string& name) const {
  const auto found = catalog_comments_.find(name);
  return found == catalog_comments_.end() ? "" : found->second;
}

Status NameSpace::DropCatalog(const std::string& name) {
  if (!catalogs_.contains(name)) return NoCatalog(name, ListCatalogs());
  if (name == catalog_) {
    return InvalidArgument("catalog '" + name + "' is in use; USE CATALOG another one first");
  }
  catalogs_.erase(name);
  catalog_options_.erase(name);
  catalog_comments_.erase(name);
  return {};
}

std::vector<std::string> NameSpace::ListCatalogs() const {
  std::vector<std::string> names;
  for (const auto& [name, catalog] : catalogs_) names.push_back(name);
  return names;
}

Names* NameSpace::FindCatalog(const std::string& name) const {
  const auto found = catalogs_.find(name);
  return found == catalogs_.end() ? nullptr : found->second.get();
}

Result<Names*> NameSpace::FindDurable(const std::string& name) const {
  if (name == kDefaultCatalog && default_ != nullptr) return default_->durable_to_write();
  return FindCatalog(name);
}

const flow::OptionMap* NameSpace::CatalogOptions(const std::string& name) const {
  const auto found = catalog_options_.find(name);
  return found == catalog_options_.end() ? nullptr : &found->second;
}

}  // namespace sluice::sql
