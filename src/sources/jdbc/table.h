// SPDX-License-Identifier: Apache-2.0
// A table of PostgreSQL as its catalog describes it, and its rows as batches of ours.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/table_definition.h"
#include "sources/jdbc/postgres.h"

namespace sluice::sources::jdbc {

/// Column names with their types as PostgreSQL writes them; kNotFound without the table.
Result<std::map<std::string, std::string>> ReadColumnTypes(Postgres& connection,
                                                           const std::string& table);

/// `SELECT` expressions, with commas, of columns (indices into table.columns) in that order;
/// `prefix`: "t.". kNotFound names a column that PostgreSQL's table lacks.
Result<std::string> SelectList(const flow::ConnectorTable& table, const std::vector<int>& columns,
                               const std::map<std::string, std::string>& types,
                               const std::string& prefix);

/// Result columns from `first` on, as a batch of `schema`.
Result<std::shared_ptr<arrow::RecordBatch>> ToBatch(const BinaryRows& rows, int first,
                                                    const flow::Schema& schema);

/// The columns as a schema.
flow::Schema SchemaOf(const flow::ConnectorTable& table, const std::vector<int>& columns);

}  // namespace sluice::sources::jdbc
