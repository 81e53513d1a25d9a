// SPDX-License-Identifier: Apache-2.0
// Rows of a batch by the partition they belong to.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/schema.h"

namespace sluice::sinks::iceberg {

/// The rows of one partition in one batch, in order.
struct PartitionRows {
  std::string key;  // equal exactly for equal partitions
  tables::iceberg::PartitionTuple tuple;
  std::shared_ptr<arrow::RecordBatch> rows;
};

class PartitionSplitter {
 public:
  /// kUnsupported names a transform that sluice does not know.
  static Result<PartitionSplitter> Make(const tables::iceberg::PartitionSpec& spec,
                                        const tables::iceberg::Schema& schema);

  /// `batch` has the columns of the schema by name. Unpartitioned: one part, the batch itself.
  Result<std::vector<PartitionRows>> Split(const std::shared_ptr<arrow::RecordBatch>& batch) const;

 private:
  struct Column {
    std::vector<std::string> path;  // names from the top-level column down to the source
    tables::iceberg::Type source_type;
    tables::iceberg::Type result_type;
    tables::iceberg::Transform transform;
  };
  Result<std::vector<std::shared_ptr<arrow::Array>>> Transform(
      const arrow::RecordBatch& batch) const;

  std::vector<Column> columns_;  // one per field of the spec
};

}  // namespace sluice::sinks::iceberg
