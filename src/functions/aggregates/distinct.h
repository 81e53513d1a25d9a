// SPDX-License-Identifier: Apache-2.0
// DISTINCT in the state itself: the values that a call has seen, with their counts, beside the
// state of the call. For windows, whose states are merged and thrown away as a whole; a GROUP BY,
// whose values may be very many, keeps them in a table.
#pragma once

#include <memory>
#include <vector>

#include "functions/aggregate.h"

namespace sluice::functions {

/// `inner` sees each value (of all arguments together) once.
std::unique_ptr<Aggregator> MakeDistinct(std::unique_ptr<Aggregator> inner,
                                         std::vector<flow::TypePtr> arguments);

}  // namespace sluice::functions
