// SPDX-License-Identifier: Apache-2.0
// Iceberg's metadata tables as Arrow batches, with the column names Spark and Flink show:
// snapshots, history, files, manifests, partitions, refs, metadata_log_entries.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/table.h"

namespace sluice::tables::iceberg {

/// The names ReadMetadataTable knows.
const std::vector<std::string>& MetadataTableNames();

/// `name` without the `$`. files, manifests and partitions are of the chosen snapshot. kNotFound
/// offers the known names.
Result<std::shared_ptr<arrow::RecordBatch>> ReadMetadataTable(const Table& table,
                                                              std::string_view name,
                                                              const SnapshotChoice& choice);

}  // namespace sluice::tables::iceberg
