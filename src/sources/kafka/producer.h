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

  // With the setting transactional.id: records are visible all at once, or never.
  /// Ends what an earlier producer of the same id has begun, and fences it: it can commit no more.
  virtual Status InitTransactions() = 0;
  virtual Status BeginTransaction() = 0;
  /// A record for another topic, in the same transaction.
  virtual Status SendTo(const std::string& topic, std::string_view key, std::string_view value) = 0;
  /// kFenced: another producer has the id. kIo: nothing of it is visible, nor ever will be.
  /// kCommitUnknown: no answer; InitTransactions of the next producer settles it.
  virtual Status CommitTransaction() = 0;
  /// Makes a topic of one partition that keeps the last record of each key for ever, if it is not
  /// there.
  virtual Status CreateCompactedTopic(const std::string& topic) = 0;
};

}  // namespace sluice::sources::kafka
