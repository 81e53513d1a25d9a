// SPDX-License-Identifier: Apache-2.0
// What the SQL front end asks of a catalog: databases, tables and views by name. Connector tables
// live in a MemoryNames (the `default_catalog` of a session); Iceberg catalogs implement Names in
// catalog/. Names are case-sensitive, as in Flink. Implementations need not be thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_definition.h"
#include "flow/table_options.h"
#include "flow/type.h"

namespace sluice::sql {

struct TableColumn {
  enum class Kind : uint8_t { kPhysical, kMetadata, kComputed };
  Kind kind = Kind::kPhysical;
  flow::Field field;         // the type of a computed column is known after it was bound
  std::string metadata_key;  // kMetadata: FROM 'key', else the column's name
  bool is_virtual = false;   // kMetadata
  std::string expression;    // kComputed: its SQL text
};

struct Watermark {
  std::string column;      // dotted where it is a nested field
  std::string expression;  // its SQL text
};

/// A table or view as CREATE made it. The text of computed columns, watermarks and views is bound
/// anew at each use, with `scope_catalog` and `scope_database` as the current ones.
struct TableEntry {
  enum class Kind : uint8_t {
    kConnector,     // WITH ('connector' = ...)
    kCatalogTable,  // the table itself lives in the catalog (Iceberg)
    kView,
  };
  Kind kind = Kind::kConnector;
  bool temporary = false;
  std::vector<TableColumn> columns;  // of a view: its names and types, all physical
  std::optional<Watermark> watermark;
  std::vector<std::string> primary_key;
  std::string key_name;                     // CONSTRAINT name; empty: PK_ and its columns
  std::vector<std::string> partition_keys;  // PARTITIONED BY: column names; a catalog table that
                                            // others made may give transforms: "day(ts)"
  flow::OptionMap options;                  // WITH; for a catalog table, its properties
  std::string comment;
  std::string query;  // kView: its SQL text
  std::string scope_catalog, scope_database;
};

/// A database as CREATE DATABASE and ALTER DATABASE made it.
struct DatabaseEntry {
  flow::OptionMap properties;
  std::string comment;
};

/// ALTER TABLE ... RENAME of columns: new names and the old ones.
using RenamedColumns = std::map<std::string, std::string>;

/// One catalog by the name that CREATE CATALOG gave it.
class Names {
 public:
  virtual ~Names() = default;
  /// "iceberg", "generic_in_memory": CREATE CATALOG ... WITH ('type' = kind).
  virtual const std::string& kind() const = 0;
  /// A database that exists from the start ("default", "default_database"), empty = none.
  virtual std::string default_database() const = 0;

  virtual Result<std::vector<std::string>> ListDatabases() = 0;
  virtual Result<bool> DatabaseExists(const std::string& database) = 0;
  /// kAlreadyExists if it exists.
  virtual Status CreateDatabase(const std::string& database, const flow::OptionMap& properties,
                                const std::string& comment) = 0;
  /// kNotFound if there is no such database.
  virtual Result<DatabaseEntry> LookUpDatabase(const std::string& database) = 0;
  /// ALTER DATABASE ... SET: properties with their new values.
  virtual Status AlterDatabase(const std::string& database, const flow::OptionMap& properties) = 0;
  /// kNotFound; kInvalidArgument if it holds tables and `cascade` is false.
  virtual Status DropDatabase(const std::string& database, bool cascade) = 0;

  /// Tables and views, sorted.
  virtual Result<std::vector<std::string>> ListTables(const std::string& database) = 0;
  /// kNotFound if there is no such table or view (or database).
  virtual Result<TableEntry> LookUp(const std::string& database, const std::string& table) = 0;
  /// May this entry be created here? Errors of the definition (a type that Iceberg lacks, an
  /// unknown property); touches nothing. Called by `sluice check` too.
  virtual std::vector<Error> CheckTable(const std::string& database, const std::string& table,
                                        const TableEntry& entry) = 0;
  /// kAlreadyExists; kNotFound when the database is missing; kUnsupported for what it cannot keep.
  virtual Status CreateTable(const std::string& database, const std::string& table,
                             const TableEntry& entry) = 0;
  virtual Status DropTable(const std::string& database, const std::string& table) = 0;
  /// ALTER TABLE ... SET/RESET: the options as they are to be.
  virtual Status AlterOptions(const std::string& database, const std::string& table,
                              const flow::OptionMap& options) = 0;
  /// ALTER TABLE ... ADD, MODIFY, DROP, RENAME of columns: the table as it is to be.
  virtual Status AlterColumns(const std::string& database, const std::string& table,
                              const TableEntry& altered, const RenamedColumns& renamed) = 0;
  /// What AlterColumns would say of a table that is `before`; touches nothing.
  virtual Status CheckColumns(const TableEntry& before, const TableEntry& altered,
                              const RenamedColumns& renamed) = 0;
  virtual Status RenameTable(const std::string& database, const std::string& from,
                             const std::string& to) = 0;
};

}  // namespace sluice::sql
