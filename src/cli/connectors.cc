// SPDX-License-Identifier: Apache-2.0
#include "cli/connectors.h"

#include <utility>

#include "catalog/catalogs.h"
#include "catalog/iceberg_names.h"
#include "io/file_system.h"
#include "sinks/connector.h"
#include "sources/connector.h"
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

// Tables without a connector in the session's default catalog live under the working directory.
Result<std::unique_ptr<sql::Names>> OpenDefault(sql::CatalogAccess access) {
  const bool there = io::RealFileSystem().Stat(catalog::kDefaultCatalogFile).ok();
  if (!there && access == sql::CatalogAccess::kRead) {
    return std::unique_ptr<sql::Names>(std::make_unique<catalog::IcebergNames>(nullptr));
  }
  SLUICE_ASSIGN(auto opened, catalog::OpenDefaultCatalog("."));
  return std::unique_ptr<sql::Names>(std::make_unique<catalog::IcebergNames>(std::move(opened)));
}

}  // namespace

sql::Connectors AllConnectors() {
  sql::Connectors all;
  for (const sources::SourceConnector& source : sources::SourceConnectors()) {
    sql::ConnectorDescription* entry = Entry(source.name, &all);
    entry->check_source = source.check;
    for (const flow::Field& column : source.metadata) {
      entry->metadata.push_back({.key = column.name, .type = column.type});
    }
  }
  for (const sinks::SinkConnector& sink : sinks::SinkConnectors()) {
    Entry(sink.name, &all)->check_sink = sink.check;
  }
  all.catalogs.push_back(
      {.type = "iceberg", .check = catalog::CheckCatalog, .open = catalog::IcebergNames::Open});
  all.open_default = OpenDefault;
  return all;
}

runtime::FindCatalog CatalogsOf(plan::Session& session) {
  return [&session](const std::string& name) { return Behind(session.FindNames(name)); };
}

}  // namespace sluice::cli
