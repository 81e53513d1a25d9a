// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/source.h"

#include <algorithm>
#include <regex>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "sources/kafka/lost.h"

namespace sluice::sources::kafka {

/// Hands the splits of one shard from a client to the row maker.
class KafkaReader : public flow::SourceReader {
 public:
  KafkaReader(const KafkaSource* source, std::unique_ptr<RowMaker> rows,
              std::unique_ptr<Client> client)
      : source_(source), rows_(std::move(rows)), client_(std::move(client)) {}

  Status Assign(int index, const flow::Split& split, int64_t offset) override {
    Assignment assignment{.split = index, .offset = offset, .stop_offset = split.stop_offset};
    {
      const std::lock_guard lock(source_->mutex_);
      const auto found = source_->by_name_.find(split.name);
      if (found == source_->by_name_.end())
        return SourceLost("Kafka has no partition '" + split.name + "'");
      const auto& place = source_->partitions_[found->second].place;
      assignment.topic = place.first;
      assignment.partition = place.second;
      assignment.topic_id = source_->topic_ids_.at(place.first);
    }
    State& state = splits_[index];
    state = {assignment.topic, assignment.partition, offset, split.stop_offset};
    return client_->Assign(assignment);
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t wait_ms) override {
    flow::PollResult out;
    if (Done()) {
      out.end = true;
      return out;
    }
    SLUICE_ASSIGN(const Records records, client_->Next(rows_max, wait_ms));
    if (records.split >= 0) {
      State& state = splits_[records.split];
      SLUICE_TRY(rows_->MakeRows(*client_, records, state.topic, state.partition, &out));
      state.next_offset = records.next_offset;
      out.end = Done();
    }
    return out;
  }

  flow::ReaderCounters counters() const override { return rows_->counters(); }

  std::optional<int64_t> LagOfSplit(int index) const override {
    const auto found = splits_.find(index);
    if (found == splits_.end()) return std::nullopt;
    const auto end = client_->EndOffset(index);
    if (!end) return std::nullopt;
    return std::max<int64_t>(0, *end - found->second.next_offset);
  }

 private:
  struct State {
    std::string topic;
    int32_t partition = 0;
    int64_t next_offset = 0;
    std::optional<int64_t> stop_offset;
  };

  // Bounded, and every split has been read up to its stop.
  bool Done() const {
    return !source_->unbounded() &&
           std::all_of(splits_.begin(), splits_.end(), [](const auto& entry) {
             return entry.second.stop_offset &&
                    entry.second.next_offset >= *entry.second.stop_offset;
           });
  }

