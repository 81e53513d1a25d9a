// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/columns.h"

#include <algorithm>
#include <map>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"

namespace sluice::sinks::iceberg {
namespace {

using DataPtr = std::shared_ptr<arrow::ArrayData>;
using TypePtr = std::shared_ptr<arrow::DataType>;

Result<DataPtr> Convert(const DataPtr& from, const TypePtr& to);

// Same shape, children converted one by one; offsets and validity are taken as they are.
Result<DataPtr> ConvertNested(const DataPtr& from, const TypePtr& to) {
  DataPtr result = from->Copy();
  result->type = to;
  for (size_t i = 0; i < result->child_data.size(); ++i) {
    SLUICE_ASSIGN(result->child_data[i],
                  Convert(from->child_data[i], to->field(static_cast<int>(i))->type()));
  }
  return result;
}

Result<DataPtr> Convert(const DataPtr& from, const TypePtr& to) {
  const arrow::Type::type id = from->type->id();
  if (id == to->id() && to->num_fields() > 0) {
    if (from->type->num_fields() != to->num_fields()) {
      return InvalidArgument("a column of type " + from->type->ToString() +
                             " does not fit the table's " + to->ToString());
    }
    return ConvertNested(from, to);
  }
  if (from->type->Equals(*to)) return from;
  if (id == arrow::Type::NA) {
    SLUICE_ASSIGN(const auto nulls, arrow::MakeArrayOfNull(to, from->length));
    return nulls->data();
  }
  const auto cast = arrow::compute::Cast(arrow::Datum(from), to);
  if (!cast.ok()) {
    return InvalidArgument("a column of type " + from->type->ToString() +
                           " does not fit the table's " + to->ToString() + ": " +
                           cast.status().message());
  }
  return cast->array();
}

// Looks below the top level: a value that is missing although its parent is there.
Status CheckNestedRequired(const arrow::Array& array, const std::string& path) {
  const arrow::DataType& type = *array.type();
  if (array.type_id() == arrow::Type::STRUCT) {
    const auto& rows = static_cast<const arrow::StructArray&>(array);
    for (int i = 0; i < type.num_fields(); ++i) {
      const std::string child_path = path + "." + type.field(i)->name();
      const auto child = rows.field(i);
      if (!type.field(i)->nullable() && child->null_count() > 0) {
        for (int64_t row = 0; row < rows.length(); ++row) {
          if (rows.IsNull(row) || child->IsValid(row)) continue;
          return InvalidArgument("column '" + child_path +
                                 "' is NOT NULL, and a row has no value for it");
        }
      }
      SLUICE_TRY(CheckNestedRequired(*child, child_path));
    }
  }
  if (array.type_id() == arrow::Type::LIST || array.type_id() == arrow::Type::MAP) {
    const auto& lists = static_cast<const arrow::ListArray&>(array);
    const int64_t begin = lists.value_offset(0);
    const auto values = lists.values()->Slice(begin, lists.value_offset(lists.length()) - begin);
    const bool entry_required = array.type_id() == arrow::Type::LIST && !type.field(0)->nullable();
    if (entry_required && values->null_count() > 0) {
      return InvalidArgument("elements of column '" + path +
                             "' are NOT NULL, and one has no value");
    }
    SLUICE_TRY(CheckNestedRequired(*values, path + "." + type.field(0)->name()));
  }
  return {};
}

bool HasRequired(const arrow::Field& field) {
  if (!field.nullable()) return true;
  return std::any_of(field.type()->fields().begin(), field.type()->fields().end(),
                     [](const auto& child) { return HasRequired(*child); });
}

}  // namespace

Result<ColumnMap> ColumnMap::Make(const tables::iceberg::Schema& schema,
                                  const std::vector<std::string>& columns,
                                  NotNullEnforcer not_null) {
  std::map<std::string, int> input_of;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (schema.FindColumn(columns[i]) == nullptr) {
      return InvalidArgument("the table has no column '" + columns[i] + "'");
    }
    if (!input_of.emplace(columns[i], static_cast<int>(i)).second) {
      return InvalidArgument("column '" + columns[i] + "' is written twice");
    }
  }
  ColumnMap map;
  map.not_null_ = not_null;
  map.inputs_expected_ = columns.size();
  SLUICE_ASSIGN(const auto all, tables::iceberg::ToArrow(schema));
  arrow::FieldVector fields;
  for (const auto& field : all->fields()) {
    const auto input = input_of.find(field->name());
    if (input == input_of.end() && !field->nullable()) {
      return InvalidArgument("column '" + field->name() +
                             "' of the table is NOT NULL, and nothing is written to it");
    }
    if (field->type()->id() == arrow::Type::NA) continue;
    map.inputs_.push_back(input == input_of.end() ? -1 : input->second);
    map.has_required_ = map.has_required_ || HasRequired(*field);
    fields.push_back(field);
  }
  map.file_schema_ = arrow::schema(std::move(fields));
  return map;
}

