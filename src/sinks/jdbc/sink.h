// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'jdbc' as a sink (README.md of this folder).
#pragma once

#include "sinks/connector.h"

namespace sluice::sinks::jdbc {

/// The connector for sinks.cc.
SinkConnector JdbcConnector();

}  // namespace sluice::sinks::jdbc
