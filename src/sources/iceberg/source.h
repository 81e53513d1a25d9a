// SPDX-License-Identifier: Apache-2.0
// A table of an Iceberg catalog as a source (README.md of this folder). Not in the list of
// connectors: it is opened through its catalog.
#pragma once

#include <memory>

#include "flow/source.h"
#include "flow/table_definition.h"
#include "tables/iceberg/table.h"

namespace sluice::sources::iceberg {

struct OpenTable {
  tables::iceberg::Environment environment;
  tables::TableIdentifier identifier;
  flow::ConnectorTable table;  // its options: those of options.h
  flow::SourceProjection projection;
  bool stop_at_latest = false;  // a stream ends with what is there now
};
Result<std::unique_ptr<flow::Source>> OpenIcebergSource(const OpenTable& open);

}  // namespace sluice::sources::iceberg
