// SPDX-License-Identifier: Apache-2.0
// What the SQL front end knows of connectors and catalogs, without including them: cli/ fills this
// from the lists of sources/ and sinks/ and the makers of catalog/.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/changelog.h"
#include "flow/table_definition.h"
#include "flow/table_options.h"
#include "sql/names.h"

namespace sluice::sql {

/// A METADATA column that a connector offers.
struct MetadataColumn {
  std::string key;
  flow::TypePtr type;
  bool writable = false;  // a sink takes it; else it must be declared VIRTUAL in a sink table
};

/// One 'connector' = name, as source, as sink, or both.
struct ConnectorDescription {
  std::string name;
  std::vector<MetadataColumn> metadata;
  /// Those that the format of a table adds, by the table's options; empty function: none.
  std::function<std::vector<MetadataColumn>(const flow::OptionMap&)> format_metadata;
  /// Checks a table read (written) through it, without touching the network: every mistake.
  /// Error::where holds the option key or the column name that the error is about, where there is
  /// one. Empty function: cannot be read (written).
  std::function<std::vector<Error>(const flow::ConnectorTable&)> check_source;
  std::function<std::vector<Error>(const flow::ConnectorTable&)> check_sink;

  /// The kinds of rows that it gives (takes), for streams that update; empty function: insert-only.
  std::function<flow::ChangelogMode(const flow::ConnectorTable&)> source_changelog;
  std::function<flow::ChangelogMode(const flow::ConnectorTable&)> sink_changelog;

  /// All that a table with these options offers.
  std::vector<MetadataColumn> MetadataOf(const flow::OptionMap& options) const;
  bool is_source() const { return static_cast<bool>(check_source); }
  bool is_sink() const { return static_cast<bool>(check_sink); }
};

enum class CatalogAccess : uint8_t {
  kRead,   // check and explain: may read what is there, creates and changes nothing
  kWrite,  // run: may create the catalog's own store
};

/// One 'type' of CREATE CATALOG.
struct CatalogDescription {
  std::string type;  // "iceberg"
  /// Checks the options without touching anything: every mistake; Error::where = option key.
  std::function<std::vector<Error>(const std::string& name, const flow::OptionMap& options)> check;
  /// Opens it. With kRead, a store that does not exist yet is an empty catalog. The same name may
  /// be opened twice: once to read, once to write.
  std::function<Result<std::unique_ptr<Names>>(
      const std::string& name, const flow::OptionMap& options, CatalogAccess access)>
      open;
};

struct Connectors {
  std::vector<ConnectorDescription> connectors;
  std::vector<CatalogDescription> catalogs;
  /// Opens where `default_catalog` keeps tables that are declared without a 'connector'. Called
  /// when such a table is first asked for; empty: there is no such place.
  std::function<Result<std::unique_ptr<Names>>(CatalogAccess access)> open_default;

  const ConnectorDescription* Find(const std::string& connector) const;
  const CatalogDescription* FindCatalog(const std::string& type) const;
};

}  // namespace sluice::sql
