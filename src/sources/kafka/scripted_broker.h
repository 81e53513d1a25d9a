// SPDX-License-Identifier: Apache-2.0
// A Kafka broker, or a few, in memory behind io::Network, with a clock of its own: for tests of
// what a client does when brokers move, lie or die. It answers ApiVersions, Metadata and Fetch.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/clock.h"
#include "io/socket.h"
#include "sources/kafka/batch_writer.h"
#include "sources/kafka/cluster.h"
#include "sources/kafka/protocol.h"

namespace sluice::sources::kafka {

class ScriptedClock : public io::Clock {
 public:
  int64_t NowMs() override { return 1'700'000'000'000 + now_ms; }
  int64_t MonotonicNs() override { return now_ms * 1'000'000; }
  void SleepMs(int64_t delay_ms) override { now_ms += std::max<int64_t>(delay_ms, 1); }
  int64_t now_ms = 1;
};

class ScriptedRandom : public io::Random {
 public:
  uint64_t Next() override { return state_ = state_ * 6364136223846793005u + 1442695040888963407u; }

 private:
  uint64_t state_ = 1;
};

/// Answers what a client asks of the control plane.
class FakeCluster : public Cluster {
 public:
  OffsetRange range;
  Result<std::string> ClusterId() override { return std::string("c"); }
  Result<std::vector<TopicDescription>> Describe(const std::vector<std::string>&) override {
    return std::vector<TopicDescription>();
  }
  Result<std::vector<std::string>> TopicNames() override { return std::vector<std::string>(); }
  Result<OffsetRange> Offsets(const TopicPartition&) override { return range; }
  Result<std::map<TopicPartition, int64_t>> OffsetsForTime(const std::vector<TopicPartition>&,
                                                           int64_t) override {
    return std::map<TopicPartition, int64_t>();
  }
  Result<std::map<TopicPartition, int64_t>> Committed(const std::vector<TopicPartition>&) override {
    return std::map<TopicPartition, int64_t>();
  }
  Status Commit(const std::map<TopicPartition, int64_t>&) override { return Status::Ok(); }
};

class ScriptedCluster : public io::Network {
 public:
  struct Batch {
    int64_t base = 0, next = 0;
    std::string bytes;
  };
  struct Log {
    int32_t leader = 1;
    int64_t start = 0, end = 0, stable = -1;  // stable -1: the end
    std::vector<Batch> batches;
    std::vector<AbortedTransaction> aborted;
    std::deque<protocol::Code> errors;  // answered before anything else, one per fetch
  };
  struct Topic {
    TopicId id;
    std::map<int32_t, Log> partitions;
  };

  std::map<std::string, Topic> topics;
  std::map<int32_t, int> ports = {{1, 9092}};  // node -> port
  std::set<int> dead_ports;
  int16_t fetch_newest = 13;
  int fetches = 0, connects = 0;
  // May change a whole reply before it is sent; counted per fetch, from 1.
  std::function<void(int fetch, std::string* reply)> tamper;
  // Bytes of each reply that arrive before the connection breaks, by fetch number.
  std::map<int, size_t> cut_replies;
  ScriptedClock clock;
  ScriptedRandom random;

  Log& Add(const std::string& topic, int32_t partition, uint8_t id = 1) {
    topics[topic].id.bytes[0] = id;
    return topics[topic].partitions[partition];
  }
  static void Append(Log* log, std::string bytes) {
    const auto header = *ParseBatchHeader(bytes);
    log->end = header->next_offset();
    log->batches.push_back({header->base_offset, header->next_offset(), std::move(bytes)});
  }

  Result<std::unique_ptr<io::Connection>> Connect(const std::string& host, int port,
                                                  int64_t) override {
    ++connects;
    for (const auto& [node, at] : ports) {
      if (at == port && !dead_ports.contains(port))
        return std::unique_ptr<io::Connection>(new ScriptedConnection(this, node, port));
    }
    return IoError("cannot connect to " + host + ":" + std::to_string(port) + ": refused");
  }

