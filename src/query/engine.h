// SPDX-License-Identifier: Apache-2.0
// Answers SQL over Iceberg tables: sluice resolves names, snapshots and which files can matter;
// DuckDB reads those files and computes. One SELECT at a time; the dialect is DuckDB's, with the
// usual spellings of time travel (time_travel.h) and metadata tables as `t$snapshots`, `t$files`,
// ...
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/duckdb.h"
#include "tables/iceberg/table.h"

namespace sluice::query {

/// Opens a table by the parts of its name as the query wrote them, 1 to 3 of them, metadata suffix
/// removed.
using TableOpener =
    std::function<Result<tables::iceberg::Table>(const std::vector<std::string>& name)>;

/// How one table reference was read: for --explain and for tests of pruning.
struct ScanFacts {
  std::string table;
  int64_t snapshot_id = 0;  // 0: none
  int64_t files_read = 0;
  int64_t files_total = 0;
  int64_t manifests_read = 0;
  int64_t manifests_total = 0;
};

struct Answer {
  TextRows rows;
  std::vector<ScanFacts> scans;
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> Make(TableOpener opener, const DuckDbOptions& options);
  /// At most `rows_max` rows, all when negative. Mistakes in the SQL are the user's errors, with
  /// the position DuckDB gives.
  Result<Answer> Run(const std::string& sql, int64_t rows_max);

 private:
  Engine(TableOpener opener, std::unique_ptr<DuckDb> database)
      : opener_(std::move(opener)), database_(std::move(database)) {}
  TableOpener opener_;
  std::unique_ptr<DuckDb> database_;
  int64_t views_made_ = 0;
};

}  // namespace sluice::query
