// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/producer.h"

#include <array>
#include <utility>

#include "sources/kafka/rdkafka_handle.h"

namespace sluice::sources::kafka {
namespace {

constexpr int kFlushWaitMs = 500;
constexpr int kTransactionWaitMs = 30'000;
constexpr int kCommitAttemptsMax = 10;
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

  Status InitTransactions() override {
    return Outcome(rd_kafka_init_transactions(handle_.get(), kTransactionWaitMs), "begin");
  }

  Status BeginTransaction() override {
    return Outcome(rd_kafka_begin_transaction(handle_.get()), "begin");
  }

  Status SendTo(const std::string& topic, std::string_view key, std::string_view value) override {
    const auto error = rd_kafka_producev(
        handle_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.data(), key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return IoError("a record for topic '" + topic + "' cannot be sent: " + rd_kafka_err2str(error));
  }

  Status CommitTransaction() override {
    Status sent = Flush();
    if (!sent.ok()) return Abort(std::move(sent).error());
    for (int attempt = 0;; ++attempt) {
      rd_kafka_error_t* const error =
          rd_kafka_commit_transaction(handle_.get(), kTransactionWaitMs);
      if (error == nullptr) return {};
      const bool again = rd_kafka_error_is_retriable(error) != 0;
      const bool abort = rd_kafka_error_txn_requires_abort(error) != 0;
      if (again && attempt < kCommitAttemptsMax) {
        rd_kafka_error_destroy(error);
        continue;  // the same commit goes on
      }
      Status outcome = Outcome(error, "commit");
      if (abort) return Abort(std::move(outcome).error());
      if (outcome.error().kind == ErrorKind::kFenced) return outcome;
      return CommitUnknown(outcome.error().text);
    }
  }

  Status CreateCompactedTopic(const std::string& topic) override {
    std::array<char, 256> text{};
    rd_kafka_NewTopic_t* wanted =
        rd_kafka_NewTopic_new(topic.c_str(), 1, -1, text.data(), text.size());
    if (wanted == nullptr) return InvalidArgument("topic '" + topic + "': " + text.data());
    rd_kafka_NewTopic_set_config(wanted, "cleanup.policy", "compact");
    const RdkafkaQueue queue(rd_kafka_queue_new(handle_.get()));
    rd_kafka_CreateTopics(handle_.get(), &wanted, 1, nullptr, queue.get());
    rd_kafka_NewTopic_destroy(wanted);
    rd_kafka_event_t* const event = rd_kafka_queue_poll(queue.get(), kTransactionWaitMs);
    Status status = CreatedOf(topic, event);
    if (event != nullptr) rd_kafka_event_destroy(event);
    return status;
  }

 private:
  static Status CreatedOf(const std::string& topic, rd_kafka_event_t* event) {
    const std::string what = "topic '" + topic + "' cannot be made: ";
    if (event == nullptr) return TimeoutError(what + "no answer");
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return IoError(what + rd_kafka_event_error_string(event));
    }
    size_t count = 0;
    const auto* result = rd_kafka_event_CreateTopics_result(event);
    const auto** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    if (count != 1) return Internal(what + "an answer about no topic");
    const auto error = rd_kafka_topic_result_error(topics[0]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      return {};
    }
    return IoError(what + rd_kafka_err2str(error));
  }

  /// Takes the error over.
  Status Outcome(rd_kafka_error_t* error, const char* what) const {
    if (error == nullptr) return {};
    const auto code = rd_kafka_error_code(error);
    const std::string text = "a transaction for topic '" + name_ + "' cannot " + what + ": " +
                             rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    if (code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
        code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH) {
      return Fenced(text + ": another writer has taken over");
    }
    return IoError(text);
  }

  /// Gives `error` once nothing of the transaction can become visible any more.
  Status Abort(Error error) {
    rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    Status aborted =
        Outcome(rd_kafka_abort_transaction(handle_.get(), kTransactionWaitMs), "abort");
    if (aborted.ok() || aborted.error().kind == ErrorKind::kFenced) return error;
    // It cannot be committed by anybody: the next producer of the id aborts it.
    return std::move(error).With(aborted.error().text);
  }

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
