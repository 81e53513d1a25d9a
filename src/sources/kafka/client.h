// SPDX-License-Identifier: Apache-2.0
// The data path of the Kafka source: records of the assigned splits, in offset order, a run of one
// split at a time. Two make it: native_client.h (our own Fetch over PLAINTEXT, the fast one) and
// rdkafka_client.h (librdkafka, for TLS and SASL). One thread uses a client.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/kafka/cluster.h"

namespace sluice::sources::kafka {

/// Where reading of one partition begins and ends.
struct Assignment {
  int split = 0;
  std::string topic;
  TopicId topic_id;
  int32_t partition = 0;
  int64_t offset = 0;                  // first record to hand out
  std::optional<int64_t> stop_offset;  // the offset before which reading ends
};

/// A run of records of one split. Everything it points to lives until the next call of Next.
struct Records {
  int split = -1;  // which split advanced, -1 = none
  /// Values; data() == nullptr is Kafka's null. Followed by formats::Decoder::kPadding readable
  /// bytes.
  std::span<const std::string_view> values;
  std::span<const int64_t> offsets;  // one per value, increasing
  int64_t next_offset = 0;           // to read next; also advances over markers and aborted records
  int64_t newest_timestamp_ms = -1;
};

enum class TimestampType : uint8_t { kNone, kCreateTime, kLogAppendTime };

/// What a record carries besides its value.
struct RecordDetails {
  std::string_view key;  // data() == nullptr: null
  int64_t timestamp_ms = -1;
  TimestampType timestamp_type = TimestampType::kNone;
  int32_t leader_epoch = -1;
};

struct RecordHeader {
  std::string_view key;
  std::string_view value;  // data() == nullptr: null
};

class Client {
 public:
  virtual ~Client() = default;
  virtual Status Assign(const Assignment& assignment) = 0;
  /// Waits up to `wait_ms`; at most `rows_max` records. kSourceLost when a split can no longer be
  /// read where it stands; transient trouble is retried inside and logged.
  virtual Result<Records> Next(int64_t rows_max, int64_t wait_ms) = 0;
  /// Of record `i` of the last Next.
  virtual RecordDetails Details(size_t i) const = 0;
  /// Appends the headers of record `i` of the last Next.
  virtual void Headers(size_t i, std::vector<RecordHeader>* out) const = 0;
  /// The end of a split as far as it is known: the last stable offset under read_committed, else
  /// the high watermark.
  virtual std::optional<int64_t> EndOffset(int split) const = 0;
};

}  // namespace sluice::sources::kafka
