// SPDX-License-Identifier: Apache-2.0
// A source cut to a range: from where each split begins to a position, which is then the end of all
// its input, whatever lies behind it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "flow/position.h"
#include "flow/source.h"

namespace sluice::cli {

/// `name`: of the source in `end`. A split that `end` does not know has nothing to give.
/// Discovering splits fails with kSourceLost where one begins behind its end: what was read is
/// gone.
std::unique_ptr<flow::Source> CutSource(std::unique_ptr<flow::Source> source,
                                        const std::string& name, const flow::Position& end);

}  // namespace sluice::cli
