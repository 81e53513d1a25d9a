// SPDX-License-Identifier: Apache-2.0
// The three requests of Kafka's protocol that the native client speaks (docs: "Kafka Protocol
// Guide"): ApiVersions 0, Metadata 9-12, Fetch 11-13. Encoders make the body of a request, decoders
// read the body of a reply; lengths and counts are checked against what is there before memory is
// taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/kafka/cluster.h"
#include "sources/kafka/record_set.h"

namespace sluice::sources::kafka::protocol {

enum class Api : int16_t { kFetch = 1, kMetadata = 3, kApiVersions = 18 };

inline constexpr int16_t kFetchOldest = 11, kFetchNewest = 13;
inline constexpr int16_t kMetadataOldest = 9, kMetadataNewest = 12;
// Since this version Fetch names topics by id, and the broker notices a recreated topic.
inline constexpr int16_t kFetchByTopicId = 13;

/// Error codes of the protocol that are told apart.
enum class Code : int16_t {
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  kLeaderNotAvailable = 5,
  kNotLeader = 6,
  kReplicaNotAvailable = 9,
  kTopicAuthorizationFailed = 29,
  kGroupAuthorizationFailed = 30,
  kClusterAuthorizationFailed = 31,
  kUnsupportedVersion = 35,
  kStorageError = 56,
  kFencedLeaderEpoch = 74,
  kUnknownLeaderEpoch = 75,
  kUnsupportedCompression = 76,
  kOffsetNotAvailable = 78,
  kUnknownTopicId = 100,
  kInconsistentTopicId = 103,
};

/// Appends the header of a request; the length before it is the wire's.
void EncodeHeader(Api api, int16_t version, int32_t correlation, std::string_view client_id,
                  std::string* out);

/// Reply header: the correlation id and, in flexible versions, tagged fields. kCorrupt when cut.
Result<int32_t> DecodeHeader(Api api, int16_t version, std::string_view* bytes);

struct VersionRange {
  int16_t oldest = 0, newest = -1;
};
/// The reply to ApiVersions 0 (whose request has no body).
Result<std::map<int16_t, VersionRange>> DecodeApiVersions(std::string_view bytes);

struct BrokerAddress {
  int32_t node = -1;
  std::string host;
  int32_t port = 0;
};
struct PartitionLeader {
  Code code = Code::kNone;
  int32_t partition = 0;
  int32_t leader = -1;
};
struct TopicLeaders {
  Code code = Code::kNone;
  std::string name;
  TopicId id;
  std::vector<PartitionLeader> partitions;
};
struct MetadataReply {
  std::vector<BrokerAddress> brokers;
  std::string cluster_id;
  std::vector<TopicLeaders> topics;
};
void EncodeMetadata(int16_t version, const std::vector<std::string>& topics, std::string* out);
Result<MetadataReply> DecodeMetadata(int16_t version, std::string_view bytes);

struct FetchPartition {
  std::string topic;
  TopicId topic_id;
  int32_t partition = 0;
  int64_t offset = 0;
};
struct FetchRequest {
  int32_t wait_ms_max = 500;
  int32_t bytes_min = 1;
  int32_t bytes_max = 0;
  int32_t partition_bytes_max = 0;
  bool read_committed = true;
  std::vector<FetchPartition> partitions;  // those of one topic are neighbours
};
struct FetchedPartition {
  std::string topic;  // empty when the version names topics by id
  TopicId topic_id;
  int32_t partition = 0;
  Code code = Code::kNone;
  int64_t high_watermark = -1;
  int64_t last_stable_offset = -1;
  int64_t log_start_offset = -1;
  std::vector<AbortedTransaction> aborted;
  std::string_view records;
};
struct FetchReply {
  Code code = Code::kNone;
  std::vector<FetchedPartition> partitions;
};
void EncodeFetch(int16_t version, const FetchRequest& request, std::string* out);
/// The records of the reply point into `bytes`.
Result<FetchReply> DecodeFetch(int16_t version, std::string_view bytes);

}  // namespace sluice::sources::kafka::protocol
