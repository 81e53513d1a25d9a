// SPDX-License-Identifier: Apache-2.0
#include "sinks/kafka/sink.h"

#include <librdkafka/rdkafka.h>

#include <utility>

#include "arrow/api.h"
#include "sinks/kafka/messages.h"
#include "sinks/undurable.h"
#include "sources/kafka/rdkafka_handle.h"
#include "sources/kafka/source.h"
#include "sources/kafka/tombstones.h"

namespace sluice::sinks::kafka {
namespace {

using sources::kafka::KafkaOptions;

constexpr int kFlushWaitMs = 500;
constexpr int64_t kFlushMaxMs = 5LL * 60 * 1000;  // librdkafka gives a message up after as long

enum class Partitioner : uint8_t { kDefault, kFixed, kRoundRobin };

struct SinkSettings {
  KafkaOptions kafka;
  std::string topic;
  Partitioner partitioner = Partitioner::kDefault;
  bool upsert = false;
  bool flush = true;  // 'sink.delivery-guarantee' is not 'none'
};

struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

class Writer : public flow::SinkWriter {
 public:
  Writer(const SinkSettings& settings, int shard) : settings_(settings), shard_(shard) {}

  Status Open(const flow::ConnectorTable& table) {
    SLUICE_ASSIGN(maker_, MessageMaker::Make(table, settings_.kafka, settings_.upsert));
    auto client = settings_.kafka.client_settings;
    client["bootstrap.servers"] = settings_.kafka.bootstrap_servers;
    client.emplace("queue.buffering.max.kbytes", "65536");
    SLUICE_ASSIGN(producer_, sources::kafka::MakeRdkafkaProducer(client, &delivery_));
    topic_.reset(rd_kafka_topic_new(producer_.get(), settings_.topic.c_str(), nullptr));
    if (topic_ == nullptr) {
      return InvalidArgument("topic '" + settings_.topic +
                             "': " + rd_kafka_err2str(rd_kafka_last_error()));
    }
    if (settings_.partitioner != Partitioner::kDefault) SLUICE_TRY(CountPartitions());
    return {};
  }

  ~Writer() override {
    // What was not staged is not part of any epoch: it need not arrive.
    if (producer_ != nullptr) rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE);
  }

  Status Write(const flow::Batch& batch) override {
    SLUICE_TRY(maker_->Encode(batch, &messages_));
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      const auto i = static_cast<size_t>(row);
      ++rows_;
      if (!messages_.skip.empty() && messages_.skip[i] != 0) continue;
      SLUICE_TRY(Produce(row));
    }
    rd_kafka_poll(producer_.get(), 0);
    return CheckDelivery();
  }

  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    if (settings_.flush) SLUICE_TRY(Flush());
    SLUICE_TRY(CheckDelivery());
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return 0; }  // bounded by queue.buffering.max.kbytes

 private:
  Status CountPartitions() {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error = rd_kafka_metadata(producer_.get(), 0, topic_.get(), &metadata, 10'000);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return IoError("the partitions of topic '" + settings_.topic +
                     "' cannot be asked for: " + rd_kafka_err2str(error));
    }
    if (metadata->topic_cnt == 1) partitions_ = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    if (partitions_ > 0) return {};
    return NotFound("topic '" + settings_.topic + "' has no partitions");
  }

  int32_t NextPartition() {
    switch (settings_.partitioner) {
      case Partitioner::kFixed:
        return shard_ % partitions_;
      case Partitioner::kRoundRobin:
        return next_++ % partitions_;
      case Partitioner::kDefault:
        break;
    }
    return RD_KAFKA_PARTITION_UA;
  }

  Status Produce(int64_t row) {
    const auto i = static_cast<size_t>(row);
    const bool deletes = !messages_.deletes.empty() && messages_.deletes[i] != 0;
    const std::string_view value = messages_.values[row];
    const std::string_view key = maker_->has_key() ? messages_.keys[row] : std::string_view();
    const int64_t timestamp = messages_.timestamps_ms.empty() ? 0 : messages_.timestamps_ms[i];
    const int32_t partition = NextPartition();
    for (;;) {
      const auto error = rd_kafka_producev(
          producer_.get(), RD_KAFKA_V_RKT(topic_.get()), RD_KAFKA_V_PARTITION(partition),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_KEY(maker_->has_key() ? key.data() : nullptr, key.size()),
          RD_KAFKA_V_VALUE(deletes ? nullptr : const_cast<char*>(value.data()),
                           deletes ? 0 : value.size()),
          RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        return IoError("a record for topic '" + settings_.topic +
                       "' cannot be sent: " + rd_kafka_err2str(error));
      }
      rd_kafka_poll(producer_.get(), 100);  // back-pressure
      SLUICE_TRY(CheckDelivery());
    }
  }

  Status Flush() {
    for (int64_t waited = 0; waited < kFlushMaxMs; waited += kFlushWaitMs) {
      const auto error = rd_kafka_flush(producer_.get(), kFlushWaitMs);
      SLUICE_TRY(CheckDelivery());
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    }
    return TimeoutError("the broker did not take the records for topic '" + settings_.topic +
                        "' in 5 minutes");
  }

  Status CheckDelivery() const {
    if (delivery_.failed == 0) return {};
    return IoError(std::to_string(delivery_.failed) + " records for topic '" + settings_.topic +
                   "' were not delivered: " + delivery_.error);
  }

  const SinkSettings settings_;
  const int shard_;
  sources::kafka::RdkafkaDelivery delivery_;
  sources::kafka::RdkafkaHandle producer_;
  std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic_;
  std::unique_ptr<MessageMaker> maker_;
  MessageMaker::Messages messages_;
  int32_t partitions_ = 0, next_ = 0;
  int64_t rows_ = 0;
};

