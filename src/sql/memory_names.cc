// SPDX-License-Identifier: Apache-2.0
#include "sql/memory_names.h"

#include <algorithm>

namespace sluice::sql {
namespace {

Error NoDatabase(const std::string& database) {
  return NotFound("there is no database '" + database + "'");
}

Error NoTable(const std::string& table) {
  return NotFound("there is no table '" + table + "'");
}

}  // namespace

MemoryNames::MemoryNames(std::string default_database, OpenDurable open_durable)
    : default_database_(std::move(default_database)), open_durable_(std::move(open_durable)) {
  databases_[default_database_];
}

const std::string& MemoryNames::kind() const {
  static const std::string kind = "generic_in_memory";
  return kind;
}

Result<Names*> MemoryNames::durable(CatalogAccess access) {
  if (access_max_ == CatalogAccess::kRead) access = CatalogAccess::kRead;
  const bool enough = opened_to_ == CatalogAccess::kWrite || access == CatalogAccess::kRead;
  if (open_durable_ && (durable_ == nullptr || !enough)) {
    SLUICE_ASSIGN(durable_, open_durable_(access));
    opened_to_ = access;
  }
  return durable_.get();
}

std::unique_ptr<MemoryNames> MemoryNames::ForCheck() const {
  auto copy = std::make_unique<MemoryNames>(default_database_, open_durable_);
  copy->access_max_ = CatalogAccess::kRead;
  copy->databases_ = databases_;
  copy->described_ = described_;
  return copy;
}

Result<std::vector<std::string>> MemoryNames::ListDatabases() {
  std::vector<std::string> names;
  for (const auto& [name, tables] : databases_) names.push_back(name);
  SLUICE_ASSIGN(Names* const durable, this->durable());
  if (durable != nullptr) {
    SLUICE_ASSIGN(const auto more, durable->ListDatabases());
    for (const std::string& name : more) {
      if (!databases_.contains(name)) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
  }
  return names;
}

Result<bool> MemoryNames::DatabaseExists(const std::string& database) {
  if (databases_.contains(database)) return true;
  SLUICE_ASSIGN(Names* const durable, this->durable());
  if (durable == nullptr) return false;
  return durable->DatabaseExists(database);
}

Status MemoryNames::CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                                   const std::string& comment) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (exists) return AlreadyExists("database '" + database + "' exists already");
  databases_[database];
  described_[database] = {properties, comment};
  return {};
}

Result<DatabaseEntry> MemoryNames::LookUpDatabase(const std::string& database) {
  if (const auto found = described_.find(database); found != described_.end()) return found->second;
  if (databases_.contains(database)) return DatabaseEntry{};
  SLUICE_ASSIGN(Names* const durable, this->durable());
  if (durable == nullptr) return NoDatabase(database);
  return durable->LookUpDatabase(database);
}

Status MemoryNames::AlterDatabase(const std::string& database, const flow::OptionMap& properties) {
  if (databases_.contains(database)) {
    for (const auto& [key, value] : properties) described_[database].properties[key] = value;
    return {};
  }
  SLUICE_ASSIGN(Names* const durable, durable_to_write());
  return durable == nullptr ? Status(NoDatabase(database))
                            : durable->AlterDatabase(database, properties);
}

Status MemoryNames::DropDatabase(const std::string& database, bool cascade) {
  SLUICE_ASSIGN(const auto tables, ListTables(database));
  if (!tables.empty() && !cascade) {
    return InvalidArgument("database '" + database + "' is not empty");
  }
  for (const std::string& table : tables) SLUICE_TRY(DropTable(database, table));
  databases_.erase(database);
  described_.erase(database);
  return {};
}

Result<std::vector<std::string>> MemoryNames::ListTables(const std::string& database) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  std::vector<std::string> names;
  if (const auto found = databases_.find(database); found != databases_.end()) {
    for (const auto& [name, entry] : found->second) names.push_back(name);
  }
  SLUICE_ASSIGN(Names* const durable, this->durable());
  if (durable != nullptr) {
    SLUICE_ASSIGN(const bool there, durable->DatabaseExists(database));
    if (there) {
      SLUICE_ASSIGN(const auto more, durable->ListTables(database));
      names.insert(names.end(), more.begin(), more.end());
      std::sort(names.begin(), names.end());
      names.erase(std::unique(names.begin(), names.end()), names.end());
    }
  }
  return names;
}

