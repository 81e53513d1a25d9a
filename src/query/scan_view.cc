// SPDX-License-Identifier: Apache-2.0
#include "query/scan_view.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "io/file_system.h"
#include "query/duckdb.h"

namespace sluice::query {
namespace {

using tables::iceberg::DataFile;
using tables::iceberg::Field;
using tables::iceberg::FileContent;
using tables::iceberg::ScanPlan;
using tables::iceberg::Schema;
using tables::iceberg::Term;
using tables::iceberg::TermOp;
using tables::iceberg::Type;
using tables::iceberg::TypeKind;

// DuckDB compares names without case.
const Field* FindColumn(const Schema& schema, const std::string& name) {
  if (const Field* exact = schema.FindColumn(name)) return exact;
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  for (const Field& field : schema.fields) {
    if (std::equal(field.name.begin(), field.name.end(), name.begin(), name.end(), same))
      return &field;
  }
  return nullptr;
}

// May a literal of this DuckDB type be compared with the column by value, without a cast that
// changes the order?
bool Comparable(TypeKind column, const std::string& literal) {
  static const std::set<std::string> kIntegers = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT",
                                                  "HUGEINT"};
  switch (column) {
    case TypeKind::kInt:
    case TypeKind::kLong:
      return kIntegers.contains(literal);
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      return kIntegers.contains(literal) || literal == "DECIMAL";
    case TypeKind::kString:
      return literal == "VARCHAR";
    case TypeKind::kDate:
      return literal == "DATE" || literal == "VARCHAR";
    case TypeKind::kTimestamp:
      return literal == "TIMESTAMP" || literal == "VARCHAR";
    case TypeKind::kTimestampTz:
      return literal == "TIMESTAMP WITH TIME ZONE" || literal == "VARCHAR";
    default:
      return false;
  }
}

TermOp OpOf(Condition::Op op) {
  switch (op) {
    case Condition::Op::kEqual:
      return TermOp::kEq;
    case Condition::Op::kLess:
      return TermOp::kLt;
    case Condition::Op::kLessOrEqual:
      return TermOp::kLtEq;
    case Condition::Op::kGreater:
      return TermOp::kGt;
    case Condition::Op::kGreaterOrEqual:
      return TermOp::kGtEq;
    case Condition::Op::kIn:
      return TermOp::kIn;
    case Condition::Op::kIsNull:
      return TermOp::kIsNull;
    case Condition::Op::kIsNotNull:
      return TermOp::kNotNull;
  }
  return TermOp::kNotNull;
}

std::string Join(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

// MAP {1: {name: 'a', type: 'BIGINT', default_value: NULL}, ...}: columns by field id.
Result<std::string> SchemaMap(const Schema& schema) {
  std::vector<std::string> entries;
  for (const Field& field : schema.fields) {
    SLUICE_ASSIGN(const std::string type, DuckDbType(field.type));
    entries.push_back(std::to_string(field.id) + ": {name: " + QuoteText(field.name) +
                      ", type: " + QuoteText(type) + ", default_value: NULL}");
  }
  return "MAP {" + Join(entries) + "}";
}

Result<std::string> QuotedPath(const std::string& location) {
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
  return QuoteText(path);
}

Result<std::string> EmptySelect(const Schema& schema) {
  std::vector<std::string> columns;
  for (const Field& field : schema.fields) {
    SLUICE_ASSIGN(const std::string type, DuckDbType(field.type));
    columns.push_back("CAST(NULL AS " + type + ") AS " + QuoteName(field.name));
  }
  return "SELECT " + Join(columns) + " WHERE false";
}

}  // namespace

std::vector<Term> ToTerms(const std::vector<Condition>& conditions, const Schema& schema) {
  std::vector<Term> terms;
  for (const Condition& condition : conditions) {
    const Field* field = FindColumn(schema, condition.column);
    if (field == nullptr || !field->type.is_primitive()) continue;
    Term term{field->name, OpOf(condition.op), {}};
    bool usable = true;
    for (const Condition::Value& value : condition.values) {
      usable = usable && Comparable(field->type.kind, value.type);
      if (!usable) break;
      auto parsed = tables::iceberg::FromText(field->type, value.text);
      usable = parsed.ok();
      if (usable) term.values.push_back(std::move(*parsed));
    }
    if (usable) terms.push_back(std::move(term));
  }
  return terms;
}

Result<std::string> DuckDbType(const Type& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kInt:
      return "INTEGER";
    case TypeKind::kLong:
      return "BIGINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return "TIME";
    case TypeKind::kTimestamp:
      return "TIMESTAMP";
    case TypeKind::kTimestampTz:
      return "TIMESTAMP WITH TIME ZONE";
    case TypeKind::kTimestampNs:
      return "TIMESTAMP_NS";
    case TypeKind::kString:
      return "VARCHAR";
    case TypeKind::kUuid:
      return "UUID";
    case TypeKind::kFixed:
    case TypeKind::kBinary:
      return "BLOB";
    case TypeKind::kStruct: {
      std::vector<std::string> fields;
      for (const Field& field : type.fields) {
        SLUICE_ASSIGN(const std::string inner, DuckDbType(field.type));
        fields.push_back(QuoteName(field.name) + " " + inner);
      }
      return "STRUCT(" + Join(fields) + ")";
    }
    case TypeKind::kList: {
      SLUICE_ASSIGN(const std::string element, DuckDbType(type.element().type));
      return element + "[]";
    }
    case TypeKind::kMap: {
      SLUICE_ASSIGN(const std::string key, DuckDbType(type.key().type));
      SLUICE_ASSIGN(const std::string value, DuckDbType(type.value().type));
      return "MAP(" + key + ", " + value + ")";
    }
    default:
      return Unsupported("a query cannot read columns of type " + type.ToString());
  }
}

Result<std::string> ScanSql(const ScanPlan& plan) {
  if (plan.has_equality_deletes) {
    return Unsupported(
        "a query cannot read a table with equality deletes; rewrite its data files first");
  }
  if (plan.has_deletion_vectors) {
    return Unsupported(
        "a query cannot read a table with deletion vectors; rewrite its data files first");
  }
  if (plan.tasks.empty()) return EmptySelect(plan.schema);
  std::vector<std::string> files;
  std::set<std::string> deletes;
  for (const auto& task : plan.tasks) {
    if (task.file.file_format != "PARQUET") {
      return Unsupported("a query reads Parquet data files, not " + task.file.file_format + ": " +
                         task.file.file_path);
    }
    SLUICE_ASSIGN(std::string path, QuotedPath(task.file.file_path));
    files.push_back(std::move(path));
    for (const DataFile& file : task.deletes) {
      SLUICE_ASSIGN(std::string delete_path, QuotedPath(file.file_path));
      deletes.insert(std::move(delete_path));
    }
  }
  SLUICE_ASSIGN(const std::string schema, SchemaMap(plan.schema));
  std::vector<std::string> columns;
  for (const Field& field : plan.schema.fields) columns.push_back("d." + QuoteName(field.name));
  std::string sql =
      "SELECT " + Join(columns) + " FROM read_parquet([" + Join(files) + "], schema = " + schema;
  if (deletes.empty()) return sql + ") AS d";
  sql +=
      ", filename = true, file_row_number = true) AS d WHERE NOT EXISTS (SELECT 1 FROM "
      "read_parquet([" +
      Join({deletes.begin(), deletes.end()}) +
      "]) AS x WHERE regexp_replace(x.file_path, '^file:(//(localhost)?)?', '') = d.filename AND "
      "x.pos = "
      "d.file_row_number)";
  return sql;
}

}  // namespace sluice::query