class KafkaSink : public UndurableSink {
 public:
  KafkaSink(flow::ConnectorTable table, SinkSettings settings)
      : UndurableSink(table.name), table_(std::move(table)), settings_(std::move(settings)) {}
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override {
    auto writer = std::make_unique<Writer>(settings_, shard);
    SLUICE_TRY(writer->Open(table_));
    return std::unique_ptr<flow::SinkWriter>(std::move(writer));
  }

 private:
  const flow::ConnectorTable table_;
  const SinkSettings settings_;
};

/// `table` has the options of 'kafka'. Mistakes are appended to `errors`.
SinkSettings ParseSettings(const flow::ConnectorTable& table, bool upsert,
                           std::vector<Error>* errors) {
  SinkSettings settings;
  settings.kafka = sources::kafka::ParseKafkaOptions(table, errors);
  settings.upsert = upsert;
  const auto get = [&](const char* key, const char* fallback) {
    const auto found = table.options.find(key);
    return found == table.options.end() ? std::string(fallback) : found->second;
  };
  if (settings.kafka.topics.size() == 1 && settings.kafka.topic_pattern.empty()) {
    settings.topic = settings.kafka.topics[0];
  } else {
    errors->push_back(InvalidArgument("a Kafka table that is written needs one 'topic'"));
  }
  const std::string guarantee = get("sink.delivery-guarantee", "at-least-once");
  settings.flush = guarantee != "none";
  if (guarantee == "exactly-once") {
    errors->push_back(Unsupported(
        "'sink.delivery-guarantee' = 'exactly-once' is not done for Kafka; use 'at-least-once', "
        "and 'upsert-kafka' where rows have a key"));
  }
  const std::string partitioner = get("sink.partitioner", "default");
  if (partitioner == "fixed") {
    settings.partitioner = Partitioner::kFixed;
  } else if (partitioner == "round-robin") {
    settings.partitioner = Partitioner::kRoundRobin;
  } else if (partitioner != "default") {
    errors->push_back(Unsupported("'sink.partitioner' takes default, fixed or round-robin, not '" +
                                  partitioner + "'"));
  }
  return settings;
}

std::vector<Error> CheckAs(const flow::ConnectorTable& table, bool upsert,
                           std::vector<Error> errors) {
  const SinkSettings settings = ParseSettings(table, upsert, &errors);
  if (!errors.empty()) return errors;
  if (auto maker = MessageMaker::Make(table, settings.kafka, upsert); !maker.ok()) {
    errors.push_back(std::move(maker).error());
  }
  return errors;
}

std::vector<Error> Check(const flow::ConnectorTable& table) {
  return CheckAs(table, false, sources::kafka::KafkaConnector().check(table));
}

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  return std::unique_ptr<flow::Sink>(
      std::make_unique<KafkaSink>(table, ParseSettings(table, false, &errors)));
}

std::vector<Error> CheckUpsert(const flow::ConnectorTable& upsert) {
  std::vector<Error> errors = sources::kafka::UpsertKafkaConnector().check(upsert);
  if (!errors.empty()) return errors;
  return CheckAs(sources::kafka::AsKafkaTable(upsert, &errors), true, std::move(errors));
}

Result<std::unique_ptr<flow::Sink>> OpenUpsert(const flow::ConnectorTable& upsert) {
  std::vector<Error> errors = CheckUpsert(upsert);
  if (!errors.empty()) return std::move(errors.front());
  const flow::ConnectorTable table = sources::kafka::AsKafkaTable(upsert, &errors);
  return std::unique_ptr<flow::Sink>(
      std::make_unique<KafkaSink>(table, ParseSettings(table, true, &errors)));
}

flow::ChangelogMode ChangelogOf(const flow::ConnectorTable& table) {
  return sources::kafka::KafkaConnector().changelog(table);
}

}  // namespace

SinkConnector KafkaConnector() {
  return {.name = "kafka",
          .options = sources::kafka::KafkaOptionSpecs(),
          .check = Check,
          .changelog = ChangelogOf,
          .open = Open};
}

SinkConnector UpsertKafkaConnector() {
  return {.name = "upsert-kafka",
          .options = sources::kafka::UpsertOptionSpecs(),
          .check = CheckUpsert,
          .changelog = [](const flow::ConnectorTable&) { return flow::ChangelogMode::Upsert(); },
          .open = OpenUpsert};
}

}  // namespace sluice::sinks::kafka