Result<TableEntry> MemoryNames::LookUp(const std::string& database, const std::string& table) {
  if (const auto found = databases_.find(database); found != databases_.end()) {
    const auto entry = found->second.find(table);
    if (entry != found->second.end()) return entry->second;
  }
  SLUICE_ASSIGN(Names* const durable, this->durable());
  if (durable != nullptr) return durable->LookUp(database, table);
  return databases_.contains(database) ? NoTable(table) : NoDatabase(database);
}

std::vector<Error> MemoryNames::CheckTable(const std::string& database, const std::string& table,
                                           const TableEntry& entry) {
  if (entry.kind != TableEntry::Kind::kCatalogTable) return {};
  auto durable = this->durable();
  if (!durable.ok()) return {std::move(durable).error()};
  if (*durable == nullptr) {
    Error error = InvalidArgument("the option 'connector' is missing");
    error.where = "connector";
    return {std::move(error)};
  }
  return (*durable)->CheckTable(database, table, entry);
}

Status MemoryNames::CreateTable(const std::string& database, const std::string& table,
                                const TableEntry& entry) {
  auto existing = LookUp(database, table);
  if (existing.ok()) return AlreadyExists("table '" + table + "' exists already");
  if (existing.error().kind != ErrorKind::kNotFound) return std::move(existing).error();
  if (entry.kind == TableEntry::Kind::kCatalogTable) {
    SLUICE_ASSIGN(Names* const durable, durable_to_write());
    if (durable == nullptr) return InvalidArgument("the option 'connector' is missing");
    SLUICE_ASSIGN(const bool there, durable->DatabaseExists(database));
    if (!there) SLUICE_TRY(durable->CreateDatabase(database, {}, ""));
    return durable->CreateTable(database, table, entry);
  }
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  databases_[database][table] = entry;
  return {};
}

Status MemoryNames::DropTable(const std::string& database, const std::string& table) {
  if (const auto found = databases_.find(database); found != databases_.end()) {
    if (found->second.erase(table) > 0) return {};
  }
  SLUICE_ASSIGN(Names* const durable, durable_to_write());
  return durable == nullptr ? Status(NoTable(table)) : durable->DropTable(database, table);
}

Status MemoryNames::AlterOptions(const std::string& database, const std::string& table,
                                 const flow::OptionMap& options) {
  if (const auto found = databases_.find(database); found != databases_.end()) {
    if (const auto entry = found->second.find(table); entry != found->second.end()) {
      entry->second.options = options;
      return {};
    }
  }
  SLUICE_ASSIGN(Names* const durable, durable_to_write());
  return durable == nullptr ? Status(NoTable(table))
                            : durable->AlterOptions(database, table, options);
}

Status MemoryNames::AlterColumns(const std::string& database, const std::string& table,
                                 const TableEntry& altered, const RenamedColumns& renamed) {
  if (const auto found = databases_.find(database); found != databases_.end()) {
    if (const auto entry = found->second.find(table); entry != found->second.end()) {
      entry->second = altered;
      return {};
    }
  }
  SLUICE_ASSIGN(Names* const durable, durable_to_write());
  return durable == nullptr ? Status(NoTable(table))
                            : durable->AlterColumns(database, table, altered, renamed);
}

Status MemoryNames::CheckColumns(const TableEntry& before, const TableEntry& altered,
                                 const RenamedColumns& renamed) {
  if (before.kind != TableEntry::Kind::kCatalogTable) return {};
  SLUICE_ASSIGN(Names* const durable, this->durable());
  return durable == nullptr ? Status() : durable->CheckColumns(before, altered, renamed);
}

Status MemoryNames::RenameTable(const std::string& database, const std::string& from,
                                const std::string& to) {
  const auto taken = LookUp(database, to);
  if (taken.ok()) return AlreadyExists("table '" + to + "' exists already");
  if (const auto found = databases_.find(database); found != databases_.end()) {
    auto node = found->second.extract(from);
    if (!node.empty()) {
      node.key() = to;
      found->second.insert(std::move(node));
      return {};
    }
  }
  SLUICE_ASSIGN(Names* const durable, durable_to_write());
  return durable == nullptr ? Status(NoTable(from)) : durable->RenameTable(database, from, to);
}

Result<std::vector<std::string>> OverlayNames::ListDatabases() {
  SLUICE_ASSIGN(auto names, base_->ListDatabases());
  std::erase_if(names,
                [this](const std::string& name) { return dropped_databases_.contains(name); });
  names.insert(names.end(), new_databases_.begin(), new_databases_.end());
  std::sort(names.begin(), names.end());
  return names;
}

