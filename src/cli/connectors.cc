// SPDX-License-Identifier: Apache-2.0
#include "cli/connectors.h"

#include <utility>

#include "catalog/sql_names.h"
#include "sinks/connector.h"
#include "sources/connector.h"
#include "sources/iceberg/options.h"
#include "sql/memory_names.h"

namespace sluice::cli {
namespace {

sql::ConnectorDescription* Entry(const std::string& name, sql::Connectors* all) {
  for (sql::ConnectorDescription& known : all->connectors) {
    if (known.name == name) return &known;
  }
  all->connectors.push_back({});
  all->connectors.back().name = name;
  return &all->connectors.back();
}

// The Iceberg catalog behind a catalog of the session; nullptr if there is none.
tables::Catalog* Behind(sql::Names* names) {
  if (auto* memory = dynamic_cast<sql::MemoryNames*>(names)) {
    auto durable = memory->durable_to_write();
    names = durable.ok() ? *durable : nullptr;
  }
  auto* iceberg = dynamic_cast<catalog::IcebergNames*>(names);
  return iceberg == nullptr ? nullptr : iceberg->catalog();
}

}  // namespace

sql::Connectors AllConnectors() {
  sql::Connectors all;
  for (const sources::SourceConnector& source : sources::SourceConnectors()) {
    sql::ConnectorDescription* entry = Entry(source.name, &all);
    entry->check_source = source.check;
    if (source.changelog != nullptr) entry->source_changelog = source.changelog;
    for (const flow::Field& column : source.metadata) {
      entry->metadata.push_back({.key = column.name, .type = column.type});
    }
    if (source.format_metadata == nullptr) continue;
    entry->format_metadata = [of = source.format_metadata](const flow::OptionMap& options) {
      std::vector<sql::MetadataColumn> columns;
      for (const flow::Field& column : of(options)) {
        columns.push_back({.key = column.name, .type = column.type});
      }
      return columns;
    };
  }
  for (const sinks::SinkConnector& sink : sinks::SinkConnectors()) {
    Entry(sink.name, &all)->check_sink = sink.check;
    if (sink.changelog != nullptr) Entry(sink.name, &all)->sink_changelog = sink.changelog;
  }
  all.catalogs.push_back(catalog::IcebergCatalogDescription());
  // Not in the list of sources: it needs a catalog to be opened.
  Entry("iceberg", &all)->check_source = sources::iceberg::CheckReadOptions;
  all.open_default = [](sql::CatalogAccess access) {
    return catalog::OpenDefaultNames(".", access);
  };
  return all;
}

runtime::FindCatalog CatalogsOf(plan::Session& session) {
  return [&session](const std::string& name) { return Behind(session.FindNames(name)); };
}

}  // namespace sluice::cli
