// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'blackhole': counts rows and forgets them.
#pragma once

#include "sinks/connector.h"

namespace sluice::sinks::blackhole {

/// The connector for sinks.cc.
SinkConnector BlackholeConnector();

}  // namespace sluice::sinks::blackhole
