// SPDX-License-Identifier: Apache-2.0
// What the Kafka source asks of a cluster besides records: who it is, which topics and partitions
// there are, where they begin and end, and the advisory offsets of consumer groups. librdkafka
// answers (rdkafka_cluster.cc); tests script their own.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

/// The 128-bit id a topic gets when it is created; all zero where the broker has none (before 2.8).
struct TopicId {
  std::array<uint8_t, 16> bytes{};
  bool known() const { return *this != TopicId{}; }
  /// As Kafka prints it: base64 for URLs, 22 characters; empty when not known.
  std::string ToString() const;
  bool operator==(const TopicId&) const = default;
};

struct TopicDescription {
  std::string name;
  TopicId id;
  int32_t partitions = 0;
};

struct OffsetRange {
  int64_t earliest = 0;
  int64_t latest = 0;  // last stable offset under read_committed, else the high watermark
};

using TopicPartition = std::pair<std::string, int32_t>;

/// Every call is bounded in time and names the brokers that did not answer.
class Cluster {
 public:
  virtual ~Cluster() = default;
  /// Empty when the broker does not say.
  virtual Result<std::string> ClusterId() = 0;
  /// Topics by name, in the order asked for; kNotFound with the nearest name when one is missing.
  virtual Result<std::vector<TopicDescription>> Describe(
      const std::vector<std::string>& topics) = 0;
  /// Names of all topics that this client may see, sorted.
  virtual Result<std::vector<std::string>> TopicNames() = 0;
  virtual Result<OffsetRange> Offsets(const TopicPartition& partition) = 0;
  /// The first offset at or after a time; the end where there is none.
  virtual Result<std::map<TopicPartition, int64_t>> OffsetsForTime(
      const std::vector<TopicPartition>& partitions, int64_t timestamp_ms) = 0;
  /// The group's committed offsets; partitions without one are left out.
  virtual Result<std::map<TopicPartition, int64_t>> Committed(
      const std::vector<TopicPartition>& partitions) = 0;
  /// Starts a commit of the group's offsets; does not wait for the answer.
  virtual Status Commit(const std::map<TopicPartition, int64_t>& offsets) = 0;
};

/// librdkafka as the control plane. Connects lazily.
Result<std::unique_ptr<Cluster>> OpenRdkafkaCluster(const KafkaOptions& options);

}  // namespace sluice::sources::kafka
