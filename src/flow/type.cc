// SPDX-License-Identifier: Apache-2.0
// Logical types: construction, equality, Flink's text form, and the Arrow layout (type.h says
// which).
#include "flow/type.h"

#include <utility>

#include "arrow/api.h"
#include "base/assert.h"

namespace sluice::flow {

struct TypeMaker {
  static std::shared_ptr<Type> Make(TypeKind kind, bool nullable) {
    std::shared_ptr<Type> type(new Type());
    type->kind_ = kind;
    type->nullable_ = nullable;
    return type;
  }
  static TypePtr WithPrecision(TypeKind kind, int precision, int scale, bool nullable) {
    auto type = Make(kind, nullable);
    type->precision_ = precision;
    type->scale_ = scale;
    return type;
  }
  static TypePtr WithLength(TypeKind kind, int32_t length, bool nullable) {
    auto type = Make(kind, nullable);
    type->length_ = length;
    return type;
  }
  static TypePtr WithFields(TypeKind kind, std::vector<Field> fields, bool nullable) {
    auto type = Make(kind, nullable);
    type->fields_ = std::move(fields);
    return type;
  }
  static TypePtr WithNullable(const Type& from, bool nullable) {
    std::shared_ptr<Type> type(new Type(from));
    type->nullable_ = nullable;
    return type;
  }
  static TypePtr WithTimeAttribute(const Type& from, TimeAttribute attribute) {
    std::shared_ptr<Type> type(new Type(from));
    type->time_attribute_ = attribute;
    return type;
  }
};

TypePtr Type::Simple(TypeKind kind, bool nullable) {
  return TypeMaker::Make(kind, nullable);
}

TypePtr Type::Decimal(int precision, int scale, bool nullable) {
  SLUICE_ASSERT(precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision);
  return TypeMaker::WithPrecision(TypeKind::kDecimal, precision, scale, nullable);
}

TypePtr Type::Char(int32_t length, bool nullable) {
  return TypeMaker::WithLength(TypeKind::kChar, length, nullable);
}

TypePtr Type::Varchar(int32_t length, bool nullable) {
  return TypeMaker::WithLength(TypeKind::kVarchar, length, nullable);
}

TypePtr Type::Binary(int32_t length, bool nullable) {
  return TypeMaker::WithLength(TypeKind::kBinary, length, nullable);
}

TypePtr Type::Varbinary(int32_t length, bool nullable) {
  return TypeMaker::WithLength(TypeKind::kVarbinary, length, nullable);
}

TypePtr Type::Time(int precision, bool nullable) {
  SLUICE_ASSERT(precision >= 0 && precision <= 9);
  return TypeMaker::WithPrecision(TypeKind::kTime, precision, 0, nullable);
}

TypePtr Type::Timestamp(int precision, bool nullable) {
  SLUICE_ASSERT(precision >= 0 && precision <= 9);
  return TypeMaker::WithPrecision(TypeKind::kTimestamp, precision, 0, nullable);
}

TypePtr Type::TimestampLtz(int precision, bool nullable) {
  SLUICE_ASSERT(precision >= 0 && precision <= 9);
  return TypeMaker::WithPrecision(TypeKind::kTimestampLtz, precision, 0, nullable);
}

TypePtr Type::Array(TypePtr element, bool nullable) {
  return TypeMaker::WithFields(TypeKind::kArray, {{"element", std::move(element), ""}}, nullable);
}

TypePtr Type::Map(TypePtr key, TypePtr value, bool nullable) {
  return TypeMaker::WithFields(
      TypeKind::kMap, {{"key", std::move(key), ""}, {"value", std::move(value), ""}}, nullable);
}

TypePtr Type::Multiset(TypePtr element, bool nullable) {
  return TypeMaker::WithFields(TypeKind::kMultiset, {{"element", std::move(element), ""}},
                               nullable);
}

TypePtr Type::Row(std::vector<Field> fields, bool nullable) {
  return TypeMaker::WithFields(TypeKind::kRow, std::move(fields), nullable);
}

TypePtr Type::WithNullable(bool nullable) const {
  return TypeMaker::WithNullable(*this, nullable);
}

namespace {

bool Same(const Type& a, const Type& b, bool with_nullability) {
  if (a.kind() != b.kind() || a.precision() != b.precision() || a.scale() != b.scale() ||
      a.length() != b.length() || a.fields().size() != b.fields().size()) {
    return false;
  }
  if (with_nullability && a.nullable() != b.nullable()) return false;
  for (size_t i = 0; i < a.fields().size(); ++i) {
    if (a.fields()[i].name != b.fields()[i].name ||
        !Same(*a.fields()[i].type, *b.fields()[i].type, with_nullability)) {
      return false;
    }
  }
  return true;
}

std::string Quoted(std::string_view name) {
  std::string out = "`";
  for (const char c : name) {
    out += c;
    if (c == '`') out += c;
  }
  return out + "`";
}

std::string WithNumber(const char* name, int64_t number) {
  return std::string(name) + "(" + std::to_string(number) + ")";
}

std::string RowText(const Type& type) {
  std::string out = "ROW<";
  for (size_t i = 0; i < type.fields().size(); ++i) {
    if (i > 0) out += ", ";
    out += Quoted(type.fields()[i].name) + " " + type.fields()[i].type->ToString();
  }
  return out + ">";
}

std::string TextWithoutNullability(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return "NULL";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kTinyInt:
      return "TINYINT";
    case TypeKind::kSmallInt:
      return "SMALLINT";
    case TypeKind::kInt:
      return "INT";
    case TypeKind::kBigInt:
      return "BIGINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision()) + ", " + std::to_string(type.scale()) +
             ")";
    case TypeKind::kChar:
      return WithNumber("CHAR", type.length());
    case TypeKind::kVarchar:
      return type.length() == Type::kUnboundedLength ? "STRING"
                                                     : WithNumber("VARCHAR", type.length());
    case TypeKind::kBinary:
      return WithNumber("BINARY", type.length());
    case TypeKind::kVarbinary:
      return type.length() == Type::kUnboundedLength ? "BYTES"
                                                     : WithNumber("VARBINARY", type.length());
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return WithNumber("TIME", type.precision());
    case TypeKind::kTimestamp:
      return WithNumber("TIMESTAMP", type.precision());
    case TypeKind::kTimestampLtz:
      return WithNumber("TIMESTAMP_LTZ", type.precision());
    case TypeKind::kIntervalYearMonth:
      return "INTERVAL YEAR TO MONTH";
    case TypeKind::kIntervalDaySecond:
      return "INTERVAL DAY TO SECOND(3)";
    case TypeKind::kArray:
      return "ARRAY<" + type.element()->ToString() + ">";
    case TypeKind::kMap:
      return "MAP<" + type.key()->ToString() + ", " + type.value()->ToString() + ">";
    case TypeKind::kMultiset:
      return "MULTISET<" + type.element()->ToString() + ">";
    case TypeKind::kRow:
      return RowText(type);
  }
  return "?";
}

std::shared_ptr<arrow::DataType> TimestampToArrow(const Type& type) {
  const auto unit = type.precision() <= 6 ? arrow::TimeUnit::MICRO : arrow::TimeUnit::NANO;
  return type.kind() == TypeKind::kTimestampLtz ? arrow::timestamp(unit, "UTC")
                                                : arrow::timestamp(unit);
}

std::shared_ptr<arrow::DataType> NestedToArrow(const Type& type) {
  if (type.kind() == TypeKind::kArray) {
    return arrow::list(ToArrow(type.fields()[0]));
  }
  if (type.kind() == TypeKind::kMap) {
    return std::make_shared<arrow::MapType>(
        arrow::field("key", ToArrow(*type.key()), false),
        arrow::field("value", ToArrow(*type.value()), type.value()->nullable()));
  }
  if (type.kind() == TypeKind::kMultiset) {
    return std::make_shared<arrow::MapType>(arrow::field("key", ToArrow(*type.element()), false),
                                            arrow::field("value", arrow::int32(), false));
  }
  arrow::FieldVector fields;
  for (const Field& field : type.fields()) fields.push_back(ToArrow(field));
  return arrow::struct_(std::move(fields));
}

}  // namespace

