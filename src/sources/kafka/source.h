// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'kafka': a Kafka topic, or several, as a table (README.md has guarantees and
// limits). Splits are partitions, named "<topic>-<partition>"; offsets are Kafka's. The identity
// that must not change is the cluster id and the id of each topic.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flow/source.h"
#include "flow/table_definition.h"
#include "sources/connector.h"
#include "sources/kafka/client.h"
#include "sources/kafka/cluster.h"
#include "sources/kafka/options.h"
#include "sources/kafka/reader.h"

namespace sluice::sources::kafka {

/// Makes the data path of one reader.
using ClientMaker = std::function<Result<std::unique_ptr<Client>>(Cluster*)>;

class KafkaSource : public flow::Source {
 public:
  /// `options` are parsed and without mistakes.
  static Result<std::unique_ptr<flow::Source>> Make(const flow::ConnectorTable& table,
                                                    const OpenOptions& open, KafkaOptions options,
                                                    std::unique_ptr<Cluster> cluster,
                                                    ClientMaker make_client);

  const flow::Schema& schema() const override { return plan_.output; }
  const std::string& kind() const override;
  Result<std::vector<flow::Split>> DiscoverSplits() override;
  int64_t discovery_interval_ms() const override;
  std::map<std::string, std::string> identity() const override;
  /// Besides checking: splits that `position` does not know begin at their first record from now
  /// on, whatever the startup mode, so that a partition added while nothing ran loses nothing.
  Status CheckRestorable(const flow::SourcePosition& position) override;
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override;
  Status Acknowledge(const flow::SourcePosition& position) override;
  bool unbounded() const override { return !bounded_; }
  bool end_is_final() const override {
    return options_.bounded != BoundedMode::kUnbounded && !cut_short_;
  }

 private:
  friend class KafkaReader;
  struct Partition {
    flow::Split split;
    TopicPartition place;
    bool start_known = false;  // resolved by startup mode or discovery
  };
  KafkaSource() = default;
  Result<std::vector<TopicDescription>> ListTopics();
  Status FindPartitions();
  Status CheckTopic(const TopicDescription& topic);
  Status ResolveStarts();
  Status ResolveGroupStarts(const std::vector<TopicPartition>& places,
                            std::map<TopicPartition, int64_t>* starts);
  Status ResolveStops();
  Result<int64_t> StopOf(const TopicPartition& place,
                         const std::map<TopicPartition, int64_t>& known);
  Status CheckSplit(const std::string& name, int64_t offset);

  KafkaOptions options_;
  RowPlan plan_;
  bool bounded_ = false;
  bool stop_at_latest_ = false;
  bool cut_short_ = false;  // stop_at_latest_ ends a split before its stop of the bounded mode
  std::unique_ptr<Cluster> cluster_;
  ClientMaker make_client_;

  mutable std::mutex mutex_;  // readers look splits up from their own threads
  std::string cluster_id_;
  std::map<std::string, TopicId> topic_ids_;
  std::map<std::string, int32_t> partition_counts_;
  std::vector<Partition> partitions_;
  std::map<std::string, size_t> by_name_;
  bool started_ = false;   // startup modes apply to the first discovery alone
  bool restored_ = false;  // a table holds a position: unknown splits begin at the earliest record
};

/// The connector for sources.cc.
SourceConnector KafkaConnector();
SourceConnector UpsertKafkaConnector();

}  // namespace sluice::sources::kafka
