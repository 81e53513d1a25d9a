// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/data_reader.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "arrow/compute/api.h"
#include "flow/table_options.h"
#include "formats/parquet/reader.h"

namespace sluice::tables::iceberg {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using ArrayResult = Result<ArrayPtr>;

constexpr int64_t kRowsPerBatch = 8192;

/// The Parquet field id of a column of a file; -1 if it has none.
int IdOf(const arrow::Field& field) {
  if (field.metadata() == nullptr) return -1;
  const auto id = field.metadata()->Get("PARQUET:field_id");
  if (!id.ok()) return -1;
  const auto number = flow::ParseInteger(*id);
  return number.ok() ? static_cast<int>(*number) : -1;
}

ArrayResult NullsOf(const std::shared_ptr<arrow::DataType>& type, int64_t rows) {
  SLUICE_ASSIGN(auto nulls, arrow::MakeArrayOfNull(type, rows));
  return nulls;
}

ArrayResult Conform(ArrayPtr array, const Type& type,
                    const std::shared_ptr<arrow::DataType>& wanted);

ArrayResult ConformStruct(const arrow::StructArray& array, const Type& type,
                          const std::shared_ptr<arrow::DataType>& wanted) {
  std::vector<ArrayPtr> children;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const auto& child_type = wanted->field(static_cast<int>(i))->type();
    ArrayPtr found;
    for (int c = 0; c < array.num_fields(); ++c) {
      if (IdOf(*array.type()->field(c)) == type.fields[i].id) found = array.field(c);
    }
    if (found == nullptr) {
      SLUICE_ASSIGN(found, NullsOf(child_type, array.length()));
    } else {
      SLUICE_ASSIGN(found, Conform(found, type.fields[i].type, child_type));
    }
    children.push_back(std::move(found));
  }
  return ArrayPtr(std::make_shared<arrow::StructArray>(wanted, array.length(), std::move(children),
                                                       array.null_bitmap(), array.null_count()));
}

ArrayResult ConformMap(const arrow::MapArray& array, const Type& type,
                       const std::shared_ptr<arrow::DataType>& wanted) {
  const auto& map = static_cast<const arrow::MapType&>(*wanted);
  SLUICE_ASSIGN(auto keys, Conform(array.keys(), type.key().type, map.key_type()));
  SLUICE_ASSIGN(auto items, Conform(array.items(), type.value().type, map.item_type()));
  return ArrayPtr(std::make_shared<arrow::MapArray>(wanted, array.length(), array.value_offsets(),
                                                    std::move(keys), std::move(items),
                                                    array.null_bitmap(), array.null_count()));
}

/// A column of a file as the type that is wanted: fields of structs by id, values cast.
ArrayResult Conform(ArrayPtr array, const Type& type,
                    const std::shared_ptr<arrow::DataType>& wanted) {
  if (array->offset() != 0 && type.is_nested()) {
    SLUICE_ASSIGN(array, arrow::Concatenate({array}));  // buffers that begin with the first row
  }
  switch (array->type_id()) {
    case arrow::Type::STRUCT:
      return ConformStruct(static_cast<const arrow::StructArray&>(*array), type, wanted);
    case arrow::Type::MAP:
      return ConformMap(static_cast<const arrow::MapArray&>(*array), type, wanted);
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(*array);
      SLUICE_ASSIGN(auto values,
                    Conform(list.values(), type.element().type, wanted->field(0)->type()));
      return ArrayPtr(std::make_shared<arrow::ListArray>(wanted, list.length(),
                                                         list.value_offsets(), std::move(values),
                                                         list.null_bitmap(), list.null_count()));
    }
    default:
      break;
  }
  if (array->type()->Equals(*wanted)) return array;
  SLUICE_ASSIGN(auto cast, arrow::compute::Cast(*array, wanted));
  return cast;
}

