// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/producer.h"

#include "sources/kafka/rdkafka_handle.h"

namespace sluice::sources::kafka {
namespace {

constexpr int kFlushWaitMs = 500;
constexpr int64_t kFlushMaxMs = 5LL * 60 * 1000;  // librdkafka gives a message up after as long

struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

class RdkafkaProducer final : public Producer {
 public:
  Status Open(const std::map<std::string, std::string>& settings, const std::string& topic) {
    name_ = topic;
    SLUICE_ASSIGN(handle_, MakeRdkafkaProducer(settings, &delivery_));
    topic_.reset(rd_kafka_topic_new(handle_.get(), topic.c_str(), nullptr));
    if (topic_ != nullptr) return {};
    return InvalidArgument("topic '" + topic + "': " + rd_kafka_err2str(rd_kafka_last_error()));
  }

  ~RdkafkaProducer() override {
    if (handle_ != nullptr) rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE);
  }

  Result<int32_t> CountPartitions() override {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error = rd_kafka_metadata(handle_.get(), 0, topic_.get(), &metadata, 10'000);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return IoError("the partitions of topic '" + name_ +
                     "' cannot be asked for: " + rd_kafka_err2str(error));
    }
    const int32_t count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    if (count > 0) return count;
    return NotFound("topic '" + name_ + "' has no partitions");
  }

  Status Send(int32_t partition, std::optional<std::string_view> key,
              std::optional<std::string_view> value, int64_t timestamp_ms) override {
    const char* key_bytes = key ? key->data() : nullptr;
    char* value_bytes = value ? const_cast<char*>(value->data()) : nullptr;
    const size_t key_size = key ? key->size() : 0, value_size = value ? value->size() : 0;
    for (;;) {
      const auto error = rd_kafka_producev(
          handle_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_PARTITION(partition),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key_bytes, key_size),
          RD_KAFKA_V_VALUE(value_bytes, value_size), RD_KAFKA_V_TIMESTAMP(timestamp_ms),
          RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        return IoError("a record for topic '" + name_ +
                       "' cannot be sent: " + rd_kafka_err2str(error));
      }
      rd_kafka_poll(handle_.get(), 100);  // back-pressure
      SLUICE_TRY(Delivered());
    }
  }

  Status Check() override {
    rd_kafka_poll(handle_.get(), 0);
    return Delivered();
  }

  Status Flush() override {
    for (int64_t waited = 0; waited < kFlushMaxMs; waited += kFlushWaitMs) {
      const auto error = rd_kafka_flush(handle_.get(), kFlushWaitMs);
      SLUICE_TRY(Delivered());
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    }
    return TimeoutError("the broker did not take the records for topic '" + name_ +
                        "' in 5 minutes");
  }

 private:
  Status Delivered() const {
    if (delivery_.failed == 0) return {};
    return IoError(std::to_string(delivery_.failed) + " records for topic '" + name_ +
                   "' were not delivered: " + delivery_.error);
  }

  std::string name_;
  RdkafkaDelivery delivery_;
  RdkafkaHandle handle_;
  std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic_;
};

}  // namespace

Result<std::unique_ptr<Producer>> Producer::Make(const std::map<std::string, std::string>& settings,
                                                 const std::string& topic) {
  auto producer = std::make_unique<RdkafkaProducer>();
  SLUICE_TRY(producer->Open(settings, topic));
  return std::unique_ptr<Producer>(std::move(producer));
}

}  // namespace sluice::sources::kafka
