// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/wire.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "formats/decoder.h"

namespace sluice::sources::kafka {
namespace {

// A reply buffer beyond this is given back after a rare huge reply.
constexpr size_t kBufferKeptBytes = 16 << 20;

}  // namespace

Wire::Wire(std::unique_ptr<io::Connection> connection, std::string peer, std::string client_id,
           int64_t timeout_ms)
    : connection_(std::move(connection)),
      peer_(std::move(peer)),
      client_id_(std::move(client_id)),
      timeout_ms_(timeout_ms) {}

Result<std::unique_ptr<Wire>> Wire::Open(io::Network* network, const std::string& host, int port,
                                         std::string client_id, int64_t timeout_ms) {
  SLUICE_ASSIGN(auto connection, network->Connect(host, port, std::min(kConnectMs, timeout_ms)));
  std::unique_ptr<Wire> wire(new Wire(std::move(connection), host + ":" + std::to_string(port),
                                      std::move(client_id), timeout_ms));
  SLUICE_TRY(wire->Send(protocol::Api::kApiVersions, 0, ""));
  SLUICE_ASSIGN(const std::string_view reply, wire->Receive());
  SLUICE_ASSIGN(wire->versions_, protocol::DecodeApiVersions(reply));
  return wire;
}

Result<int16_t> Wire::VersionOf(protocol::Api api, int16_t oldest, int16_t newest) const {
  const auto found = versions_.find(static_cast<int16_t>(api));
  const protocol::VersionRange range =
      found == versions_.end() ? protocol::VersionRange{} : found->second;
  const int16_t version = std::min(newest, range.newest);
  if (version >= oldest && version >= range.oldest) return version;
  return Unsupported("Kafka broker " + peer_ + " offers versions " + std::to_string(range.oldest) +
                     " to " + std::to_string(range.newest) + " of request " +
                     std::to_string(static_cast<int>(api)) + "; needed: " + std::to_string(oldest) +
                     " to " + std::to_string(newest) +
                     " (SET 'sluice.kafka.client' = 'librdkafka' may help)");
}

Status Wire::Send(protocol::Api api, int16_t version, std::string_view body) {
  request_.assign(4, '\0');
  sent_api_ = api;
  sent_version_ = version;
  protocol::EncodeHeader(api, version, ++correlation_, client_id_, &request_);
  request_.append(body);
  const auto size = static_cast<uint32_t>(request_.size() - 4);
  for (size_t i = 0; i < 4; ++i) request_[i] = static_cast<char>(size >> (24 - 8 * i));
  return connection_->Send(request_.data(), static_cast<int64_t>(request_.size()), timeout_ms_);
}

Result<std::string_view> Wire::Receive() {
  std::array<uint8_t, 4> prefix{};
  SLUICE_TRY(connection_->Receive(prefix.data(), 4, timeout_ms_));
  const uint32_t size =
      uint32_t{prefix[0]} << 24 | uint32_t{prefix[1]} << 16 | uint32_t{prefix[2]} << 8 | prefix[3];
  if (size > static_cast<uint32_t>(limits::kBrokerReplyBytesMax))
    return Corrupt("broker " + peer_ + " announces a reply of " + std::to_string(size) +
                   " bytes, more than " + std::to_string(limits::kBrokerReplyBytesMax) +
                   " (is it a Kafka PLAINTEXT port?)");
  const size_t want = size + static_cast<size_t>(formats::Decoder::kPadding);
  if (want > capacity_ || (capacity_ > kBufferKeptBytes && want <= kBufferKeptBytes)) {
    capacity_ = std::max<size_t>(want + want / 4, 64 << 10);
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  SLUICE_TRY(connection_->Receive(buffer_.get(), size, timeout_ms_));
  std::memset(buffer_.get() + size, 0, static_cast<size_t>(formats::Decoder::kPadding));
  std::string_view body(buffer_.get(), size);
  SLUICE_ASSIGN(const int32_t correlation, protocol::DecodeHeader(sent_api_, sent_version_, &body));
  if (correlation != correlation_)
    return Corrupt("broker " + peer_ + " answered request " + std::to_string(correlation) +
                   ", expected " + std::to_string(correlation_));
  return body;
}

}  // namespace sluice::sources::kafka