/// The rows of `path` that the task's position deletes name, ascending.
Result<std::vector<int64_t>> DeletedRows(io::FileSystem& files, const ScanTask& task) {
  std::vector<int64_t> rows;
  for (const DataFile& file : task.deletes) {
    if (file.content == FileContent::kEqualityDeletes || file.file_format != "PARQUET") {
      return Unsupported(
          "equality deletes and deletion vectors cannot be read yet; compact the table first: " +
          file.file_path);
    }
    SLUICE_ASSIGN(const std::string path, io::PathOfUri(file.file_path));
    SLUICE_ASSIGN(const auto table,
                  formats::parquet::ReadColumns(files, path, {"file_path", "pos"}));
    SLUICE_ASSIGN(const auto whole, table->CombineChunksToBatch());
    SLUICE_ASSIGN(const auto paths,
                  arrow::compute::Cast(*whole->GetColumnByName("file_path"), arrow::utf8()));
    SLUICE_ASSIGN(const auto positions,
                  arrow::compute::Cast(*whole->GetColumnByName("pos"), arrow::int64()));
    const auto& names = static_cast<const arrow::StringArray&>(*paths);
    const auto& numbers = static_cast<const arrow::Int64Array&>(*positions);
    for (int64_t i = 0; i < whole->num_rows(); ++i) {
      if (names.GetView(i) == task.file.file_path) rows.push_back(numbers.Value(i));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

class ParquetDataReader : public DataReader {
 public:
  Status Make(io::FileSystem& files, const ScanTask& task, const DataShape& shape, int64_t first) {
    if (task.file.file_format != "PARQUET") {
      return Unsupported("only Parquet data files are read, not " + task.file.file_format + ": " +
                         task.file.file_path);
    }
    path_ = task.file.file_path;
    next_ = first;
    SLUICE_ASSIGN(deleted_, DeletedRows(files, task));
    SLUICE_ASSIGN(const std::string path, io::PathOfUri(task.file.file_path));
    SLUICE_ASSIGN(reader_, formats::parquet::RowReader::Open(files, path));
    rows_ = reader_->rows();
    if (rows_ != task.file.record_count) {
      return Corrupt("the table says " + std::to_string(task.file.record_count) +
                     " rows, there are " + std::to_string(rows_) + " in " + path_);
    }
    SLUICE_TRY(FindColumns(shape));
    if (file_columns_.empty()) return {};
    std::vector<int> sorted = file_columns_;
    std::sort(sorted.begin(), sorted.end());
    for (Column& column : columns_) {
      if (column.place < 0) continue;
      const auto at = std::lower_bound(sorted.begin(), sorted.end(), column.place);
      column.place = static_cast<int>(at - sorted.begin());
    }
    return reader_->Start(sorted, first);
  }

  Result<DataRows> Next() override {
    DataRows out;
    out.first = out.next = next_;
    if (next_ >= rows_) return out;
    std::shared_ptr<arrow::RecordBatch> read;
    int64_t count = std::min(kRowsPerBatch, rows_ - next_);
    if (!file_columns_.empty()) {
      SLUICE_ASSIGN(read, reader_->Next());
      if (read == nullptr) return Corrupt("rows are missing at the end of " + path_);
      count = read->num_rows();
    }
    std::vector<ArrayPtr> arrays;
    for (const Column& column : columns_) {
      ArrayPtr array;
      if (column.place < 0) {
        SLUICE_ASSIGN(array, NullsOf(column.wanted, count));
      } else {
        auto conformed = Conform(read->column(column.place), column.type, column.wanted);
        if (!conformed.ok()) {
          return std::move(conformed).error().With("column " + column.name + " of " + path_);
        }
        array = *std::move(conformed);
      }
      arrays.push_back(std::move(array));
    }
    out.rows = arrow::RecordBatch::Make(schema_, count, std::move(arrays));
    out.next = next_ += count;
    SLUICE_TRY(LeaveOut(&out));
    return out;
  }

 private:
  struct Column {
    std::string name;
    int place = -1;  // in what is read of the file; -1: the file lacks it
    Type type;
    std::shared_ptr<arrow::DataType> wanted;
  };

  Status FindColumns(const DataShape& shape) {
    const arrow::Schema& file = reader_->schema();
    std::vector<int> ids;
    for (const auto& field : file.fields()) ids.push_back(IdOf(*field));
    if (!ids.empty() && *std::max_element(ids.begin(), ids.end()) < 0) {
      return Unsupported("the data file has no field ids: " + path_);
    }
    arrow::FieldVector fields;
    for (const int index : shape.columns) {
      const Field& field = shape.schema.fields[static_cast<size_t>(index)];
      Column column{field.name, -1, field.type, nullptr};
      SLUICE_ASSIGN(const flow::TypePtr type, ToFlow(field.type, !field.required));
      column.wanted = flow::ToArrow(*type);
      const auto found = std::find(ids.begin(), ids.end(), field.id);
      if (found != ids.end()) {
        column.place = static_cast<int>(found - ids.begin());
        file_columns_.push_back(column.place);
      } else if (field.required || field.initial_default || shape.identity_ids.contains(field.id)) {
        return Unsupported("column " + field.name + " has no value in " + path_ +
                           ": defaults, and values that only the partition has, are not read");
      }
      fields.push_back(arrow::field(field.name, column.wanted, !field.required));
      columns_.push_back(std::move(column));
    }
    schema_ = arrow::schema(std::move(fields));
    return {};
  }

  /// Takes deleted rows out.
  Status LeaveOut(DataRows* out) {
    const auto begin = std::lower_bound(deleted_.begin(), deleted_.end(), out->first);
    const auto end = std::lower_bound(begin, deleted_.end(), out->next);
    if (begin == end) return {};
    arrow::Int64Builder kept;
    for (int64_t row = out->first; row < out->next; ++row) {
      if (std::binary_search(begin, end, row)) continue;
      out->numbers.push_back(row);
      SLUICE_TRY(kept.Append(row - out->first));
    }
    SLUICE_ASSIGN(const auto numbers, kept.Finish());
    SLUICE_ASSIGN(
        const arrow::Datum taken,
        arrow::compute::Take(out->rows, numbers, arrow::compute::TakeOptions::NoBoundsCheck()));
    out->rows = taken.record_batch();
    return {};
  }

  std::string path_;
  std::unique_ptr<formats::parquet::RowReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<Column> columns_;
  std::vector<int> file_columns_;
  std::vector<int64_t> deleted_;
  int64_t rows_ = 0, next_ = 0;
};

}  // namespace

Result<std::unique_ptr<DataReader>> DataReader::Open(io::FileSystem& files, const ScanTask& task,
                                                     const DataShape& shape, int64_t first) {
  auto reader = std::make_unique<ParquetDataReader>();
  SLUICE_TRY(reader->Make(files, task, shape, first));
  return std::unique_ptr<DataReader>(std::move(reader));
}

}  // namespace sluice::tables::iceberg
