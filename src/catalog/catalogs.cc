// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalogs.h"

#include <algorithm>

#include "catalog/hadoop_catalog.h"
#include "catalog/jdbc_catalog.h"
#include "io/file_system.h"
#include "io/sql_database.h"

namespace sluice::catalog {
namespace {

constexpr int64_t kBusyTimeoutMs = 30'000;
constexpr char kJdbcClass[] = "org.apache.iceberg.jdbc.JdbcCatalog";
constexpr char kHadoopClass[] = "org.apache.iceberg.hadoop.HadoopCatalog";
constexpr std::string_view kSqlitePrefix = "jdbc:sqlite:";

std::string Option(const flow::OptionMap& options, const std::string& key) {
  const auto it = options.find(key);
  return it == options.end() ? "" : it->second;
}

Error Wrong(const std::string& name, const std::string& text) {
  Error error = InvalidArgument("catalog " + name + ": " + text);
  error.where = name;
  return error;
}

// A plain path is made absolute, a file: URI is kept as it is written.
Result<std::string> WarehouseOf(const std::string& name, std::string text) {
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  if (text.empty()) return Wrong(name, "'warehouse' is missing: the folder of the tables");
  auto path = io::PathOfUri(text);
  if (!path.ok()) return std::move(path).error().With("catalog " + name);
  if (*path != text) {
    if (!path->starts_with('/')) return Wrong(name, "'warehouse' has to be absolute: " + text);
    return text;
  }
  return io::AbsolutePath(text);
}

Result<std::string> SqlitePath(const std::string& name, const std::string& uri) {
  if (uri.empty())
    return Wrong(name, "'uri' is missing, for example 'jdbc:sqlite:/data/catalog.db'");
  if (!uri.starts_with(kSqlitePrefix)) {
    return Unsupported("catalog " + name + ": sluice opens 'jdbc:sqlite:<path>', not " + uri);
  }
  std::string path = uri.substr(kSqlitePrefix.size());
  path = path.substr(0, path.find('?'));
  if (path.empty() || path == ":memory:") {
    return Unsupported("catalog " + name + ": an in-memory database would be lost: " + uri);
  }
  SLUICE_ASSIGN(path, io::PathOfUri(path));
  return io::AbsolutePath(path);
}

Result<std::unique_ptr<tables::Catalog>> OpenJdbc(const std::string& name,
                                                  const flow::OptionMap& options, OpenMode mode) {
  JdbcCatalogOptions made;
  made.name = name;
  made.create_tables = mode == OpenMode::kWrite;
  SLUICE_ASSIGN(made.warehouse, WarehouseOf(name, Option(options, "warehouse")));
  SLUICE_ASSIGN(const std::string path, SqlitePath(name, Option(options, "uri")));
  if (mode == OpenMode::kRead) SLUICE_TRY(io::RealFileSystem().Stat(path));
  SLUICE_ASSIGN(auto database, io::OpenSqlite(path, kBusyTimeoutMs));
  SLUICE_ASSIGN(auto catalog, JdbcCatalog::Make(std::move(database), made));
  return std::unique_ptr<tables::Catalog>(std::move(catalog));
}

Result<std::unique_ptr<tables::Catalog>> OpenHadoop(const std::string& name,
                                                    const flow::OptionMap& options) {
  SLUICE_ASSIGN(const std::string warehouse, WarehouseOf(name, Option(options, "warehouse")));
  return std::unique_ptr<tables::Catalog>(
      std::make_unique<HadoopCatalog>(name, warehouse, &io::RealFileSystem()));
}

// Options Iceberg's Flink catalog takes that change nothing here.
bool IsHarmless(const std::string& key) {
  static const std::vector<std::string> kKeys = {"property-version",
                                                 "clients",
                                                 "default-database",
                                                 "cache-enabled",
                                                 "cache.expiration-interval-ms",
                                                 "base-namespace",
                                                 "io-impl",
                                                 "jdbc.user",
                                                 "jdbc.password",
                                                 "jdbc.init-catalog-tables",
                                                 "jdbc.strict-mode"};
  for (const std::string& known : kKeys) {
    if (key == known) return true;
  }
  return false;
}

enum class CatalogKind { kJdbc, kHadoop };

Result<CatalogKind> KindOf(const std::string& name, const flow::OptionMap& options) {
  const std::string kind = Option(options, "catalog-type");
  const std::string class_name = Option(options, "catalog-impl");
  if (!kind.empty() && !class_name.empty()) {
    return Wrong(name, "'catalog-type' and 'catalog-impl' exclude each other");
  }
  if (kind == "jdbc" || class_name == kJdbcClass) return CatalogKind::kJdbc;
  if (kind == "hadoop" || class_name == kHadoopClass) return CatalogKind::kHadoop;
  if (kind.empty() && class_name.empty()) {
    return Wrong(name, "'catalog-type' is missing, expected 'jdbc'");
  }
  return Unsupported("catalog " + name + ": sluice opens 'catalog-type'='jdbc', not '" +
                     (kind.empty() ? class_name : kind) + "'");
}

std::vector<Error> UnknownOptions(const std::string& name, const flow::OptionMap& options) {
  std::vector<std::string> known;
  for (const auto& spec : CatalogOptions()) known.push_back(spec.name);
  std::vector<Error> errors;
  for (const auto& [key, value] : options) {
    if (std::find(known.begin(), known.end(), key) != known.end() || IsHarmless(key)) continue;
    const auto near = flow::NearestName(key, known);
    errors.push_back(Wrong(name, "unknown option '" + key + "'" +
                                     (near ? " (did you mean '" + *near + "'?)" : std::string())));
    errors.back().where = key;
  }
  return errors;
}

}  // namespace

const std::vector<flow::OptionSpec>& CatalogOptions() {
  using flow::OptionKind;
  static const auto* specs = new std::vector<flow::OptionSpec>{
      {.name = "type", .required = true, .description = "'iceberg'"},
      {.name = "catalog-type", .description = "'jdbc', or 'hadoop' for reading"},
      {.name = "catalog-impl", .description = "org.apache.iceberg.jdbc.JdbcCatalog"},
      {.name = "uri", .description = "jdbc:sqlite:<path of the catalog file>"},
      {.name = "warehouse",
       .required = true,
       .description = "folder of the tables, path or file: URI"},
      {.name = "jdbc.schema-version",
       .kind = OptionKind::kEnum,
       .choices = {"V0", "V1"},
       .description = "layout; an existing file keeps the one it has"},
  };
  return *specs;
}

std::vector<Error> CheckCatalogOptions(const std::string& name, const flow::OptionMap& options) {
  std::vector<Error> errors;
  const auto add = [&errors](Error error, const std::string& option) {
    error.where = option;
    errors.push_back(std::move(error));
  };
  const std::string type = Option(options, "type");
  if (type != "iceberg") {
    add(Wrong(name, type.empty() ? "'type' is missing, expected 'iceberg'"
                                 : "'type' is 'iceberg', not '" + type + "'"),
        "type");
  }
  for (Error& error : UnknownOptions(name, options)) errors.push_back(std::move(error));
  const auto kind = KindOf(name, options);
  if (!kind.ok()) {
    add(kind.error(), Option(options, "catalog-impl").empty() ? "catalog-type" : "catalog-impl");
  } else if (*kind == CatalogKind::kJdbc) {
    const auto path = SqlitePath(name, Option(options, "uri"));
    if (!path.ok()) add(path.error(), "uri");
    const std::string version = Option(options, "jdbc.schema-version");
    if (!version.empty() && version != "V0" && version != "V1") {
      add(Wrong(name, "'jdbc.schema-version' is V0 or V1, not " + version), "jdbc.schema-version");
    }
  }
  const auto warehouse = WarehouseOf(name, Option(options, "warehouse"));
  if (!warehouse.ok()) add(warehouse.error(), "warehouse");
  return errors;
}

Result<std::unique_ptr<tables::Catalog>> OpenCatalog(const std::string& name,
                                                     const flow::OptionMap& options,
                                                     OpenMode mode) {
  auto errors = CheckCatalogOptions(name, options);
  if (!errors.empty()) return std::move(errors[0]);
  SLUICE_ASSIGN(const CatalogKind kind, KindOf(name, options));
  return kind == CatalogKind::kJdbc ? OpenJdbc(name, options, mode) : OpenHadoop(name, options);
}

Result<std::unique_ptr<tables::Catalog>> OpenDefaultCatalog(const std::string& directory,
                                                            OpenMode mode) {
  SLUICE_ASSIGN(const std::string base, io::AbsolutePath(directory.empty() ? "." : directory));
  const std::string root = base == "/" ? "" : base;
  const flow::OptionMap options = {
      {"type", "iceberg"},
      {"catalog-type", "jdbc"},
      {"uri", std::string(kSqlitePrefix) + root + "/" + kDefaultCatalogFile},
      {"warehouse", root + "/" + kDefaultWarehouse}};
  SLUICE_ASSIGN(auto catalog, OpenCatalog(kDefaultCatalogName, options, mode));
  if (mode == OpenMode::kRead) return catalog;
  SLUICE_TRY(io::RealFileSystem().MakeDirectories(root + "/" + kDefaultWarehouse));
  SLUICE_ASSIGN(const bool exists, catalog->NamespaceExists({kDefaultDatabaseName}));
  if (!exists) {
    const Status made = catalog->CreateNamespace({kDefaultDatabaseName}, {});
    if (!made.ok() && made.error().kind != ErrorKind::kAlreadyExists) return made.error();
  }
  return catalog;
}

}  // namespace sluice::catalog
