// SPDX-License-Identifier: Apache-2.0
// When a partition of a filesystem table is complete (Flink docs, "Partition Commit").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_options.h"

namespace sluice::sinks::filesystem {

/// key -> value of a partition's folders, in order.
using PartitionValues = std::vector<std::pair<std::string, std::string>>;

struct PartitionCommit {
  bool success_file = false;
  std::string success_name = "_SUCCESS";
  bool partition_time = false;  // trigger: else process-time
  int64_t delay_ms = 0;
  std::string pattern;  // "$dt $hour:00:00"; empty: the only partition column is the time

  static Result<PartitionCommit> Parse(const flow::OptionMap& options);
  /// The time in a partition's name, UTC; nullopt when there is none.
  std::optional<int64_t> TimeOf(const PartitionValues& values) const;
  /// Whether a partition whose folder was made at `created_ms` is complete now.
  bool IsDue(const PartitionValues& values, int64_t created_ms, int64_t now_ms,
             int64_t watermark_ms) const;
};

/// "2020-01-02 03:04:05" (time, seconds may be missing) as milliseconds, UTC.
std::optional<int64_t> ParseTime(const std::string& text);

}  // namespace sluice::sinks::filesystem
