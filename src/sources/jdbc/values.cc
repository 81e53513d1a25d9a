// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/values.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "arrow/util/decimal.h"

namespace sluice::sources::jdbc {
namespace {

using flow::Type;
using flow::TypeKind;

constexpr int64_t kDaysTo2000 = 10957;
constexpr int64_t kMicrosTo2000 = kDaysTo2000 * 86'400'000'000;

/// A PostgreSQL type: its name and the OIDs of itself and of its array (fixed, pg_type.dat).
struct Wire {
  const char* name;
  uint32_t oid, array_oid;
};

Wire WireOf(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return {"bool", 16, 1000};
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
      return {"int2", 21, 1005};
    case TypeKind::kInt:
      return {"int4", 23, 1007};
    case TypeKind::kBigInt:
      return {"int8", 20, 1016};
    case TypeKind::kFloat:
      return {"float4", 700, 1021};
    case TypeKind::kDouble:
      return {"float8", 701, 1022};
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return {"bytea", 17, 1001};
    case TypeKind::kDate:
      return {"date", 1082, 1182};
    case TypeKind::kTime:
      return {"time", 1083, 1183};
    case TypeKind::kTimestamp:
      return {"timestamp", 1114, 1115};
    case TypeKind::kTimestampLtz:
      return {"timestamptz", 1184, 1185};
    default:
      return {"text", 25, 1009};
  }
}

template <typename Int>
Int FromNetwork(std::string_view bytes) {
  Int value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  if constexpr (sizeof value == 2) return static_cast<Int>(__builtin_bswap16(value));
  if constexpr (sizeof value == 4) return static_cast<Int>(__builtin_bswap32(value));
  if constexpr (sizeof value == 8) return static_cast<Int>(__builtin_bswap64(value));
  return value;
}

template <typename Int>
void AppendNetwork(Int value, std::string* out) {
  for (int shift = 8 * (sizeof(Int) - 1); shift >= 0; shift -= 8) {
    *out += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  }
}

Error WrongSize(const Type& type, size_t bytes) {
  return Internal("PostgreSQL sent " + std::to_string(bytes) + " bytes for a " + type.ToString());
}

// Where the values of one column come from: cells of a result, or the elements of an array.
class Cells {
 public:
  Cells(const BinaryRows& rows, int column) : rows_(&rows), column_(column) {}
  explicit Cells(const std::vector<std::optional<std::string_view>>& elements)
      : elements_(&elements) {}
  int64_t size() const {
    return rows_ != nullptr ? rows_->rows() : static_cast<int64_t>(elements_->size());
  }
  bool IsNull(int64_t i) const {
    return rows_ != nullptr ? rows_->IsNull(static_cast<int>(i), column_)
                            : !(*elements_)[static_cast<size_t>(i)].has_value();
  }
  std::string_view operator[](int64_t i) const {
    return rows_ != nullptr ? rows_->Value(static_cast<int>(i), column_)
                            : *(*elements_)[static_cast<size_t>(i)];
  }

