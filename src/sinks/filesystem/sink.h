// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'filesystem' as a sink (README.md of this folder).
#pragma once

#include "sinks/connector.h"

namespace sluice::sinks::filesystem {

/// The connector for sinks.cc.
SinkConnector FilesystemConnector();

}  // namespace sluice::sinks::filesystem
