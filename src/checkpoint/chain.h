// SPDX-License-Identifier: Apache-2.0
// The chain of a pipeline's commits as a table tells it: each begins where the one before ended,
// epochs only grow, no commit is there twice, and the recorded position is not behind the last
// snapshot (invariant I2). Pure; for `sluice verify`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checkpoint/record.h"
#include "flow/position.h"

namespace sluice::checkpoint {

/// One snapshot of the table, oldest first.
struct ChainLink {
  int64_t snapshot_id = 0;
  std::map<std::string, std::string> summary;
};

struct ChainReport {
  std::string pipeline;
  int64_t commits = 0;                // snapshots of this pipeline that are still kept
  int64_t epoch = 0;                  // the last one recorded
  flow::Position position;            // as recorded
  std::vector<std::string> problems;  // what breaks the chain, for a person
};

/// `properties`: of the table; `links`: the ancestors of its current snapshot. Expired snapshots at
/// the old end are no gap.
ChainReport CheckChain(const std::string& pipeline,
                       const std::map<std::string, std::string>& properties,
                       const std::vector<ChainLink>& links);

}  // namespace sluice::checkpoint
