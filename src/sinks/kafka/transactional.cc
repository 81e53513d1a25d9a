// SPDX-License-Identifier: Apache-2.0
#include "sinks/kafka/transactional.h"

#include <cctype>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/record_batch.h"
#include "flow/table_options.h"
#include "io/thread.h"
#include "sinks/kafka/messages.h"
#include "sinks/staged_bytes.h"
#include "sources/kafka/last_record.h"
#include "sources/kafka/producer.h"

namespace sluice::sinks::kafka {
namespace {

using sources::kafka::Producer;

constexpr size_t kTopicBytesMax = 249;  // of Kafka
constexpr int32_t kNone = -1;           // length of a key or a value that is not there

// Staged records: partition (4), time (8), key and value with their lengths (4) before them.

template <typename Int>
void Put(Int value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof value);
}

void PutBytes(const std::optional<std::string_view>& bytes, std::string* out) {
  Put(bytes ? static_cast<int32_t>(bytes->size()) : kNone, out);
  if (bytes) out->append(*bytes);
}

template <typename Int>
bool Take(std::string_view* in, Int* value) {
  if (in->size() < sizeof *value) return false;
  std::memcpy(value, in->data(), sizeof *value);
  in->remove_prefix(sizeof *value);
  return true;
}

bool TakeBytes(std::string_view* in, std::optional<std::string_view>* bytes) {
  int32_t size = 0;
  if (!Take(in, &size) || size < kNone) return false;
  bytes->reset();
  if (size == kNone) return true;
  if (static_cast<size_t>(size) > in->size()) return false;
  *bytes = in->substr(0, static_cast<size_t>(size));
  in->remove_prefix(static_cast<size_t>(size));
  return true;
}

class Writer : public flow::SinkWriter {
 public:
  Writer(std::unique_ptr<MessageMaker> maker, PartitionChoice choice)
      : maker_(std::move(maker)), choice_(choice) {}

  Status Write(const flow::Batch& batch) override {
    SLUICE_TRY(maker_->Encode(batch, &messages_));
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      ++rows_;
      const auto message = messages_.At(row);
      if (!message) continue;
      Put(choice_.Next(), &records_);
      Put(message->timestamp_ms, &records_);
      PutBytes(message->key, &records_);
      PutBytes(message->value, &records_);
    }
    return {};
  }

  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    return StagedBytes::Make(std::exchange(rows_, 0), std::exchange(records_, {}));
  }
  int64_t memory_bytes() const override { return static_cast<int64_t>(records_.capacity()); }

 private:
  std::unique_ptr<MessageMaker> maker_;
  PartitionChoice choice_;
  MessageMaker::Messages messages_;
  std::string records_;
  int64_t rows_ = 0;
};

class TransactionalSink : public BytesSink {
 public:
  TransactionalSink(flow::ConnectorTable table, TransactionalSettings settings)
      : BytesSink(table.name), table_(std::move(table)), settings_(std::move(settings)) {}

