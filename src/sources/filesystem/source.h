// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'filesystem' as a source (README.md of this folder).
#pragma once

#include "sources/connector.h"

namespace sluice::sources::filesystem {

/// The connector for sources.cc.
SourceConnector FilesystemConnector();

/// All rows that the files of a table hold now, for look-ups and joins with small tables. Columns
/// as `projection` says; a line that cannot be decoded is an error.
Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> ReadAll(
    const flow::ConnectorTable& table, const flow::SourceProjection& projection);

}  // namespace sluice::sources::filesystem
