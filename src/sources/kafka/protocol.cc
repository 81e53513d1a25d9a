// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/protocol.h"

#include <cstring>

namespace sluice::sources::kafka::protocol {
namespace {

bool Flexible(Api api, int16_t version) {
  return api == Api::kFetch ? version >= 12 : api == Api::kMetadata && version >= 9;
}

class Writer {
 public:
  Writer(bool flexible, std::string* out) : flexible_(flexible), out_(out) {}
  void I8(int8_t v) { out_->push_back(static_cast<char>(v)); }
  void I16(int16_t v) { Int(v); }
  void I32(int32_t v) { Int(v); }
  void I64(int64_t v) { Int(v); }
  void Id(const TopicId& id) {
    out_->append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
  }
  void Uvarint(uint32_t v) {
    for (; v >= 0x80; v >>= 7) out_->push_back(static_cast<char>(v | 0x80));
    out_->push_back(static_cast<char>(v));
  }
  void Count(size_t n) {
    if (flexible_) {
      Uvarint(static_cast<uint32_t>(n) + 1);
    } else {
      I32(static_cast<int32_t>(n));
    }
  }
  void String(std::string_view s) {
    if (flexible_) {
      Uvarint(static_cast<uint32_t>(s.size()) + 1);
    } else {
      I16(static_cast<int16_t>(s.size()));
    }
    out_->append(s);
  }
  void Tags() {
    if (flexible_) Uvarint(0);
  }

 private:
  template <typename T>
  void Int(T v) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
      out_->push_back(static_cast<char>(static_cast<uint64_t>(v) >> shift));
  }
  const bool flexible_;
  std::string* out_;
};

// Reads past the end give zeros and set failed(), which the caller looks at before it trusts them.
class Parser {
 public:
  Parser(bool flexible, std::string_view bytes) : flexible_(flexible), bytes_(bytes) {}
  int8_t I8() { return Int<int8_t>(); }
  int16_t I16() { return Int<int16_t>(); }
  int32_t I32() { return Int<int32_t>(); }
  int64_t I64() { return Int<int64_t>(); }
  Code ErrorCode() { return static_cast<Code>(I16()); }
  TopicId Id() {
    TopicId id;
    const std::string_view raw = Take(id.bytes.size());
    if (!failed_) std::memcpy(id.bytes.data(), raw.data(), raw.size());
    return id;
  }
  uint32_t Uvarint() {
    uint32_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const auto byte = static_cast<uint8_t>(I8());
      value |= static_cast<uint32_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }
  /// The number of elements, each of which takes at least `bytes_min`; a null array has none.
  size_t Count(size_t bytes_min) {
    const int64_t n = flexible_ ? static_cast<int64_t>(Uvarint()) - 1 : int64_t{I32()};
    if (n <= 0) return 0;
    if (static_cast<size_t>(n) > bytes_.size() / bytes_min) {
      failed_ = true;
      return 0;
    }
    return static_cast<size_t>(n);
  }
  std::string_view String() {
    const int64_t n = flexible_ ? static_cast<int64_t>(Uvarint()) - 1 : int64_t{I16()};
    return n <= 0 ? std::string_view() : Take(static_cast<size_t>(n));
  }
  std::string_view Bytes() {
    const int64_t n = flexible_ ? static_cast<int64_t>(Uvarint()) - 1 : int64_t{I32()};
    return n <= 0 ? std::string_view() : Take(static_cast<size_t>(n));
  }
  void Ints32() { Take(Count(4) * 4); }
  void Tags() {
    if (!flexible_) return;
    for (uint32_t n = Uvarint(); n > 0 && !failed_; --n) {
      Uvarint();
      Take(Uvarint());
    }
  }
  std::string_view rest() const { return bytes_; }
  bool failed() const { return failed_; }

