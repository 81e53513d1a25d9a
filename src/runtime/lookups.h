// SPDX-License-Identifier: Apache-2.0
// How the table of a lookup join is asked: key by key, through a cache, or as a copy.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "flow/lookup.h"
#include "flow/source.h"
#include "plan/job_graph.h"

namespace sluice::runtime {

/// Opens a table of a catalog to read it once, whole.
using OpenCatalogTable = std::function<Result<std::unique_ptr<flow::Source>>(
    const plan::LookupJoinNode& node, const flow::SourceProjection& projection)>;

/// As the connector can and the table's 'lookup.*' options say. A table of a catalog is a copy that
/// is made anew at its 'monitor-interval'.
Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const plan::LookupJoinNode& node,
                                                       const OpenCatalogTable& open_table);

}  // namespace sluice::runtime
