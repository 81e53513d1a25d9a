// SPDX-License-Identifier: Apache-2.0
// A Parquet file back to Arrow columns: whole, for sluice's own checks of what it wrote (row
// counts, provenance columns), or by and by, for tables that are read as sources. Queries are
// DuckDB's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "io/file_system.h"

namespace sluice::formats::parquet {

/// The top-level columns of these names, all when empty, in the file's order. kNotFound names a
/// missing column; kCorrupt: not a Parquet file, or a broken one.
Result<std::shared_ptr<arrow::Table>> ReadColumns(io::FileSystem& files, const std::string& path,
                                                  const std::vector<std::string>& columns);

/// Rows, from the footer alone.
Result<int64_t> ReadRowCount(io::FileSystem& files, const std::string& path);

/// The rows of one file in its order, some thousand at a time.
class RowReader {
 public:
  /// kNotFound: no file; kCorrupt: not a Parquet file.
  static Result<std::unique_ptr<RowReader>> Open(io::FileSystem& files, const std::string& path);
  virtual ~RowReader() = default;
  /// Top-level columns; each field carries its id as metadata "PARQUET:field_id", if it has one.
  virtual const arrow::Schema& schema() const = 0;
  virtual int64_t rows() const = 0;
  /// Begins to read these top-level columns (at least one) at row `first`. Row groups before it are
  /// not touched.
  virtual Status Start(const std::vector<int>& columns, int64_t first) = 0;
  /// The next rows, of the columns in the file's order; null behind the last one.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
};

}  // namespace sluice::formats::parquet