TypePtr Type::WithTimeAttribute(TimeAttribute attribute) const {
  return TypeMaker::WithTimeAttribute(*this, attribute);
}

bool Type::Equals(const Type& other) const {
  return Same(*this, other, true);
}

bool Type::EqualsIgnoringNullability(const Type& other) const {
  return Same(*this, other, false);
}

std::string Type::ToString() const {
  std::string out = TextWithoutNullability(*this);
  if (!nullable_ && kind_ != TypeKind::kNull) out += " NOT NULL";
  return out;
}

std::shared_ptr<arrow::DataType> ToArrow(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return arrow::null();
    case TypeKind::kBoolean:
      return arrow::boolean();
    case TypeKind::kTinyInt:
      return arrow::int8();
    case TypeKind::kSmallInt:
      return arrow::int16();
    case TypeKind::kInt:
    case TypeKind::kIntervalYearMonth:
      return arrow::int32();
    case TypeKind::kBigInt:
    case TypeKind::kIntervalDaySecond:
      return arrow::int64();
    case TypeKind::kFloat:
      return arrow::float32();
    case TypeKind::kDouble:
      return arrow::float64();
    case TypeKind::kDecimal:
      return std::make_shared<arrow::Decimal128Type>(type.precision(), type.scale());
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return arrow::utf8();
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return arrow::binary();
    case TypeKind::kDate:
      return arrow::date32();
    case TypeKind::kTime:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return TimestampToArrow(type);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return NestedToArrow(type);
  }
  return arrow::null();
}

