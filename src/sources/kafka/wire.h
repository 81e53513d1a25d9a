// SPDX-License-Identifier: Apache-2.0
// One connection to one broker: requests out, replies in, one at a time in flight. Which versions
// the broker speaks is asked when it is opened.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/socket.h"
#include "sources/kafka/protocol.h"

namespace sluice::sources::kafka {

class Wire {
 public:
  static constexpr int64_t kConnectMs = 5'000;

  /// Connects and asks for the versions. The errors name host and port.
  static Result<std::unique_ptr<Wire>> Open(io::Network* network, const std::string& host, int port,
                                            std::string client_id, int64_t timeout_ms);

  /// The newest version within [oldest, newest] that the broker has too; kUnsupported if none.
  Result<int16_t> VersionOf(protocol::Api api, int16_t oldest, int16_t newest) const;

  /// Sends a request with this body.
  Status Send(protocol::Api api, int16_t version, std::string_view body);
  Result<bool> Readable(int64_t wait_ms) { return connection_->Readable(wait_ms); }
  /// The body of the reply to the request in flight. It lives until the next Receive, and 64
  /// readable bytes follow it.
  Result<std::string_view> Receive();

 private:
  Wire(std::unique_ptr<io::Connection> connection, std::string peer, std::string client_id,
       int64_t timeout_ms);

  std::unique_ptr<io::Connection> connection_;
  const std::string peer_, client_id_;
  const int64_t timeout_ms_;
  std::map<int16_t, protocol::VersionRange> versions_;
  std::string request_;
  int32_t correlation_ = 0;
  protocol::Api sent_api_ = protocol::Api::kApiVersions;
  int16_t sent_version_ = 0;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
};

}  // namespace sluice::sources::kafka