Result<bool> OverlayNames::DatabaseExists(const std::string& database) {
  if (new_databases_.contains(database)) return true;
  if (dropped_databases_.contains(database)) return false;
  return base_->DatabaseExists(database);
}

Status OverlayNames::CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                                    const std::string& comment) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (exists) return AlreadyExists("database '" + database + "' exists already");
  new_databases_.insert(database);
  described_[database] = {properties, comment};
  return {};
}

Result<DatabaseEntry> OverlayNames::LookUpDatabase(const std::string& database) {
  if (const auto found = described_.find(database); found != described_.end()) return found->second;
  if (dropped_databases_.contains(database)) return NoDatabase(database);
  return base_->LookUpDatabase(database);
}

Status OverlayNames::AlterDatabase(const std::string& database, const flow::OptionMap& properties) {
  SLUICE_ASSIGN(DatabaseEntry entry, LookUpDatabase(database));
  for (const auto& [key, value] : properties) entry.properties[key] = value;
  described_[database] = std::move(entry);
  return {};
}

Status OverlayNames::DropDatabase(const std::string& database, bool cascade) {
  SLUICE_ASSIGN(const auto tables, ListTables(database));
  if (!tables.empty() && !cascade) {
    return InvalidArgument("database '" + database + "' is not empty");
  }
  for (const std::string& table : tables) SLUICE_TRY(DropTable(database, table));
  if (new_databases_.erase(database) == 0) dropped_databases_.insert(database);
  described_.erase(database);
  return {};
}

Result<std::vector<std::string>> OverlayNames::ListTables(const std::string& database) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  std::vector<std::string> names;
  if (!new_databases_.contains(database)) {
    SLUICE_ASSIGN(names, base_->ListTables(database));
    std::erase_if(names,
                  [&](const std::string& name) { return dropped_.contains({database, name}); });
  }
  for (const auto& [key, entry] : tables_) {
    if (key.first == database) names.push_back(key.second);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<TableEntry> OverlayNames::LookUp(const std::string& database, const std::string& table) {
  const Key key{database, table};
  if (const auto found = tables_.find(key); found != tables_.end()) return found->second;
  if (dropped_.contains(key)) return NoTable(table);
  if (new_databases_.contains(database)) return NoTable(table);
  if (dropped_databases_.contains(database)) return NoDatabase(database);
  return base_->LookUp(database, table);
}

std::vector<Error> OverlayNames::CheckTable(const std::string& database, const std::string& table,
                                            const TableEntry& entry) {
  return base_->CheckTable(database, table, entry);
}

Status OverlayNames::CreateTable(const std::string& database, const std::string& table,
                                 const TableEntry& entry) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  auto existing = LookUp(database, table);
  if (existing.ok()) return AlreadyExists("table '" + table + "' exists already");
  if (existing.error().kind != ErrorKind::kNotFound) return std::move(existing).error();
  tables_[{database, table}] = entry;
  return {};
}

Status OverlayNames::DropTable(const std::string& database, const std::string& table) {
  SLUICE_TRY(LookUp(database, table));
  tables_.erase({database, table});
  dropped_.insert({database, table});
  return {};
}

Status OverlayNames::AlterOptions(const std::string& database, const std::string& table,
                                  const flow::OptionMap& options) {
  SLUICE_ASSIGN(TableEntry entry, LookUp(database, table));
  entry.options = options;
  tables_[{database, table}] = std::move(entry);
  return {};
}

Status OverlayNames::AlterColumns(const std::string& database, const std::string& table,
                                  const TableEntry& altered, const RenamedColumns& renamed) {
  SLUICE_ASSIGN(const TableEntry before, LookUp(database, table));
  SLUICE_TRY(base_->CheckColumns(before, altered, renamed));
  tables_[{database, table}] = altered;
  return {};
}

Status OverlayNames::CheckColumns(const TableEntry& before, const TableEntry& altered,
                                  const RenamedColumns& renamed) {
  return base_->CheckColumns(before, altered, renamed);
}

Status OverlayNames::RenameTable(const std::string& database, const std::string& from,
                                 const std::string& to) {
  SLUICE_ASSIGN(TableEntry entry, LookUp(database, from));
  if (LookUp(database, to).ok()) return AlreadyExists("table '" + to + "' exists already");
  SLUICE_TRY(DropTable(database, from));
  tables_[{database, to}] = std::move(entry);
  return {};
}

}  // namespace sluice::sql
