// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/lost.h"

namespace sluice::sources::kafka {
namespace {

std::string Place(const std::string& topic, int32_t partition) {
  return "topic '" + topic + "' partition " + std::to_string(partition);
}

}  // namespace

Error OffsetLost(const std::string& topic, int32_t partition, int64_t expected,
                 const OffsetRange& range) {
  const std::string available =
      std::to_string(range.earliest) + " to " + std::to_string(range.latest);
  if (expected < range.earliest)
    return SourceLost(Place(topic, partition) + ": expected offset " + std::to_string(expected) +
                      " is gone (retention or deletion); available: " + available +
                      "; lost: " + std::to_string(range.earliest - expected) + " offsets");
  return SourceLost(
      Place(topic, partition) + ": expected offset " + std::to_string(expected) +
      " lies beyond the end (the topic was truncated or recreated); available: " + available +
      "; missing: " + std::to_string(expected - range.latest) + " offsets");
}

Error OffsetLost(Cluster* cluster, const std::string& topic, int32_t partition, int64_t expected) {
  const auto range = cluster->Offsets({topic, partition});
  if (range.ok()) return OffsetLost(topic, partition, expected, *range);
  return SourceLost(Place(topic, partition) + ": expected offset " + std::to_string(expected) +
                    " is not available; what is could not be asked: " + range.error().text);
}

Error TopicRecreated(const std::string& topic, const std::string& expected_id,
                     const std::string& found_id) {
  return SourceLost("topic '" + topic + "' was deleted and created again: expected topic id " +
                    expected_id + ", found " + found_id +
                    "; its offsets say nothing about the records read before");
}

}  // namespace sluice::sources::kafka
