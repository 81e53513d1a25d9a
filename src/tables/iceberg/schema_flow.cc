// SPDX-License-Identifier: Apache-2.0
// Iceberg types to and from Flink SQL's, as Iceberg's Flink module maps them.
#include "base/result.h"
#include "flow/type.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {
namespace {

using FlowKind = flow::TypeKind;

Result<Type> TypeFromFlow(const flow::Type& type);

Result<Field> FieldFromFlow(const std::string& name, const flow::Type& type,
                            const std::string& comment) {
  SLUICE_ASSIGN(Type converted, TypeFromFlow(type));
  Field field;
  field.name = name;
  field.required = !type.nullable();
  field.type = std::move(converted);
  field.doc = comment;
  return field;
}

Error NoType(const flow::Type& type, const char* hint) {
  return Unsupported("Iceberg has no type for " + type.ToString() + hint);
}

Result<Type> NestedFromFlow(const flow::Type& type) {
  if (type.kind() == FlowKind::kArray) {
    SLUICE_ASSIGN(Field element, FieldFromFlow("element", *type.element(), ""));
    return Type::List(std::move(element));
  }
  if (type.kind() == FlowKind::kMap) {
    SLUICE_ASSIGN(Field key, FieldFromFlow("key", *type.key(), ""));
    SLUICE_ASSIGN(Field value, FieldFromFlow("value", *type.value(), ""));
    return Type::Map(std::move(key), std::move(value));
  }
  if (type.kind() == FlowKind::kMultiset) {
    SLUICE_ASSIGN(Field key, FieldFromFlow("key", *type.element(), ""));
    Field count;
    count.required = true;
    count.type = Type::Simple(TypeKind::kInt);
    return Type::Map(std::move(key), std::move(count));
  }
  std::vector<Field> fields;
  for (const flow::Field& child : type.fields()) {
    SLUICE_ASSIGN(Field field, FieldFromFlow(child.name, *child.type, child.comment));
    fields.push_back(std::move(field));
  }
  return Type::Struct(std::move(fields));
}

Result<Type> TypeFromFlow(const flow::Type& type) {
  switch (type.kind()) {
    case FlowKind::kBoolean:
      return Type::Simple(TypeKind::kBoolean);
    case FlowKind::kTinyInt:
    case FlowKind::kSmallInt:
    case FlowKind::kInt:
      return Type::Simple(TypeKind::kInt);
    case FlowKind::kBigInt:
      return Type::Simple(TypeKind::kLong);
    case FlowKind::kFloat:
      return Type::Simple(TypeKind::kFloat);
    case FlowKind::kDouble:
      return Type::Simple(TypeKind::kDouble);
    case FlowKind::kDecimal:
      return Type::Decimal(type.precision(), type.scale());
    case FlowKind::kChar:
    case FlowKind::kVarchar:
      return Type::Simple(TypeKind::kString);
    case FlowKind::kBinary:
      return Type::Fixed(type.length());
    case FlowKind::kVarbinary:
      return Type::Simple(TypeKind::kBinary);
    case FlowKind::kDate:
      return Type::Simple(TypeKind::kDate);
    case FlowKind::kTime:
      if (type.precision() > 6) return NoType(type, ": TIME keeps microseconds, use TIME(6)");
      return Type::Simple(TypeKind::kTime);
    case FlowKind::kTimestamp:
    case FlowKind::kTimestampLtz:
      if (type.precision() > 6) {
        return NoType(type, " in format version 2, which keeps microseconds: use precision 6");
      }
      return Type::Simple(type.kind() == FlowKind::kTimestamp ? TypeKind::kTimestamp
                                                              : TypeKind::kTimestampTz);
    case FlowKind::kArray:
    case FlowKind::kMap:
    case FlowKind::kMultiset:
    case FlowKind::kRow:
      return NestedFromFlow(type);
    case FlowKind::kIntervalYearMonth:
    case FlowKind::kIntervalDaySecond:
    case FlowKind::kNull:
      return NoType(type, "");
  }
  return NoType(type, "");
}

flow::TypePtr Scalar(FlowKind kind, bool nullable) {
  return flow::Type::Simple(kind, nullable);
}

Result<flow::TypePtr> NestedToFlow(const Type& type, bool nullable) {
  if (type.kind == TypeKind::kList) {
    SLUICE_ASSIGN(auto element, ToFlow(type.element().type, !type.element().required));
    return flow::Type::Array(std::move(element), nullable);
  }
  if (type.kind == TypeKind::kMap) {
    SLUICE_ASSIGN(auto key, ToFlow(type.key().type, false));
    SLUICE_ASSIGN(auto value, ToFlow(type.value().type, !type.value().required));
    return flow::Type::Map(std::move(key), std::move(value), nullable);
  }
  std::vector<flow::Field> fields;
  for (const Field& child : type.fields) {
    SLUICE_ASSIGN(auto converted, ToFlow(child.type, !child.required));
    fields.push_back(flow::Field{child.name, std::move(converted), child.doc});
  }
  return flow::Type::Row(std::move(fields), nullable);
}

}  // namespace