 private:
  friend class ScriptedConnection;
  class ScriptedConnection : public io::Connection {
   public:
    ScriptedConnection(ScriptedCluster* cluster, int32_t node, int port)
        : cluster_(cluster), node_(node), port_(port) {}
    Status Send(const void* bytes, int64_t size, int64_t) override {
      if (cluster_->dead_ports.contains(port_)) return IoError("connection reset");
      cluster_->Answer(node_, {static_cast<const char*>(bytes), static_cast<size_t>(size)}, &out_,
                       &broken_);
      return Status::Ok();
    }
    Status Receive(void* out, int64_t size, int64_t timeout_ms) override {
      if (static_cast<size_t>(size) > out_.size()) {
        if (broken_ || cluster_->dead_ports.contains(port_)) return IoError("connection closed");
        cluster_->clock.now_ms += timeout_ms;
        return TimeoutError("no reply");
      }
      std::memcpy(out, out_.data(), static_cast<size_t>(size));
      out_.erase(0, static_cast<size_t>(size));
      return Status::Ok();
    }
    Result<bool> Readable(int64_t wait_ms) override {
      if (broken_ || !out_.empty() || cluster_->dead_ports.contains(port_)) return true;
      cluster_->clock.now_ms += std::max<int64_t>(wait_ms, 1);
      return false;
    }

   private:
    ScriptedCluster* cluster_;
    int32_t node_;
    int port_;
    std::string out_;
    bool broken_ = false;
  };

  // ---- the broker's side of the protocol ----

