// SPDX-License-Identifier: Apache-2.0
// How the table of a lookup join is asked: key by key, through a cache, or as a copy.
#pragma once

#include <memory>

#include "base/result.h"
#include "flow/lookup.h"
#include "plan/job_graph.h"

namespace sluice::runtime {

/// As the connector can and the table's 'lookup.*' options say.
Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const plan::LookupJoinNode& node);

}  // namespace sluice::runtime
