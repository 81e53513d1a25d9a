// SPDX-License-Identifier: Apache-2.0
#include "sinks/kafka/sink.h"

#include <optional>
#include <utility>

#include "arrow/api.h"
#include "sinks/kafka/messages.h"
#include "sinks/kafka/transactional.h"
#include "sinks/undurable.h"
#include "sources/kafka/producer.h"
#include "sources/kafka/source.h"
#include "sources/kafka/tombstones.h"

namespace sluice::sinks::kafka {
namespace {

using sources::kafka::KafkaOptions;

struct SinkSettings {
  KafkaOptions kafka;
  std::string topic;
  Partitioner partitioner = Partitioner::kDefault;
  bool upsert = false;
  bool flush = true;  // 'sink.delivery-guarantee' is not 'none'
  bool exactly_once = false;
  std::string id_prefix;
};

class Writer : public flow::SinkWriter {
 public:
  Writer(const SinkSettings& settings, int shard) : settings_(settings), shard_(shard) {}

  Status Open(const flow::ConnectorTable& table) {
    SLUICE_ASSIGN(maker_, MessageMaker::Make(table, settings_.kafka, settings_.upsert));
    auto client = settings_.kafka.client_settings;
    client["bootstrap.servers"] = settings_.kafka.bootstrap_servers;
    client.emplace("queue.buffering.max.kbytes", "65536");
    SLUICE_ASSIGN(producer_, sources::kafka::Producer::Make(client, settings_.topic));
    if (settings_.partitioner == Partitioner::kDefault) return {};
    SLUICE_ASSIGN(const int32_t partitions, producer_->CountPartitions());
    choice_ = PartitionChoice(settings_.partitioner, partitions, shard_);
    return {};
  }

  Status Write(const flow::Batch& batch) override {
    SLUICE_TRY(maker_->Encode(batch, &messages_));
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      ++rows_;
      const auto message = messages_.At(row);
      if (!message) continue;
      SLUICE_TRY(
          producer_->Send(choice_.Next(), message->key, message->value, message->timestamp_ms));
    }
    return producer_->Check();
  }

  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    if (settings_.flush) SLUICE_TRY(producer_->Flush());
    SLUICE_TRY(producer_->Check());
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return 0; }  // bounded by queue.buffering.max.kbytes

 private:
  const SinkSettings settings_;
  const int shard_;
  std::unique_ptr<sources::kafka::Producer> producer_;
  std::unique_ptr<MessageMaker> maker_;
  MessageMaker::Messages messages_;
  PartitionChoice choice_{Partitioner::kDefault, 0, 0};
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
  settings.exactly_once = guarantee == "exactly-once";
  settings.id_prefix = get("sink.transactional-id-prefix", "");
  if (settings.exactly_once && settings.id_prefix.empty()) {
    errors->push_back(InvalidArgument(
        "'sink.transactional-id-prefix' must be specified when using 'sink.delivery-guarantee' = "
        "'exactly-once'"));
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

std::unique_ptr<flow::Sink> MakeSink(const flow::ConnectorTable& table, SinkSettings settings) {
  if (!settings.exactly_once) return std::make_unique<KafkaSink>(table, std::move(settings));
  return MakeTransactionalSink(table, {.kafka = std::move(settings.kafka),
                                       .topic = std::move(settings.topic),
                                       .id_prefix = std::move(settings.id_prefix),
                                       .partitioner = settings.partitioner,
                                       .upsert = settings.upsert});
}

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  return MakeSink(table, ParseSettings(table, false, &errors));
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
  return MakeSink(table, ParseSettings(table, true, &errors));
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
