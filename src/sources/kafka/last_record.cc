// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/last_record.h"

#include <memory>

#include "io/clock.h"
#include "sources/kafka/rdkafka_handle.h"

namespace sluice::sources::kafka {
namespace {

constexpr int kAskMs = 10'000;
constexpr int64_t kReadMaxMs = 60'000;

struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};

}  // namespace

Result<std::optional<std::string>> ReadLastRecord(const KafkaOptions& options,
                                                  const std::string& topic) {
  RdkafkaTrouble trouble;
  SLUICE_ASSIGN(const RdkafkaHandle handle,
                MakeRdkafkaConsumer(options,
                                    {{"group.id", "sluice-last-record"},
                                     {"isolation.level", "read_committed"},
                                     {"enable.partition.eof", "true"},
                                     {"auto.offset.reset", "earliest"}},
                                    &trouble));
  int64_t low = 0, high = 0;
  const auto asked =
      rd_kafka_query_watermark_offsets(handle.get(), topic.c_str(), 0, &low, &high, kAskMs);
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return IoError("topic '" + topic + "' cannot be read: " + rd_kafka_err2str(asked));
  }
  std::optional<std::string> last;
  if (high == 0) return last;
  const RdkafkaPartitions partitions(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), 0)->offset =
      RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(handle.get(), partitions.get());
  const int64_t until_ms = io::RealClock().MonotonicMs() + kReadMaxMs;
  while (io::RealClock().MonotonicMs() < until_ms) {
    const std::unique_ptr<rd_kafka_message_t, MessageDeleter> message(
        rd_kafka_consumer_poll(handle.get(), 200));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= high) return last;
      continue;  // a transaction is open: its end comes
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return IoError("topic '" + topic +
                     "' cannot be read: " + rd_kafka_message_errstr(message.get()));
    }
    last = std::string(static_cast<const char*>(message->payload), message->len);
  }
  return TimeoutError("topic '" + topic +
                      "' could not be read to its end in 60 s: a transaction "
                      "is open in it");
}

}  // namespace sluice::sources::kafka
