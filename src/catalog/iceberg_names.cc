// SPDX-License-Identifier: Apache-2.0
#include "catalog/iceberg_names.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "catalog/catalogs.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/schema.h"

namespace sluice::catalog {
namespace {

namespace iceberg = tables::iceberg;

std::vector<std::string> LevelsOf(const std::string& database) {
  std::vector<std::string> levels;
  size_t begin = 0;
  for (size_t dot = database.find('.'); dot != std::string::npos; dot = database.find('.', begin)) {
    levels.push_back(database.substr(begin, dot - begin));
    begin = dot + 1;
  }
  levels.push_back(database.substr(begin));
  return levels;
}

std::string Joined(const std::vector<std::string>& levels) {
  std::string out;
  for (const std::string& level : levels) out += (out.empty() ? "" : ".") + level;
  return out;
}

tables::TableIdentifier Identifier(const std::string& database, const std::string& table) {
  return {LevelsOf(database), table};
}

Error NoCatalog() {
  return NotFound("the catalog is not there yet");
}

Error NoDatabase(const std::string& database) {
  return NotFound("there is no database '" + database + "'");
}

// The columns of a definition; those of the primary key cannot be null.
flow::Schema ColumnsOf(const sql::TableEntry& entry) {
  flow::Schema columns;
  for (const sql::TableColumn& column : entry.columns) {
    columns.fields.push_back(column.field);
    const auto& key = entry.primary_key;
    if (std::find(key.begin(), key.end(), column.field.name) != key.end()) {
      columns.fields.back().type = column.field.type->WithNullable(false);
    }
  }
  return columns;
}

// What cannot be kept in an Iceberg table.
std::vector<Error> Foreign(const sql::TableEntry& entry) {
  std::vector<Error> errors;
  for (const sql::TableColumn& column : entry.columns) {
    if (column.kind == sql::TableColumn::Kind::kPhysical) continue;
    errors.push_back(Unsupported("an Iceberg table keeps no computed and no METADATA columns: '" +
                                 column.field.name + "'"));
    errors.back().where = column.field.name;
  }
  if (entry.watermark) {
    errors.push_back(Unsupported("an Iceberg table keeps no WATERMARK"));
    errors.back().where = entry.watermark->column;
  }
  return errors;
}

Result<iceberg::CreateOptions> Definition(const sql::TableEntry& entry) {
  iceberg::CreateOptions made;
  SLUICE_ASSIGN(made.schema, iceberg::FromFlow(ColumnsOf(entry), entry.primary_key));
  made.properties = entry.options;
  if (!entry.comment.empty()) made.properties.emplace("comment", entry.comment);
  if (const auto it = made.properties.find("location"); it != made.properties.end()) {
    made.location = it->second;
    made.properties.erase(it);
  }
  const auto transforms = made.properties.find(iceberg::kPartitionProperty);
  if (transforms == made.properties.end()) {
    SLUICE_ASSIGN(made.spec, iceberg::IdentityPartitionSpec(entry.partition_keys, made.schema));
    return made;
  }
  if (!entry.partition_keys.empty()) {
    return InvalidArgument(std::string("PARTITIONED BY and '") + iceberg::kPartitionProperty +
                           "' exclude each other");
  }
  SLUICE_ASSIGN(made.spec, iceberg::ParsePartitionText(transforms->second, made.schema));
  made.properties.erase(transforms);
  return made;
}

// The texts of a partition spec, one per field.
std::vector<std::string> PartitionKeys(const iceberg::TableMetadata& metadata) {
  std::vector<std::string> keys;
  for (const iceberg::PartitionField& field : metadata.spec().fields) {
    iceberg::PartitionSpec one;
    one.fields.push_back(field);
    keys.push_back(iceberg::PartitionText(one, metadata.schema()));
  }
  return keys;
}

}  // namespace

IcebergNames::IcebergNames(std::unique_ptr<tables::Catalog> catalog)
    : catalog_(std::move(catalog)),
      environment_{.catalog = catalog_.get(),
                   .files = &io::RealFileSystem(),
                   .clock = &io::RealClock(),
                   .random = &io::RealRandom()} {}

Result<std::unique_ptr<sql::Names>> IcebergNames::Open(const std::string& name,
                                                       const flow::OptionMap& options,
                                                       sql::CatalogAccess access) {
  SLUICE_ASSIGN(const std::string file, CatalogFile(name, options));
  if (!file.empty()) {
    if (access == sql::CatalogAccess::kRead && !io::RealFileSystem().Stat(file).ok()) {
      return std::unique_ptr<sql::Names>(std::make_unique<IcebergNames>(nullptr));
    }
    const size_t slash = file.rfind('/');
    if (slash != std::string::npos && slash > 0) {
      SLUICE_TRY(io::RealFileSystem().MakeDirectories(file.substr(0, slash)));
    }
  }
  SLUICE_ASSIGN(auto catalog, OpenCatalog(name, options));
  return std::unique_ptr<sql::Names>(std::make_unique<IcebergNames>(std::move(catalog)));
}

const std::string& IcebergNames::kind() const {
  static const std::string kind = "iceberg";
  return kind;
}

Result<std::vector<std::string>> IcebergNames::ListDatabases() {
  std::vector<std::string> names;
  if (catalog_ == nullptr) return names;
  SLUICE_ASSIGN(const auto namespaces, catalog_->ListNamespaces());
  for (const auto& levels : namespaces) names.push_back(Joined(levels));
  std::sort(names.begin(), names.end());
  return names;
}

Result<bool> IcebergNames::DatabaseExists(const std::string& database) {
  if (catalog_ == nullptr) return false;
  return catalog_->NamespaceExists(LevelsOf(database));
}

Status IcebergNames::CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                                    const std::string& comment) {
  if (catalog_ == nullptr) return NoCatalog();
  std::map<std::string, std::string> kept = properties;
  if (!comment.empty()) kept.emplace("comment", comment);
  return catalog_->CreateNamespace(LevelsOf(database), kept);
}

