// SPDX-License-Identifier: Apache-2.0
// The list of sink connectors. To add one: a folder and a line in sinks.cc. Iceberg tables of a
// catalog are sinks too; they are opened through sinks/iceberg/sink.h because they need the
// catalog.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/changelog.h"
#include "flow/sink.h"
#include "flow/table_definition.h"

namespace sluice::sinks {

struct SinkConnector {
  std::string name;
  std::vector<flow::OptionSpec> options;
  std::vector<Error> (*check)(const flow::ConnectorTable& table);
  /// The kinds of rows that it takes; null: insert-only.
  flow::ChangelogMode (*changelog)(const flow::ConnectorTable& table) = nullptr;
  Result<std::unique_ptr<flow::Sink>> (*open)(const flow::ConnectorTable& table);
};

const std::vector<SinkConnector>& SinkConnectors();
const SinkConnector* FindSinkConnector(std::string_view name);

}  // namespace sluice::sinks
