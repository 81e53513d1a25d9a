// SPDX-License-Identifier: Apache-2.0
// Sends records to one topic through librdkafka: waits for all replicas, writes no record twice
// when it retries. The sink's half of the client that this folder configures.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::sources::kafka {

class Producer {
 public:
  /// `settings` has librdkafka's names.
  static Result<std::unique_ptr<Producer>> Make(const std::map<std::string, std::string>& settings,
                                                const std::string& topic);
  virtual ~Producer() = default;  // what was not flushed need not arrive
  virtual Result<int32_t> CountPartitions() = 0;
  /// Takes one record; waits while too many are under way. `partition` -1: by the key's hash, as
  /// the Java client does. `timestamp_ms` 0: now.
  virtual Status Send(int32_t partition, std::optional<std::string_view> key,
                      std::optional<std::string_view> value, int64_t timestamp_ms) = 0;
  /// kIo when a record could not be delivered.
  virtual Status Check() = 0;
  /// Returns when the broker has every record.
  virtual Status Flush() = 0;
};

}  // namespace sluice::sources::kafka
