// SPDX-License-Identifier: Apache-2.0
// Table properties that sluice honours, with Iceberg's names and defaults (docs "Configuration";
// Java's TableProperties). Properties it does not know are kept and passed over.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {

using Properties = std::map<std::string, std::string>;

/// Of tables that sluice makes it is true unless they say otherwise: with a commit every second,
/// all versions of metadata.json together come to terabytes in a day.
inline constexpr char kDeleteAfterCommit[] = "write.metadata.delete-after-commit.enabled";

/// Of what a writer does beside writing, in a table's properties and in SET: Flink's sink has
/// these.
inline constexpr char kMaintenancePrefix[] = "flink-maintenance.";

struct WriteProperties {
  int64_t target_file_size_bytes = 512LL << 20;   // write.target-file-size-bytes
  std::string file_format = "parquet";            // write.format.default; others: kUnsupported
  std::string parquet_codec = "zstd";             // write.parquet.compression-codec
  int parquet_codec_level = 0;                    // write.parquet.compression-level; 0 = default
  int64_t parquet_row_group_bytes = 128LL << 20;  // write.parquet.row-group-size-bytes
  int64_t parquet_page_bytes = 1 << 20;           // write.parquet.page-size-bytes
  int64_t parquet_page_rows = limits::kRowGroupRows;  // write.parquet.page-row-limit
  int64_t parquet_dictionary_bytes = 2 << 20;         // write.parquet.dict-size-bytes
  std::string metadata_codec = "none";  // write.metadata.compression-codec: none, gzip
  int previous_versions_max = 100;      // write.metadata.previous-versions-max
  bool delete_after_commit = false;     // kDeleteAfterCommit
  std::string data_path;                // write.data.path; empty = <location>/data
  std::string metadata_path;            // write.metadata.path; empty = <location>/metadata
};

struct CommitProperties {
  int retries_max = 4;                        // commit.retry.num-retries
  int64_t retry_wait_min_ms = 100;            // commit.retry.min-wait-ms
  int64_t retry_wait_max_ms = 60'000;         // commit.retry.max-wait-ms
  int64_t retry_total_ms = 30LL * 60 * 1000;  // commit.retry.total-timeout-ms
  int status_checks_max = 3;                  // commit.status-check.num-retries
  bool merge_manifests = true;                // commit.manifest-merge.enabled
  int64_t manifest_target_bytes = 8LL << 20;  // commit.manifest.target-size-bytes
  int manifest_merge_count_min = 100;         // commit.manifest.min-count-to-merge
};

/// How long snapshots are kept, where a branch or tag does not say it itself.
struct Retention {
  int64_t snapshot_age_max_ms = 5LL * 24 * 3600 * 1000;  // history.expire.max-snapshot-age-ms
  int64_t snapshots_min = 1;                             // history.expire.min-snapshots-to-keep
  int64_t ref_age_max_ms = std::numeric_limits<int64_t>::max();  // history.expire.max-ref-age-ms
};

/// Expiry by the writer, as Flink's sink has it: flink-maintenance.expire-snapshots.*.
struct ExpiryProperties {
  bool enabled = false;                 // .enabled, and gc.enabled is not false
  int64_t commits = 10;                 // .schedule.commit-count
  int64_t interval_ms = 3600LL * 1000;  // .schedule.interval-second
  int64_t batch = 1000;                 // .delete-batch-size; here of snapshots
  Retention retention;                  // .max-snapshot-age-seconds, .retain-last, or the table's
};

/// kInvalidArgument names the property and the value that does not parse.
Result<WriteProperties> ReadWriteProperties(const Properties& properties);
Result<CommitProperties> ReadCommitProperties(const Properties& properties);
Result<ExpiryProperties> ReadExpiryProperties(const Properties& properties);

/// What to keep about a column in manifests: write.metadata.metrics.{default,column.<path>,
/// max-inferred-column-defaults}.
enum class MetricsKind : uint8_t { kNone, kCounts, kTruncate, kFull };
struct MetricsMode {
  MetricsKind kind = MetricsKind::kTruncate;
  int width = 16;  // of kTruncate
  bool operator==(const MetricsMode&) const = default;
};
/// One mode per leaf column (field id). Default: truncate(16) for the first 100 leaf columns.
Result<std::map<int, MetricsMode>> MetricsModes(const Properties& properties, const Schema& schema);

}  // namespace sluice::tables::iceberg
