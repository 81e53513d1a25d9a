// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/data_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "arrow/api.h"
#include "arrow/compute/api.h"
#include "formats/parquet/reader.h"
#include "tables/iceberg/equality_deletes.h"

namespace sluice::tables::iceberg {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using ArrayResult = Result<ArrayPtr>;

constexpr int64_t kRowsPerBatch = 8192;

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
      if (FieldIdOf(*array.type()->field(c)) == type.fields[i].id) found = array.field(c);
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
    if (file.content == FileContent::kEqualityDeletes) continue;
    if (file.file_format != "PARQUET") {
      return Unsupported("deletion vectors are not read; compact the table first: " +
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
    SLUICE_ASSIGN(equality_deletes_, EqualityDeletes::Read(files, task.deletes, reader_->schema()));
    SLUICE_TRY(FindKeys(shape));
    if (file_columns_.empty()) return {};
    std::vector<int> sorted = file_columns_;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const auto place_of = [&sorted](int place) {
      return static_cast<int>(std::lower_bound(sorted.begin(), sorted.end(), place) -
                              sorted.begin());
    };
    for (Column& column : columns_) {
      if (column.place >= 0) column.place = place_of(column.place);
    }
    for (auto& [id, place] : key_places_) place = place_of(place);
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
    std::vector<uint8_t> gone;
    SLUICE_TRY(MarkDeleted(read.get(), out.first, count, &gone));
    if (!gone.empty()) SLUICE_TRY(LeaveOut(gone, &out));
    return out;
  }

 private:
  struct Column {
    std::string name;
    int place = -1;  // in what is read of the file; -1: the file lacks it
    Type type;
    std::shared_ptr<arrow::DataType> wanted;
  };

  static Error NoValue(const std::string& column, const std::string& path) {
    return Unsupported("column " + column + " has no value in " + path +
                       ": defaults, and values that only the partition has, are not read");
  }

  /// The columns that equality deletes look at, wanted or not.
  Status FindKeys(const DataShape& shape) {
    const arrow::Schema& file = reader_->schema();
    for (const int id : equality_deletes_.ids()) {
      for (int i = 0; i < file.num_fields(); ++i) {
        if (FieldIdOf(*file.field(i)) == id) key_places_[id] = i;
      }
      if (const auto found = key_places_.find(id); found != key_places_.end()) {
        file_columns_.push_back(found->second);
        continue;
      }
      for (const Field& field : shape.schema.fields) {
        const bool known = field.initial_default || shape.identity_ids.contains(id);
        if (field.id == id && known) return NoValue(field.name, path_);
      }
    }
    return {};
  }

  Status FindColumns(const DataShape& shape) {
    const arrow::Schema& file = reader_->schema();
    std::vector<int> ids;
    for (const auto& field : file.fields()) ids.push_back(FieldIdOf(*field));
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
        return NoValue(field.name, path_);
      }
      fields.push_back(arrow::field(field.name, column.wanted, !field.required));
      columns_.push_back(std::move(column));
    }
    schema_ = arrow::schema(std::move(fields));
    return {};
  }

  /// Which rows of those that were read are deleted; empty: none. `read`: what the file has of
  /// them, null where nothing of it is needed.
  Status MarkDeleted(const arrow::RecordBatch* read, int64_t first, int64_t count,
                     std::vector<uint8_t>* gone) const {
    const auto begin = std::lower_bound(deleted_.begin(), deleted_.end(), first);
    const auto end = std::lower_bound(begin, deleted_.end(), first + count);
    if (begin == end && equality_deletes_.empty()) return {};
    gone->assign(static_cast<size_t>(count), 0);
    for (auto row = begin; row != end; ++row) (*gone)[static_cast<size_t>(*row - first)] = 1;
    std::map<int, ArrayPtr> keys;
    for (const auto& [id, place] : key_places_) keys[id] = read->column(place);
    SLUICE_TRY(equality_deletes_.Mark(keys, count, gone));
    if (std::find(gone->begin(), gone->end(), 1) == gone->end()) gone->clear();
    return {};
  }

  /// Takes deleted rows out.
  static Status LeaveOut(const std::vector<uint8_t>& gone, DataRows* out) {
    arrow::Int64Builder kept;
    for (size_t row = 0; row < gone.size(); ++row) {
      if (gone[row] != 0) continue;
      out->numbers.push_back(out->first + static_cast<int64_t>(row));
      SLUICE_TRY(kept.Append(static_cast<int64_t>(row)));
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
  EqualityDeletes equality_deletes_;
  std::map<int, int> key_places_;  // of the columns that these look at, by field id
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
