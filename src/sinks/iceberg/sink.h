// SPDX-License-Identifier: Apache-2.0
// An Iceberg table as a sink: exactly once by docs/protocol/commit.md. Writers turn batches into
// Parquet files, one open file per partition; Commit puts the files of an epoch and the pipeline's
// position into the table with one compare-and-swap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "flow/sink.h"
#include "flow/type.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace sluice::sinks::iceberg {

/// table.exec.sink.not-null-enforcer: what to do with a row that has no value where the table
/// requires one.
enum class NotNullEnforcer : uint8_t {
  kError,  // stop; the row is named
  kDrop,   // leave the row out; counted and logged
};

struct IcebergSinkOptions {
  /// Per column of the batches: the table's column it goes to. Columns of the table that nobody
  /// names become null.
  std::vector<std::string> columns;
  NotNullEnforcer not_null = NotNullEnforcer::kError;
  /// Rows that one writer may hold in memory before it closes its largest file.
  int64_t writer_bytes_max = limits::kWriterBytesMax;
  /// Files that one writer keeps open (partitions); one more closes the largest.
  int open_files_max = limits::kOpenWritersMax;
  /// flink-maintenance.* of SET, which come before the table's properties.
  tables::iceberg::Properties maintenance;
  /// Makes the table when the first rows are committed; until then the sink is not durable and
  /// keeps no position. For dead letters.
  std::optional<tables::iceberg::CreateOptions> create;
};

/// `environment` and what it points to outlive the sink. The table is read by Begin: kNotFound
/// there when it does not exist and is not to be made. kInvalidArgument for columns that do not
/// fit.
Result<std::unique_ptr<flow::Sink>> OpenIcebergSink(const tables::iceberg::Environment& environment,
                                                    const tables::TableIdentifier& table,
                                                    IcebergSinkOptions options);

}  // namespace sluice::sinks::iceberg
