// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'kafka' and 'upsert-kafka' as sinks (README.md of this folder).
#pragma once

#include "sinks/connector.h"

namespace sluice::sinks::kafka {

/// The connectors for sinks.cc.
SinkConnector KafkaConnector();
SinkConnector UpsertKafkaConnector();

}  // namespace sluice::sinks::kafka
