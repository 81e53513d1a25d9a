// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'nexmark': the Nexmark stream made in the process, as the union table of the public
// benchmark (event_type, person, auction, bid).
#pragma once

#include "sources/connector.h"

namespace sluice::sources::nexmark {

/// The connector for sources.cc.
SourceConnector NexmarkConnector();

}  // namespace sluice::sources::nexmark
