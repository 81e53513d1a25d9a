// SPDX-License-Identifier: Apache-2.0
// What is known of a Parquet file once it is written: rows, sizes, and per leaf column counts and
// bounds. Bounds come from the row groups' statistics, so they cost nothing; NaN is counted while
// batches pass by, because Parquet does not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"

namespace parquet {
class FileMetaData;
}

namespace sluice::formats::parquet {

/// A bound: nothing · boolean · integers, dates and times as stored · float · double · unscaled
/// decimal · bytes of strings, binary, fixed and uuid.
using Bound = std::variant<std::monostate, bool, int64_t, float, double, __int128, std::string>;

/// One leaf column over the whole file.
struct ColumnMetrics {
  int field_id = -1;
  bool repeated = false;  // inside a list or map: counts only, no bounds
  int64_t size_bytes = 0;
  int64_t value_count = 0;  // nulls and NaN included
  std::optional<int64_t> null_count;
  std::optional<int64_t> nan_count;  // float and double outside lists and maps
  Bound lower, upper;                // nothing: no value, or not known
};

struct FileMetrics {
  int64_t record_count = 0;
  int64_t size_bytes = 0;
  std::vector<int64_t> split_offsets;  // where row groups begin
  std::vector<ColumnMetrics> columns;  // leaves, in the order of the file
};

/// Reads them from a footer. `nan_counts`: leaf index -> count.
FileMetrics MetricsOf(const ::parquet::FileMetaData& footer,
                      const std::map<int, int64_t>& nan_counts, int64_t size_bytes);

/// Leaf arrays of a column in the order of Parquet's leaves: struct fields flattened (their
/// parents' nulls included), values of lists and maps.
struct Leaf {
  std::shared_ptr<arrow::Array> values;
  bool repeated = false;
};
Result<std::vector<Leaf>> LeavesOf(const arrow::RecordBatch& batch);

/// Adds the NaN of each float or double leaf outside lists and maps to `counts`; such a leaf
/// appears with 0 if it has none.
Status CountNan(const arrow::RecordBatch& batch, std::map<int, int64_t>* counts);
/// True when the schema has such a leaf, so that other batches need no look.
bool HasApproximateLeaf(const arrow::Schema& schema);

}  // namespace sluice::formats::parquet
