// SPDX-License-Identifier: Apache-2.0
#include "sources/connector.h"
#include "sources/datagen/source.h"
#include "sources/filesystem/source.h"
#include "sources/jdbc/source.h"
#include "sources/kafka/source.h"
#include "sources/nexmark/source.h"

namespace sluice::sources {

const std::vector<SourceConnector>& SourceConnectors() {
  static const std::vector<SourceConnector> connectors = {
      datagen::DatagenConnector(), filesystem::FilesystemConnector(), jdbc::JdbcConnector(),
      kafka::KafkaConnector(),     kafka::UpsertKafkaConnector(),     nexmark::NexmarkConnector(),
  };
  return connectors;
}

const SourceConnector* FindSourceConnector(std::string_view name) {
  for (const SourceConnector& connector : SourceConnectors())
    if (connector.name == name) return &connector;
  return nullptr;
}

}  // namespace sluice::sources
