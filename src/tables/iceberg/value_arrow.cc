// SPDX-License-Identifier: Apache-2.0
// One row of an Arrow column as a Value.
#include "arrow/array.h"
#include "arrow/type.h"
#include "arrow/util/decimal.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {
namespace {

template <typename ArrayType>
auto At(const arrow::Array& column, int64_t row) {
  return static_cast<const ArrayType&>(column).Value(row);
}
template <typename ArrayType>
Value BytesAt(const arrow::Array& column, int64_t row) {
  return std::string(static_cast<const ArrayType&>(column).GetView(row));
}

Value DecimalAt(const arrow::Array& column, int64_t row) {
  const arrow::Decimal128 decimal(static_cast<const arrow::Decimal128Array&>(column).GetValue(row));
  const auto high = static_cast<unsigned __int128>(static_cast<uint64_t>(decimal.high_bits()));
  return static_cast<Int128>(high << 64 | decimal.low_bits());
}

}  // namespace

Result<Value> ValueAt(const Type& type, const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return Value();
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      return Value(At<arrow::BooleanArray>(column, row));
    case arrow::Type::INT8:
      return Value(static_cast<int64_t>(At<arrow::Int8Array>(column, row)));
    case arrow::Type::INT16:
      return Value(static_cast<int64_t>(At<arrow::Int16Array>(column, row)));
    case arrow::Type::INT32:
      return Value(static_cast<int64_t>(At<arrow::Int32Array>(column, row)));
    case arrow::Type::DATE32:
      return Value(static_cast<int64_t>(At<arrow::Date32Array>(column, row)));
    case arrow::Type::INT64:
      return Value(At<arrow::Int64Array>(column, row));
    case arrow::Type::TIME64:
      return Value(At<arrow::Time64Array>(column, row));
    case arrow::Type::TIMESTAMP:
      return Value(At<arrow::TimestampArray>(column, row));
    case arrow::Type::FLOAT:
      return Value(At<arrow::FloatArray>(column, row));
    case arrow::Type::DOUBLE:
      return Value(At<arrow::DoubleArray>(column, row));
    case arrow::Type::DECIMAL128:
      return DecimalAt(column, row);
    case arrow::Type::STRING:
      return BytesAt<arrow::StringArray>(column, row);
    case arrow::Type::BINARY:
      return BytesAt<arrow::BinaryArray>(column, row);
    case arrow::Type::FIXED_SIZE_BINARY:
      return BytesAt<arrow::FixedSizeBinaryArray>(column, row);
    default:
      return Unsupported("no " + type.ToString() + " value in a column of " +
                         column.type()->ToString());
  }
}

}  // namespace sluice::tables::iceberg
