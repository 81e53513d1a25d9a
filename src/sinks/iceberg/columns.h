// SPDX-License-Identifier: Apache-2.0
// From the columns of a stream to the columns of the table: order, missing columns as null, types
// in the layout of the data files (tinyint to int, binary(n) to fixed, field names of lists and
// maps), and the watch over NOT NULL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "sinks/iceberg/sink.h"
#include "tables/iceberg/schema.h"

namespace sluice::sinks::iceberg {

class ColumnMap {
 public:
  /// kInvalidArgument: a name that the table has not, one twice, a required column that nobody
  /// names.
  static Result<ColumnMap> Make(const tables::iceberg::Schema& schema,
                                const std::vector<std::string>& columns, NotNullEnforcer not_null);

  /// The rows in the table's layout. With kDrop, `*dropped` grows by the rows left out.
  Result<std::shared_ptr<arrow::RecordBatch>> Apply(const arrow::RecordBatch& batch,
                                                    int64_t* dropped) const;

  /// The layout of the data files; columns of type unknown are not in them.
  const std::shared_ptr<arrow::Schema>& file_schema() const { return file_schema_; }

 private:
  Status CheckRequired(const arrow::RecordBatch& batch) const;
  Result<std::shared_ptr<arrow::RecordBatch>> DropNulls(std::shared_ptr<arrow::RecordBatch> batch,
                                                        int64_t* dropped) const;

  std::shared_ptr<arrow::Schema> file_schema_;
  std::vector<int> inputs_;  // per file column: index in the batch, -1 = null
  size_t inputs_expected_ = 0;
  NotNullEnforcer not_null_ = NotNullEnforcer::kError;
  bool has_required_ = false;
};

}  // namespace sluice::sinks::iceberg
