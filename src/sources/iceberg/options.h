// SPDX-License-Identifier: Apache-2.0
// How a table of a catalog is read: the options of Iceberg's connector for Flink, given as hints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_definition.h"
#include "flow/table_options.h"

namespace sluice::sources::iceberg {

enum class Starting : uint8_t {
  kTableScanThenIncremental,
  kLatestSnapshot,
  kLatestSnapshotExclusive,
  kEarliestSnapshot,
  kSnapshotId,
  kSnapshotTimestamp,
};

struct ReadOptions {
  bool streaming = false;
  int64_t monitor_interval_ms = 60'000;
  Starting starting = Starting::kLatestSnapshot;
  std::optional<int64_t> snapshot_id, as_of_ms;           // bounded: which snapshot
  std::optional<int64_t> start_snapshot_id, start_at_ms;  // the first one
  bool start_exclusive = false;                           // behind start_snapshot_id
  std::optional<int64_t> end_snapshot_id;                 // bounded: the last one
  std::string branch = "main";
  std::optional<std::string> tag;
  bool skip_overwrites = false, skip_deletes = false;
};

/// What hints may say.
const std::vector<flow::OptionSpec>& OptionSpecs();

/// Which table it is, in the words of Flink's connector: said by the binder for a table of a
/// catalog, and by CREATE TABLE WITH ('connector' = 'iceberg') for one with columns of its own.
inline constexpr char kCatalogName[] = "catalog-name";
inline constexpr char kCatalogDatabase[] = "catalog-database";
inline constexpr char kCatalogTable[] = "catalog-table";

Result<ReadOptions> ParseReadOptions(const flow::OptionMap& options);
/// Every mistake of a table's hints.
std::vector<Error> CheckReadOptions(const flow::ConnectorTable& table);

}  // namespace sluice::sources::iceberg
