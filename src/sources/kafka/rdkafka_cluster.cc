// SPDX-License-Identifier: Apache-2.0
// The control plane on librdkafka's admin and consumer calls. Bounded: each call ends within
// kCallMs, sooner when every broker refuses the connection.
#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

#include "base/log.h"
#include "io/clock.h"
#include "io/process.h"
#include "io/thread.h"
#include "sources/kafka/cluster.h"
#include "sources/kafka/rdkafka_handle.h"

// Since librdkafka 2.3; the header of an older package lacks them, the pinned library has them.
extern "C" {
using sluice_rd_topic_collection = struct rd_kafka_TopicCollection_s;
using sluice_rd_topic_description = struct rd_kafka_TopicDescription_s;
using sluice_rd_uuid = struct rd_kafka_Uuid_s;
#if RD_KAFKA_VERSION < 0x020300ff
sluice_rd_topic_collection* rd_kafka_TopicCollection_of_topic_names(const char** topics,
                                                                    size_t count);
void rd_kafka_TopicCollection_destroy(sluice_rd_topic_collection* topics);
void rd_kafka_DescribeTopics(rd_kafka_t* handle, const sluice_rd_topic_collection* topics,
                             const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue);
const rd_kafka_event_t* rd_kafka_event_DescribeTopics_result(rd_kafka_event_t* event);
const sluice_rd_topic_description** rd_kafka_DescribeTopics_result_topics(
    const rd_kafka_event_t* result, size_t* count);
const char* rd_kafka_TopicDescription_name(const sluice_rd_topic_description* topic);
const sluice_rd_uuid* rd_kafka_TopicDescription_topic_id(const sluice_rd_topic_description* topic);
const rd_kafka_error_t* rd_kafka_TopicDescription_error(const sluice_rd_topic_description* topic);
const struct rd_kafka_TopicPartitionInfo_s** rd_kafka_TopicDescription_partitions(
    const sluice_rd_topic_description* topic, size_t* count);
int64_t rd_kafka_Uuid_least_significant_bits(const sluice_rd_uuid* uuid);
int64_t rd_kafka_Uuid_most_significant_bits(const sluice_rd_uuid* uuid);
#endif
}

namespace sluice::sources::kafka {
namespace {

constexpr int kCallMs = 10'000;
constexpr int64_t kEndMs = 3000;
// How long a call goes on when every broker refuses: long enough for one that is just starting.
constexpr int64_t kAllDownMs = 3'000;

struct AdminDeleter {
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(sluice_rd_topic_collection* topics) const {
    rd_kafka_TopicCollection_destroy(topics);
  }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};

TopicId IdOf(const sluice_rd_uuid* uuid) {
  TopicId id;
  if (uuid == nullptr) return id;
  const auto put = [&](size_t at, uint64_t bits) {
    for (size_t i = 0; i < 8; ++i) id.bytes[at + i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
  };
  put(0, static_cast<uint64_t>(rd_kafka_Uuid_most_significant_bits(uuid)));
  put(8, static_cast<uint64_t>(rd_kafka_Uuid_least_significant_bits(uuid)));
  return id;
}

RdkafkaPartitions MakeList(const std::vector<TopicPartition>& partitions) {
  RdkafkaPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto& [topic, partition] : partitions)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
  return list;
}

class RdkafkaCluster : public Cluster {
 public:
  explicit RdkafkaCluster(const KafkaOptions& options) : bootstrap_(options.bootstrap_servers) {}

  /// librdkafka now and then does not end a client with a group while the broker still loads the
  /// group's coordinator, for 20 s and more: a job that has ended does not wait for it.
  ~RdkafkaCluster() override {
    queue_.reset();
    if (handle_ == nullptr) return;
    const auto ended = std::make_shared<io::BoundedQueue<bool>>(1);
    auto thread =
        io::StartThread("kafka-end", [handle = handle_.release(), trouble = trouble_, ended] {
          RdkafkaDeleter()(handle);
          ended->Push(true);
        });
    if (ended->PopFor(kEndMs)) return;
    log::Warn("the Kafka client does not end; the process goes on without it", {});
    io::Abandon(std::move(thread));
  }

  Status Open(const KafkaOptions& options) {
    SLUICE_ASSIGN(handle_, MakeRdkafkaConsumer(options, {}, trouble_.get()));
    queue_.reset(rd_kafka_queue_new(handle_.get()));
    return Status::Ok();
  }

