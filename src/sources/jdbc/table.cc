// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/table.h"

#include <utility>

#include "arrow/api.h"
#include "sources/jdbc/values.h"

namespace sluice::sources::jdbc {

Result<std::map<std::string, std::string>> ReadColumnTypes(Postgres& connection,
                                                           const std::string& table) {
  SLUICE_ASSIGN(const auto rows,
                connection.Query("SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
                                 "WHERE attrelid = $1::regclass AND attnum > 0 AND NOT "
                                 "attisdropped",
                                 {QuoteTable(table)}));
  std::map<std::string, std::string> types;
  for (const auto& row : rows) types[row[0].value_or("")] = row[1].value_or("");
  return types;
}

Result<std::string> SelectList(const flow::ConnectorTable& table, const std::vector<int>& columns,
                               const std::map<std::string, std::string>& types,
                               const std::string& prefix) {
  std::string list;
  for (const int column : columns) {
    const flow::Field& field = table.columns[static_cast<size_t>(column)].field;
    const auto type = types.find(field.name);
    if (type == types.end()) {
      return NotFound("PostgreSQL's table " + table.options.at("table-name") + " has no column '" +
                      field.name + "'");
    }
    list += (list.empty() ? "" : ", ") +
            SelectAs(prefix + QuoteName(field.name), type->second, *field.type);
  }
  return list;
}

Result<std::shared_ptr<arrow::RecordBatch>> ToBatch(const BinaryRows& rows, int first,
                                                    const flow::Schema& schema) {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Field& field = schema.fields[static_cast<size_t>(i)];
    auto column = DecodeColumn(rows, first + i, *field.type);
    if (!column.ok()) return std::move(column).error().With("column " + field.name);
    columns.push_back(*std::move(column));
  }
  return arrow::RecordBatch::Make(schema.ToArrow(), rows.rows(), std::move(columns));
}

flow::Schema SchemaOf(const flow::ConnectorTable& table, const std::vector<int>& columns) {
  flow::Schema schema;
  for (const int column : columns) {
    schema.fields.push_back(table.columns[static_cast<size_t>(column)].field);
  }
  return schema;
}

}  // namespace sluice::sources::jdbc
