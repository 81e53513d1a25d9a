// SPDX-License-Identifier: Apache-2.0
// Iceberg schemas: typed columns with field ids that outlive renames (spec, "Schemas and Data
// Types"). Values, compared by value. Three other forms of a schema are made here: Flink SQL's
// (flow::Schema), Arrow's with Parquet field ids, and the JSON of metadata.json (schema_json.cc).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"

namespace sluice::tables::iceberg {

enum class TypeKind : uint8_t {
  kUnknown,  // v3: always null
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kTimestampTz,
  kTimestampNs,    // v3
  kTimestampTzNs,  // v3
  kString,
  kUuid,
  kFixed,
  kBinary,
  kVariant,    // v3
  kGeometry,   // v3
  kGeography,  // v3
  kStruct,
  kList,
  kMap,
};

struct Field;

/// A type. list: fields[0] is the element; map: fields[0] key, fields[1] value; struct: its fields.
struct Type {
  TypeKind kind = TypeKind::kUnknown;
  int precision = 0;  // decimal
  int scale = 0;      // decimal
  int length = 0;     // fixed
  std::string text;   // geometry, geography: the parameters as written
  std::vector<Field> fields;

  static Type Simple(TypeKind kind);
  static Type Decimal(int precision, int scale);
  static Type Fixed(int length);
  static Type Struct(std::vector<Field> fields);
  static Type List(Field element);
  static Type Map(Field key, Field value);

  bool is_primitive() const { return kind < TypeKind::kVariant || is_geo(); }
  bool is_geo() const { return kind == TypeKind::kGeometry || kind == TypeKind::kGeography; }
  bool is_nested() const { return kind >= TypeKind::kStruct; }
  bool is_timestamp() const {
    return kind >= TypeKind::kTimestamp && kind <= TypeKind::kTimestampTzNs;
  }
  const Field& element() const;  // list
  const Field& key() const;      // map
  const Field& value() const;    // map
  /// As the spec writes it: "decimal(9, 2)", "fixed[16]", "timestamptz", "list<int>".
  std::string ToString() const;
};

struct Field {
  int id = 0;
  std::string name;
  bool required = false;
  Type type;
  std::string doc;
  std::optional<std::string> initial_default;  // JSON text of a single value (v3)
  std::optional<std::string> write_default;    // JSON text of a single value (v3)
};

inline const Field& Type::element() const {
  return fields[0];
}
inline const Field& Type::key() const {
  return fields[0];
}
inline const Field& Type::value() const {
  return fields[1];
}

bool operator==(const Type& a, const Type& b);
bool operator==(const Field& a, const Field& b);

struct Schema {
  int schema_id = 0;
  std::vector<Field> fields;
  std::vector<int> identifier_field_ids;

  /// The field with this id at any depth (list elements, map keys and values count), or null.
  const Field* FindField(int id) const;
  /// The top-level column with this name, or null.
  const Field* FindColumn(std::string_view name) const;
  /// By dotted path ("address.city", "tags.element", "m.value"), or null.
  const Field* FindPath(std::string_view path) const;
  /// The dotted path of the field with this id; empty if there is none.
  std::string PathOf(int id) const;
  /// Largest id in use, 0 for an empty schema.
  int HighestFieldId() const;
  /// Ids and names unique at each level, sizes in range, identifier fields legal (required, no
  /// float, not inside a list or map), types known to `format_version`.
  Status Check(int format_version) const;
};

/// Same columns, ids and identifier fields; schema_id is not compared.
bool SameColumns(const Schema& a, const Schema& b);

/// Gives every field a fresh id: all fields of a level first, then their children, in order (as
/// Java's TypeUtil.assignFreshIds), counting up from `*last_column_id`, which is moved on.
Schema AssignFieldIds(Schema schema, int* last_column_id);

/// The Iceberg schema for columns of Flink SQL (Iceberg's Flink docs, "Type mapping"): TINYINT and
/// SMALLINT become int, CHAR string, TIMESTAMP timestamp, TIMESTAMP_LTZ timestamptz, BINARY(n)
/// fixed[n], MULTISET map<element, int>. `identifier_columns` (PRIMARY KEY) become identifier
/// fields. Ids are assigned from 1. kUnsupported: TIMESTAMP/TIME beyond microseconds, intervals,
/// NULL.
Result<Schema> FromFlow(const flow::Schema& schema,
                        const std::vector<std::string>& identifier_columns = {});
/// Flink's types for an Iceberg schema: uuid becomes BINARY(16). kUnsupported: variant, geo.
Result<flow::Schema> ToFlow(const Schema& schema);
Result<flow::TypePtr> ToFlow(const Type& type, bool nullable);

/// Arrow types of the data files: int32, int64, decimal128, date32, time64[us], timestamp[us] (zone
/// "UTC" for timestamptz), utf8, fixed_size_binary, binary, list, map, struct; each field carries
/// its id as metadata "PARQUET:field_id". Note: tinyint/smallint/char/binary(n) columns of a flow
/// batch have to be cast to these. uuid becomes fixed_size_binary(16).
Result<std::shared_ptr<arrow::Schema>> ToArrow(const Schema& schema);
Result<std::shared_ptr<arrow::DataType>> ToArrow(const Type& type);

/// The JSON of the spec's Appendix C; tolerant of unknown keys, strict about types and ids.
Result<Schema> ParseSchemaJson(std::string_view json);
std::string SchemaToJson(const Schema& schema);

}  // namespace sluice::tables::iceberg