  Result<flow::SinkState> Begin(const std::string& pipeline) override {
    pipeline_ = pipeline;
    const std::string id = TopicName(settings_.id_prefix + "-" + pipeline + "-" + settings_.topic);
    record_topic_ = "sluice-commits-" + id;
    if (record_topic_.size() > kTopicBytesMax) {
      return InvalidArgument("no topic can have so long a name: " + record_topic_ +
                             "; give the pipeline or 'sink.transactional-id-prefix' a shorter one");
    }
    auto client = settings_.kafka.client_settings;
    client["bootstrap.servers"] = settings_.kafka.bootstrap_servers;
    client["transactional.id"] = id;
    client.emplace("transaction.timeout.ms", "600000");
    client.emplace("queue.buffering.max.kbytes", "65536");
    SLUICE_ASSIGN(producer_, Producer::Make(client, settings_.topic));
    SLUICE_ASSIGN(partitions_, producer_->CountPartitions());
    SLUICE_TRY(producer_->CreateCompactedTopic(record_topic_));
    // Only behind this: whatever an earlier writer had sent is settled, and nothing more comes.
    SLUICE_TRY(producer_->InitTransactions());
    SLUICE_ASSIGN(const auto record,
                  sources::kafka::ReadLastRecord(settings_.kafka, record_topic_));
    flow::SinkState state;
    if (!record) return state;
    // Epoch, position, pipeline: a line each.
    const size_t first = record->find('\n'), second = record->find('\n', first + 1);
    if (first == std::string::npos || second == std::string::npos) {
      return Corrupt("the record in topic " + record_topic_);
    }
    if (record->substr(second + 1) != pipeline) {
      return InvalidArgument("topic " + record_topic_ + " holds the position of pipeline '" +
                             record->substr(second + 1) +
                             "'; give one of the two another 'sink.transactional-id-prefix'");
    }
    position_ = record->substr(first + 1, second - first - 1);
    SLUICE_ASSIGN(state.epoch, flow::ParseInteger(record->substr(0, first)));
    SLUICE_ASSIGN(state.position, flow::Position::Decode(position_));
    state.exists = true;
    epoch_ = state.epoch;
    return state;
  }

  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override {
    SLUICE_ASSIGN(auto maker, MessageMaker::Make(table_, settings_.kafka, settings_.upsert));
    const PartitionChoice choice(settings_.partitioner, partitions_, shard);
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<Writer>(std::move(maker), choice));
  }

  /// The id has one owner: what the record said at Begin, and our own commits, are the truth.
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    const std::string upper = commit.upper.Encode();
    const std::string lower = commit.epoch == 1 ? "" : commit.lower.Encode();
    flow::CommitReport report;
    for (const auto& part : commit.parts) {
      report.rows += part->rows;
      report.size_bytes += part->size_bytes;
    }
    if (epoch_ == commit.epoch && position_ == upper) return report;
    if (epoch_ != commit.epoch - 1 || position_ != lower) {
      return PositionMismatch(table_.name + " stands at epoch " + std::to_string(epoch_) +
                              ", not at " + std::to_string(commit.epoch - 1));
    }
    SLUICE_TRY(producer_->BeginTransaction());
    for (const auto& part : commit.parts) {
      SLUICE_TRY(Send(static_cast<const StagedBytes&>(*part).bytes));
    }
    SLUICE_TRY(producer_->SendTo(record_topic_, "record",
                                 std::to_string(commit.epoch) + '\n' + upper + '\n' + pipeline_));
    io::AnnounceState("kafka-before-commit");
    SLUICE_TRY(producer_->CommitTransaction());
    io::AnnounceState("kafka-after-commit");
    epoch_ = commit.epoch;
    position_ = upper;
    return report;
  }

 private:
  Status Send(std::string_view records) {
    while (!records.empty()) {
      int32_t partition = 0;
      int64_t timestamp_ms = 0;
      std::optional<std::string_view> key, value;
      if (!Take(&records, &partition) || !Take(&records, &timestamp_ms) ||
          !TakeBytes(&records, &key) || !TakeBytes(&records, &value)) {
        return Corrupt("staged rows of " + name());
      }
      SLUICE_TRY(producer_->Send(partition, key, value, timestamp_ms));
    }
    return {};
  }

  const flow::ConnectorTable table_;
  const TransactionalSettings settings_;
  std::string pipeline_, record_topic_;
  std::unique_ptr<Producer> producer_;
  int32_t partitions_ = 0;
  int64_t epoch_ = 0;
  std::string position_;
};

}  // namespace

std::unique_ptr<flow::Sink> MakeTransactionalSink(flow::ConnectorTable table,
                                                  TransactionalSettings settings) {
  return std::make_unique<TransactionalSink>(std::move(table), std::move(settings));
}

std::string TopicName(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    name += fits ? c : '-';
  }
  return name;
}

}  // namespace sluice::sinks::kafka
