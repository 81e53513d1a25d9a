// SPDX-License-Identifier: Apache-2.0
// What a batch has left of changes at the end of all input.
#pragma once

#include <vector>

#include "flow/type.h"
#include "plan/job_graph.h"
#include "plan/physical/traits.h"

namespace sluice::plan {

/// By what a SortNode gathers rows of a changing input whose order nobody asked for: their key
/// where they have one, else all columns that have an order.
std::vector<SortKey> KeysOfFinalRows(const Traits& traits, const flow::Schema& schema);

}  // namespace sluice::plan
