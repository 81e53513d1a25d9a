// SPDX-License-Identifier: Apache-2.0
// Builds a small Arrow batch cell by cell; cell_internal.h says what a cell is.
#include "arrow/array/array_base.h"
#include "arrow/array/builder_base.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_decimal.h"
#include "arrow/array/builder_nested.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/builder_time.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/decimal.h"
#include "tables/iceberg/cell_internal.h"

namespace sluice::tables::iceberg {
namespace {

Error Misfit(const arrow::ArrayBuilder& builder) {
  return Internal("a cell does not fit its column of type " + builder.type()->ToString());
}

template <typename Builder, typename T>
Status AppendAs(const Cell& cell, arrow::ArrayBuilder* builder) {
  const auto* integer = std::get_if<int64_t>(&cell.scalar);
  if (integer == nullptr) return Misfit(*builder);
  SLUICE_TRY(static_cast<Builder*>(builder)->Append(static_cast<T>(*integer)));
  return Status::Ok();
}

template <typename Builder, typename T>
Status AppendScalar(const Cell& cell, arrow::ArrayBuilder* builder) {
  const auto* value = std::get_if<T>(&cell.scalar);
  if (value == nullptr) return Misfit(*builder);
  SLUICE_TRY(static_cast<Builder*>(builder)->Append(*value));
  return Status::Ok();
}

Status AppendDecimal(const Cell& cell, arrow::ArrayBuilder* builder) {
  const auto* value = std::get_if<Int128>(&cell.scalar);
  if (value == nullptr) return Misfit(*builder);
  SLUICE_TRY(static_cast<arrow::Decimal128Builder*>(builder)->Append(
      arrow::Decimal128(static_cast<int64_t>(*value >> 64), static_cast<uint64_t>(*value))));
  return Status::Ok();
}

Status Append(const Cell& cell, arrow::ArrayBuilder* builder);

Status AppendNested(const Cell& cell, arrow::ArrayBuilder* builder) {
  switch (builder->type()->id()) {
    case arrow::Type::STRUCT: {
      auto* rows = static_cast<arrow::StructBuilder*>(builder);
      if (static_cast<int>(cell.items.size()) != rows->num_fields()) return Misfit(*builder);
      SLUICE_TRY(rows->Append());
      for (int i = 0; i < rows->num_fields(); ++i) {
        SLUICE_TRY(Append(cell.items[static_cast<size_t>(i)], rows->field_builder(i)));
      }
      return Status::Ok();
    }
    case arrow::Type::LIST: {
      auto* list = static_cast<arrow::ListBuilder*>(builder);
      SLUICE_TRY(list->Append());
      for (const Cell& item : cell.items) SLUICE_TRY(Append(item, list->value_builder()));
      return Status::Ok();
    }
    case arrow::Type::MAP: {
      auto* map = static_cast<arrow::MapBuilder*>(builder);
      SLUICE_TRY(map->Append());
      for (size_t i = 0; i + 1 < cell.items.size(); i += 2) {
        SLUICE_TRY(Append(cell.items[i], map->key_builder()));
        SLUICE_TRY(Append(cell.items[i + 1], map->item_builder()));
      }
      return Status::Ok();
    }
    default:
      return Misfit(*builder);
  }
}

Status Append(const Cell& cell, arrow::ArrayBuilder* builder) {
  if (cell.is_null) {
    SLUICE_TRY(builder->AppendNull());
    return Status::Ok();
  }
  switch (builder->type()->id()) {
    case arrow::Type::BOOL:
      return AppendScalar<arrow::BooleanBuilder, bool>(cell, builder);
    case arrow::Type::INT32:
      return AppendAs<arrow::Int32Builder, int32_t>(cell, builder);
    case arrow::Type::INT64:
      return AppendAs<arrow::Int64Builder, int64_t>(cell, builder);
    case arrow::Type::DATE32:
      return AppendAs<arrow::Date32Builder, int32_t>(cell, builder);
    case arrow::Type::TIME64:
      return AppendAs<arrow::Time64Builder, int64_t>(cell, builder);
    case arrow::Type::TIMESTAMP:
      return AppendAs<arrow::TimestampBuilder, int64_t>(cell, builder);
    case arrow::Type::FLOAT:
      return AppendScalar<arrow::FloatBuilder, float>(cell, builder);
    case arrow::Type::DOUBLE:
      return AppendScalar<arrow::DoubleBuilder, double>(cell, builder);
    case arrow::Type::DECIMAL128:
      return AppendDecimal(cell, builder);
    case arrow::Type::STRING:
      return AppendScalar<arrow::StringBuilder, std::string>(cell, builder);
    case arrow::Type::BINARY:
      return AppendScalar<arrow::BinaryBuilder, std::string>(cell, builder);
    case arrow::Type::FIXED_SIZE_BINARY:
      return AppendScalar<arrow::FixedSizeBinaryBuilder, std::string>(cell, builder);
    case arrow::Type::NA:
      SLUICE_TRY(builder->AppendNull());
      return Status::Ok();
    default:
      return AppendNested(cell, builder);
  }
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> BatchOf(const std::shared_ptr<arrow::Schema>& schema,
                                                    const std::vector<CellRow>& rows) {
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : schema->fields()) {
    SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(field->type()));
    builders.push_back(std::move(builder));
  }
  for (const CellRow& row : rows) {
    if (row.size() != builders.size()) return Internal("a row has the wrong number of cells");
    for (size_t i = 0; i < row.size(); ++i) SLUICE_TRY(Append(row[i], builders[i].get()));
  }
  arrow::ArrayVector columns;
  for (auto& builder : builders) {
    SLUICE_ASSIGN(auto column, builder->Finish());
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, static_cast<int64_t>(rows.size()), std::move(columns));
}

}  // namespace sluice::tables::iceberg