  const KafkaSource* const source_;
  std::unique_ptr<RowMaker> rows_;
  std::unique_ptr<Client> client_;
  std::map<int, State> splits_;
};

Result<std::unique_ptr<flow::Source>> KafkaSource::Make(const flow::ConnectorTable& table,
                                                        const OpenOptions& open,
                                                        KafkaOptions options,
                                                        std::unique_ptr<Cluster> cluster,
                                                        ClientMaker make_client) {
  std::unique_ptr<KafkaSource> source(new KafkaSource());
  source->plan_ = MakeRowPlan(table, options, open.projection);
  source->bounded_ = open.stop_at_latest || options.bounded != BoundedMode::kUnbounded;
  source->stop_at_latest_ = open.stop_at_latest;
  source->options_ = std::move(options);
  source->cluster_ = std::move(cluster);
  source->make_client_ = std::move(make_client);
  return std::unique_ptr<flow::Source>(std::move(source));
}

const std::string& KafkaSource::kind() const {
  static const std::string kind = "kafka";
  return kind;
}

int64_t KafkaSource::discovery_interval_ms() const {
  return bounded_ ? 0 : options_.discovery_interval_ms;
}

Result<std::vector<TopicDescription>> KafkaSource::ListTopics() {
  if (options_.topic_pattern.empty()) return cluster_->Describe(options_.topics);
  SLUICE_ASSIGN(const std::vector<std::string> names, cluster_->TopicNames());
  std::vector<std::string> matching;
  try {
    const std::regex pattern(options_.topic_pattern);
    for (const std::string& name : names)
      if (std::regex_match(name, pattern)) matching.push_back(name);
  } catch (const std::regex_error& error) {
    return InvalidArgument("'topic-pattern' = '" + options_.topic_pattern + "': " + error.what());
  }
  if (matching.empty()) return std::vector<TopicDescription>();
  return cluster_->Describe(matching);
}

Status KafkaSource::CheckTopic(const TopicDescription& topic) {
  const auto id = topic_ids_.find(topic.name);
  if (id == topic_ids_.end()) return Status::Ok();
  if (id->second.known() && topic.id.known() && id->second != topic.id)
    return TopicRecreated(topic.name, id->second.ToString(), topic.id.ToString());
  const int32_t before = partition_counts_[topic.name];
  if (topic.partitions < before)
    return SourceLost("topic '" + topic.name + "' has " + std::to_string(topic.partitions) +
                      " partitions, it had " + std::to_string(before));
  return Status::Ok();
}

Status KafkaSource::FindPartitions() {
  SLUICE_ASSIGN(const std::vector<TopicDescription> topics, ListTopics());
  SLUICE_ASSIGN(std::string cluster_id, cluster_->ClusterId());
  const std::lock_guard lock(mutex_);
  if (!cluster_id_.empty() && !cluster_id.empty() && cluster_id != cluster_id_)
    return SourceLost("the Kafka cluster at " + options_.bootstrap_servers +
                      " has changed: expected cluster id " + cluster_id_ + ", found " + cluster_id);
  if (!cluster_id.empty()) cluster_id_ = std::move(cluster_id);
  for (const TopicDescription& topic : topics) {
    SLUICE_TRY(CheckTopic(topic));
    topic_ids_[topic.name] = topic.id;
    for (int32_t p = partition_counts_[topic.name]; p < topic.partitions; ++p) {
      const std::string name = topic.name + "-" + std::to_string(p);
      by_name_[name] = partitions_.size();
      partitions_.push_back({.split = {.name = name}, .place = {topic.name, p}});
    }
    partition_counts_[topic.name] = topic.partitions;
  }
  return Status::Ok();
}

Status KafkaSource::ResolveGroupStarts(const std::vector<TopicPartition>& places,
                                       std::map<TopicPartition, int64_t>* starts) {
  SLUICE_ASSIGN(*starts, cluster_->Committed(places));
  std::string missing;
  for (const TopicPartition& place : places) {
    if (starts->contains(place)) continue;
    if (options_.offset_reset == "none") {
      missing += (missing.empty() ? "" : ", ") + place.first + "-" + std::to_string(place.second);
      continue;
    }
    SLUICE_ASSIGN(const OffsetRange range, cluster_->Offsets(place));
    (*starts)[place] = options_.offset_reset == "latest" ? range.latest : range.earliest;
  }
  if (missing.empty()) return Status::Ok();
  return InvalidArgument(
      "consumer group '" + options_.group_id + "' has no committed offset for " + missing +
      ". Reading starts at the group's offsets by default: set 'scan.startup.mode' = "
      "'earliest-offset' (or another mode), or 'properties.auto.offset.reset' = 'earliest'");
}

Status KafkaSource::ResolveStarts() {
  std::vector<TopicPartition> places;
  for (const Partition& p : partitions_)
    if (!p.start_known) places.push_back(p.place);
  if (places.empty()) return Status::Ok();
  const StartupMode mode = started_ || restored_ ? StartupMode::kEarliest : options_.startup;
  std::map<TopicPartition, int64_t> starts;
  if (mode == StartupMode::kGroupOffsets) SLUICE_TRY(ResolveGroupStarts(places, &starts));
  if (mode == StartupMode::kTimestamp) {
    SLUICE_ASSIGN(starts, cluster_->OffsetsForTime(places, options_.startup_timestamp_ms));
  }
  if (mode == StartupMode::kSpecificOffsets) {
    // Flink: partitions that are not named begin where the group stands, else at the earliest.
    SLUICE_ASSIGN(starts, cluster_->Committed(places));
    for (const TopicPartition& place : places) {
      const auto found = options_.startup_offsets.find(place.second);
      if (found != options_.startup_offsets.end()) starts[place] = found->second;
    }
  }
  for (Partition& p : partitions_) {
    if (p.start_known) continue;
    if (const auto found = starts.find(p.place); found != starts.end()) {
      p.split.start_offset = found->second;
    } else {
      SLUICE_ASSIGN(const OffsetRange range, cluster_->Offsets(p.place));
      p.split.start_offset = mode == StartupMode::kLatest ? range.latest : range.earliest;
    }
    p.start_known = true;
  }
  return Status::Ok();
}

Result<int64_t> KafkaSource::StopOf(const TopicPartition& place,
                                    const std::map<TopicPartition, int64_t>& known) {
  SLUICE_ASSIGN(const OffsetRange range, cluster_->Offsets(place));
  int64_t stop = range.latest;
  if (const auto found = known.find(place); found != known.end()) {
    stop = found->second;
  } else if (options_.bounded == BoundedMode::kGroupOffsets) {
    return InvalidArgument("'scan.bounded.mode' = 'group-offsets': consumer group '" +
                           options_.group_id + "' has no committed offset for " + place.first +
                           "-" + std::to_string(place.second));
  }
  cut_short_ = cut_short_ || (stop_at_latest_ && stop > range.latest);
  return stop_at_latest_ ? std::min(stop, range.latest) : stop;
}

Status KafkaSource::ResolveStops() {
  if (!bounded_) return Status::Ok();
  std::vector<TopicPartition> places;
  for (const Partition& p : partitions_)
    if (!p.split.stop_offset) places.push_back(p.place);
  if (places.empty()) return Status::Ok();
  std::map<TopicPartition, int64_t> known;
  if (options_.bounded == BoundedMode::kTimestamp) {
    SLUICE_ASSIGN(known, cluster_->OffsetsForTime(places, options_.bounded_timestamp_ms));
  }
  if (options_.bounded == BoundedMode::kGroupOffsets) {
    SLUICE_ASSIGN(known, cluster_->Committed(places));
  }
  if (options_.bounded == BoundedMode::kSpecificOffsets) {
    for (const TopicPartition& place : places) {
      const auto found = options_.bounded_offsets.find(place.second);
      if (found != options_.bounded_offsets.end()) known[place] = found->second;
    }
  }
  for (Partition& p : partitions_) {
    if (p.split.stop_offset) continue;
    SLUICE_ASSIGN(p.split.stop_offset, StopOf(p.place, known));
  }
  return Status::Ok();
}

Result<std::vector<flow::Split>> KafkaSource::DiscoverSplits() {
  SLUICE_TRY(FindPartitions());
  SLUICE_TRY(ResolveStarts());
  SLUICE_TRY(ResolveStops());
  started_ = true;
  std::vector<flow::Split> splits;
  for (const Partition& p : partitions_) splits.push_back(p.split);
  return splits;
}

std::map<std::string, std::string> KafkaSource::identity() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::string> out;
  if (!cluster_id_.empty()) out["cluster"] = cluster_id_;
  for (const auto& [topic, id] : topic_ids_)
    if (id.known()) out["topic:" + topic] = id.ToString();
  return out;
}

