// SPDX-License-Identifier: Apache-2.0
// Transforms over Arrow columns. Rows come in runs of equal values more often than not, so the
// result of the last value is kept.
#include "arrow/array.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_decimal.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/builder_time.h"
#include "arrow/array/util.h"
#include "arrow/util/decimal.h"
#include "tables/iceberg/transform.h"

namespace sluice::tables::iceberg {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

template <typename Builder, typename Append>
Result<ArrayPtr> Map(const Transform& transform, const Type& source, const arrow::Array& column,
                     std::unique_ptr<Builder> builder, Append append) {
  SLUICE_TRY(builder->Reserve(column.length()));
  Value last_in, last_out;
  for (int64_t row = 0; row < column.length(); ++row) {
    SLUICE_ASSIGN(Value in, ValueAt(source, column, row));
    if (IsNull(in)) {
      SLUICE_TRY(builder->AppendNull());
      continue;
    }
    if (in != last_in) {
      SLUICE_ASSIGN(last_out, ApplyTransform(transform, source, in));
      last_in = std::move(in);
    }
    SLUICE_TRY(append(builder.get(), last_out));
  }
  ArrayPtr out;
  SLUICE_TRY(builder->Finish(&out));
  return out;
}

template <typename Builder, typename T>
Result<ArrayPtr> MapIntegers(const Transform& transform, const Type& source,
                             const arrow::Array& column) {
  return Map(transform, source, column, std::make_unique<Builder>(),
             [](Builder* builder, const Value& value) {
               return builder->Append(static_cast<T>(std::get<int64_t>(value)));
             });
}

template <typename Builder>
Result<ArrayPtr> MapBytes(const Transform& transform, const Type& source,
                          const arrow::Array& column) {
  return Map(transform, source, column, std::make_unique<Builder>(),
             [](Builder* builder, const Value& value) {
               return builder->Append(std::get<std::string>(value));
             });
}

Result<ArrayPtr> MapDecimals(const Transform& transform, const Type& source,
                             const arrow::Array& column) {
  return Map(transform, source, column, std::make_unique<arrow::Decimal128Builder>(column.type()),
             [](arrow::Decimal128Builder* builder, const Value& value) {
               const Int128 unscaled = std::get<Int128>(value);
               return builder->Append(arrow::Decimal128(static_cast<int64_t>(unscaled >> 64),
                                                        static_cast<uint64_t>(unscaled)));
             });
}

}  // namespace

Result<ArrayPtr> ApplyTransform(const Transform& transform, const Type& source,
                                const arrow::Array& column) {
  SLUICE_ASSIGN(const Type type, ResultType(transform, source));
  if (transform.kind == TransformKind::kIdentity) return arrow::MakeArray(column.data());
  if (transform.kind == TransformKind::kVoid) {
    SLUICE_ASSIGN(auto layout, ToArrow(type));
    SLUICE_ASSIGN(auto nulls, arrow::MakeArrayOfNull(layout, column.length()));
    return nulls;
  }
  switch (type.kind) {
    case TypeKind::kInt:
      return MapIntegers<arrow::Int32Builder, int32_t>(transform, source, column);
    case TypeKind::kDate:
      return MapIntegers<arrow::Date32Builder, int32_t>(transform, source, column);
    case TypeKind::kLong:
      return MapIntegers<arrow::Int64Builder, int64_t>(transform, source, column);
    case TypeKind::kString:
      return MapBytes<arrow::StringBuilder>(transform, source, column);
    case TypeKind::kBinary:
      return MapBytes<arrow::BinaryBuilder>(transform, source, column);
    case TypeKind::kDecimal:
      return MapDecimals(transform, source, column);
    default:
      return Internal("transform result without a builder: " + type.ToString());
  }
}

}  // namespace sluice::tables::iceberg
