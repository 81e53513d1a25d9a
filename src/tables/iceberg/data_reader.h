// SPDX-License-Identifier: Apache-2.0
// The rows of one data file as a table's schema has them: columns found by field id, types widened,
// columns that the file is older than as NULL, rows that deletes name left out: by their position,
// or by the values of some columns (equality_deletes.h).
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "io/file_system.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {

/// Rows of a file in its order. `numbers`: which rows of the file they are; empty: contiguous from
/// `first`.
struct DataRows {
  std::shared_ptr<arrow::RecordBatch> rows;
  int64_t first = 0;
  std::vector<int64_t> numbers;
  int64_t next = 0;  // the row of the file to read next
};

/// What is wanted of the files of a table.
struct DataShape {
  Schema schema;
  std::vector<int> columns;    // of the schema, in the order wanted
  std::set<int> identity_ids;  // fields whose value the partition may know where a file lacks it
};

class DataReader {
 public:
  /// Reads the columns as their types of Flink. `first`: the row of the file to begin at.
  /// kUnsupported names what cannot be read: files that are not Parquet, deletion vectors, files
  /// without field ids, columns that only the partition knows.
  static Result<std::unique_ptr<DataReader>> Open(io::FileSystem& files, const ScanTask& task,
                                                  const DataShape& shape, int64_t first);
  virtual ~DataReader() = default;
  /// Some thousand rows, fewer where rows were deleted, perhaps none; null `rows` behind the last.
  virtual Result<DataRows> Next() = 0;
};

}  // namespace sluice::tables::iceberg
