// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/fetcher.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "sources/kafka/lost.h"

namespace sluice::sources::kafka {
namespace {

using protocol::Code;

constexpr int64_t kBackoffMinMs = 50, kBackoffMaxMs = 5'000;
// How long a topic may be unknown to the brokers before it counts as deleted: the metadata of a
// new or moving topic takes a while to reach them all.
constexpr int64_t kTopicGoneMs = 30'000;
// With several brokers, how long one connection is watched before the next.
constexpr int64_t kWatchMs = 5;
constexpr int kCorruptTriesMax = 3;
// A last stable offset that stands still behind the end for this long is worth a warning.
constexpr int64_t kStuckMs = 60'000;
constexpr int64_t kWarnAgainMs = 30'000;

int64_t Setting(const KafkaOptions& options, const std::string& key, int64_t otherwise) {
  const auto found = options.client_settings.find(key);
  if (found == options.client_settings.end()) return otherwise;
  const auto value = flow::ParseInteger(found->second);
  return value.ok() && *value > 0 ? std::min<int64_t>(*value, INT32_MAX) : otherwise;
}

std::string TextSetting(const KafkaOptions& options, const std::string& key,
                        const std::string& otherwise) {
  const auto found = options.client_settings.find(key);
  return found == options.client_settings.end() ? otherwise : found->second;
}

// "PLAINTEXT://a:9092, [::1]:9093, c" -> host and port, 9092 when left out.
std::vector<std::pair<std::string, int>> ParseServers(const std::string& servers) {
  std::vector<std::pair<std::string, int>> out;
  for (size_t at = 0; at < servers.size();) {
    const size_t end = std::min(servers.find(',', at), servers.size());
    std::string server = servers.substr(at, end - at);
    at = end + 1;
    if (const size_t scheme = server.find("://"); scheme != std::string::npos)
      server.erase(0, scheme + 3);
    std::erase(server, ' ');
    const size_t colon = server.rfind(':');
    const bool has_port =
        colon != std::string::npos && server.find(']', colon) == std::string::npos;
    const auto port =
        has_port ? flow::ParseInteger(server.substr(colon + 1)) : Result<int64_t>(9092);
    std::string host = has_port ? server.substr(0, colon) : server;
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (!host.empty() && port.ok() && *port > 0 && *port < 65536)
      out.emplace_back(std::move(host), static_cast<int>(*port));
  }
  return out;
}

}  // namespace

void Backoff::Fail(int64_t now_ms, io::Random* random) {
  const int64_t step = std::min(kBackoffMaxMs, kBackoffMinMs << std::min(failures, 10));
  ++failures;
  retry_at_ms = now_ms + step / 2 +
                static_cast<int64_t>(random->Next() % static_cast<uint64_t>(step / 2 + 1));
}

std::string FetchState::Name() const {
  return "topic '" + assignment.topic + "' partition " + std::to_string(assignment.partition);
}

Fetcher::Fetcher(const KafkaOptions& options, Cluster* cluster, const NativeEdges& edges)
    : edges_(edges),
      cluster_(cluster),
      bootstrap_(ParseServers(options.bootstrap_servers)),
      read_committed_(options.read_committed),
      timeout_ms_(Setting(options, "socket.timeout.ms", 30'000)),
      wait_ms_max_(Setting(options, "fetch.wait.max.ms", 500)),
      bytes_min_(Setting(options, "fetch.min.bytes", 1)),
      bytes_max_(Setting(options, "fetch.max.bytes", limits::kFetchBytesMax)),
      partition_bytes_max_(
          Setting(options, "max.partition.fetch.bytes", limits::kFetchPartitionBytes)),
      client_id_(TextSetting(options, "client.id", "sluice")) {}

Status Fetcher::Assign(const Assignment& assignment) {
  if (bootstrap_.empty()) return InvalidArgument("properties.bootstrap.servers names no host:port");
  FetchState& p = partitions_[assignment.split];
  p = FetchState{.assignment = assignment,
                 .next_offset = assignment.offset,
                 .fetch_offset = assignment.offset};
  p.done = p.FetchedAll();
  return Status::Ok();
}

void Fetcher::Warn(const std::string& what, const std::string& reason) {
  const std::string line = what + reason;
  if (line == warned_ && Now() - warned_at_ms_ < kWarnAgainMs) return;
  warned_ = line;
  warned_at_ms_ = Now();
  log::Warn(what, {{"reason", reason}});
}

// ---- leaders ----

bool Fetcher::LeaderMissing() const {
  return std::any_of(partitions_.begin(), partitions_.end(), [](const auto& entry) {
    return !entry.second.done && entry.second.leader < 0;
  });
}

Status Fetcher::FindLeaders(int64_t now_ms) {
  if (!LeaderMissing() || now_ms < metadata_backoff_.retry_at_ms) return Status::Ok();
  auto reply = AskMetadata();
  if (!reply.ok()) {
    if (reply.error().kind == ErrorKind::kUnsupported) return std::move(reply).error();
    metadata_backoff_.Fail(now_ms, edges_.random);
    Warn("kafka brokers cannot be asked for partition leaders", reply.error().text);
    return Status::Ok();
  }
  SLUICE_TRY(TakeMetadata(*reply, now_ms));
  if (LeaderMissing()) {
    metadata_backoff_.Fail(now_ms, edges_.random);
  } else {
    metadata_backoff_.Succeed();
  }
  return Status::Ok();
}

// Asks the brokers known so far, then those of the bootstrap list, on a connection of its own: the
// others may have a fetch in flight.
Result<protocol::MetadataReply> Fetcher::AskMetadata() {
  std::vector<std::pair<std::string, int>> places;
  for (const auto& [node, broker] : brokers_) {
    if (broker.backoff.failures == 0) places.emplace_back(broker.address.host, broker.address.port);
  }
  places.insert(places.end(), bootstrap_.begin(), bootstrap_.end());
  Error last = IoError("no Kafka broker is known");
  for (const auto& [host, port] : places) {
    auto reply = AskMetadataOf(host, port);
    if (reply.ok()) return reply;
    last = std::move(reply).error();
  }
  return last;
}

Result<protocol::MetadataReply> Fetcher::AskMetadataOf(const std::string& host, int port) {
  SLUICE_ASSIGN(auto wire, Wire::Open(edges_.network, host, port, client_id_, timeout_ms_));
  SLUICE_ASSIGN(const int16_t version,
                wire->VersionOf(protocol::Api::kMetadata, protocol::kMetadataOldest,
                                protocol::kMetadataNewest));
  std::vector<std::string> topics;
  for (const auto& [split, p] : partitions_) topics.push_back(p.assignment.topic);
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  std::string body;
  protocol::EncodeMetadata(version, topics, &body);
  SLUICE_TRY(wire->Send(protocol::Api::kMetadata, version, body));
  SLUICE_ASSIGN(const std::string_view reply, wire->Receive());
  return protocol::DecodeMetadata(version, reply);
}

Status Fetcher::TakeMetadata(const protocol::MetadataReply& reply, int64_t now_ms) {
  for (const protocol::BrokerAddress& address : reply.brokers) {
    Broker& broker = brokers_[address.node];
    if (broker.address.host == address.host && broker.address.port == address.port) continue;
    broker = Broker{};
    broker.address = address;
  }
  for (auto& [split, p] : partitions_) {
    if (p.done) continue;
    const auto found = std::find_if(reply.topics.begin(), reply.topics.end(),
                                    [&](const auto& t) { return t.name == p.assignment.topic; });
    SLUICE_TRY(TakeLeader(found == reply.topics.end() ? nullptr : &*found, &p, now_ms));
  }
  return Status::Ok();
}

Status Fetcher::TakeLeader(const protocol::TopicLeaders* topic, FetchState* p, int64_t now_ms) {
  const Assignment& a = p->assignment;
  if (topic == nullptr || topic->code == Code::kUnknownTopicOrPartition)
    return NoteUnknown(p, now_ms);
  if (topic->code == Code::kTopicAuthorizationFailed)
    return InvalidArgument("not authorized to read topic '" + a.topic + "'");
  if (topic->id.known() && a.topic_id.known() && topic->id != a.topic_id)
    return TopicRecreated(a.topic, a.topic_id.ToString(), topic->id.ToString());
  for (const protocol::PartitionLeader& leader : topic->partitions) {
    if (leader.partition != a.partition) continue;
    if (leader.leader >= 0 && brokers_.contains(leader.leader)) {
      p->leader = leader.leader;
      p->unknown_since_ms = -1;
    }
    return Status::Ok();
  }
  return topic->code == Code::kNone ? NoteUnknown(p, now_ms) : Status::Ok();
}

// The brokers do not know the partition: after a while it counts as gone.
Status Fetcher::NoteUnknown(FetchState* p, int64_t now_ms) {
  p->leader = -1;
  if (p->unknown_since_ms < 0) p->unknown_since_ms = now_ms;
  if (now_ms - p->unknown_since_ms < kTopicGoneMs) return Status::Ok();
  return SourceLost(p->Name() + " no longer exists; expected offset " +
                    std::to_string(p->next_offset));
}

// ---- requests ----

// The partitions to ask a broker for. Another one comes first each time, so that a reply that is
// full before the last partition starves none; those of one topic stay together.
std::vector<FetchState*> Fetcher::Wanted(int32_t node, int64_t now_ms) {
  std::vector<FetchState*> wanted;
  for (auto& [split, p] : partitions_) {
    if (p.leader == node && !p.done && !p.FetchedAll() && now_ms >= p.retry_at_ms)
      wanted.push_back(&p);
  }
  if (wanted.size() < 2) return wanted;
  const size_t turn = brokers_[node].turn++ % wanted.size();
  std::rotate(wanted.begin(), wanted.begin() + static_cast<ptrdiff_t>(turn), wanted.end());
  std::map<std::string_view, std::vector<FetchState*>> by_topic;
  std::vector<std::string_view> topics;  // in order of appearance
  for (FetchState* p : wanted) {
    auto& group = by_topic[p->assignment.topic];
    if (group.empty()) topics.push_back(p->assignment.topic);
    group.push_back(p);
  }
  wanted.clear();
  for (const std::string_view topic : topics)
    wanted.insert(wanted.end(), by_topic[topic].begin(), by_topic[topic].end());
  return wanted;
}

Result<std::unique_ptr<Wire>> Fetcher::OpenWire(const protocol::BrokerAddress& address,
                                                int16_t* fetch_version) {
  SLUICE_ASSIGN(auto wire,
                Wire::Open(edges_.network, address.host, address.port, client_id_, timeout_ms_));
  const bool ids = std::all_of(partitions_.begin(), partitions_.end(), [](const auto& entry) {
    return entry.second.assignment.topic_id.known();
  });
  SLUICE_ASSIGN(*fetch_version,
                wire->VersionOf(protocol::Api::kFetch, protocol::kFetchOldest,
                                ids ? protocol::kFetchNewest
                                    : static_cast<int16_t>(protocol::kFetchByTopicId - 1)));
  return wire;
}

Status Fetcher::SendFetch(int32_t node, Broker* broker, int64_t now_ms) {
  if (broker->in_flight || now_ms < broker->backoff.retry_at_ms) return Status::Ok();
  const std::vector<FetchState*> wanted = Wanted(node, now_ms);
  if (wanted.empty()) return Status::Ok();
  if (broker->wire == nullptr) {
    auto opened = OpenWire(broker->address, &broker->fetch_version);
    if (!opened.ok()) {
      if (opened.error().kind == ErrorKind::kUnsupported) return std::move(opened).error();
      Drop(node, broker, opened.error());
      return Status::Ok();
    }
    broker->wire = *std::move(opened);
  }
  protocol::FetchRequest request;
  request.wait_ms_max = static_cast<int32_t>(wait_ms_max_);
  request.bytes_min = static_cast<int32_t>(bytes_min_);
  request.bytes_max = static_cast<int32_t>(bytes_max_);
  request.partition_bytes_max = static_cast<int32_t>(partition_bytes_max_);
  request.read_committed = read_committed_;
  broker->asked.clear();
  for (const FetchState* p : wanted) {
    const Assignment& a = p->assignment;
    request.partitions.push_back({a.topic, a.topic_id, a.partition, p->fetch_offset});
    broker->asked[{a.topic, a.partition}] = p->fetch_offset;
  }
  std::string body;
  protocol::EncodeFetch(broker->fetch_version, request, &body);
  const Status sent = broker->wire->Send(protocol::Api::kFetch, broker->fetch_version, body);
  if (!sent.ok()) {
    Drop(node, broker, sent.error());
    return Status::Ok();
  }
  broker->in_flight = true;
  broker->sent_at_ms = now_ms;
  return Status::Ok();
}

// The connection is of no use any more: try again later, and ask who leads until then.
void Fetcher::Drop(int32_t node, Broker* broker, const Error& error) {
  Warn("kafka broker is not reachable, retrying", error.text);
  broker->wire.reset();
  broker->in_flight = false;
  broker->backoff.Fail(Now(), edges_.random);
  for (auto& [split, p] : partitions_) {
    if (p.leader == node) p.leader = -1;
  }
}

// ---- replies ----

Fetcher::Broker* Fetcher::FindReadable(int64_t wait_ms, int32_t* node) {
  const int64_t deadline_ms = Now() + wait_ms;
  const auto flying = std::count_if(brokers_.begin(), brokers_.end(),
                                    [](const auto& entry) { return entry.second.in_flight; });
  if (flying == 0) {
    edges_.clock->SleepMs(std::min<int64_t>(wait_ms, kBackoffMinMs / 2));
    return nullptr;
  }
  for (;;) {
    // Starts after the broker that was served last.
    auto at = brokers_.upper_bound(last_node_);
    for (size_t i = 0; i < brokers_.size(); ++i, ++at) {
      if (at == brokers_.end()) at = brokers_.begin();
      Broker& broker = at->second;
      if (!broker.in_flight) continue;
      const int64_t left_ms = std::max<int64_t>(deadline_ms - Now(), 0);
      const auto readable =
          broker.wire->Readable(flying == 1 ? left_ms : std::min(left_ms, kWatchMs));
      if (!readable.ok()) {
        Drop(at->first, &broker, readable.error());
        return nullptr;
      }
      if (*readable) {
        *node = last_node_ = at->first;
        return &broker;
      }
      if (Now() - broker.sent_at_ms > wait_ms_max_ + timeout_ms_) {
        Drop(at->first, &broker,
             TimeoutError("no reply from " + broker.address.host + ":" +
                          std::to_string(broker.address.port)));
        return nullptr;
      }
    }
    if (Now() >= deadline_ms) return nullptr;
  }
}

Status Fetcher::Await(int64_t wait_ms, std::vector<FetchedRecords>* out) {
  const int64_t now_ms = Now();
  SLUICE_TRY(FindLeaders(now_ms));
  for (auto& [node, broker] : brokers_) SLUICE_TRY(SendFetch(node, &broker, now_ms));
  int32_t node = -1;
  Broker* broker = FindReadable(wait_ms, &node);
  if (broker == nullptr) return Status::Ok();
  SLUICE_TRY(TakeReply(node, broker, out));
  // The request for what follows is on its way before this reply is decoded.
  return SendFetch(node, broker, Now());
}

Status Fetcher::TakeReply(int32_t node, Broker* broker, std::vector<FetchedRecords>* out) {
  broker->in_flight = false;
  const auto bytes = broker->wire->Receive();
  if (!bytes.ok()) {
    Drop(node, broker, bytes.error());
    return Status::Ok();
  }
  auto reply = protocol::DecodeFetch(broker->fetch_version, *bytes);
  if (!reply.ok()) {
    Drop(node, broker, reply.error());
    return Status::Ok();
  }
  broker->backoff.Succeed();
  if (reply->code != Code::kNone) {
    Drop(node, broker,
         IoError("fetch was refused with error " + std::to_string(static_cast<int>(reply->code))));
    return Status::Ok();
  }
  for (protocol::FetchedPartition& fetched : reply->partitions) {
    FetchState* p = PartitionOf(fetched);
    if (p == nullptr || p->done) continue;
    const auto asked = broker->asked.find({p->assignment.topic, p->assignment.partition});
    // An answer to what is no longer the question.
    if (asked == broker->asked.end() || asked->second != p->fetch_offset) continue;
    SLUICE_TRY(TakePartition(std::move(fetched), p, out));
  }
  return Status::Ok();
}

FetchState* Fetcher::PartitionOf(const protocol::FetchedPartition& reply) {
  for (auto& [split, p] : partitions_) {
    const Assignment& a = p.assignment;
    if (a.partition == reply.partition &&
        (reply.topic.empty() ? a.topic_id == reply.topic_id : a.topic == reply.topic))
      return &p;
  }
  return nullptr;
}

Status Fetcher::TakePartition(protocol::FetchedPartition reply, FetchState* p,
                              std::vector<FetchedRecords>* out) {
  if (reply.code != Code::kNone) return TakeError(reply.code, p);
  p->unknown_since_ms = -1;
  p->end_offset = read_committed_ && reply.last_stable_offset >= 0 ? reply.last_stable_offset
                                                                   : reply.high_watermark;
  NoteStuck(reply, p);
  if (reply.records.empty()) return Status::Ok();
  const auto after = OffsetAfter(reply.records);
  if (!after.ok()) return Refetch(p, after.error());
  if (!*after)
    return Refetch(p, Corrupt("the broker sent " + std::to_string(reply.records.size()) +
                              " bytes that hold no whole record batch"));
  out->push_back({p->assignment.split, p->fetch_offset, reply.records, std::move(reply.aborted)});
  p->fetch_offset = std::max(p->fetch_offset, **after);
  return Status::Ok();
}

void Fetcher::NoteStuck(const protocol::FetchedPartition& reply, FetchState* p) {
  const bool stuck =
      read_committed_ && reply.records.empty() && reply.last_stable_offset < reply.high_watermark;
  if (!stuck) {
    p->stuck_since_ms = -1;
    p->stuck_warned = false;
    return;
  }
  if (p->stuck_since_ms < 0) p->stuck_since_ms = Now();
  if (p->stuck_warned || Now() - p->stuck_since_ms < kStuckMs) return;
  p->stuck_warned = true;
  const auto producer = AskWhoHoldsBack(*p, reply.last_stable_offset);
  log::Warn("kafka: an open transaction holds back records",
            {{"partition", p->Name()},
             {"last_stable_offset", std::to_string(reply.last_stable_offset)},
             {"end_offset", std::to_string(reply.high_watermark)},
             {"producer_id",
              producer.ok() ? std::to_string(*producer) : "not known: " + producer.error().text}});
}

// The first record that is not stable belongs to the oldest open transaction. One fetch of it,
// committed or not, on a connection of its own: the others have requests in flight.
Result<int64_t> Fetcher::AskWhoHoldsBack(const FetchState& p, int64_t last_stable_offset) {
  const Assignment& a = p.assignment;
  int16_t version = 0;
  SLUICE_ASSIGN(auto wire, OpenWire(brokers_.at(p.leader).address, &version));
  protocol::FetchRequest request;
  request.bytes_max = request.partition_bytes_max = 1;  // a broker sends one whole batch at least
  request.read_committed = false;
  request.partitions.push_back({a.topic, a.topic_id, a.partition, last_stable_offset});
  std::string body;
  protocol::EncodeFetch(version, request, &body);
  SLUICE_TRY(wire->Send(protocol::Api::kFetch, version, body));
  SLUICE_ASSIGN(const std::string_view bytes, wire->Receive());
  SLUICE_ASSIGN(const auto reply, protocol::DecodeFetch(version, bytes));
  if (reply.partitions.empty()) return NotFound("the broker does not send the record");
  SLUICE_ASSIGN(const auto batch, ParseBatchHeader(reply.partitions.front().records));
  if (!batch || !batch->transactional()) return NotFound("the record is of no transaction");
  return batch->producer_id;
}

Status Fetcher::Refetch(FetchState* p, const Error& error) {
  const std::string where = p->Name() + " at offset " + std::to_string(p->next_offset);
  if (error.kind != ErrorKind::kCorrupt || ++p->corrupt_tries >= kCorruptTriesMax) {
    Error out = error;
    return std::move(out).With(where);
  }
  Warn("kafka record batch is damaged, fetching it again", where + ": " + error.text);
  p->fetch_offset = p->next_offset;
  p->retry_at_ms = Now() + kBackoffMinMs;
  return Status::Ok();
}

Status Fetcher::TakeError(Code code, FetchState* p) {
  const Assignment& a = p->assignment;
  switch (code) {
    case Code::kOffsetOutOfRange:
      return OffsetLost(cluster_, a.topic, a.partition, p->fetch_offset);
    case Code::kTopicAuthorizationFailed:
    case Code::kGroupAuthorizationFailed:
    case Code::kClusterAuthorizationFailed:
      return InvalidArgument("not authorized to read topic '" + a.topic + "'");
    case Code::kUnsupportedCompression:
    case Code::kUnsupportedVersion:
      return Unsupported(p->Name() + ": the broker cannot send its records to this client");
    case Code::kCorruptMessage:
      return Refetch(p, Corrupt("the broker finds its own log damaged"));
    case Code::kOffsetNotAvailable:
    case Code::kReplicaNotAvailable:
    case Code::kStorageError:
    case Code::kLeaderNotAvailable:
    case Code::kNotLeader:
    case Code::kFencedLeaderEpoch:
    case Code::kUnknownLeaderEpoch:
    case Code::kUnknownTopicOrPartition:
    case Code::kUnknownTopicId:
    case Code::kInconsistentTopicId:
      // Metadata says who leads now, whether the topic is another one, or that it is gone.
      p->leader = -1;
      p->retry_at_ms = Now() + kBackoffMinMs;
      return Status::Ok();
    default:
      Warn("kafka broker refuses a partition, retrying",
           p->Name() + ": error " + std::to_string(static_cast<int>(code)));
      p->leader = -1;
      p->retry_at_ms = Now() + kBackoffMaxMs / 5;
      return Status::Ok();
  }
}

}  // namespace sluice::sources::kafka