  Result<std::string> ClusterId() override {
    const std::lock_guard lock(mutex_);
    char* id = rd_kafka_clusterid(handle_.get(), kCallMs);
    if (id == nullptr) return std::string();
    std::string out(id);
    rd_kafka_mem_free(handle_.get(), id);
    return out;
  }

  Result<std::vector<TopicDescription>> Describe(const std::vector<std::string>& topics) override {
    const std::lock_guard lock(mutex_);
    std::vector<const char*> names;
    for (const std::string& topic : topics) names.push_back(topic.c_str());
    std::unique_ptr<sluice_rd_topic_collection, AdminDeleter> collection(
        rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()));
    std::unique_ptr<rd_kafka_AdminOptions_t, AdminDeleter> options(
        rd_kafka_AdminOptions_new(handle_.get(), RD_KAFKA_ADMIN_OP_ANY));
    char text[256];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kCallMs, text, sizeof text);
    rd_kafka_DescribeTopics(handle_.get(), collection.get(), options.get(), queue_.get());
    SLUICE_ASSIGN(auto event, WaitForEvent("describing topics"));
    std::unique_ptr<rd_kafka_event_t, AdminDeleter> owner(event);
    return TopicsOf(event, topics);
  }

  Result<std::vector<std::string>> TopicNames() override {
    const std::lock_guard lock(mutex_);
    return ListTopics();
  }