Status KafkaSource::CheckSplit(const std::string& name, int64_t offset) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    const std::string topic = name.substr(0, name.rfind('-'));
    if (!topic_ids_.contains(topic))
      return PositionMismatch("the recorded position holds Kafka partition '" + name +
                              "', but the table does not read topic '" + topic + "'");
    return SourceLost("Kafka partition '" + name + "' no longer exists; expected offset " +
                      std::to_string(offset));
  }
  const TopicPartition& place = partitions_[found->second].place;
  SLUICE_ASSIGN(const OffsetRange range, cluster_->Offsets(place));
  if (offset < range.earliest || offset > range.latest)
    return OffsetLost(place.first, place.second, offset, range);
  return Status::Ok();
}

Status KafkaSource::CheckRestorable(const flow::SourcePosition& position) {
  if (position.kind != "kafka")
    return PositionMismatch("the recorded position is of a '" + position.kind +
                            "' source, the table is now a 'kafka' source");
  if (position.splits.empty() && position.identity.empty()) return Status::Ok();
  SLUICE_TRY(FindPartitions());
  const auto now = identity();
  for (const auto& [key, expected] : position.identity) {
    const auto found = now.find(key);
    if (found == now.end() || found->second == expected) continue;
    if (key == "cluster")
      return SourceLost("the Kafka cluster at " + options_.bootstrap_servers +
                        " is not the one read so far: expected cluster id " + expected +
                        ", found " + found->second);
    return TopicRecreated(key.substr(std::string_view("topic:").size()), expected, found->second);
  }
  for (const auto& [name, offset] : position.splits) SLUICE_TRY(CheckSplit(name, offset));
  restored_ = true;
  for (Partition& p : partitions_) {
    // Where reading begins for a known split is the position's word; the start is kept in range.
    const auto found = position.splits.find(p.split.name);
    p.start_known = found != position.splits.end();
    if (p.start_known) p.split.start_offset = found->second;
  }
  return Status::Ok();
}

Result<std::unique_ptr<flow::SourceReader>> KafkaSource::OpenReader() {
  SLUICE_ASSIGN(auto rows, RowMaker::Make(plan_, options_));
  SLUICE_ASSIGN(auto client, make_client_(cluster_.get()));
  return std::unique_ptr<flow::SourceReader>(
      new KafkaReader(this, std::move(rows), std::move(client)));
}

Status KafkaSource::Acknowledge(const flow::SourcePosition& position) {
  std::map<TopicPartition, int64_t> offsets;
  for (const auto& [name, offset] : position.splits) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) offsets[partitions_[found->second].place] = offset;
  }
  if (offsets.empty()) return Status::Ok();
  return cluster_->Commit(offsets);
}

}  // namespace sluice::sources::kafka
