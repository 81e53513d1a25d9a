// SPDX-License-Identifier: Apache-2.0
// The logical types of Flink SQL (docs: "Data Types"), and how they are laid out in Arrow columns.
//
//   BOOLEAN bool · TINYINT int8 · SMALLINT int16 · INT int32 · BIGINT int64 · FLOAT float · DOUBLE
//   double DECIMAL(p,s) decimal128(p,s) · CHAR/VARCHAR/STRING utf8 · BINARY/VARBINARY/BYTES binary
//   · DATE date32 TIME(p) time64[us] · TIMESTAMP(p) timestamp[us] (p <= 6) or [ns] ·
//   TIMESTAMP_LTZ(p) the same with zone "UTC" INTERVAL YEAR TO MONTH int32 (months) · INTERVAL DAY
//   TO SECOND int64 (milliseconds) ARRAY list<element> · MAP/MULTISET map<key, item> · ROW struct ·
//   NULL null
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"

namespace sluice::flow {

enum class TypeKind : uint8_t {
  kNull,
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInt,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,
  kBinary,
  kVarbinary,
  kDate,
  kTime,
  kTimestamp,
  kTimestampLtz,
  kIntervalYearMonth,
  kIntervalDaySecond,
  kArray,
  kMap,
  kMultiset,
  kRow,
};

/// What a TIMESTAMP column is to the stream: nothing, its event time (a watermark is declared on
/// it), or processing time (PROCTIME()). It belongs to the column, not to the values: any
/// computation loses it, as in Flink.
enum class TimeAttribute : uint8_t { kNone, kRowtime, kProctime };

class Type;
using TypePtr = std::shared_ptr<const Type>;

struct Field {
  std::string name;
  TypePtr type;
  std::string comment;
};

/// An immutable type. Equal types are equal by value (Equals), not by pointer.
class Type {
 public:
  static constexpr int32_t kUnboundedLength =
      2147483647;  // VARCHAR(max) = STRING, VARBINARY(max) = BYTES

  static TypePtr Simple(TypeKind kind, bool nullable = true);  // kinds without parameters
  static TypePtr Decimal(int precision, int scale, bool nullable = true);  // 1..38, 0..precision
  static TypePtr Char(int32_t length, bool nullable = true);
  static TypePtr Varchar(int32_t length = kUnboundedLength, bool nullable = true);
  static TypePtr Binary(int32_t length, bool nullable = true);
  static TypePtr Varbinary(int32_t length = kUnboundedLength, bool nullable = true);
  static TypePtr Time(int precision = 0, bool nullable = true);          // 0..9
  static TypePtr Timestamp(int precision = 6, bool nullable = true);     // 0..9
  static TypePtr TimestampLtz(int precision = 6, bool nullable = true);  // 0..9
  static TypePtr Array(TypePtr element, bool nullable = true);
  static TypePtr Map(TypePtr key, TypePtr value, bool nullable = true);
  static TypePtr Multiset(TypePtr element, bool nullable = true);
  static TypePtr Row(std::vector<Field> fields, bool nullable = true);

  TypeKind kind() const { return kind_; }
  bool nullable() const { return nullable_; }
  int precision() const { return precision_; }                  // decimal, time, timestamps
  int scale() const { return scale_; }                          // decimal
  int32_t length() const { return length_; }                    // char, varchar, binary, varbinary
  const std::vector<Field>& fields() const { return fields_; }  // row
  const TypePtr& element() const { return fields_[0].type; }    // array, multiset
  const TypePtr& key() const { return fields_[0].type; }        // map
  const TypePtr& value() const { return fields_[1].type; }      // map

  bool is_integer() const { return kind_ >= TypeKind::kTinyInt && kind_ <= TypeKind::kBigInt; }
  bool is_approximate() const { return kind_ == TypeKind::kFloat || kind_ == TypeKind::kDouble; }
  bool is_numeric() const {
    return is_integer() || is_approximate() || kind_ == TypeKind::kDecimal;
  }
  bool is_character() const { return kind_ == TypeKind::kChar || kind_ == TypeKind::kVarchar; }
  bool is_binary() const { return kind_ == TypeKind::kBinary || kind_ == TypeKind::kVarbinary; }
  bool is_timestamp() const {
    return kind_ == TypeKind::kTimestamp || kind_ == TypeKind::kTimestampLtz;
  }
  bool is_datetime() const {
    return is_timestamp() || kind_ == TypeKind::kDate || kind_ == TypeKind::kTime;
  }
  bool is_interval() const {
    return kind_ == TypeKind::kIntervalYearMonth || kind_ == TypeKind::kIntervalDaySecond;
  }
  bool is_nested() const { return kind_ >= TypeKind::kArray; }

  TimeAttribute time_attribute() const { return time_attribute_; }
  bool is_rowtime() const { return time_attribute_ == TimeAttribute::kRowtime; }
  bool is_proctime() const { return time_attribute_ == TimeAttribute::kProctime; }

  TypePtr WithNullable(bool nullable) const;
  /// The same type with another time attribute; Equals does not look at it.
  TypePtr WithTimeAttribute(TimeAttribute attribute) const;
  bool Equals(const Type& other) const;  // names of row fields count, comments do not
  bool EqualsIgnoringNullability(const Type& other) const;  // at every depth
  /// As Flink prints it: "BIGINT NOT NULL", "ROW<`a` INT, `b` STRING>", "VARCHAR(2147483647)" as
  /// STRING.
  std::string ToString() const;

 private:
  friend struct TypeMaker;
  Type() = default;
  TypeKind kind_ = TypeKind::kNull;
  bool nullable_ = true;
  TimeAttribute time_attribute_ = TimeAttribute::kNone;
  int precision_ = 0, scale_ = 0;
  int32_t length_ = 0;
  std::vector<Field> fields_;
};

/// The Arrow layout of a type (table above).
std::shared_ptr<arrow::DataType> ToArrow(const Type& type);
std::shared_ptr<arrow::Field> ToArrow(const Field& field);

/// Named columns: the shape of a table, a stream, a batch.
struct Schema {
  std::vector<Field> fields;

  int size() const { return static_cast<int>(fields.size()); }
  /// Index of a column, -1 if there is none. Names are case-sensitive, as in Flink.
  int Find(std::string_view name) const;
  std::shared_ptr<arrow::Schema> ToArrow() const;
  bool Equals(const Schema& other) const;
  std::string ToString() const;
};

/// A logical type for an Arrow type (for tables that others wrote); kUnsupported for those without
/// one.
Result<TypePtr> FromArrow(const arrow::DataType& type, bool nullable);

}  // namespace sluice::flow
