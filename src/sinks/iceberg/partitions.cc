// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/partitions.h"

#include <cmath>
#include <limits>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "tables/iceberg/transform.h"
#include "tables/iceberg/value.h"

namespace sluice::sinks::iceberg {
namespace {

namespace ice = tables::iceberg;

// Appends one value so that equal values, and only those, give equal bytes.
template <typename ArrayType>
void AppendFixed(const arrow::Array& array, int64_t row, std::string* key) {
  const auto value = static_cast<const ArrayType&>(array).Value(row);
  key->append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename ArrayType, typename Float>
void AppendFloat(const arrow::Array& array, int64_t row, std::string* key) {
  Float value = static_cast<const ArrayType&>(array).Value(row);
  if (std::isnan(value)) value = std::numeric_limits<Float>::quiet_NaN();  // one NaN (spec)
  key->append(reinterpret_cast<const char*>(&value), sizeof value);
}

void AppendBytes(std::string_view bytes, std::string* key) {
  const auto size = static_cast<uint32_t>(bytes.size());
  key->append(reinterpret_cast<const char*>(&size), sizeof size);
  key->append(bytes);
}

Status AppendKey(const arrow::Array& array, int64_t row, std::string* key) {
  key->push_back(array.IsNull(row) ? '\0' : '\1');
  if (array.IsNull(row)) return {};
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      key->push_back(static_cast<const arrow::BooleanArray&>(array).Value(row) ? '\1' : '\0');
      return {};
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      AppendFixed<arrow::Int32Array>(array, row, key);
      return {};
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      AppendFixed<arrow::Int64Array>(array, row, key);
      return {};
    case arrow::Type::FLOAT:
      AppendFloat<arrow::FloatArray, float>(array, row, key);
      return {};
    case arrow::Type::DOUBLE:
      AppendFloat<arrow::DoubleArray, double>(array, row, key);
      return {};
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      AppendBytes(static_cast<const arrow::BinaryArray&>(array).GetView(row), key);
      return {};
    case arrow::Type::FIXED_SIZE_BINARY:
    case arrow::Type::DECIMAL128:
      AppendBytes(static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(row), key);
      return {};
    case arrow::Type::NA:
      return {};
    default:
      return Unsupported("cannot partition by a column of type " + array.type()->ToString());
  }
}

// Names from the top-level column down to the field with this id; false if it is not among them.
bool FindPath(const std::vector<ice::Field>& fields, int id, std::vector<std::string>* path) {
  for (const ice::Field& field : fields) {
    path->push_back(field.name);
    if (field.id == id || FindPath(field.type.fields, id, path)) return true;
    path->pop_back();
  }
  return false;
}

// Groups of rows, in the order their first rows came.
struct Grouping {
  std::vector<std::string> keys;
  std::vector<int64_t> first_rows;
  std::vector<int32_t> group_of_row;
};

Result<Grouping> Group(const std::vector<std::shared_ptr<arrow::Array>>& columns, int64_t rows) {
  Grouping grouping;
  grouping.group_of_row.reserve(static_cast<size_t>(rows));
  std::unordered_map<std::string, int32_t> groups;
  std::string key, last;
  int32_t group = -1;
  for (int64_t row = 0; row < rows; ++row) {
    key.clear();
    for (const auto& column : columns) SLUICE_TRY(AppendKey(*column, row, &key));
    if (group < 0 || key != last) {
      const auto [found, is_new] = groups.emplace(key, static_cast<int32_t>(groups.size()));
      group = found->second;
      if (is_new) {
        grouping.keys.push_back(key);
        grouping.first_rows.push_back(row);
      }
      last = key;
    }
    grouping.group_of_row.push_back(group);
  }
  return grouping;
}

Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(
    const std::shared_ptr<arrow::RecordBatch>& batch, const std::vector<int64_t>& rows) {
  arrow::Int64Builder indices;
  SLUICE_TRY(indices.AppendValues(rows));
  SLUICE_ASSIGN(const auto array, indices.Finish());
  SLUICE_ASSIGN(const arrow::Datum taken,
                arrow::compute::Take(batch, array, arrow::compute::TakeOptions::NoBoundsCheck()));
  return taken.record_batch();
}

}  // namespace

Result<PartitionSplitter> PartitionSplitter::Make(const ice::PartitionSpec& spec,
                                                  const ice::Schema& schema) {
  PartitionSplitter splitter;
  for (const ice::PartitionField& field : spec.fields) {
    const ice::Field* source = schema.FindField(field.source_id);
    if (field.transform.kind == ice::TransformKind::kVoid) {
      splitter.columns_.push_back({{}, {}, {}, field.transform});
      continue;
    }
    if (source == nullptr) {
      return Corrupt("partition field '" + field.name + "' names column id " +
                     std::to_string(field.source_id) + ", which the schema has not");
    }
    auto result = ice::ResultType(field.transform, source->type);
    if (!result.ok()) return std::move(result).error().With("partition field '" + field.name + "'");
    Column column{{}, source->type, *result, field.transform};
    FindPath(schema.fields, field.source_id, &column.path);
    splitter.columns_.push_back(std::move(column));
  }
  return splitter;
}

Result<std::vector<std::shared_ptr<arrow::Array>>> PartitionSplitter::Transform(
    const arrow::RecordBatch& batch) const {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const Column& column : columns_) {
    if (column.transform.kind == ice::TransformKind::kVoid) {
      arrays.push_back(std::make_shared<arrow::NullArray>(batch.num_rows()));
      continue;
    }
    std::shared_ptr<arrow::Array> source = batch.GetColumnByName(column.path[0]);
    for (size_t i = 1; i < column.path.size() && source != nullptr; ++i) {
      if (source->type_id() != arrow::Type::STRUCT) {
        return Unsupported("cannot partition by a value inside a list or map");
      }
      const int at =
          static_cast<const arrow::StructType&>(*source->type()).GetFieldIndex(column.path[i]);
      if (at < 0) return Internal("partition column '" + column.path[i] + "' is not in the batch");
      SLUICE_ASSIGN(source, static_cast<const arrow::StructArray&>(*source).GetFlattenedField(at));
    }
    if (source == nullptr) {
      return Internal("partition column '" + column.path[0] + "' is not in the batch");
    }
    SLUICE_ASSIGN(arrays.emplace_back(),
                  ice::ApplyTransform(column.transform, column.source_type, *source));
  }
  return arrays;
}