 private:
  const BinaryRows* rows_ = nullptr;
  int column_ = 0;
  const std::vector<std::optional<std::string_view>>* elements_ = nullptr;
};

using ArrayResult = Result<std::shared_ptr<arrow::Array>>;

/// Appends each cell with `append(builder, bytes)`; `size` = bytes of a cell, 0 = any.
template <typename Builder, typename Append>
ArrayResult Build(const Cells& cells, const Type& type, size_t size, Append append) {
  Builder builder(flow::ToArrow(type), arrow::default_memory_pool());
  SLUICE_TRY(builder.Reserve(cells.size()));
  for (int64_t i = 0; i < cells.size(); ++i) {
    if (cells.IsNull(i)) {
      SLUICE_TRY(builder.AppendNull());
      continue;
    }
    const std::string_view bytes = cells[i];
    if (size != 0 && bytes.size() != size) return WrongSize(type, bytes.size());
    SLUICE_TRY(append(&builder, bytes));
  }
  SLUICE_ASSIGN(auto array, builder.Finish());
  return array;
}

template <typename Int, typename Builder>
ArrayResult BuildIntegers(const Cells& cells, const Type& type) {
  return Build<Builder>(cells, type, sizeof(Int),
                        [](Builder* builder, std::string_view bytes) -> Status {
                          SLUICE_TRY(builder->Append(FromNetwork<Int>(bytes)));
                          return {};
                        });
}

ArrayResult BuildTinyInts(const Cells& cells, const Type& type) {
  return Build<arrow::Int8Builder>(
      cells, type, 2, [](arrow::Int8Builder* builder, std::string_view bytes) -> Status {
        const auto value = FromNetwork<int16_t>(bytes);
        if (value < -128 || value > 127) {
          return InvalidArgument("a TINYINT column of PostgreSQL holds " + std::to_string(value));
        }
        SLUICE_TRY(builder->Append(static_cast<int8_t>(value)));
        return {};
      });
}

ArrayResult BuildDates(const Cells& cells, const Type& type) {
  using Builder = arrow::Date32Builder;
  return Build<Builder>(cells, type, 4, [](Builder* builder, std::string_view bytes) -> Status {
    const auto days = FromNetwork<int32_t>(bytes);
    if (days == std::numeric_limits<int32_t>::max() ||
        days == std::numeric_limits<int32_t>::min()) {
      return InvalidArgument("a date of PostgreSQL is infinite: DATE has no such value");
    }
    SLUICE_TRY(builder->Append(static_cast<int32_t>(days + kDaysTo2000)));
    return {};
  });
}

/// Microseconds cut to the digits of the type.
int64_t CutDigits(int64_t micros, int precision) {
  int64_t unit = 1;
  for (int digits = precision; digits < 6; ++digits) unit *= 10;
  const int64_t rest = micros % unit;
  return micros - (rest < 0 ? rest + unit : rest);
}

ArrayResult BuildTimes(const Cells& cells, const Type& type) {
  using Builder = arrow::Time64Builder;
  return Build<Builder>(
      cells, type, 8, [&type](Builder* builder, std::string_view bytes) -> Status {
        SLUICE_TRY(builder->Append(CutDigits(FromNetwork<int64_t>(bytes), type.precision())));
        return {};
      });
}

ArrayResult BuildTimestamps(const Cells& cells, const Type& type) {
  using Builder = arrow::TimestampBuilder;
  const int64_t factor = type.precision() <= 6 ? 1 : 1000;
  return Build<Builder>(
      cells, type, 8, [&type, factor](Builder* builder, std::string_view bytes) -> Status {
        int64_t micros = FromNetwork<int64_t>(bytes), value = 0;
        if (__builtin_add_overflow(micros, kMicrosTo2000, &micros) ||
            __builtin_mul_overflow(CutDigits(micros, type.precision()), factor, &value)) {
          return InvalidArgument("a timestamp of PostgreSQL is infinite or too far for " +
                                 type.ToString());
        }
        SLUICE_TRY(builder->Append(value));
        return {};
      });
}

ArrayResult BuildDecimals(const Cells& cells, const Type& type) {
  using Builder = arrow::Decimal128Builder;
  return Build<Builder>(
      cells, type, 0, [&type](Builder* builder, std::string_view bytes) -> Status {
        arrow::Decimal128 value;
        int32_t precision = 0, scale = 0;
        bool fits = arrow::Decimal128::FromString(bytes, &value, &precision, &scale).ok();
        if (fits && scale > type.scale()) {
          value = value.ReduceScaleBy(scale - type.scale(), true);  // rounds half up
        } else if (fits && scale < type.scale()) {
          const auto scaled = value.Rescale(scale, type.scale());
          fits = scaled.ok();
          if (fits) value = *scaled;
        }
        if (fits && value.FitsInPrecision(type.precision())) {
          SLUICE_TRY(builder->Append(value));
        } else {
          SLUICE_TRY(builder->AppendNull());
        }
        return {};
      });
}

template <typename Builder>
ArrayResult BuildBytes(const Cells& cells, const Type& type) {
  return Build<Builder>(cells, type, 0, [](Builder* builder, std::string_view bytes) -> Status {
    SLUICE_TRY(builder->Append(bytes));
    return {};
  });
}

ArrayResult Decode(const Cells& cells, const Type& type);

/// int32 dimensions, flags, element type, then per dimension size and lower bound, then elements.
Result<int64_t> TakeElements(std::string_view bytes,
                             std::vector<std::optional<std::string_view>>* elements) {
  const auto take = [&bytes]() -> int32_t {
    if (bytes.size() < 4) return -2;
    const auto value = FromNetwork<int32_t>(bytes);
    bytes.remove_prefix(4);
    return value;
  };
  const int32_t dimensions = take();
  take();
  take();
  if (dimensions == 0) return int64_t{0};
  if (dimensions != 1) {
    return Unsupported("an array column of PostgreSQL has " + std::to_string(dimensions) +
                       " dimensions: ARRAY has one");
  }
  const int32_t size = take();
  take();
  for (int32_t i = 0; i < size; ++i) {
    const int32_t length = take();
    if (length == -1) {
      elements->emplace_back();
      continue;
    }
    if (length < 0 || static_cast<size_t>(length) > bytes.size()) {
      return Internal("PostgreSQL sent an array that is cut short");
    }
    elements->emplace_back(bytes.substr(0, static_cast<size_t>(length)));
    bytes.remove_prefix(static_cast<size_t>(length));
  }
  return int64_t{size};
}

ArrayResult BuildLists(const Cells& cells, const Type& type) {
  std::vector<std::optional<std::string_view>> elements;
  arrow::Int32Builder offsets;
  arrow::TypedBufferBuilder<bool> valid;
  SLUICE_TRY(offsets.Append(0));
  for (int64_t i = 0; i < cells.size(); ++i) {
    const bool null = cells.IsNull(i);
    if (!null) SLUICE_TRY(TakeElements(cells[i], &elements));
    SLUICE_TRY(valid.Append(!null));
    SLUICE_TRY(offsets.Append(static_cast<int32_t>(elements.size())));
  }
  SLUICE_ASSIGN(const auto values, Decode(Cells(elements), *type.element()));
  SLUICE_ASSIGN(const auto bits, valid.Finish());
  SLUICE_ASSIGN(const auto ends, offsets.Finish());
  return std::shared_ptr<arrow::Array>(std::make_shared<arrow::ListArray>(
      flow::ToArrow(type), cells.size(), ends->data()->buffers[1], values, bits));
}

ArrayResult Decode(const Cells& cells, const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return Build<arrow::BooleanBuilder>(
          cells, type, 1, [](arrow::BooleanBuilder* builder, std::string_view bytes) -> Status {
            SLUICE_TRY(builder->Append(bytes[0] != 0));
            return {};
          });
    case TypeKind::kTinyInt:
      return BuildTinyInts(cells, type);
    case TypeKind::kSmallInt:
      return BuildIntegers<int16_t, arrow::Int16Builder>(cells, type);
    case TypeKind::kInt:
      return BuildIntegers<int32_t, arrow::Int32Builder>(cells, type);
    case TypeKind::kBigInt:
      return BuildIntegers<int64_t, arrow::Int64Builder>(cells, type);
    case TypeKind::kFloat:
      return Build<arrow::FloatBuilder>(
          cells, type, 4, [](arrow::FloatBuilder* builder, std::string_view bytes) -> Status {
            SLUICE_TRY(builder->Append(std::bit_cast<float>(FromNetwork<int32_t>(bytes))));
            return {};
          });
    case TypeKind::kDouble:
      return Build<arrow::DoubleBuilder>(
          cells, type, 8, [](arrow::DoubleBuilder* builder, std::string_view bytes) -> Status {
            SLUICE_TRY(builder->Append(std::bit_cast<double>(FromNetwork<int64_t>(bytes))));
            return {};
          });
    case TypeKind::kDecimal:
      return BuildDecimals(cells, type);
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return BuildBytes<arrow::StringBuilder>(cells, type);
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return BuildBytes<arrow::BinaryBuilder>(cells, type);
    case TypeKind::kDate:
      return BuildDates(cells, type);
    case TypeKind::kTime:
      return BuildTimes(cells, type);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return BuildTimestamps(cells, type);
    case TypeKind::kArray:
      return BuildLists(cells, type);
    default:
      return Unsupported("PostgreSQL has no type for " + type.ToString());
  }
}

