// SPDX-License-Identifier: Apache-2.0
// A small SQL database as the embedded catalog needs it: text parameters, text rows, and one atomic
// statement that says how many rows it changed. Real: SQLite (io/real/sqlite.cc). A statement whose
// outcome is not known (the file system failed under it, the reply was lost) returns
// kCommitUnknown.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::io {

class SqlDatabase {
 public:
  using Value = std::optional<std::string>;  // nullopt is NULL
  using Row = std::vector<Value>;

  virtual ~SqlDatabase() = default;
  virtual Result<std::vector<Row>> Query(const std::string& sql,
                                         const std::vector<Value>& parameters) = 0;
  /// One statement in its own transaction; returns the number of rows changed.
  virtual Result<int64_t> Execute(const std::string& sql, const std::vector<Value>& parameters) = 0;
};

/// Opens (creates) a SQLite file: journal synced to disk, waits up to `busy_timeout_ms` for other
/// processes.
Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const std::string& path, int64_t busy_timeout_ms);

}  // namespace sluice::io
