// SPDX-License-Identifier: Apache-2.0
#include "sinks/blackhole/sink.h"
#include "sinks/connector.h"
#include "sinks/filesystem/sink.h"
#include "sinks/jdbc/sink.h"
#include "sinks/kafka/sink.h"
#include "sinks/print/sink.h"

namespace sluice::sinks {

const std::vector<SinkConnector>& SinkConnectors() {
  static const std::vector<SinkConnector> connectors = {
      blackhole::BlackholeConnector(), filesystem::FilesystemConnector(),
      jdbc::JdbcConnector(),           kafka::KafkaConnector(),
      print::PrintConnector(),         kafka::UpsertKafkaConnector(),
  };
  return connectors;
}

const SinkConnector* FindSinkConnector(std::string_view name) {
  for (const SinkConnector& connector : SinkConnectors())
    if (connector.name == name) return &connector;
  return nullptr;
}

}  // namespace sluice::sinks
