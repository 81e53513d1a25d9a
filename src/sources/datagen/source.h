// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'datagen': made-up rows, with Flink's options (docs: "DataGen SQL Connector").
#pragma once

#include "sources/connector.h"

namespace sluice::sources::datagen {

/// The connector for sources.cc.
SourceConnector DatagenConnector();

}  // namespace sluice::sources::datagen
