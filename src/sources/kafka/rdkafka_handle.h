// SPDX-License-Identifier: Apache-2.0
// Owning handles of librdkafka objects, and how a client of it is configured here: our rules
// (no auto commit, no silent offset reset, checksums on) win over the user's settings.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

struct RdkafkaDeleter {
  void operator()(rd_kafka_t* handle) const;
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using RdkafkaHandle = std::unique_ptr<rd_kafka_t, RdkafkaDeleter>;
using RdkafkaQueue = std::unique_ptr<rd_kafka_queue_t, RdkafkaDeleter>;
using RdkafkaPartitions = std::unique_ptr<rd_kafka_topic_partition_list_t, RdkafkaDeleter>;

/// The last trouble that librdkafka reported from its own threads ("Connect to ... failed").
class RdkafkaTrouble {
 public:
  void Note(bool all_brokers_down, std::string text);
  /// False when the same line was logged less than a minute ago.
  bool IsNews(const std::string& line, int64_t now_ms);
  bool all_brokers_down() const;
  /// Empty when nothing was reported.
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  bool all_brokers_down_ = false;
  std::string text_;
  std::string logged_;
  int64_t logged_ms_ = 0;
};

/// A producer handle: waits for all replicas, writes no record twice when it retries. `settings`
/// has librdkafka's names. `delivered` is called from Poll and Flush for each record with its
/// outcome (empty = it is there); it and `trouble` outlive the handle.
struct RdkafkaDelivery {
  int64_t failed = 0;
  std::string error;  // of the first one
};
Result<RdkafkaHandle> MakeRdkafkaProducer(const std::map<std::string, std::string>& settings,
                                          RdkafkaDelivery* delivered);

/// A consumer handle with the table's settings, then `overrides` on top. `trouble` outlives it.
Result<RdkafkaHandle> MakeRdkafkaConsumer(const KafkaOptions& options,
                                          const std::map<std::string, std::string>& overrides,
                                          RdkafkaTrouble* trouble);

}  // namespace sluice::sources::kafka
