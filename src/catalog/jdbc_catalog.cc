// SPDX-License-Identifier: Apache-2.0
#include "catalog/jdbc_catalog.h"

#include <algorithm>
#include <set>

namespace sluice::catalog {
namespace {

using io::SqlDatabase;
using Levels = std::vector<std::string>;

// As Java's JdbcUtil and PyIceberg's SqlCatalog make them.
constexpr char kCreateTables[] =
    "CREATE TABLE iceberg_tables ("
    "catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, "
    "table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), "
    "previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5), "
    "PRIMARY KEY (catalog_name, table_namespace, table_name))";
constexpr char kCreateProperties[] =
    "CREATE TABLE iceberg_namespace_properties ("
    "catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, "
    "property_key VARCHAR(255) NOT NULL, property_value VARCHAR(1000), "
    "PRIMARY KEY (catalog_name, namespace, property_key))";
// The row that keeps a namespace without properties alive.
constexpr char kExists[] = "exists";

std::string Joined(const Levels& levels) {
  std::string out;
  for (const std::string& level : levels) out += (out.empty() ? "" : ".") + level;
  return out;
}

Levels Split(const std::string& name) {
  Levels levels(1);
  for (const char c : name) {
    if (c == '.') {
      levels.emplace_back();
    } else {
      levels.back().push_back(c);
    }
  }
  return levels;
}

Status CheckLevels(const Levels& levels) {
  if (levels.empty()) return InvalidArgument("a namespace needs a name");
  for (const std::string& level : levels) {
    if (level.empty() || level.find('.') != std::string::npos) {
      return InvalidArgument("a namespace name may be neither empty nor hold a dot: '" + level +
                             "'");
    }
  }
  return Status::Ok();
}

Error NoSuchTable(const tables::TableIdentifier& table) {
  return NotFound("table does not exist: " + table.ToString());
}
Error NoSuchNamespace(const Levels& levels) {
  return NotFound("namespace does not exist: " + Joined(levels));
}

}  // namespace

Result<std::unique_ptr<JdbcCatalog>> JdbcCatalog::Make(std::unique_ptr<SqlDatabase> database,
                                                       const JdbcCatalogOptions& options) {
  std::unique_ptr<JdbcCatalog> catalog(new JdbcCatalog(std::move(database), options));
  SLUICE_TRY(catalog->Initialize());
  return catalog;
}

Status JdbcCatalog::Initialize() {
  const auto exists = [this](const char* table) -> Result<bool> {
    SLUICE_ASSIGN(
        const auto rows,
        database_->Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?",
                         {std::string(table)}));
    return !rows.empty();
  };
  for (const auto& [table, create] :
       {std::pair("iceberg_tables", kCreateTables),
        std::pair("iceberg_namespace_properties", kCreateProperties)}) {
    SLUICE_ASSIGN(const bool there, exists(table));
    if (there) continue;
    if (!options_.create_tables)
      return NotFound("not an Iceberg catalog: no table " + std::string(table));
    const auto made = database_->Execute(create, {});
    if (!made.ok()) {  // another process may have made it in between
      SLUICE_ASSIGN(const bool now_there, exists(table));
      if (!now_there) return made.error();
    }
  }
  SLUICE_ASSIGN(const auto columns, database_->Query("PRAGMA table_info(iceberg_tables)", {}));
  has_type_column_ = std::any_of(columns.begin(), columns.end(), [](const SqlDatabase::Row& row) {
    return row.size() > 1 && row[1] == "iceberg_type";
  });
  return Status::Ok();
}

// Views live in the same table from V1 on.
std::string JdbcCatalog::TableFilter() const {
  return has_type_column_ ? " AND (iceberg_type = 'TABLE' OR iceberg_type IS NULL)" : "";
}

Result<std::vector<Levels>> JdbcCatalog::ListNamespaces() {
  SLUICE_ASSIGN(
      const auto rows,
      database_->Query("SELECT DISTINCT table_namespace FROM iceberg_tables WHERE catalog_name = ? "
                       "UNION SELECT DISTINCT namespace FROM iceberg_namespace_properties "
                       "WHERE catalog_name = ? ORDER BY 1",
                       {options_.name, options_.name}));
  std::vector<Levels> out;
  for (const auto& row : rows) {
    if (row[0]) out.push_back(Split(*row[0]));
  }
  return out;
}

