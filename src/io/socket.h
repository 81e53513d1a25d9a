// SPDX-License-Identifier: Apache-2.0
// A blocking TCP connection with deadlines, for protocols that sluice speaks itself (Kafka fetch).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace sluice::io {

class Connection {
 public:
  virtual ~Connection() = default;
  /// Sends all bytes or fails.
  virtual Status Send(const void* bytes, int64_t size_bytes, int64_t timeout_ms) = 0;
  /// Receives exactly `size_bytes`; kTimeout leaves the stream unusable.
  virtual Status Receive(void* out, int64_t size_bytes, int64_t timeout_ms) = 0;
  /// True when bytes can be read without waiting longer than `timeout_ms`.
  virtual Result<bool> Readable(int64_t timeout_ms) = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  virtual Result<std::unique_ptr<Connection>> Connect(const std::string& host, int port,
                                                      int64_t timeout_ms) = 0;
};

Network& RealNetwork();

}  // namespace sluice::io
