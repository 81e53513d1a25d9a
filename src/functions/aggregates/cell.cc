// SPDX-License-Identifier: Apache-2.0
#include "functions/aggregates/cell.h"

#include <cstring>

#include "arrow/api.h"
#include "functions/aggregates/state_bytes.h"

namespace sluice::functions {
namespace {

/// A value inside a nested one: its NULL byte, a length where the bytes do not say it, the value.
void EncodePart(const arrow::Array& column, int64_t row, std::string* out) {
  if (column.IsNull(row)) {
    out->push_back(0);
    return;
  }
  out->push_back(1);
  if (arrow::is_base_binary_like(column.type_id())) {
    AppendSized(static_cast<const arrow::BinaryArray&>(column).GetView(row), out);
    return;
  }
  EncodeCell(column, row, out);
}

void EncodeList(const arrow::Array& values, int64_t begin, int64_t end, std::string* out) {
  AppendRaw(static_cast<uint32_t>(end - begin), out);
  for (int64_t i = begin; i < end; ++i) EncodePart(values, i, out);
}

Status Decode(std::string_view* bytes, bool whole, arrow::ArrayBuilder* builder);

Status DecodePart(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  uint8_t valid = 0;
  SLUICE_TRY(TakeRaw(bytes, &valid));
  if (valid != 0) return Decode(bytes, false, builder);
  SLUICE_TRY(builder->AppendNull());
  return Status::Ok();
}

template <typename Builder, typename V>
Status DecodeFixed(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  V value;
  SLUICE_TRY(TakeRaw(bytes, &value));
  SLUICE_TRY(static_cast<Builder*>(builder)->Append(value));
  return Status::Ok();
}

Status DecodeDecimal(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  std::array<uint8_t, 16> value;
  SLUICE_TRY(TakeRaw(bytes, &value));
  SLUICE_TRY(
      static_cast<arrow::Decimal128Builder*>(builder)->Append(arrow::Decimal128(value.data())));
  return Status::Ok();
}

Status DecodeText(std::string_view* bytes, bool whole, arrow::ArrayBuilder* builder) {
  std::string_view text = *bytes;
  if (whole) {
    *bytes = {};
  } else {
    SLUICE_TRY(TakeSized(bytes, &text));
  }
  SLUICE_TRY(static_cast<arrow::BinaryBuilder*>(builder)->Append(text));
  return Status::Ok();
}

Status DecodeStruct(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  auto* parent = static_cast<arrow::StructBuilder*>(builder);
  SLUICE_TRY(parent->Append());
  for (int i = 0; i < parent->num_children(); ++i) {
    SLUICE_TRY(DecodePart(bytes, parent->field_builder(i)));
  }
  return Status::Ok();
}

Status DecodeList(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  uint32_t count = 0;
  SLUICE_TRY(TakeRaw(bytes, &count));
  auto* list = static_cast<arrow::ListBuilder*>(builder);
  SLUICE_TRY(list->Append());
  for (uint32_t i = 0; i < count; ++i) SLUICE_TRY(DecodePart(bytes, list->value_builder()));
  return Status::Ok();
}

Status DecodeMap(std::string_view* bytes, arrow::ArrayBuilder* builder) {
  auto* map = static_cast<arrow::MapBuilder*>(builder);
  SLUICE_TRY(map->Append());
  for (arrow::ArrayBuilder* part : {map->key_builder(), map->item_builder()}) {
    uint32_t count = 0;
    SLUICE_TRY(TakeRaw(bytes, &count));
    for (uint32_t i = 0; i < count; ++i) SLUICE_TRY(DecodePart(bytes, part));
  }
  return Status::Ok();
}

Status Decode(std::string_view* bytes, bool whole, arrow::ArrayBuilder* builder) {
  using arrow::Type;
  switch (builder->type()->id()) {
    case Type::NA:
      SLUICE_TRY(builder->AppendNull());
      return Status::Ok();
    case Type::BOOL: {
      uint8_t value = 0;
      SLUICE_TRY(TakeRaw(bytes, &value));
      SLUICE_TRY(static_cast<arrow::BooleanBuilder*>(builder)->Append(value != 0));
      return Status::Ok();
    }
    case Type::INT8:
      return DecodeFixed<arrow::Int8Builder, int8_t>(bytes, builder);
    case Type::INT16:
      return DecodeFixed<arrow::Int16Builder, int16_t>(bytes, builder);
    case Type::INT32:
      return DecodeFixed<arrow::Int32Builder, int32_t>(bytes, builder);
    case Type::INT64:
      return DecodeFixed<arrow::Int64Builder, int64_t>(bytes, builder);
    case Type::FLOAT:
      return DecodeFixed<arrow::FloatBuilder, float>(bytes, builder);
    case Type::DOUBLE:
      return DecodeFixed<arrow::DoubleBuilder, double>(bytes, builder);
    case Type::DATE32:
      return DecodeFixed<arrow::Date32Builder, int32_t>(bytes, builder);
    case Type::TIME64:
      return DecodeFixed<arrow::Time64Builder, int64_t>(bytes, builder);
    case Type::TIMESTAMP:
      return DecodeFixed<arrow::TimestampBuilder, int64_t>(bytes, builder);
    case Type::DECIMAL128:
      return DecodeDecimal(bytes, builder);
    case Type::STRING:
    case Type::BINARY:
      return DecodeText(bytes, whole, builder);
    case Type::STRUCT:
      return DecodeStruct(bytes, builder);
    case Type::LIST:
      return DecodeList(bytes, builder);
    case Type::MAP:
      return DecodeMap(bytes, builder);
    default:
      return Internal("no bytes for values of type " + builder->type()->ToString());
  }
}

}  // namespace

void EncodeCell(const arrow::Array& column, int64_t row, std::string* out) {
  using arrow::Type;
  switch (column.type_id()) {
    case Type::NA:
      return;
    case Type::BOOL:
      out->push_back(static_cast<const arrow::BooleanArray&>(column).Value(row) ? 1 : 0);
      return;
    case Type::STRING:
    case Type::BINARY:
      out->append(static_cast<const arrow::BinaryArray&>(column).GetView(row));
      return;
    case Type::STRUCT: {
      const auto& parent = static_cast<const arrow::StructArray&>(column);
      for (int i = 0; i < parent.num_fields(); ++i) EncodePart(*parent.field(i), row, out);
      return;
    }
    case Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(column);
      EncodeList(*list.values(), list.value_offset(row), list.value_offset(row + 1), out);
      return;
    }
    case Type::MAP: {
      const auto& map = static_cast<const arrow::MapArray&>(column);
      EncodeList(*map.keys(), map.value_offset(row), map.value_offset(row + 1), out);
      EncodeList(*map.items(), map.value_offset(row), map.value_offset(row + 1), out);
      return;
    }
    default: {
      const int width = static_cast<const arrow::FixedWidthType&>(*column.type()).bit_width() / 8;
      const auto* values = column.data()->GetValues<char>(1, 0);
      out->append(values + (column.offset() + row) * width, static_cast<size_t>(width));
    }
  }
}

Status DecodeCell(std::string_view bytes, arrow::ArrayBuilder* builder) {
  SLUICE_TRY(Decode(&bytes, true, builder));
  return bytes.empty() ? Status::Ok() : Status(BrokenState());
}

Result<std::unique_ptr<arrow::ArrayBuilder>> MakeCellBuilder(const flow::Type& type) {
  SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(flow::ToArrow(type)));
  return builder;
}

}  // namespace sluice::functions
