// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/rdkafka_client.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "formats/decoder.h"
#include "sources/kafka/lost.h"
#include "sources/kafka/rdkafka_handle.h"

#if RD_KAFKA_VERSION < 0x020100ff
// The header of an older package lacks it; the pinned library has it.
extern "C" int32_t rd_kafka_message_leader_epoch(const rd_kafka_message_t* message);
#endif

namespace sluice::sources::kafka {
namespace {

struct Partition {
  Assignment assignment;
  int64_t next_offset = 0;
  bool done = false;
};

// Records of one split out of one batch of the queue.
struct Run {
  int split = -1;
  std::vector<rd_kafka_message_t*> messages;
  int64_t next_offset = 0;
  int64_t newest_timestamp_ms = -1;
};

std::map<std::string, std::string> DataSettings(const KafkaOptions& options) {
  std::map<std::string, std::string> settings = {
      {"enable.partition.eof", "true"},
      {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes", "16384"},
      {"fetch.queue.backoff.ms", "1"},
      {"fetch.message.max.bytes", std::to_string(limits::kFetchPartitionBytes)},
      {"fetch.max.bytes", std::to_string(limits::kFetchBytesMax)},
  };
  for (const auto& [key, value] : options.client_settings) settings.erase(key);
  if (options.client_settings.contains("max.partition.fetch.bytes"))
    settings.erase("fetch.message.max.bytes");
  return settings;
}

class RdkafkaClient : public Client {
 public:
  explicit RdkafkaClient(Cluster* cluster) : cluster_(cluster) {}
  ~RdkafkaClient() override { ReleaseMessages(); }

  Status Open(const KafkaOptions& options) {
    SLUICE_ASSIGN(handle_, MakeRdkafkaConsumer(options, DataSettings(options), &trouble_));
    queue_.reset(rd_kafka_queue_get_consumer(handle_.get()));
    return Status::Ok();
  }

  Status Assign(const Assignment& assignment) override {
    Partition partition{assignment, assignment.offset, false};
    partition.done = assignment.stop_offset && assignment.offset >= *assignment.stop_offset;
    by_place_[{assignment.topic, assignment.partition}] = assignment.split;
    const bool done = partition.done;
    partitions_[assignment.split] = std::move(partition);
    if (done) return Status::Ok();
    RdkafkaPartitions list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), assignment.topic.c_str(), assignment.partition)
        ->offset = assignment.offset;
    return StatusOf(rd_kafka_incremental_assign(handle_.get(), list.get()), "assigning");
  }

  Result<Records> Next(int64_t rows_max, int64_t wait_ms) override {
    if (runs_.empty()) SLUICE_TRY(Consume(rows_max, wait_ms));
    if (runs_.empty()) return Records{};
    current_ = std::move(runs_.front());
    runs_.pop_front();
    return Expose();
  }

  RecordDetails Details(size_t i) const override {
    const rd_kafka_message_t* message = current_.messages[i];
    RecordDetails out;
    if (message->key != nullptr)
      out.key = {static_cast<const char*>(message->key), message->key_len};
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    out.timestamp_ms = rd_kafka_message_timestamp(message, &type);
    if (type == RD_KAFKA_TIMESTAMP_CREATE_TIME) out.timestamp_type = TimestampType::kCreateTime;
    if (type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME)
      out.timestamp_type = TimestampType::kLogAppendTime;
    out.leader_epoch = rd_kafka_message_leader_epoch(message);
    return out;
  }

  void Headers(size_t i, std::vector<RecordHeader>* out) const override {
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(current_.messages[i], &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return;
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t at = 0;
         rd_kafka_header_get_all(headers, at, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++at)
      out->push_back({name, {static_cast<const char*>(value), size}});
  }

  std::optional<int64_t> EndOffset(int split) const override {
    const auto found = partitions_.find(split);
    if (found == partitions_.end()) return std::nullopt;
    int64_t low = 0, high = 0;
    const Assignment& a = found->second.assignment;
    if (rd_kafka_get_watermark_offsets(handle_.get(), a.topic.c_str(), a.partition, &low, &high) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        high < 0)
      return std::nullopt;
    return high;
  }

 private:
  static Status StatusOf(rd_kafka_error_t* error, const std::string& doing) {
    if (error == nullptr) return Status::Ok();
    const std::string text = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    return IoError("Kafka client failed while " + doing + ": " + text);
  }

  void ReleaseMessages() {
    for (rd_kafka_message_t* message : held_) rd_kafka_message_destroy(message);
    held_.clear();
  }

  Status Consume(int64_t rows_max, int64_t wait_ms) {
    ReleaseMessages();
    current_ = Run{};
    held_.resize(static_cast<size_t>(std::clamp<int64_t>(rows_max, 1, limits::kBatchRowsMax)));
    const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), static_cast<int>(wait_ms),
                                                       held_.data(), held_.size());
    held_.resize(count > 0 ? static_cast<size_t>(count) : 0);
    std::map<int, Run> by_split;
    for (rd_kafka_message_t* message : held_) SLUICE_TRY(Sort(message, &by_split));
    for (auto& [split, run] : by_split) {
      Partition& partition = partitions_[split];
      run.split = split;
      partition.next_offset = std::max(partition.next_offset, run.next_offset);
      run.next_offset = partition.next_offset;
      runs_.push_back(std::move(run));
    }
    return Status::Ok();
  }

