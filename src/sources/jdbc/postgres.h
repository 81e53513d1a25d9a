// SPDX-License-Identifier: Apache-2.0
// One connection to PostgreSQL: statements, COPY, transactions. Used by one thread, but for Cancel.
// The session's time zone is UTC; a server that is gone is noticed within a minute.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::sources::jdbc {

/// jdbc:postgresql://host:port/database?key=value as libpq's parameters; kInvalidArgument else.
struct PostgresPlace {
  std::string host, port = "5432", database, username, password;
};
Result<PostgresPlace> ParseUrl(std::string_view url);

/// Rows in PostgreSQL's binary form, as the server sent them.
class BinaryRows {
 public:
  /// Takes over a PGresult.
  explicit BinaryRows(void* result);
  int rows() const { return rows_; }
  bool IsNull(int row, int column) const;
  std::string_view Value(int row, int column) const;

 private:
  std::shared_ptr<void> result_;
  int rows_ = 0;
};

/// $1, $2, ... in binary form.
struct BinaryParameter {
  uint32_t type = 0;  // its OID
  std::string bytes;
};

class Postgres {
 public:
  using Row = std::vector<std::optional<std::string>>;
  virtual ~Postgres() = default;
  /// Errors: kInvalidArgument what the server refuses (types, constraints, names), kIo when the
  /// connection is lost; then the outcome of what was sent is not known.
  virtual Result<std::vector<Row>> Query(const std::string& sql,
                                         const std::vector<std::string>& parameters = {}) = 0;
  /// The same with values in binary form.
  virtual Result<BinaryRows> QueryBinary(const std::string& sql,
                                         const std::vector<BinaryParameter>& parameters = {}) = 0;
  /// Sends `text`, lines of COPY's text format, for `COPY ... FROM STDIN`.
  virtual Status CopyIn(const std::string& sql, std::string_view text) = 0;
  /// By any thread: asks the server to end the statement under way, which then fails.
  virtual void Cancel() = 0;
};

Result<std::unique_ptr<Postgres>> Connect(const PostgresPlace& place);
/// "name" with its quotes, doubled where needed.
std::string QuoteName(std::string_view name);
/// schema.table as quoted names.
std::string QuoteTable(const std::string& given);

}  // namespace sluice::sources::jdbc
