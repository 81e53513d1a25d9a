// SPDX-License-Identifier: Apache-2.0
// The Arrow layout of Iceberg columns, with the field ids that Parquet keeps.
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {
namespace {

Result<std::shared_ptr<arrow::Field>> FieldToArrow(const Field& field) {
  SLUICE_ASSIGN(auto type, ToArrow(field.type));
  return arrow::field(field.name, std::move(type), !field.required,
                      arrow::key_value_metadata({"PARQUET:field_id"}, {std::to_string(field.id)}));
}

Result<std::shared_ptr<arrow::DataType>> NestedToArrow(const Type& type) {
  arrow::FieldVector children;
  for (const Field& field : type.fields) {
    SLUICE_ASSIGN(auto child, FieldToArrow(field));
    children.push_back(std::move(child));
  }
  if (type.kind == TypeKind::kList) return arrow::list(children[0]);
  if (type.kind == TypeKind::kMap) {
    return std::shared_ptr<arrow::DataType>(
        std::make_shared<arrow::MapType>(children[0], children[1]));
  }
  return arrow::struct_(children);
}

}  // namespace

Result<std::shared_ptr<arrow::DataType>> ToArrow(const Type& type) {
  switch (type.kind) {
    case TypeKind::kUnknown:
      return arrow::null();
    case TypeKind::kBoolean:
      return arrow::boolean();
    case TypeKind::kInt:
      return arrow::int32();
    case TypeKind::kLong:
      return arrow::int64();
    case TypeKind::kFloat:
      return arrow::float32();
    case TypeKind::kDouble:
      return arrow::float64();
    case TypeKind::kDecimal:
      return arrow::decimal128(type.precision, type.scale);
    case TypeKind::kDate:
      return arrow::date32();
    case TypeKind::kTime:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case TypeKind::kTimestampTz:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case TypeKind::kTimestampNs:
      return arrow::timestamp(arrow::TimeUnit::NANO);
    case TypeKind::kTimestampTzNs:
      return arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
    case TypeKind::kString:
      return arrow::utf8();
    case TypeKind::kUuid:
      return arrow::fixed_size_binary(16);
    case TypeKind::kFixed:
      return arrow::fixed_size_binary(type.length);
    case TypeKind::kBinary:
      return arrow::binary();
    case TypeKind::kStruct:
    case TypeKind::kList:
    case TypeKind::kMap:
      return NestedToArrow(type);
    case TypeKind::kVariant:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      break;
  }
  return Unsupported("no column layout for the Iceberg type " + type.ToString());
}

Result<std::shared_ptr<arrow::Schema>> ToArrow(const Schema& schema) {
  arrow::FieldVector fields;
  for (const Field& field : schema.fields) {
    SLUICE_ASSIGN(auto converted, FieldToArrow(field));
    fields.push_back(std::move(converted));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace sluice::tables::iceberg
