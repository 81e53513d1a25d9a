// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql_names.h"

#include <algorithm>

#include "io/clock.h"
#include "io/file_system.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/schema_change.h"

namespace sluice::catalog {
namespace {

namespace iceberg = tables::iceberg;

constexpr char kOwnPrefix[] = "sluice.";
constexpr char kComment[] = "comment";
constexpr char kFormatVersion[] = "format-version";
constexpr int kAlterAttemptsMax = 10;

// Of the properties that begin with 'sluice.' these are the user's; the others are records of
// pipelines.
bool IsRecord(const std::string& key) {
  return key.starts_with(kOwnPrefix) && key != "sluice.provenance-columns" &&
         key != "sluice.parquet.integer-encoding";
}

std::vector<std::string> Levels(const std::string& database) {
  std::vector<std::string> levels(1);
  for (const char c : database) {
    if (c == '.') {
      levels.emplace_back();
    } else {
      levels.back().push_back(c);
    }
  }
  return levels;
}

std::string Joined(const std::vector<std::string>& levels) {
  std::string out;
  for (const std::string& level : levels) out += (out.empty() ? "" : ".") + level;
  return out;
}

Error At(Error error, const std::string& where) {
  error.where = where;
  return error;
}

// Keeps the first error of a step and gives its value, or a default.
template <typename T>
T Take(Result<T> result, const std::string& where, std::vector<Error>* errors) {
  if (result.ok()) return std::move(result).value();
  Error error = std::move(result).error();
  if (error.where.empty()) error.where = where;
  errors->push_back(std::move(error));
  return T{};
}

void CheckColumns(const sql::TableEntry& entry, flow::Schema* schema, std::vector<Error>* errors) {
  for (const sql::TableColumn& column : entry.columns) {
    if (column.kind != sql::TableColumn::Kind::kPhysical) {
      errors->push_back(
          At(Unsupported("an Iceberg table has physical columns only, not " + column.field.name),
             column.field.name));
      continue;
    }
    flow::Schema single;
    single.fields.push_back(column.field);
    const auto converted = iceberg::FromFlow(single);
    if (converted.ok()) {
      schema->fields.push_back(column.field);
    } else {
      errors->push_back(At(converted.error(), column.field.name));
    }
  }
}

// PARTITIONED BY takes columns, as Flink does, and transforms: day(ts), bucket(16, id).
Result<iceberg::PartitionSpec> SpecOf(const std::vector<std::string>& keys,
                                      const iceberg::Schema& schema) {
  std::string terms;
  bool transformed = false;
  for (const std::string& key : keys) {
    const bool column = key.find('(') == key.npos || schema.FindColumn(key) != nullptr;
    transformed |= !column;
    terms += (terms.empty() ? "" : ", ") + (column ? "`" + key + "`" : key);
  }
  return transformed ? iceberg::ParsePartitionText(terms, schema)
                     : iceberg::IdentityPartitionSpec(keys, schema);
}

iceberg::PartitionSpec PartitionOf(const sql::TableEntry& entry, const iceberg::Schema& schema,
                                   std::vector<Error>* errors) {
  const auto text = entry.options.find(iceberg::kPartitionProperty);
  if (text == entry.options.end()) {
    return Take(SpecOf(entry.partition_keys, schema), "PARTITIONED BY", errors);
  }
  if (!entry.partition_keys.empty()) {
    errors->push_back(
        At(InvalidArgument(std::string("give either PARTITIONED BY or the property '") +
                           iceberg::kPartitionProperty + "', not both"),
           iceberg::kPartitionProperty));
    return {};
  }
  return Take(iceberg::ParsePartitionText(text->second, schema), iceberg::kPartitionProperty,
              errors);
}

void CheckProperties(const iceberg::Properties& properties, const iceberg::Schema& schema,
                     std::vector<Error>* errors) {
  Take(iceberg::ReadWriteProperties(properties), "WITH", errors);
  Take(iceberg::ReadCommitProperties(properties), "WITH", errors);
  Take(iceberg::ReadExpiryProperties(properties), "WITH", errors);
  Take(iceberg::MetricsModes(properties, schema), "WITH", errors);
  for (const auto& [key, value] : properties) {
    if (IsRecord(key)) {
      errors->push_back(At(InvalidArgument("properties that begin with 'sluice.' are kept by the "
                                           "pipelines themselves: " +
                                           key),
                           key));
    }
  }
  const auto version = properties.find(kFormatVersion);
  if (version != properties.end() && version->second != "2") {
    errors->push_back(
        At(Unsupported("sluice writes Iceberg tables of format-version 2, not " + version->second),
           kFormatVersion));
  }
}

// One term per partition field: a column, or "days(ts)".
std::vector<std::string> PartitionTerms(const iceberg::PartitionSpec& spec,
                                        const iceberg::Schema& schema) {
  std::vector<std::string> terms;
  for (const iceberg::PartitionField& field : spec.fields) {
    iceberg::PartitionSpec single;
    single.fields.push_back(field);
    terms.push_back(iceberg::PartitionText(single, schema));
  }
  return terms;
}

}  // namespace

tables::TableIdentifier IdentifierOf(const std::string& database, const std::string& table) {
  return {Levels(database), table};
}

iceberg::CreateOptions CreateOptionsOf(const sql::TableEntry& entry, std::vector<Error>* errors) {
  iceberg::CreateOptions out;
  if (entry.kind == sql::TableEntry::Kind::kView) {
    errors->push_back(
        Unsupported("an Iceberg catalog keeps no views; create it in "
                    "default_catalog, or as a TEMPORARY VIEW"));
    return out;
  }
  if (entry.watermark) {
    errors->push_back(
        At(Unsupported("an Iceberg table keeps no WATERMARK"), entry.watermark->column));
  }
  const size_t mistakes = errors->size();
  flow::Schema schema;
  CheckColumns(entry, &schema, errors);
  out.schema = Take(iceberg::FromFlow(schema, entry.primary_key), "PRIMARY KEY", errors);
  if (errors->size() == mistakes) out.spec = PartitionOf(entry, out.schema, errors);
  out.properties = entry.options;
  out.properties.erase(iceberg::kPartitionProperty);
  CheckProperties(out.properties, out.schema, errors);
  if (!entry.comment.empty()) out.properties[kComment] = entry.comment;
  return out;
}

IcebergNames::IcebergNames(std::unique_ptr<tables::Catalog> catalog)
    : catalog_(std::move(catalog)) {}

iceberg::Environment IcebergNames::environment() {
  return {catalog_.get(), &io::RealFileSystem(), &io::RealClock(), &io::RealRandom()};
}

const std::string& IcebergNames::kind() const {
  static const std::string kind = "iceberg";
  return kind;
}

Status IcebergNames::CheckOpen() const {
  if (catalog_ != nullptr) return Status::Ok();
  return Internal("a catalog that does not exist yet was opened for reading only");
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
  return catalog_->NamespaceExists(Levels(database));
}

Status IcebergNames::CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                                    const std::string& comment) {
  SLUICE_TRY(CheckOpen());
  auto all = properties;
  if (!comment.empty()) all[kComment] = comment;
  return catalog_->CreateNamespace(Levels(database), all);
}