Status IcebergNames::DropDatabase(const std::string& database, bool cascade) {
  SLUICE_ASSIGN(const auto tables, ListTables(database));
  if (!tables.empty() && !cascade) {
    return InvalidArgument("database '" + database + "' is not empty");
  }
  for (const std::string& table : tables) SLUICE_TRY(DropTable(database, table));
  return catalog_->DropNamespace(LevelsOf(database));
}

Result<std::vector<std::string>> IcebergNames::ListTables(const std::string& database) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  SLUICE_ASSIGN(const auto tables, catalog_->ListTables(LevelsOf(database)));
  std::vector<std::string> names;
  for (const auto& table : tables) names.push_back(table.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<iceberg::Table> IcebergNames::Load(const std::string& database, const std::string& table) {
  if (catalog_ == nullptr) return NotFound("there is no table '" + table + "'");
  return iceberg::Table::Load(environment_, Identifier(database, table));
}

Result<sql::TableEntry> IcebergNames::LookUp(const std::string& database,
                                             const std::string& table) {
  SLUICE_ASSIGN(const iceberg::Table loaded, Load(database, table));
  const iceberg::TableMetadata& metadata = loaded.metadata();
  SLUICE_ASSIGN(const flow::Schema schema, iceberg::ToFlow(metadata.schema()));
  sql::TableEntry entry;
  entry.kind = sql::TableEntry::Kind::kCatalogTable;
  for (const flow::Field& field : schema.fields) {
    sql::TableColumn column;
    column.field = field;
    entry.columns.push_back(std::move(column));
  }
  for (const int id : metadata.schema().identifier_field_ids) {
    entry.primary_key.push_back(metadata.schema().PathOf(id));
  }
  entry.partition_keys = PartitionKeys(metadata);
  entry.options = metadata.properties;
  if (const auto comment = metadata.properties.find("comment");
      comment != metadata.properties.end()) {
    entry.comment = comment->second;
  }
  return entry;
}

std::vector<Error> IcebergNames::CheckTable(const std::string&, const std::string&,
                                            const sql::TableEntry& entry) {
  std::vector<Error> errors = Foreign(entry);
  if (!errors.empty()) return errors;
  auto definition = Definition(entry);
  if (!definition.ok()) return {std::move(definition).error()};
  const auto write = iceberg::ReadWriteProperties(definition->properties);
  if (!write.ok()) errors.push_back(write.error());
  const auto commit = iceberg::ReadCommitProperties(definition->properties);
  if (!commit.ok()) errors.push_back(commit.error());
  const auto version = definition->properties.find("format-version");
  if (version != definition->properties.end() && version->second != "2") {
    errors.push_back(
        Unsupported("sluice creates tables of format-version 2, not " + version->second));
    errors.back().where = "format-version";
  }
  return errors;
}

Status IcebergNames::CreateTable(const std::string& database, const std::string& table,
                                 const sql::TableEntry& entry) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NoDatabase(database);
  if (auto errors = Foreign(entry); !errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(const iceberg::CreateOptions definition, Definition(entry));
  SLUICE_TRY(iceberg::Table::Create(environment_, Identifier(database, table), definition));
  return {};
}

Status IcebergNames::DropTable(const std::string& database, const std::string& table) {
  if (catalog_ == nullptr) return NoCatalog();
  return catalog_->Drop(Identifier(database, table));
}

// Properties of a pipeline (sluice.<pipeline>.epoch ...) are not the user's to set or lose.
Status IcebergNames::AlterOptions(const std::string& database, const std::string& table,
                                  const flow::OptionMap& options) {
  SLUICE_ASSIGN(iceberg::Table loaded, Load(database, table));
  for (int attempt = 0; attempt < limits::kCommitRetriesMax; ++attempt) {
    iceberg::Properties set;
    std::vector<std::string> remove;
    const iceberg::Properties& now = loaded.metadata().properties;
    for (const auto& [key, value] : options) {
      const auto known = now.find(key);
      if (known == now.end() || known->second != value) set[key] = value;
    }
    for (const auto& [key, value] : now) {
      if (!options.contains(key) && !key.starts_with("sluice.")) remove.push_back(key);
    }
    if (set.empty() && remove.empty()) return {};
    iceberg::Requirements same_table;
    same_table.table_uuid = loaded.metadata().table_uuid;
    SLUICE_ASSIGN(const auto result, loaded.CommitProperties(set, remove, same_table));
    switch (result.outcome) {
      case iceberg::CommitOutcome::kCommitted:
        return {};
      case iceberg::CommitOutcome::kConflict:
        break;
      case iceberg::CommitOutcome::kViolated:
        return CommitConflict("table '" + table + "' was replaced by another");
      case iceberg::CommitOutcome::kUnknown:
        return CommitUnknown("it is not known whether the properties of '" + table +
                             "' were changed");
    }
  }
  return CommitConflict("others keep changing table '" + table + "'");
}

Status IcebergNames::RenameTable(const std::string&, const std::string& from, const std::string&) {
  return Unsupported("sluice does not rename Iceberg tables: '" + from + "'");
}

}  // namespace sluice::catalog