Result<bool> JdbcCatalog::NamespaceExists(const Levels& levels) {
  SLUICE_TRY(CheckLevels(levels));
  // Parents exist through their children.
  const std::string name = Joined(levels);
  std::string pattern;
  for (const char c : name) {
    if (c == '\\' || c == '%' || c == '_') pattern.push_back('\\');
    pattern.push_back(c);
  }
  pattern += ".%";
  SLUICE_ASSIGN(const auto rows,
                database_->Query(
                    "SELECT 1 FROM iceberg_tables WHERE catalog_name = ? AND "
                    "(table_namespace = ? OR table_namespace LIKE ? ESCAPE '\\') "
                    "UNION SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = ? AND "
                    "(namespace = ? OR namespace LIKE ? ESCAPE '\\')",
                    {options_.name, name, pattern, options_.name, name, pattern}));
  return !rows.empty();
}

Status JdbcCatalog::CreateNamespace(const Levels& levels,
                                    const std::map<std::string, std::string>& properties) {
  SLUICE_TRY(CheckLevels(levels));
  SLUICE_ASSIGN(const bool exists, NamespaceExists(levels));
  if (exists) return AlreadyExists("namespace exists already: " + Joined(levels));
  // One statement, so that a namespace appears whole: first the marker row, then the properties.
  std::string sql =
      "INSERT INTO iceberg_namespace_properties "
      "(catalog_name, namespace, property_key, property_value) VALUES (?, ?, ?, ?)";
  std::vector<SqlDatabase::Value> values = {options_.name, Joined(levels), std::string(kExists),
                                            std::string("true")};
  for (const auto& [key, value] : properties) {
    if (key == kExists) continue;
    sql += ", (?, ?, ?, ?)";
    values.insert(values.end(), {options_.name, Joined(levels), key, value});
  }
  auto inserted = database_->Execute(sql, values);
  if (!inserted.ok()) return std::move(inserted).error();
  return Status::Ok();
}

Status JdbcCatalog::DropNamespace(const Levels& levels) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(levels));
  if (!exists) return NoSuchNamespace(levels);
  // Guard and removal in one statement: a table made in between keeps its namespace.
  SLUICE_ASSIGN(
      const int64_t removed,
      database_->Execute("DELETE FROM iceberg_namespace_properties WHERE catalog_name = ? AND "
                         "namespace = ? AND NOT EXISTS (SELECT 1 FROM iceberg_tables WHERE "
                         "catalog_name = ? AND table_namespace = ?)",
                         {options_.name, Joined(levels), options_.name, Joined(levels)}));
  if (removed == 0) return InvalidArgument("namespace is not empty: " + Joined(levels));
  return Status::Ok();
}

Result<std::map<std::string, std::string>> JdbcCatalog::NamespaceProperties(const Levels& levels) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(levels));
  if (!exists) return NoSuchNamespace(levels);
  SLUICE_ASSIGN(const auto rows,
                database_->Query("SELECT property_key, property_value FROM "
                                 "iceberg_namespace_properties WHERE catalog_name = ? AND "
                                 "namespace = ?",
                                 {options_.name, Joined(levels)}));
  std::map<std::string, std::string> out;
  for (const auto& row : rows) {
    if (row[0] && *row[0] != kExists) out[*row[0]] = row[1].value_or("");
  }
  return out;
}

Status JdbcCatalog::SetNamespaceProperties(const Levels& levels,
                                           const std::map<std::string, std::string>& properties) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(levels));
  if (!exists) return NoSuchNamespace(levels);
  std::string rows;
  std::vector<SqlDatabase::Value> values;
  for (const auto& [key, value] : properties) {
    rows += rows.empty() ? "(?, ?, ?, ?)" : ", (?, ?, ?, ?)";
    values.insert(values.end(), {options_.name, Joined(levels), key, value});
  }
  if (rows.empty()) return Status::Ok();
  auto changed = database_->Execute(
      "INSERT INTO iceberg_namespace_properties (catalog_name, namespace, property_key, "
      "property_value) VALUES " +
          rows +
          " ON CONFLICT (catalog_name, namespace, property_key) DO UPDATE SET property_value = "
          "excluded.property_value",
      values);
  if (!changed.ok()) return std::move(changed).error();
  return Status::Ok();
}

