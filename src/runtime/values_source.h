// SPDX-License-Identifier: Apache-2.0
// Rows written in the SQL text (VALUES) as a bounded source: one split, one record per row. The
// same text started again goes on where the table stands, as with any other source.
#pragma once

#include <memory>

#include "base/result.h"
#include "flow/source.h"
#include "flow/type.h"
#include "plan/job_graph.h"
#include "runtime/connections.h"

namespace sluice::runtime {

/// `make_operator` evaluates the rows' expressions, which read no columns.
Result<std::unique_ptr<flow::Source>> OpenValuesSource(
    const plan::JobGraph& graph, const plan::JobNode& node, int64_t now_ms,
    const decltype(Connections::make_operator)& make_operator);

}  // namespace sluice::runtime
