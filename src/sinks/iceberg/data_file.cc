// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/data_file.h"

#include <optional>

#include "tables/iceberg/value.h"

namespace sluice::sinks::iceberg {
namespace {

namespace ice = tables::iceberg;

void SetBounds(const formats::parquet::ColumnMetrics& column, const ice::MetricsMode& mode,
               const ice::Type& type, ice::DataFile* file) {
  if (ice::IsNull(column.lower) || ice::IsNull(column.upper)) return;
  if (mode.kind == ice::MetricsKind::kFull) {
    file->lower_bounds[column.field_id] = ice::EncodeValue(type, column.lower);
    file->upper_bounds[column.field_id] = ice::EncodeValue(type, column.upper);
    return;
  }
  const ice::Value lower = ice::TruncateLower(type, column.lower, mode.width);
  file->lower_bounds[column.field_id] = ice::EncodeValue(type, lower);
  if (const auto upper = ice::TruncateUpper(type, column.upper, mode.width)) {
    file->upper_bounds[column.field_id] = ice::EncodeValue(type, *upper);
  }
}

}  // namespace

ice::DataFile DescribeFile(const formats::parquet::FileMetrics& metrics,
                           const std::map<int, ice::MetricsMode>& modes,
                           const ice::Schema& schema) {
  ice::DataFile file;
  file.record_count = metrics.record_count;
  file.file_size_bytes = metrics.size_bytes;
  file.split_offsets = metrics.split_offsets;
  file.sort_order_id = 0;
  for (const formats::parquet::ColumnMetrics& column : metrics.columns) {
    const ice::Field* field = schema.FindField(column.field_id);
    if (field == nullptr) continue;
    const int id = column.field_id;
    file.column_sizes[id] = column.size_bytes;
    const auto found = modes.find(id);
    const ice::MetricsMode mode =
        found == modes.end() ? ice::MetricsMode{ice::MetricsKind::kNone, 0} : found->second;
    if (mode.kind == ice::MetricsKind::kNone) continue;
    file.value_counts[id] = column.value_count;
    if (column.null_count) file.null_value_counts[id] = *column.null_count;
    if (column.nan_count) file.nan_value_counts[id] = *column.nan_count;
    if (mode.kind != ice::MetricsKind::kCounts && !column.repeated) {
      SetBounds(column, mode, field->type, &file);
    }
  }
  return file;
}

}  // namespace sluice::sinks::iceberg
