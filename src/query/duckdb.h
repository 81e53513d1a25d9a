// SPDX-License-Identifier: Apache-2.0
// An in-memory DuckDB that answers queries over files and Arrow tables which sluice hands to it.
// The library is loaded when the first one is opened: 70 MB that `sluice run` never touches. C
// interface only; its C++ one is not stable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "base/text_table.h"

namespace sluice::query {

struct DuckDbOptions {
  int64_t memory_bytes = 1LL << 30;
  int threads = 1;
};

/// Rows as text, the way DuckDB casts to VARCHAR.
struct TextRows {
  TextTable table;
  bool truncated = false;  // there were more rows than asked for
};

class DuckDb {
 public:
  static Result<std::unique_ptr<DuckDb>> Open(const DuckDbOptions& options);
  virtual ~DuckDb() = default;

  virtual Status Execute(const std::string& sql) = 0;
  /// At most `rows_max` rows (all when negative).
  virtual Result<TextRows> Query(const std::string& sql, int64_t rows_max) = 0;
  /// CREATE TEMP TABLE name AS the rows of an Arrow table (Arrow streams can be read only once).
  virtual Status CreateTable(const std::string& name, const arrow::Table& rows) = 0;
};

/// 'text' with inner quotes doubled; "name" likewise.
std::string QuoteText(const std::string& text);
std::string QuoteName(const std::string& name);

}  // namespace sluice::query
