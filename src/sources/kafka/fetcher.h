// SPDX-License-Identifier: Apache-2.0
// Connections, leaders and Fetch requests of the native client. It keeps one request in flight per
// broker; Await takes one reply, says where to go on in each partition, sends the next request, and
// hands the bytes over undecoded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sources/kafka/client.h"
#include "sources/kafka/native_client.h"
#include "sources/kafka/protocol.h"
#include "sources/kafka/record_set.h"
#include "sources/kafka/wire.h"

namespace sluice::sources::kafka {

/// One partition as the native client sees it.
struct FetchState {
  Assignment assignment;
  int64_t next_offset = 0;   // to hand out next
  int64_t fetch_offset = 0;  // to ask the broker for next
  bool done = false;         // everything before the stop offset was handed out
  int32_t leader = -1;
  int64_t end_offset = -1;        // last stable offset or high watermark
  int64_t retry_at_ms = 0;        // not asked for before
  int64_t unknown_since_ms = -1;  // the brokers do not know the partition since then
  int64_t stuck_since_ms = -1;    // the last stable offset stands still behind the end since then
  bool stuck_warned = false;
  int corrupt_tries = 0;

  /// "topic 'orders' partition 3".
  std::string Name() const;
  /// Everything before the stop offset was fetched.
  bool FetchedAll() const {
    return assignment.stop_offset && fetch_offset >= *assignment.stop_offset;
  }
};

/// Records of one partition as they came; they lie in a reply buffer until the next Await.
struct FetchedRecords {
  int split = -1;
  int64_t offset = 0;
  std::string_view bytes;
  std::vector<AbortedTransaction> aborted;
};

/// Delays that grow with each failure in a row, with jitter so that clients do not march in step.
struct Backoff {
  int64_t retry_at_ms = 0;
  int failures = 0;
  void Fail(int64_t now_ms, io::Random* random);
  void Succeed() { *this = {}; }
};

class Fetcher {
 public:
  Fetcher(const KafkaOptions& options, Cluster* cluster, const NativeEdges& edges);

  Status Assign(const Assignment& assignment);
  std::map<int, FetchState>& partitions() { return partitions_; }
  const std::map<int, FetchState>& partitions() const { return partitions_; }

  /// Appends what one reply brought, waiting up to `wait_ms` for it. All bytes handed out before
  /// are void. Trouble with brokers is retried at later calls; an error is final.
  Status Await(int64_t wait_ms, std::vector<FetchedRecords>* out);

  /// A batch of the partition was damaged: fetch it again, kCorrupt after a few times.
  Status Refetch(FetchState* partition, const Error& error);

 private:
  struct Broker {
    protocol::BrokerAddress address;
    std::unique_ptr<Wire> wire;
    int16_t fetch_version = 0;
    bool in_flight = false;
    int64_t sent_at_ms = 0;
    std::map<std::pair<std::string, int32_t>, int64_t> asked;  // offset per partition in flight
    Backoff backoff;
    size_t turn = 0;  // which partition comes first in the next request
  };

  int64_t Now() const { return edges_.clock->MonotonicMs(); }
  Status FindLeaders(int64_t now_ms);
  bool LeaderMissing() const;
  Result<protocol::MetadataReply> AskMetadata();
  Result<protocol::MetadataReply> AskMetadataOf(const std::string& host, int port);
  Status TakeMetadata(const protocol::MetadataReply& reply, int64_t now_ms);
  Status TakeLeader(const protocol::TopicLeaders* topic, FetchState* partition, int64_t now_ms);
  Status NoteUnknown(FetchState* partition, int64_t now_ms);
  std::vector<FetchState*> Wanted(int32_t node, int64_t now_ms);
  Status SendFetch(int32_t node, Broker* broker, int64_t now_ms);
  Result<std::unique_ptr<Wire>> OpenWire(const protocol::BrokerAddress& address,
                                         int16_t* fetch_version);
  void Drop(int32_t node, Broker* broker, const Error& error);
  Broker* FindReadable(int64_t wait_ms, int32_t* node);
  Status TakeReply(int32_t node, Broker* broker, std::vector<FetchedRecords>* out);
  FetchState* PartitionOf(const protocol::FetchedPartition& reply);
  Status TakePartition(protocol::FetchedPartition reply, FetchState* partition,
                       std::vector<FetchedRecords>* out);
  Status TakeError(protocol::Code code, FetchState* partition);
  void NoteStuck(const protocol::FetchedPartition& reply, FetchState* partition);
  Result<int64_t> AskWhoHoldsBack(const FetchState& partition, int64_t last_stable_offset);
  void Warn(const std::string& what, const std::string& reason);

  const NativeEdges edges_;
  Cluster* const cluster_;
  const std::vector<std::pair<std::string, int>> bootstrap_;
  const bool read_committed_;
  const int64_t timeout_ms_, wait_ms_max_, bytes_min_, bytes_max_, partition_bytes_max_;
  const std::string client_id_;
  std::map<int, FetchState> partitions_;
  std::map<int32_t, Broker> brokers_;
  Backoff metadata_backoff_;
  int32_t last_node_ = -1;
  std::string warned_;
  int64_t warned_at_ms_ = 0;
};

}  // namespace sluice::sources::kafka
