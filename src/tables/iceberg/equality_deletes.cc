// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/equality_deletes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "arrow/api.h"
#include "arrow/compute/api.h"
#include "arrow/compute/exec.h"
#include "arrow/compute/row/grouper.h"
#include "flow/table_options.h"
#include "formats/parquet/reader.h"

namespace sluice::tables::iceberg {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

int PlaceOf(const arrow::Schema& schema, int id) {
  for (int i = 0; i < schema.num_fields(); ++i) {
    if (FieldIdOf(*schema.field(i)) == id) return i;
  }
  return -1;
}

/// A column may have been widened between the two files: that which holds the values of both.
TypePtr Wider(const TypePtr& one, const TypePtr& other) {
  const auto rank = [](const arrow::DataType& type) -> int64_t {
    switch (type.id()) {
      case arrow::Type::INT64:
      case arrow::Type::DOUBLE:
        return 1;
      case arrow::Type::DECIMAL128:
        return static_cast<const arrow::Decimal128Type&>(type).precision();
      default:
        return 0;
    }
  };
  return rank(*one) >= rank(*other) ? one : other;
}

Result<std::shared_ptr<arrow::Array>> As(const std::shared_ptr<arrow::Array>& array,
                                         const TypePtr& type) {
  if (array->type()->Equals(*type)) return array;
  SLUICE_ASSIGN(auto cast, arrow::compute::Cast(*array, type));
  return cast;
}

arrow::compute::ExecBatch BatchOf(const std::vector<std::shared_ptr<arrow::Array>>& arrays,
                                  int64_t rows) {
  std::vector<arrow::Datum> values(arrays.begin(), arrays.end());
  return {std::move(values), rows};
}

}  // namespace

int FieldIdOf(const arrow::Field& field) {
  if (field.metadata() == nullptr) return -1;
  const auto id = field.metadata()->Get("PARQUET:field_id");
  if (!id.ok()) return -1;
  const auto number = flow::ParseInteger(*id);
  return number.ok() ? static_cast<int>(*number) : -1;
}

EqualityDeletes::EqualityDeletes() = default;
EqualityDeletes::EqualityDeletes(EqualityDeletes&&) noexcept = default;
EqualityDeletes& EqualityDeletes::operator=(EqualityDeletes&&) noexcept = default;
EqualityDeletes::~EqualityDeletes() = default;

Result<EqualityDeletes> EqualityDeletes::Read(io::FileSystem& files,
                                              const std::vector<DataFile>& deletes,
                                              const arrow::Schema& data) {
  EqualityDeletes read;
  for (const DataFile& file : deletes) {
    if (file.content != FileContent::kEqualityDeletes) continue;
    Status added = read.Add(files, file, data);
    if (!added.ok()) return std::move(added).error().With("equality deletes " + file.file_path);
  }
  return read;
}

Status EqualityDeletes::Add(io::FileSystem& files, const DataFile& file,
                            const arrow::Schema& data) {
  if (file.file_format != "PARQUET") {
    return Unsupported("only Parquet files are read, not " + file.file_format);
  }
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(file.file_path));
  SLUICE_ASSIGN(auto reader, formats::parquet::RowReader::Open(files, path));
  std::vector<int> ids = file.equality_ids;
  std::sort(ids.begin(), ids.end());
  if (ids.empty()) return Corrupt("the manifest names no columns");
  std::vector<int> places;
  std::vector<TypePtr> types;
  for (const int id : ids) {
    places.push_back(PlaceOf(reader->schema(), id));
    if (places.back() < 0) return Corrupt("there is no column with id " + std::to_string(id));
    types.push_back(reader->schema().field(places.back())->type());
    const int in_data = PlaceOf(data, id);
    if (in_data >= 0) types.back() = Wider(types.back(), data.field(in_data)->type());
    if (std::find(ids_.begin(), ids_.end(), id) == ids_.end()) ids_.push_back(id);
  }
  std::vector<int> sorted = places;
  std::sort(sorted.begin(), sorted.end());
  SLUICE_TRY(reader->Start(sorted, 0));
  SLUICE_ASSIGN(Set * set, SetOf(ids, types));
  for (;;) {
    SLUICE_ASSIGN(const auto rows, reader->Next());
    if (rows == nullptr) return {};
    std::vector<std::shared_ptr<arrow::Array>> keys;
    for (size_t i = 0; i < places.size(); ++i) {
      const auto at = std::lower_bound(sorted.begin(), sorted.end(), places[i]) - sorted.begin();
      SLUICE_ASSIGN(keys.emplace_back(), As(rows->column(static_cast<int>(at)), types[i]));
    }
    const auto batch = BatchOf(keys, rows->num_rows());
    SLUICE_TRY(set->keys->Populate(arrow::compute::ExecSpan(batch)));
  }
}

Result<EqualityDeletes::Set*> EqualityDeletes::SetOf(const std::vector<int>& ids,
                                                     const std::vector<TypePtr>& types) {
  for (Set& set : sets_) {
    const bool same = set.ids == ids &&
                      std::equal(types.begin(), types.end(), set.types.begin(),
                                 [](const TypePtr& a, const TypePtr& b) { return a->Equals(*b); });
    if (same) return &set;
  }
  Set set{ids, types, nullptr};
  const std::vector<arrow::TypeHolder> holders(types.begin(), types.end());
  SLUICE_ASSIGN(set.keys, arrow::compute::Grouper::Make(holders));
  sets_.push_back(std::move(set));
  return &sets_.back();
}

Status EqualityDeletes::Mark(const std::map<int, std::shared_ptr<arrow::Array>>& columns,
                             int64_t rows, std::vector<uint8_t>* gone) const {
  for (const Set& set : sets_) {
    std::vector<std::shared_ptr<arrow::Array>> keys;
    for (size_t i = 0; i < set.ids.size(); ++i) {
      const auto column = columns.find(set.ids[i]);
      if (column == columns.end()) {
        SLUICE_ASSIGN(keys.emplace_back(), arrow::MakeArrayOfNull(set.types[i], rows));
      } else {
        SLUICE_ASSIGN(keys.emplace_back(), As(column->second, set.types[i]));
      }
    }
    const auto batch = BatchOf(keys, rows);
    SLUICE_ASSIGN(const arrow::Datum found, set.keys->Lookup(arrow::compute::ExecSpan(batch)));
    const auto named = found.make_array();
    for (int64_t row = 0; row < rows; ++row) {
      if (named->IsValid(row)) (*gone)[static_cast<size_t>(row)] = 1;
    }
  }
  return {};
}

}  // namespace sluice::tables::iceberg