  Partition* PartitionOf(const rd_kafka_message_t* message) {
    if (message->rkt == nullptr) return nullptr;
    const auto found = by_place_.find({rd_kafka_topic_name(message->rkt), message->partition});
    return found == by_place_.end() ? nullptr : &partitions_[found->second];
  }

  Status Sort(rd_kafka_message_t* message, std::map<int, Run>* by_split) {
    Partition* partition = PartitionOf(message);
    if (partition == nullptr) {
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        log::Warn("kafka client", {{"error", rd_kafka_message_errstr(message)}});
      return Status::Ok();
    }
    if (partition->done) return Status::Ok();
    const Assignment& a = partition->assignment;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (message->offset < partition->next_offset) return Status::Ok();
      if (a.stop_offset && message->offset >= *a.stop_offset) return Finish(partition, by_split);
      Run& run = (*by_split)[a.split];
      run.messages.push_back(message);
      run.next_offset = message->offset + 1;
      run.newest_timestamp_ms =
          std::max(run.newest_timestamp_ms, rd_kafka_message_timestamp(message, nullptr));
      if (a.stop_offset && run.next_offset >= *a.stop_offset) return Finish(partition, by_split);
      return Status::Ok();
    }
    return OnPartitionError(message, partition, by_split);
  }

  Status OnPartitionError(rd_kafka_message_t* message, Partition* partition,
                          std::map<int, Run>* by_split) {
    const Assignment& a = partition->assignment;
    switch (message->err) {
      case RD_KAFKA_RESP_ERR__PARTITION_EOF: {
        // The end may lie beyond markers that no message shows.
        Run& run = (*by_split)[a.split];
        run.next_offset = std::max(run.next_offset, message->offset);
        if (a.stop_offset && message->offset >= *a.stop_offset) return Finish(partition, by_split);
        return Status::Ok();
      }
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        return OffsetLost(cluster_, a.topic, a.partition, partition->next_offset);
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        return SourceLost("topic '" + a.topic + "' partition " + std::to_string(a.partition) +
                          " no longer exists; expected offset " +
                          std::to_string(partition->next_offset));
      case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return InvalidArgument("not authorized to read topic '" + a.topic + "'");
      case RD_KAFKA_RESP_ERR__BAD_MSG:
        return Corrupt("topic '" + a.topic + "' partition " + std::to_string(a.partition) +
                       " near offset " + std::to_string(partition->next_offset) + ": " +
                       rd_kafka_message_errstr(message));
      default:
        log::Warn("kafka client", {{"topic", a.topic},
                                   {"partition", std::to_string(a.partition)},
                                   {"error", rd_kafka_message_errstr(message)}});
        return Status::Ok();
    }
  }

  // A bounded split has been read: the position becomes the stop offset or what lies beyond it.
  Status Finish(Partition* partition, std::map<int, Run>* by_split) {
    partition->done = true;
    const Assignment& a = partition->assignment;
    Run& run = (*by_split)[a.split];
    run.next_offset = std::max(run.next_offset, *a.stop_offset);
    RdkafkaPartitions list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), a.topic.c_str(), a.partition);
    return StatusOf(rd_kafka_incremental_unassign(handle_.get(), list.get()), "unassigning");
  }

  // Copies the values into one padded buffer: librdkafka promises nothing behind a payload.
  Records Expose() {
    size_t bytes = formats::Decoder::kPadding;
    for (const rd_kafka_message_t* message : current_.messages) bytes += message->len;
    if (buffer_.size() < bytes) buffer_.resize(bytes);
    values_.clear();
    offsets_.clear();
    char* out = buffer_.data();
    for (const rd_kafka_message_t* message : current_.messages) {
      if (message->payload == nullptr) {
        values_.emplace_back();
      } else {
        std::memcpy(out, message->payload, message->len);
        values_.emplace_back(out, message->len);
        out += message->len;
      }
      offsets_.push_back(message->offset);
    }
    return {.split = current_.split,
            .values = values_,
            .offsets = offsets_,
            .next_offset = current_.next_offset,
            .newest_timestamp_ms = current_.newest_timestamp_ms};
  }

  Cluster* const cluster_;
  RdkafkaTrouble trouble_;
  RdkafkaHandle handle_;
  RdkafkaQueue queue_;
  std::map<int, Partition> partitions_;
  std::map<TopicPartition, int> by_place_;
  std::vector<rd_kafka_message_t*> held_;
  std::deque<Run> runs_;
  Run current_;
  std::vector<char> buffer_;
  std::vector<std::string_view> values_;
  std::vector<int64_t> offsets_;
};

}  // namespace

Result<std::unique_ptr<Client>> OpenRdkafkaClient(const KafkaOptions& options, Cluster* cluster) {
  auto client = std::make_unique<RdkafkaClient>(cluster);
  SLUICE_TRY(client->Open(options));
  return std::unique_ptr<Client>(std::move(client));
}

}  // namespace sluice::sources::kafka
