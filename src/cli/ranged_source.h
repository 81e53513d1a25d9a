// SPDX-License-Identifier: Apache-2.0
// A source cut to a range: from where each split begins to a position, which is then the end of all
// its input, whatever lies behind it.
#pragma once

#include "flow/position.h"
#include "runtime/connections.h"

namespace sluice::cli {

/// Cuts each source that these connections will open, by the name that positions give it. Copies
/// `end`. A split that `end` does not know has nothing to give. Discovering splits fails with
/// kSourceLost where one begins behind its end: what was read is gone.
void CutSources(const flow::Position& end, runtime::Connections* connections);

}  // namespace sluice::cli