Result<std::vector<PartitionRows>> PartitionSplitter::Split(
    const std::shared_ptr<arrow::RecordBatch>& batch) const {
  std::vector<PartitionRows> parts;
  if (columns_.empty()) {
    parts.push_back({"", {}, batch});
    return parts;
  }
  SLUICE_ASSIGN(const auto arrays, Transform(*batch));
  SLUICE_ASSIGN(Grouping grouping, Group(arrays, batch->num_rows()));
  std::vector<std::vector<int64_t>> rows(grouping.keys.size());
  if (grouping.keys.size() > 1) {
    for (size_t row = 0; row < grouping.group_of_row.size(); ++row) {
      rows[static_cast<size_t>(grouping.group_of_row[row])].push_back(static_cast<int64_t>(row));
    }
  }
  for (size_t group = 0; group < grouping.keys.size(); ++group) {
    PartitionRows part;
    part.key = std::move(grouping.keys[group]);
    for (size_t i = 0; i < columns_.size(); ++i) {
      part.tuple.emplace_back();
      if (columns_[i].transform.kind == ice::TransformKind::kVoid) continue;
      SLUICE_ASSIGN(part.tuple.back(),
                    ice::ValueAt(columns_[i].result_type, *arrays[i], grouping.first_rows[group]));
    }
    part.rows = batch;
    if (grouping.keys.size() > 1) {
      SLUICE_ASSIGN(part.rows, TakeRows(batch, rows[group]));
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace sluice::sinks::iceberg
