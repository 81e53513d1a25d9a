// SPDX-License-Identifier: Apache-2.0
// A finished Parquet file as a manifest describes it.
#pragma once

#include <map>
#include <string>

#include "formats/parquet/metrics.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/properties.h"
#include "tables/iceberg/schema.h"

namespace sluice::sinks::iceberg {

/// Counts and bounds as `modes` asks for (write.metadata.metrics.*): none keeps column sizes only,
/// counts no bounds, truncate(n) cut bounds. Columns inside lists and maps get no bounds.
tables::iceberg::DataFile DescribeFile(const formats::parquet::FileMetrics& metrics,
                                       const std::map<int, tables::iceberg::MetricsMode>& modes,
                                       const tables::iceberg::Schema& schema);

}  // namespace sluice::sinks::iceberg
