// SPDX-License-Identifier: Apache-2.0
// Rows as Kafka messages: key and value bytes of each row, by the table's formats.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/table_definition.h"
#include "formats/decoder.h"
#include "sources/kafka/options.h"

namespace sluice::sinks::kafka {

class MessageMaker {
 public:
  /// `upsert`: a -D has no value, and a -U makes no message.
  static Result<std::unique_ptr<MessageMaker>> Make(const flow::ConnectorTable& table,
                                                    const sources::kafka::KafkaOptions& options,
                                                    bool upsert);

  struct Messages {
    formats::EncodedRows keys;           // empty when there is no key format
    formats::EncodedRows values;         // one per row
    std::vector<uint8_t> skip;           // 1: no message for this row; empty: none
    std::vector<uint8_t> deletes;        // 1: the value is null; empty: none
    std::vector<int64_t> timestamps_ms;  // empty: now
  };
  /// Of all rows of a batch of the table's columns; `out` is overwritten.
  Status Encode(const flow::Batch& batch, Messages* out);
  bool has_key() const { return key_encoder_ != nullptr; }

 private:
  MessageMaker() = default;
  std::vector<int> key_columns_, value_columns_;
  int timestamp_column_ = -1;
  std::unique_ptr<formats::Encoder> key_encoder_, value_encoder_;
  bool upsert_ = false;
};

}  // namespace sluice::sinks::kafka