Result<std::shared_ptr<arrow::RecordBatch>> ColumnMap::Apply(const arrow::RecordBatch& batch,
                                                             int64_t* dropped) const {
  if (batch.num_columns() != static_cast<int>(inputs_expected_)) {
    return Internal("a batch of " + std::to_string(batch.num_columns()) +
                    " columns for a sink of " + std::to_string(inputs_expected_));
  }
  arrow::ArrayVector columns;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const auto& field = file_schema_->field(static_cast<int>(i));
    if (inputs_[i] < 0) {
      SLUICE_ASSIGN(columns.emplace_back(),
                    arrow::MakeArrayOfNull(field->type(), batch.num_rows()));
      continue;
    }
    auto converted = Convert(batch.column_data(inputs_[i]), field->type());
    if (!converted.ok()) return std::move(converted).error().With("column '" + field->name() + "'");
    columns.push_back(arrow::MakeArray(*converted));
  }
  auto rows = arrow::RecordBatch::Make(file_schema_, batch.num_rows(), std::move(columns));
  if (!has_required_) return rows;
  if (not_null_ == NotNullEnforcer::kDrop) {
    SLUICE_ASSIGN(rows, DropNulls(std::move(rows), dropped));
  }
  SLUICE_TRY(CheckRequired(*rows));
  return rows;
}

Status ColumnMap::CheckRequired(const arrow::RecordBatch& batch) const {
  for (int i = 0; i < batch.num_columns(); ++i) {
    const arrow::Field& field = *file_schema_->field(i);
    if (!field.nullable() && batch.column(i)->null_count() > 0) {
      return InvalidArgument("column '" + field.name() +
                             "' is NOT NULL, and a row has no value for it; set "
                             "'table.exec.sink.not-null-enforcer' = 'DROP' to leave such rows out");
    }
    SLUICE_TRY(CheckNestedRequired(*batch.column(i), field.name()));
  }
  return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> ColumnMap::DropNulls(
    std::shared_ptr<arrow::RecordBatch> batch, int64_t* dropped) const {
  std::vector<const arrow::Array*> required;
  for (int i = 0; i < batch->num_columns(); ++i) {
    if (!file_schema_->field(i)->nullable() && batch->column(i)->null_count() > 0) {
      required.push_back(batch->column(i).get());
    }
  }
  if (required.empty()) return batch;
  arrow::BooleanBuilder keep;
  SLUICE_TRY(keep.Reserve(batch->num_rows()));
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    keep.UnsafeAppend(
        std::all_of(required.begin(), required.end(),
                    [&](const arrow::Array* column) { return column->IsValid(row); }));
  }
  SLUICE_ASSIGN(const auto mask, keep.Finish());
  SLUICE_ASSIGN(const arrow::Datum kept, arrow::compute::Filter(batch, mask));
  *dropped += batch->num_rows() - kept.record_batch()->num_rows();
  return kept.record_batch();
}

}  // namespace sluice::sinks::iceberg