 private:
  std::string_view Take(size_t n) {
    if (failed_ || n > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view out = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return out;
  }
  template <typename T>
  T Int() {
    uint64_t value = 0;
    for (const char c : Take(sizeof(T))) value = value << 8 | static_cast<uint8_t>(c);
    return static_cast<T>(value);
  }
  const bool flexible_;
  std::string_view bytes_;
  bool failed_ = false;
};

Error Cut(const char* what) {
  return Corrupt(std::string("a Kafka ") + what + " reply is cut off or damaged");
}

}  // namespace

void EncodeHeader(Api api, int16_t version, int32_t correlation, std::string_view client_id,
                  std::string* out) {
  Writer w(false, out);
  w.I16(static_cast<int16_t>(api));
  w.I16(version);
  w.I32(correlation);
  w.String(client_id);
  if (Flexible(api, version)) w.I8(0);  // no tagged fields
}

Result<int32_t> DecodeHeader(Api api, int16_t version, std::string_view* bytes) {
  Parser p(Flexible(api, version), *bytes);
  const int32_t correlation = p.I32();
  p.Tags();
  if (p.failed()) return Cut("header of a");
  *bytes = p.rest();
  return correlation;
}

Result<std::map<int16_t, VersionRange>> DecodeApiVersions(std::string_view bytes) {
  Parser p(false, bytes);
  const Code code = p.ErrorCode();
  std::map<int16_t, VersionRange> out;
  for (size_t n = p.Count(6); n > 0; --n) {
    const int16_t api = p.I16();
    out[api].oldest = p.I16();
    out[api].newest = p.I16();
  }
  if (p.failed()) return Cut("ApiVersions");
  if (code != Code::kNone)
    return Unsupported("the Kafka broker refuses ApiVersions: error " +
                       std::to_string(static_cast<int>(code)));
  return out;
}

void EncodeMetadata(int16_t version, const std::vector<std::string>& topics, std::string* out) {
  Writer w(true, out);
  w.Count(topics.size());
  for (const std::string& topic : topics) {
    if (version >= 10) w.Id(TopicId());
    w.String(topic);
    w.Tags();
  }
  w.I8(0);                     // no automatic creation
  if (version <= 10) w.I8(0);  // no authorized operations of the cluster
  w.I8(0);                     // nor of topics
  w.Tags();
}

Result<MetadataReply> DecodeMetadata(int16_t version, std::string_view bytes) {
  Parser p(true, bytes);
  MetadataReply reply;
  p.I32();  // throttle time
  for (size_t n = p.Count(11); n > 0; --n) {
    BrokerAddress broker;
    broker.node = p.I32();
    broker.host = p.String();
    broker.port = p.I32();
    p.String();  // rack
    p.Tags();
    reply.brokers.push_back(std::move(broker));
  }
  reply.cluster_id = p.String();
  p.I32();  // controller
  for (size_t n = p.Count(10); n > 0; --n) {
    TopicLeaders topic;
    topic.code = p.ErrorCode();
    topic.name = p.String();
    if (version >= 10) topic.id = p.Id();
    p.I8();  // internal
    for (size_t m = p.Count(18); m > 0; --m) {
      PartitionLeader partition;
      partition.code = p.ErrorCode();
      partition.partition = p.I32();
      partition.leader = p.I32();
      p.I32();  // leader epoch
      p.Ints32();
      p.Ints32();
      p.Ints32();
      p.Tags();
      topic.partitions.push_back(partition);
    }
    p.I32();  // authorized operations
    p.Tags();
    if (p.failed()) break;
    reply.topics.push_back(std::move(topic));
  }
  if (p.failed()) return Cut("Metadata");
  return reply;
}

void EncodeFetch(int16_t version, const FetchRequest& request, std::string* out) {
  Writer w(Flexible(Api::kFetch, version), out);
  w.I32(-1);  // a consumer, not a replica
  w.I32(request.wait_ms_max);
  w.I32(request.bytes_min);
  w.I32(request.bytes_max);
  w.I8(request.read_committed ? 1 : 0);
  w.I32(0);  // no fetch session
  w.I32(-1);
  const auto& partitions = request.partitions;
  size_t topics = 0;
  for (size_t i = 0; i < partitions.size(); ++i)
    topics += i == 0 || partitions[i].topic != partitions[i - 1].topic ? 1 : 0;
  w.Count(topics);
  for (size_t i = 0; i < partitions.size();) {
    size_t end = i;
    while (end < partitions.size() && partitions[end].topic == partitions[i].topic) ++end;
    if (version >= kFetchByTopicId) {
      w.Id(partitions[i].topic_id);
    } else {
      w.String(partitions[i].topic);
    }
    w.Count(end - i);
    for (; i < end; ++i) {
      w.I32(partitions[i].partition);
      w.I32(-1);  // current leader epoch: not known
      w.I64(partitions[i].offset);
      if (version >= 12) w.I32(-1);  // last fetched epoch
      w.I64(-1);                     // log start offset: replicas only
      w.I32(request.partition_bytes_max);
      w.Tags();
    }
    w.Tags();
  }
  w.Count(0);    // nothing forgotten
  w.String("");  // rack
  w.Tags();
}

Result<FetchReply> DecodeFetch(int16_t version, std::string_view bytes) {
  Parser p(Flexible(Api::kFetch, version), bytes);
  FetchReply reply;
  p.I32();  // throttle time
  reply.code = p.ErrorCode();
  p.I32();  // session
  for (size_t topics = p.Count(3); topics > 0 && !p.failed(); --topics) {
    std::string topic;
    TopicId id;
    if (version >= kFetchByTopicId) {
      id = p.Id();
    } else {
      topic = p.String();
    }
    for (size_t n = p.Count(36); n > 0 && !p.failed(); --n) {
      FetchedPartition partition;
      partition.topic = topic;
      partition.topic_id = id;
      partition.partition = p.I32();
      partition.code = p.ErrorCode();
      partition.high_watermark = p.I64();
      partition.last_stable_offset = p.I64();
      partition.log_start_offset = p.I64();
      for (size_t m = p.Count(16); m > 0; --m) {
        AbortedTransaction aborted;
        aborted.producer_id = p.I64();
        aborted.first_offset = p.I64();
        p.Tags();
        partition.aborted.push_back(aborted);
      }
      p.I32();  // preferred replica: only with a rack
      partition.records = p.Bytes();
      p.Tags();
      reply.partitions.push_back(std::move(partition));
    }
    p.Tags();
  }
  if (p.failed()) return Cut("Fetch");
  return reply;
}

}  // namespace sluice::sources::kafka::protocol
