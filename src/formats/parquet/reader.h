// SPDX-License-Identifier: Apache-2.0
// A Parquet file back to Arrow columns, whole: for sluice's own checks of what it wrote (row
// counts, provenance columns), not for queries, which DuckDB answers.
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

}  // namespace sluice::formats::parquet
