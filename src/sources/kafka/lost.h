// SPDX-License-Identifier: Apache-2.0
// Errors for what can no longer be read. They name topic, partition, the offset expected and what
// is there instead, so that a person can decide; nothing is skipped by itself.
#pragma once

#include <string>

#include "sources/kafka/cluster.h"

namespace sluice::sources::kafka {

/// An offset outside of what the partition holds; `range` is what it holds.
Error OffsetLost(const std::string& topic, int32_t partition, int64_t expected,
                 const OffsetRange& range);
/// The same, asking the cluster for the range first.
Error OffsetLost(Cluster* cluster, const std::string& topic, int32_t partition, int64_t expected);
/// A topic of the same name that is not the one read so far.
Error TopicRecreated(const std::string& topic, const std::string& expected_id,
                     const std::string& found_id);

}  // namespace sluice::sources::kafka