  struct Cursor {
    std::string_view bytes;
    uint64_t Big(int n) {
      uint64_t value = 0;
      for (int i = 0; i < n; ++i)
        value = value << 8 | static_cast<uint8_t>(bytes[static_cast<size_t>(i)]);
      bytes.remove_prefix(static_cast<size_t>(n));
      return value;
    }
    std::string_view Take(size_t n) {
      const auto out = bytes.substr(0, n);
      bytes.remove_prefix(n);
      return out;
    }
    uint64_t Uvarint() {
      uint64_t value = 0;
      for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<uint8_t>(Big(1));
        value |= uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80) return value;
      }
    }
  };

  static void Count(bool flexible, size_t n, std::string* out) {
    if (flexible) {
      for (n += 1; n >= 0x80; n >>= 7) out->push_back(static_cast<char>(n | 0x80));
      out->push_back(static_cast<char>(n));
    } else {
      AppendBig(n, 4, out);
    }
  }
  static void Text(const std::string& text, std::string* out) {
    Count(true, text.size(), out);
    *out += text;
  }
  static std::string IdBytes(const TopicId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
  }

  void Answer(int32_t node, std::string_view request, std::string* out, bool* broken) {
    Cursor c{request};
    c.Big(4);
    const auto api = static_cast<protocol::Api>(c.Big(2));
    const auto version = static_cast<int16_t>(c.Big(2));
    const uint64_t correlation = c.Big(4);
    c.Take(c.Big(2));  // client id
    std::string body;
    AppendBig(correlation, 4, &body);
    const bool flexible =
        api == protocol::Api::kMetadata || (api == protocol::Api::kFetch && version >= 12);
    if (flexible) {
      c.Big(1);
      body.push_back(0);
    }
    if (api == protocol::Api::kApiVersions) AnswerVersions(&body);
    if (api == protocol::Api::kMetadata) AnswerMetadata(&body);
    if (api == protocol::Api::kFetch) {
      ++fetches;
      AnswerFetch(node, version, &c, &body);
      if (tamper) tamper(fetches, &body);
    }
    std::string reply;
    AppendBig(body.size(), 4, &reply);
    reply += body;
    if (api == protocol::Api::kFetch && cut_replies.contains(fetches)) {
      reply.resize(std::min(reply.size(), cut_replies[fetches]));
      *broken = true;
    }
    *out += reply;
  }

  void AnswerVersions(std::string* out) const {
    AppendBig(0, 2, out);
    AppendBig(3, 4, out);
    const std::vector<std::array<uint64_t, 3>> apis = {
        {1, 4, static_cast<uint64_t>(fetch_newest)}, {3, 0, 13}, {18, 0, 4}};
    for (const auto& [api, oldest, newest] : apis) {
      AppendBig(api, 2, out);
      AppendBig(oldest, 2, out);
      AppendBig(newest, 2, out);
    }
  }

  void AnswerMetadata(std::string* out) const {
    AppendBig(0, 4, out);
    Count(true, ports.size(), out);
    for (const auto& [node, port] : ports) {
      AppendBig(static_cast<uint64_t>(node), 4, out);
      Text("broker", out);
      AppendBig(static_cast<uint64_t>(port), 4, out);
      *out += std::string(2, '\0');  // no rack, no tags
    }
    Text("cluster", out);
    AppendBig(1, 4, out);
    Count(true, topics.size(), out);
    for (const auto& [name, topic] : topics) {
      AppendBig(0, 2, out);
      Text(name, out);
      *out += IdBytes(topic.id);
      out->push_back(0);
      Count(true, topic.partitions.size(), out);
      for (const auto& [number, log] : topic.partitions) {
        AppendBig(0, 2, out);
        AppendBig(static_cast<uint64_t>(number), 4, out);
        AppendBig(static_cast<uint64_t>(log.leader), 4, out);
        AppendBig(0, 4, out);
        *out += std::string("\1\1\1\0", 4);
      }
      AppendBig(0, 4, out);
      out->push_back(0);
    }
    out->push_back(0);
  }

  // Of one partition: error, offsets, aborted transactions, records.
  void AnswerPartition(bool flexible, int32_t node, Log* log, protocol::Code code, int32_t number,
                       int64_t offset, std::string* out) {
    using protocol::Code;
    if (log != nullptr && code == Code::kNone) {
      if (!log->errors.empty()) {
        code = log->errors.front();
        log->errors.pop_front();
      } else if (log->leader != node) {
        code = Code::kNotLeader;
      } else if (offset < log->start || offset > log->end) {
        code = Code::kOffsetOutOfRange;
      }
    }
    const bool good = code == Code::kNone;
    const int64_t stable = good ? (log->stable < 0 ? log->end : log->stable) : -1;
    AppendBig(static_cast<uint64_t>(number), 4, out);
    AppendBig(static_cast<uint16_t>(code), 2, out);
    AppendBig(static_cast<uint64_t>(good ? log->end : -1), 8, out);
    AppendBig(static_cast<uint64_t>(stable), 8, out);
    AppendBig(static_cast<uint64_t>(good ? log->start : -1), 8, out);
    std::string records;
    for (const Batch& batch : good ? log->batches : std::vector<Batch>())
      if (batch.next > offset && batch.base < (read_committed_ ? stable : log->end))
        records += batch.bytes;
    if (!good || !records.empty()) nothing_to_say_ = false;
    const auto aborted = good && read_committed_ ? log->aborted : std::vector<AbortedTransaction>();
    Count(flexible, aborted.size(), out);
    for (const AbortedTransaction& a : aborted) {
      AppendBig(static_cast<uint64_t>(a.producer_id), 8, out);
      AppendBig(static_cast<uint64_t>(a.first_offset), 8, out);
      if (flexible) out->push_back(0);
    }
    AppendBig(~uint64_t{0}, 4, out);
    Count(flexible, records.size(), out);
    *out += records;
    if (flexible) out->push_back(0);
  }

  void AnswerFetch(int32_t node, int16_t version, Cursor* c, std::string* out) {
    const bool flexible = version >= 12, by_id = version >= 13;
    const auto count = [&] { return flexible ? c->Uvarint() - 1 : c->Big(4); };
    c->Take(4);
    const auto wait_ms = static_cast<int64_t>(c->Big(4));
    c->Take(4 + 4);
    nothing_to_say_ = true;
    read_committed_ = c->Big(1) == 1;
    c->Take(4 + 4);
    AppendBig(0, 4, out);
    AppendBig(0, 2, out);
    AppendBig(0, 4, out);
    const uint64_t topic_count = count();
    Count(flexible, topic_count, out);
    for (uint64_t t = 0; t < topic_count; ++t) {
      Topic* topic = nullptr;
      if (by_id) {
        const std::string id(c->Take(16));
        for (auto& [name, candidate] : topics)
          if (IdBytes(candidate.id) == id) topic = &candidate;
        *out += id;
      } else {
        const std::string name(c->Take(flexible ? c->Uvarint() - 1 : c->Big(2)));
        if (topics.contains(name)) topic = &topics[name];
        if (flexible) {
          Text(name, out);
        } else {
          AppendBig(name.size(), 2, out);
          *out += name;
        }
      }
      const uint64_t partition_count = count();
      Count(flexible, partition_count, out);
      for (uint64_t p = 0; p < partition_count; ++p) {
        const auto number = static_cast<int32_t>(c->Big(4));
        c->Big(4);
        const auto offset = static_cast<int64_t>(c->Big(8));
        c->Take(static_cast<size_t>(flexible ? 4 : 0) + 8 + 4);
        if (flexible) c->Uvarint();
        Log* log = topic != nullptr && topic->partitions.contains(number)
                       ? &topic->partitions[number]
                       : nullptr;
        const auto missing =
            by_id ? protocol::Code::kUnknownTopicId : protocol::Code::kUnknownTopicOrPartition;
        AnswerPartition(flexible, node, log, log == nullptr ? missing : protocol::Code::kNone,
                        number, offset, out);
      }
      if (flexible) {
        c->Uvarint();
        out->push_back(0);
      }
    }
    if (flexible) out->push_back(0);
    if (nothing_to_say_) clock.now_ms += wait_ms;
  }

  // Of the fetch being answered.
  bool read_committed_ = true, nothing_to_say_ = true;
};

}  // namespace sluice::sources::kafka