std::shared_ptr<arrow::Field> ToArrow(const Field& field) {
  return arrow::field(field.name, ToArrow(*field.type), field.type->nullable());
}

int Schema::Find(std::string_view name) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::shared_ptr<arrow::Schema> Schema::ToArrow() const {
  arrow::FieldVector columns;
  columns.reserve(fields.size());
  for (const Field& field : fields) columns.push_back(flow::ToArrow(field));
  return arrow::schema(std::move(columns));
}

bool Schema::Equals(const Schema& other) const {
  if (fields.size() != other.fields.size()) return false;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != other.fields[i].name || !fields[i].type->Equals(*other.fields[i].type)) {
      return false;
    }
  }
  return true;
}

std::string Schema::ToString() const {
  std::string out = "(";
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    out += Quoted(fields[i].name) + " " + fields[i].type->ToString();
  }
  return out + ")";
}

namespace {

Result<TypePtr> NestedFromArrow(const arrow::DataType& type, bool nullable) {
  if (type.id() == arrow::Type::STRUCT) {
    std::vector<Field> fields;
    for (const auto& field : type.fields()) {
      SLUICE_ASSIGN(TypePtr child, FromArrow(*field->type(), field->nullable()));
      fields.push_back({field->name(), std::move(child), ""});
    }
    return Type::Row(std::move(fields), nullable);
  }
  if (type.id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(type);
    SLUICE_ASSIGN(TypePtr key, FromArrow(*map.key_type(), false));
    SLUICE_ASSIGN(TypePtr value, FromArrow(*map.item_type(), map.item_field()->nullable()));
    return Type::Map(std::move(key), std::move(value), nullable);
  }
  const auto& element = type.field(0);
  SLUICE_ASSIGN(TypePtr child, FromArrow(*element->type(), element->nullable()));
  return Type::Array(std::move(child), nullable);
}

int PrecisionOf(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return 0;
    case arrow::TimeUnit::MILLI:
      return 3;
    case arrow::TimeUnit::MICRO:
      return 6;
    case arrow::TimeUnit::NANO:
      return 9;
  }
  return 9;
}

TypePtr TimestampFromArrow(const arrow::DataType& type, bool nullable) {
  const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
  const int precision = PrecisionOf(timestamp.unit());
  return timestamp.timezone().empty() ? Type::Timestamp(precision, nullable)
                                      : Type::TimestampLtz(precision, nullable);
}

Error NoLogicalType(const arrow::DataType& type) {
  return Unsupported("no SQL type for the Arrow type " + type.ToString());
}

}  // namespace

Result<TypePtr> FromArrow(const arrow::DataType& type, bool nullable) {
  switch (type.id()) {
    case arrow::Type::NA:
      return Type::Simple(TypeKind::kNull);
    case arrow::Type::BOOL:
      return Type::Simple(TypeKind::kBoolean, nullable);
    case arrow::Type::INT8:
      return Type::Simple(TypeKind::kTinyInt, nullable);
    case arrow::Type::INT16:
      return Type::Simple(TypeKind::kSmallInt, nullable);
    case arrow::Type::INT32:
      return Type::Simple(TypeKind::kInt, nullable);
    case arrow::Type::INT64:
      return Type::Simple(TypeKind::kBigInt, nullable);
    case arrow::Type::FLOAT:
      return Type::Simple(TypeKind::kFloat, nullable);
    case arrow::Type::DOUBLE:
      return Type::Simple(TypeKind::kDouble, nullable);
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::Decimal128Type&>(type);
      if (decimal.scale() < 0 || decimal.scale() > decimal.precision()) return NoLogicalType(type);
      return Type::Decimal(decimal.precision(), decimal.scale(), nullable);
    }
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return Type::Varchar(Type::kUnboundedLength, nullable);
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
      return Type::Varbinary(Type::kUnboundedLength, nullable);
    case arrow::Type::FIXED_SIZE_BINARY:
      return Type::Binary(static_cast<const arrow::FixedSizeBinaryType&>(type).byte_width(),
                          nullable);
    case arrow::Type::DATE32:
      return Type::Simple(TypeKind::kDate, nullable);
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
      return Type::Time(PrecisionOf(static_cast<const arrow::TimeType&>(type).unit()), nullable);
    case arrow::Type::TIMESTAMP:
      return TimestampFromArrow(type, nullable);
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
      return NestedFromArrow(type, nullable);
    default:
      return NoLogicalType(type);
  }
}

}  // namespace sluice::flow