Result<Schema> FromFlow(const flow::Schema& schema,
                        const std::vector<std::string>& identifier_columns) {
  Schema out;
  for (const flow::Field& column : schema.fields) {
    auto field = FieldFromFlow(column.name, *column.type, column.comment);
    if (!field.ok()) {
      Error error = std::move(field).error();
      error.where = column.name;
      return error;
    }
    out.fields.push_back(std::move(*field));
  }
  int last = 0;
  out = AssignFieldIds(std::move(out), &last);
  for (const std::string& name : identifier_columns) {
    Field* found = nullptr;
    for (Field& field : out.fields) {
      if (field.name == name) found = &field;
    }
    if (found == nullptr) return InvalidArgument("primary key names no column: " + name);
    if (found->type.kind == TypeKind::kFloat || found->type.kind == TypeKind::kDouble ||
        !found->type.is_primitive()) {
      return Unsupported("Iceberg does not take " + found->type.ToString() +
                         " as identifier: " + name);
    }
    found->required = true;  // PRIMARY KEY implies NOT NULL
    out.identifier_field_ids.push_back(found->id);
  }
  SLUICE_TRY(out.Check(2));
  return out;
}

Result<flow::TypePtr> ToFlow(const Type& type, bool nullable) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return Scalar(FlowKind::kBoolean, nullable);
    case TypeKind::kInt:
      return Scalar(FlowKind::kInt, nullable);
    case TypeKind::kLong:
      return Scalar(FlowKind::kBigInt, nullable);
    case TypeKind::kFloat:
      return Scalar(FlowKind::kFloat, nullable);
    case TypeKind::kDouble:
      return Scalar(FlowKind::kDouble, nullable);
    case TypeKind::kDecimal:
      return flow::Type::Decimal(type.precision, type.scale, nullable);
    case TypeKind::kDate:
      return Scalar(FlowKind::kDate, nullable);
    case TypeKind::kTime:
      return flow::Type::Time(6, nullable);
    case TypeKind::kTimestamp:
      return flow::Type::Timestamp(6, nullable);
    case TypeKind::kTimestampTz:
      return flow::Type::TimestampLtz(6, nullable);
    case TypeKind::kTimestampNs:
      return flow::Type::Timestamp(9, nullable);
    case TypeKind::kTimestampTzNs:
      return flow::Type::TimestampLtz(9, nullable);
    case TypeKind::kString:
      return flow::Type::Varchar(flow::Type::kUnboundedLength, nullable);
    case TypeKind::kUuid:
      return flow::Type::Binary(16, nullable);
    case TypeKind::kFixed:
      return flow::Type::Binary(type.length, nullable);
    case TypeKind::kBinary:
      return flow::Type::Varbinary(flow::Type::kUnboundedLength, nullable);
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kMap:
      return NestedToFlow(type, nullable);
    case TypeKind::kUnknown:
      return Scalar(FlowKind::kNull, true);
    case TypeKind::kVariant:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      break;
  }
  return Unsupported("SQL has no type for Iceberg's " + type.ToString());
}

Result<flow::Schema> ToFlow(const Schema& schema) {
  flow::Schema out;
  for (const Field& field : schema.fields) {
    auto type = ToFlow(field.type, !field.required);
    if (!type.ok()) {
      Error error = std::move(type).error();
      error.where = field.name;
      return error;
    }
    out.fields.push_back(flow::Field{field.name, std::move(*type), field.doc});
  }
  return out;
}

}  // namespace sluice::tables::iceberg