// ------------------------------------------------------------------ encoding

template <typename ArrayType, typename Int>
void AppendIntegers(const arrow::Array& values, std::string* out) {
  const auto& typed = static_cast<const ArrayType&>(values);
  for (int64_t i = 0; i < typed.length(); ++i) {
    AppendNetwork(static_cast<int32_t>(sizeof(Int)), out);
    AppendNetwork(static_cast<Int>(typed.Value(i)), out);
  }
}

template <typename ArrayType, typename Int>
void AppendFloats(const arrow::Array& values, std::string* out) {
  const auto& typed = static_cast<const ArrayType&>(values);
  for (int64_t i = 0; i < typed.length(); ++i) {
    AppendNetwork(static_cast<int32_t>(sizeof(Int)), out);
    AppendNetwork(std::bit_cast<Int>(typed.Value(i)), out);
  }
}

void AppendBytes(std::string_view bytes, std::string* out) {
  AppendNetwork(static_cast<int32_t>(bytes.size()), out);
  *out += bytes;
}

void AppendTimestamps(const arrow::Array& values, int64_t divisor, std::string* out) {
  const auto& typed = static_cast<const arrow::TimestampArray&>(values);
  for (int64_t i = 0; i < typed.length(); ++i) {
    AppendNetwork(int32_t{8}, out);
    const int64_t value = typed.Value(i);
    const int64_t micros = value / divisor - (value % divisor < 0 ? 1 : 0);
    AppendNetwork(micros - kMicrosTo2000, out);
  }
}