Result<std::vector<tables::TableIdentifier>> JdbcCatalog::ListTables(const Levels& levels) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(levels));
  if (!exists) return NoSuchNamespace(levels);
  SLUICE_ASSIGN(const auto rows,
                database_->Query("SELECT table_name FROM iceberg_tables WHERE catalog_name = ? AND "
                                 "table_namespace = ?" +
                                     TableFilter() + " ORDER BY 1",
                                 {options_.name, Joined(levels)}));
  std::vector<tables::TableIdentifier> out;
  for (const auto& row : rows) out.push_back({levels, row[0].value_or("")});
  return out;
}

Result<std::string> JdbcCatalog::LoadMetadataLocation(const tables::TableIdentifier& table) {
  SLUICE_ASSIGN(const auto rows,
                database_->Query("SELECT metadata_location FROM iceberg_tables WHERE "
                                 "catalog_name = ? AND table_namespace = ? AND table_name = ?" +
                                     TableFilter(),
                                 {options_.name, Joined(table.namespace_levels), table.name}));
  if (rows.empty()) return NoSuchTable(table);
  if (!rows[0][0]) return Corrupt("catalog row without a metadata location: " + table.ToString());
  return *rows[0][0];
}

Status JdbcCatalog::Register(const tables::TableIdentifier& table,
                             const std::string& metadata_location) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(table.namespace_levels));
  if (!exists) return NoSuchNamespace(table.namespace_levels);
  if (table.name.empty()) return InvalidArgument("a table needs a name");
  const std::string sql =
      has_type_column_ ? "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, "
                         "metadata_location, previous_metadata_location, iceberg_type) "
                         "VALUES (?, ?, ?, ?, NULL, 'TABLE')"
                       : "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, "
                         "metadata_location, previous_metadata_location) VALUES (?, ?, ?, ?, NULL)";
  auto inserted = database_->Execute(
      sql, {options_.name, Joined(table.namespace_levels), table.name, metadata_location});
  if (inserted.ok()) return Status::Ok();
  if (inserted.error().kind == ErrorKind::kAlreadyExists) {
    return AlreadyExists("table exists already: " + table.ToString());
  }
  return std::move(inserted).error();
}

Status JdbcCatalog::Swap(const tables::TableIdentifier& table, const std::string& base,
                         const std::string& updated) {
  auto changed = database_->Execute(
      "UPDATE iceberg_tables SET metadata_location = ?, previous_metadata_location = ? WHERE "
      "catalog_name = ? AND table_namespace = ? AND table_name = ? AND metadata_location = ?" +
          TableFilter(),
      {updated, base, options_.name, Joined(table.namespace_levels), table.name, base});
  if (!changed.ok()) return std::move(changed).error();
  if (*changed == 1) return Status::Ok();
  if (*changed > 1) return Corrupt("catalog holds a table twice: " + table.ToString());
  SLUICE_TRY(LoadMetadataLocation(table));  // kNotFound: dropped meanwhile
  return CommitConflict("another commit to the table was first: " + table.ToString());
}

Status JdbcCatalog::Drop(const tables::TableIdentifier& table) {
  SLUICE_ASSIGN(const int64_t removed,
                database_->Execute("DELETE FROM iceberg_tables WHERE catalog_name = ? AND "
                                   "table_namespace = ? AND table_name = ?" +
                                       TableFilter(),
                                   {options_.name, Joined(table.namespace_levels), table.name}));
  return removed == 0 ? Status(NoSuchTable(table)) : Status::Ok();
}

Status JdbcCatalog::Rename(const tables::TableIdentifier& from, const tables::TableIdentifier& to) {
  SLUICE_ASSIGN(const bool exists, NamespaceExists(to.namespace_levels));
  if (!exists) return NoSuchNamespace(to.namespace_levels);
  auto changed = database_->Execute(
      "UPDATE iceberg_tables SET table_namespace = ?, table_name = ? WHERE catalog_name = ? AND "
      "table_namespace = ? AND table_name = ?" +
          TableFilter(),
      {Joined(to.namespace_levels), to.name, options_.name, Joined(from.namespace_levels),
       from.name});
  if (!changed.ok() && changed.error().kind == ErrorKind::kAlreadyExists) {
    return AlreadyExists("table exists already: " + to.ToString());
  }
  if (!changed.ok()) return std::move(changed).error();
  return *changed == 0 ? Status(NoSuchTable(from)) : Status::Ok();
}

}  // namespace sluice::catalog