Result<sql::DatabaseEntry> IcebergNames::LookUpDatabase(const std::string& database) {
  SLUICE_ASSIGN(const bool exists, DatabaseExists(database));
  if (!exists) return NotFound("there is no database '" + database + "'");
  sql::DatabaseEntry entry;
  SLUICE_ASSIGN(entry.properties, catalog_->NamespaceProperties(Levels(database)));
  if (auto comment = entry.properties.extract(kComment); !comment.empty()) {
    entry.comment = comment.mapped();
  }
  return entry;
}

Status IcebergNames::AlterDatabase(const std::string& database, const flow::OptionMap& properties) {
  SLUICE_TRY(CheckOpen());
  return catalog_->SetNamespaceProperties(Levels(database), properties);
}

Status IcebergNames::DropDatabase(const std::string& database, bool cascade) {
  if (catalog_ == nullptr) return NotFound("there is no database '" + database + "'");
  SLUICE_ASSIGN(const auto tables, catalog_->ListTables(Levels(database)));
  if (!tables.empty() && !cascade) {
    return InvalidArgument("database '" + database + "' is not empty");
  }
  for (const auto& table : tables) SLUICE_TRY(catalog_->Drop(table));
  return catalog_->DropNamespace(Levels(database));
}

Result<std::vector<std::string>> IcebergNames::ListTables(const std::string& database) {
  if (catalog_ == nullptr) return NotFound("there is no database '" + database + "'");
  SLUICE_ASSIGN(const auto tables, catalog_->ListTables(Levels(database)));
  std::vector<std::string> names;
  for (const auto& table : tables) names.push_back(table.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<sql::TableEntry> IcebergNames::LookUp(const std::string& database,
                                             const std::string& table) {
  if (catalog_ == nullptr) return NotFound("there is no table '" + table + "'");
  SLUICE_ASSIGN(const auto loaded,
                iceberg::Table::Load(environment(), IdentifierOf(database, table)));
  const iceberg::TableMetadata& metadata = loaded.metadata();
  const iceberg::Schema& schema = metadata.schema();
  SLUICE_ASSIGN(const flow::Schema columns, iceberg::ToFlow(schema));
  sql::TableEntry entry;
  entry.kind = sql::TableEntry::Kind::kCatalogTable;
  for (const flow::Field& field : columns.fields) {
    sql::TableColumn column;
    column.field = field;
    entry.columns.push_back(std::move(column));
  }
  for (const int id : schema.identifier_field_ids) entry.primary_key.push_back(schema.PathOf(id));
  entry.partition_keys = PartitionTerms(metadata.spec(), schema);
  for (const auto& [key, value] : metadata.properties) {
    if (key == kComment) {
      entry.comment = value;
    } else if (!IsRecord(key)) {
      entry.options[key] = value;
    }
  }
  return entry;
}

std::vector<Error> IcebergNames::CheckTable(const std::string&, const std::string&,
                                            const sql::TableEntry& entry) {
  std::vector<Error> errors;
  CreateOptionsOf(entry, &errors);
  return errors;
}

Status IcebergNames::CreateTable(const std::string& database, const std::string& table,
                                 const sql::TableEntry& entry) {
  SLUICE_TRY(CheckOpen());
  std::vector<Error> errors;
  const auto options = CreateOptionsOf(entry, &errors);
  if (!errors.empty()) return std::move(errors[0]);
  auto made = iceberg::Table::Create(environment(), IdentifierOf(database, table), options);
  if (!made.ok()) return std::move(made).error();
  return Status::Ok();
}

Status IcebergNames::DropTable(const std::string& database, const std::string& table) {
  if (catalog_ == nullptr) return NotFound("there is no table '" + table + "'");
  return catalog_->Drop(IdentifierOf(database, table));
}

Status IcebergNames::AlterOptions(const std::string& database, const std::string& table,
                                  const flow::OptionMap& options) {
  SLUICE_TRY(CheckOpen());
  SLUICE_ASSIGN(auto loaded, iceberg::Table::Load(environment(), IdentifierOf(database, table)));
  auto wanted = options;
  std::vector<Error> errors;
  CheckProperties(wanted, loaded.metadata().schema(), &errors);
  if (!errors.empty()) return std::move(errors[0]);
  wanted.erase(kFormatVersion);
  for (int attempt = 0; attempt < kAlterAttemptsMax; ++attempt) {
    iceberg::Properties set;
    std::vector<std::string> remove;
    for (const auto& [key, value] : wanted) {
      if (loaded.metadata().Property(key) != value) set[key] = value;
    }
    for (const auto& [key, value] : loaded.metadata().properties) {
      const bool own = IsRecord(key) || key == kComment;
      if (!own && !wanted.contains(key)) remove.push_back(key);
    }
    if (set.empty() && remove.empty()) return Status::Ok();
    SLUICE_ASSIGN(const auto result, loaded.CommitProperties(set, remove, {}));
    if (result.outcome == iceberg::CommitOutcome::kCommitted) return Status::Ok();
    if (result.outcome == iceberg::CommitOutcome::kUnknown) return *result.reason;
    if (!result.reloaded) SLUICE_TRY(loaded.Refresh());
  }
  return CommitConflict("other commits to the table were always first: " + table);
}

Status IcebergNames::AlterColumns(const std::string& database, const std::string& table,
                                  const sql::TableEntry& altered,
                                  const sql::RenamedColumns& renamed) {
  SLUICE_TRY(CheckOpen());
  std::vector<Error> errors;
  const iceberg::CreateOptions wanted = CreateOptionsOf(altered, &errors);
  if (!errors.empty()) return std::move(errors[0]);
  SLUICE_ASSIGN(auto loaded, iceberg::Table::Load(environment(), IdentifierOf(database, table)));
  const int base_schema = loaded.metadata().current_schema_id;
  for (int attempt = 0; attempt < kAlterAttemptsMax; ++attempt) {
    const iceberg::TableMetadata& base = loaded.metadata();
    if (base.current_schema_id != base_schema) {
      return CommitConflict("somebody else changed the columns of the table meanwhile: " + table);
    }
    int last_column_id = base.last_column_id;
    SLUICE_ASSIGN(auto schema,
                  iceberg::EvolveSchema(base.schema(), wanted.schema, renamed, &last_column_id));
    SLUICE_ASSIGN(const auto result, loaded.CommitSchema(std::move(schema), last_column_id));
    if (result.outcome == iceberg::CommitOutcome::kCommitted) return Status::Ok();
    if (result.outcome == iceberg::CommitOutcome::kUnknown) return *result.reason;
    if (!result.reloaded) SLUICE_TRY(loaded.Refresh());
  }
  return CommitConflict("other commits to the table were always first: " + table);
}

Status IcebergNames::CheckColumns(const sql::TableEntry& before, const sql::TableEntry& altered,
                                  const sql::RenamedColumns& renamed) {
  std::vector<Error> errors;
  const iceberg::Schema base = CreateOptionsOf(before, &errors).schema;
  const iceberg::Schema wanted = CreateOptionsOf(altered, &errors).schema;
  if (!errors.empty()) return std::move(errors[0]);
  int last_column_id = base.HighestFieldId();
  auto evolved = iceberg::EvolveSchema(base, wanted, renamed, &last_column_id);
  if (!evolved.ok()) return std::move(evolved).error();
  return {};
}

Status IcebergNames::RenameTable(const std::string& database, const std::string& from,
                                 const std::string& to) {
  SLUICE_TRY(CheckOpen());
  return catalog_->Rename(IdentifierOf(database, from), IdentifierOf(database, to));
}

namespace {

OpenMode ModeOf(sql::CatalogAccess access) {
  return access == sql::CatalogAccess::kRead ? OpenMode::kRead : OpenMode::kWrite;
}

Result<std::unique_ptr<sql::Names>> NamesOf(Result<std::unique_ptr<tables::Catalog>> catalog,
                                            sql::CatalogAccess access) {
  if (catalog.ok()) {
    return std::unique_ptr<sql::Names>(std::make_unique<IcebergNames>(std::move(*catalog)));
  }
  if (access == sql::CatalogAccess::kRead && catalog.error().kind == ErrorKind::kNotFound) {
    return std::unique_ptr<sql::Names>(std::make_unique<IcebergNames>(nullptr));
  }
  return std::move(catalog).error();
}

}  // namespace

sql::CatalogDescription IcebergCatalogDescription() {
  sql::CatalogDescription out;
  out.type = "iceberg";
  out.check = CheckCatalogOptions;
  out.open = [](const std::string& name, const flow::OptionMap& options,
                sql::CatalogAccess access) {
    return NamesOf(OpenCatalog(name, options, ModeOf(access)), access);
  };
  return out;
}

Result<std::unique_ptr<sql::Names>> OpenDefaultNames(const std::string& directory,
                                                     sql::CatalogAccess access) {
  return NamesOf(OpenDefaultCatalog(directory, ModeOf(access)), access);
}

}  // namespace sluice::catalog
