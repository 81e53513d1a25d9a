// SPDX-License-Identifier: Apache-2.0
// What a query asks of tables, read from DuckDB's own syntax tree (json_serialize_sql): which
// tables, as of when, and which simple conditions each must meet, so that files which cannot hold
// an answer are never opened. Each reference is then pointed at a view made for it alone; the tree
// goes back to DuckDB as SQL (json_deserialize_sql).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::query {

/// column `op` value: one member of the AND over a table's rows. Values are text with DuckDB's type
/// name.
struct Condition {
  enum class Op {
    kEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIn,
    kIsNull,
    kIsNotNull
  };
  struct Value {
    std::string type;  // "INTEGER", "VARCHAR", "DATE", "TIMESTAMP", "DECIMAL", ...
    std::string text;  // as the user would write it: 5, a text without quotes, 2024-01-01, 1.25
  };
  std::string column;
  Op op;
  std::vector<Value> values;
};

struct AsOf {
  enum class Unit { kVersion, kTimestamp };
  Unit unit;
  std::string text;
};

struct TableReference {
  std::vector<std::string> name;  // {"lake", "db", "orders$files"}: 1 to 3 parts
  std::optional<AsOf> as_of;
  std::vector<Condition> conditions;  // all must hold for a row to matter
};

/// A parsed SELECT (or a WITH, UNION ... of them).
class ParsedQuery {
 public:
  /// `json` is what json_serialize_sql gave. A user's mistake in the SQL is a kParse error with its
  /// position.
  static Result<std::unique_ptr<ParsedQuery>> Make(const std::string& json);
  virtual ~ParsedQuery() = default;
  /// In the order of the text; names of WITH queries are left out.
  virtual const std::vector<TableReference>& references() const = 0;
  /// Lets reference `index` read the view `view`; columns stay reachable under the old name.
  virtual void Point(size_t index, const std::string& view) = 0;
  /// For json_deserialize_sql.
  virtual std::string ToJson() const = 0;
};

}  // namespace sluice::query
