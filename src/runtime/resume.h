// SPDX-License-Identifier: Apache-2.0
// Where reading begins, decided from facts alone. Each table of a job holds its own position; they
// may stand apart when a crash fell between two commits. Reading begins at the smallest of them,
// and each sink leaves out what it has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/position.h"
#include "flow/sink.h"
#include "flow/source.h"

namespace sluice::runtime {

/// What one sink says at start.
struct SinkFacts {
  bool durable = false;
  // The dead-letter table: it is committed before the others and only when it gets rows, so it
  // never decides where reading begins.
  bool follows = false;
  flow::SinkState recorded;
};

struct SplitStart {
  int64_t offset = 0;               // read from here on
  std::vector<int64_t> skip_below;  // per sink: it has everything below
};

/// One start per split. A split without a record begins at its own start offset. Sinks that keep no
/// record follow the others. kPositionMismatch when a record names a split that is no longer there.
Result<std::vector<SplitStart>> DecideStarts(const std::vector<SinkFacts>& sinks,
                                             const std::string& source,
                                             const std::vector<flow::Split>& splits);

/// The positions of `source` that must still be readable, one per sink that decides and has one.
std::vector<flow::SourcePosition> RecordedPositions(const std::vector<SinkFacts>& sinks,
                                                    const std::string& source);

}  // namespace sluice::runtime