Status AppendElements(const arrow::Array& values, const Type& type, std::string* out) {
  switch (values.type_id()) {
    case arrow::Type::BOOL:
      AppendIntegers<arrow::BooleanArray, int8_t>(values, out);
      return {};
    case arrow::Type::INT8:
      AppendIntegers<arrow::Int8Array, int16_t>(values, out);
      return {};
    case arrow::Type::INT16:
      AppendIntegers<arrow::Int16Array, int16_t>(values, out);
      return {};
    case arrow::Type::INT32:
      AppendIntegers<arrow::Int32Array, int32_t>(values, out);
      return {};
    case arrow::Type::INT64:
      AppendIntegers<arrow::Int64Array, int64_t>(values, out);
      return {};
    case arrow::Type::TIME64:
      AppendIntegers<arrow::Time64Array, int64_t>(values, out);
      return {};
    case arrow::Type::FLOAT:
      AppendFloats<arrow::FloatArray, uint32_t>(values, out);
      return {};
    case arrow::Type::DOUBLE:
      AppendFloats<arrow::DoubleArray, uint64_t>(values, out);
      return {};
    case arrow::Type::TIMESTAMP:
      AppendTimestamps(values, type.precision() <= 6 ? 1 : 1000, out);
      return {};
    case arrow::Type::DATE32:
      for (int64_t i = 0; i < values.length(); ++i) {
        AppendNetwork(int32_t{4}, out);
        const int32_t days = static_cast<const arrow::Date32Array&>(values).Value(i);
        AppendNetwork(static_cast<int32_t>(days - kDaysTo2000), out);
      }
      return {};
    case arrow::Type::DECIMAL128:
      for (int64_t i = 0; i < values.length(); ++i) {
        AppendBytes(static_cast<const arrow::Decimal128Array&>(values).FormatValue(i), out);
      }
      return {};
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      for (int64_t i = 0; i < values.length(); ++i) {
        AppendBytes(static_cast<const arrow::BinaryArray&>(values).GetView(i), out);
      }
      return {};
    default:
      return Unsupported("a jdbc table cannot be asked by a " + type.ToString());
  }
}

}  // namespace

bool HasPostgresType(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kIntervalDaySecond:
      return false;
    case TypeKind::kArray:
      return HasPostgresType(*type.element());
    default:
      return true;
  }
}

std::string SelectAs(const std::string& expression, const std::string& postgres_type,
                     const Type& type) {
  const bool text = type.kind() == TypeKind::kChar || type.kind() == TypeKind::kVarchar;
  if (text && postgres_type.starts_with("character")) return expression;
  if (type.kind() == TypeKind::kArray) {
    const Type* element = &type;
    while (element->kind() == TypeKind::kArray) element = element->element().get();
    return expression + "::" + WireOf(*element).name + "[]";
  }
  return expression + "::" + WireOf(type).name;
}

Result<std::shared_ptr<arrow::Array>> DecodeColumn(const BinaryRows& rows, int column,
                                                   const Type& type) {
  return Decode(Cells(rows, column), type);
}

Result<BinaryParameter> EncodeArray(const arrow::Array& values, const Type& of, std::string* type) {
  const Wire wire = WireOf(of);
  BinaryParameter parameter;
  parameter.type = wire.array_oid;
  AppendNetwork(int32_t{1}, &parameter.bytes);  // dimensions
  AppendNetwork(int32_t{0}, &parameter.bytes);  // no NULLs
  AppendNetwork(wire.oid, &parameter.bytes);
  AppendNetwork(static_cast<int32_t>(values.length()), &parameter.bytes);
  AppendNetwork(int32_t{1}, &parameter.bytes);  // the first index
  SLUICE_TRY(AppendElements(values, of, &parameter.bytes));
  *type = of.kind() == TypeKind::kDecimal ? "numeric" : wire.name;
  return parameter;
}

}  // namespace sluice::sources::jdbc