  Result<OffsetRange> Offsets(const TopicPartition& partition) override {
    const std::lock_guard lock(mutex_);
    OffsetRange range;
    const auto code =
        rd_kafka_query_watermark_offsets(handle_.get(), partition.first.c_str(), partition.second,
                                         &range.earliest, &range.latest, kCallMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("asking for offsets", code);
    return range;
  }

  Result<std::map<TopicPartition, int64_t>> OffsetsForTime(
      const std::vector<TopicPartition>& partitions, int64_t timestamp_ms) override {
    std::map<TopicPartition, int64_t> out;
    {
      const std::lock_guard lock(mutex_);
      const RdkafkaPartitions list = MakeList(partitions);
      for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = timestamp_ms;
      const auto code = rd_kafka_offsets_for_times(handle_.get(), list.get(), kCallMs);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("asking for offsets of a time", code);
      for (int i = 0; i < list->cnt; ++i) {
        const auto& elem = list->elems[i];
        if (elem.err != RD_KAFKA_RESP_ERR_NO_ERROR)
          return Failed("asking for offsets of a time", elem.err);
        if (elem.offset >= 0) out[{elem.topic, elem.partition}] = elem.offset;
      }
    }
    for (const TopicPartition& partition : partitions) {
      if (out.contains(partition)) continue;
      SLUICE_ASSIGN(const OffsetRange range, Offsets(partition));
      out[partition] = range.latest;
    }
    return out;
  }

  Result<std::map<TopicPartition, int64_t>> Committed(
      const std::vector<TopicPartition>& partitions) override {
    const std::lock_guard lock(mutex_);
    const RdkafkaPartitions list = MakeList(partitions);
    const auto code = rd_kafka_committed(handle_.get(), list.get(), kCallMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("asking for committed offsets", code);
    std::map<TopicPartition, int64_t> out;
    for (int i = 0; i < list->cnt; ++i) {
      const auto& elem = list->elems[i];
      if (elem.err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return Failed("asking for committed offsets", elem.err);
      if (elem.offset >= 0) out[{elem.topic, elem.partition}] = elem.offset;
    }
    return out;
  }

  Status Commit(const std::map<TopicPartition, int64_t>& offsets) override {
    const std::lock_guard lock(mutex_);
    RdkafkaPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
    for (const auto& [partition, offset] : offsets)
      rd_kafka_topic_partition_list_add(list.get(), partition.first.c_str(), partition.second)
          ->offset = offset;
    const auto code = rd_kafka_commit(handle_.get(), list.get(), 1 /* do not wait */);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("committing offsets", code);
    while (rd_kafka_event_t* event = rd_kafka_queue_poll(queue_.get(), 0))
      rd_kafka_event_destroy(event);
    rd_kafka_poll(handle_.get(), 0);
    return Status::Ok();
  }

 private:
  Error Failed(const std::string& doing, rd_kafka_resp_err_t code) const {
    const std::string reason = trouble_->text();
    return IoError("Kafka at " + bootstrap_ + " failed while " + doing + ": " +
                   rd_kafka_err2str(code) + (reason.empty() ? "" : " (" + reason + ")"));
  }

  Result<rd_kafka_event_t*> WaitForEvent(const std::string& doing) {
    const int64_t start_ms = io::RealClock().MonotonicMs();
    for (;;) {
      rd_kafka_event_t* event = rd_kafka_queue_poll(queue_.get(), 100);
      rd_kafka_poll(handle_.get(), 0);  // serves the error callback
      const int64_t waited_ms = io::RealClock().MonotonicMs() - start_ms;
      if (event != nullptr && rd_kafka_event_DescribeTopics_result(event) == nullptr) {
        rd_kafka_event_destroy(event);
        event = nullptr;
      }
      if (event != nullptr) {
        const auto code = rd_kafka_event_error(event);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
        rd_kafka_event_destroy(event);
        return Failed(doing, code);
      }
      if (waited_ms > kCallMs + 1000) return Failed(doing, RD_KAFKA_RESP_ERR__TIMED_OUT);
      if (waited_ms > kAllDownMs && trouble_->all_brokers_down())
        return IoError("cannot reach Kafka at " + bootstrap_ + ": " + trouble_->text());
    }
  }

  Result<std::vector<std::string>> ListTopics() {
    const struct rd_kafka_metadata* metadata = nullptr;
    const auto code = rd_kafka_metadata(handle_.get(), 1, nullptr, &metadata, kCallMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failed("listing topics", code);
    std::vector<std::string> names;
    for (int i = 0; i < metadata->topic_cnt; ++i) names.emplace_back(metadata->topics[i].topic);
    rd_kafka_metadata_destroy(metadata);
    std::sort(names.begin(), names.end());
    return names;
  }

  Error MissingTopic(const std::string& topic) {
    std::string text = "Kafka topic '" + topic + "' does not exist at " + bootstrap_;
    if (const auto names = ListTopics(); names.ok()) {
      if (const auto near = flow::NearestName(topic, *names))
        text += "; did you mean '" + *near + "'?";
    }
    return NotFound(std::move(text));
  }

  Result<std::vector<TopicDescription>> TopicsOf(rd_kafka_event_t* event,
                                                 const std::vector<std::string>& topics) {
    size_t count = 0;
    const auto* found =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event), &count);
    std::map<std::string, TopicDescription> by_name;
    for (size_t i = 0; i < count; ++i) {
      TopicDescription topic;
      topic.name = rd_kafka_TopicDescription_name(found[i]);
      if (const auto* error = rd_kafka_TopicDescription_error(found[i]);
          error != nullptr && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const auto code = rd_kafka_error_code(error);
        if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return MissingTopic(topic.name);
        return Failed("describing topic '" + topic.name + "'", code);
      }
      size_t partitions = 0;
      rd_kafka_TopicDescription_partitions(found[i], &partitions);
      topic.partitions = static_cast<int32_t>(partitions);
      topic.id = IdOf(rd_kafka_TopicDescription_topic_id(found[i]));
      by_name[topic.name] = std::move(topic);
    }
    std::vector<TopicDescription> out;
    for (const std::string& name : topics) {
      const auto at = by_name.find(name);
      if (at == by_name.end()) return MissingTopic(name);
      out.push_back(at->second);
    }
    return out;
  }

  const std::string bootstrap_;
  std::shared_ptr<RdkafkaTrouble> trouble_ = std::make_shared<RdkafkaTrouble>();
  RdkafkaHandle handle_;
  RdkafkaQueue queue_;
  std::mutex mutex_;
};

}  // namespace

std::string TopicId::ToString() const {
  if (!known()) return "";
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[bits >> shift & 63];
  }
  out.resize(22);  // 16 bytes: the last group has one byte and two digits
  return out;
}

Result<std::unique_ptr<Cluster>> OpenRdkafkaCluster(const KafkaOptions& options) {
  auto cluster = std::make_unique<RdkafkaCluster>(options);
  SLUICE_TRY(cluster->Open(options));
  return std::unique_ptr<Cluster>(std::move(cluster));
}

}  // namespace sluice::sources::kafka
