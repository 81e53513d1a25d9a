// SPDX-License-Identifier: Apache-2.0
// Rows as Kafka messages: key and value bytes of each row, by the table's formats.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/table_definition.h"
#include "formats/decoder.h"
#include "sources/kafka/options.h"

namespace sluice::sinks::kafka {

/// sink.partitioner
enum class Partitioner : uint8_t { kDefault, kFixed, kRoundRobin };

/// The partition of each message of a shard; -1 leaves it to the client, by the key.
class PartitionChoice {
 public:
  PartitionChoice(Partitioner partitioner, int32_t partitions, int shard)
      : partitioner_(partitioner), partitions_(partitions), shard_(shard) {}
  int32_t Next() {
    switch (partitioner_) {
      case Partitioner::kFixed:
        return shard_ % partitions_;
      case Partitioner::kRoundRobin:
        return next_++ % partitions_;
      case Partitioner::kDefault:
        break;
    }
    return -1;
  }

 private:
  Partitioner partitioner_;
  int32_t partitions_;
  int shard_;
  int32_t next_ = 0;
};

struct Message {
  std::optional<std::string_view> key, value;  // as long as the Messages they come from
  int64_t timestamp_ms = 0;                    // 0: now
};

class MessageMaker {
 public:
  /// `upsert`: a -D has no value, and a -U makes no message.
  static Result<std::unique_ptr<MessageMaker>> Make(const flow::ConnectorTable& table,
                                                    const sources::kafka::KafkaOptions& options,
                                                    bool upsert);

  struct Messages {
    bool has_keys = false;
    formats::EncodedRows keys;           // empty when there is no key format
    formats::EncodedRows values;         // one per row
    std::vector<uint8_t> skip;           // 1: no message for this row; empty: none
    std::vector<uint8_t> deletes;        // 1: the value is null; empty: none
    std::vector<int64_t> timestamps_ms;  // empty: now
    /// The message of a row, if it makes one.
    std::optional<Message> At(int64_t row) const;
  };
  /// Of all rows of a batch of the table's columns; `out` is overwritten.
  Status Encode(const flow::Batch& batch, Messages* out);

 private:
  MessageMaker() = default;
  std::vector<int> key_columns_, value_columns_;
  int timestamp_column_ = -1;
  std::unique_ptr<formats::Encoder> key_encoder_, value_encoder_;
  bool upsert_ = false;
};

}  // namespace sluice::sinks::kafka
