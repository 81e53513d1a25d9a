// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/reader.h"

#include <algorithm>
#include <utility>

#include "arrow/buffer.h"
#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "parquet/arrow/reader.h"
#include "parquet/exception.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"

namespace sluice::formats::parquet {
namespace {

class Input : public arrow::io::RandomAccessFile {
 public:
  explicit Input(std::unique_ptr<io::RandomAccessFile> file) : file_(std::move(file)) {
    set_mode(arrow::io::FileMode::READ);
  }

  arrow::Result<int64_t> ReadAt(int64_t offset, int64_t size_bytes, void* out) override {
    auto read = file_->Read(offset, size_bytes, out);
    if (!read.ok()) return arrow::Status::IOError(read.error().text);
    return *read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t offset,
                                                       int64_t size_bytes) override {
    if (offset < 0 || size_bytes < 0 || offset + size_bytes > file_->size_bytes()) {
      return arrow::Status::IOError("read beyond the end of the file");
    }
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(size_bytes));
    ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(offset, size_bytes, buffer->mutable_data()));
    ARROW_RETURN_NOT_OK(buffer->Resize(read));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
  arrow::Result<int64_t> Read(int64_t size_bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(position_, size_bytes, out));
    position_ += read;
    return read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size_bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size_bytes));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Status Seek(int64_t position) override {
    position_ = position;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Result<int64_t> GetSize() override { return file_->size_bytes(); }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return closed_; }

 private:
  std::unique_ptr<io::RandomAccessFile> file_;
  int64_t position_ = 0;
  bool closed_ = false;
};

Result<std::unique_ptr<::parquet::ParquetFileReader>> OpenFile(io::FileSystem& files,
                                                               const std::string& path) {
  SLUICE_ASSIGN(auto file, files.Open(path));
  try {
    return ::parquet::ParquetFileReader::Open(std::make_shared<Input>(std::move(file)));
  } catch (const ::parquet::ParquetException& exception) {
    return Corrupt("not a readable Parquet file: " + path + ": " + exception.what());
  }
}

// Leaf indices of the named top-level columns.
Result<std::vector<int>> LeavesOfColumns(const ::parquet::FileMetaData& footer,
                                         const std::vector<std::string>& columns,
                                         const std::string& path) {
  std::vector<int> leaves;
  for (const std::string& name : columns) {
    const size_t before = leaves.size();
    for (int i = 0; i < footer.num_columns(); ++i) {
      if (footer.schema()->GetColumnRoot(i)->name() == name) leaves.push_back(i);
    }
    if (leaves.size() == before) return NotFound("no column '" + name + "' in " + path);
  }
  return leaves;
}

constexpr int64_t kRowsPerBatch = 8192;

class ArrowRowReader : public RowReader {
 public:
  ArrowRowReader(std::string path, std::unique_ptr<::parquet::arrow::FileReader> reader,
                 std::shared_ptr<arrow::Schema> schema)
      : path_(std::move(path)), reader_(std::move(reader)), schema_(std::move(schema)) {}

  const arrow::Schema& schema() const override { return *schema_; }
  int64_t rows() const override { return Footer().num_rows(); }

  Status Start(const std::vector<int>& columns, int64_t first) override {
    std::vector<int> leaves, groups;
    const auto& descriptor = *Footer().schema();
    for (int i = 0; i < descriptor.num_columns(); ++i) {
      const auto* root = descriptor.GetColumnRoot(i);
      for (const int column : columns) {
        if (descriptor.group_node()->FieldIndex(*root) == column) leaves.push_back(i);
      }
    }
    for (int i = 0; i < Footer().num_row_groups(); ++i) {
      const int64_t rows = Footer().RowGroup(i)->num_rows();
      if (groups.empty() && first >= rows) {
        first -= rows;
      } else {
        groups.push_back(i);
      }
    }
    skip_ = first;
    auto batches = reader_->GetRecordBatchReader(groups, leaves);
    if (!batches.ok()) return Corrupt(path_ + ": " + batches.status().ToString());
    batches_ = std::move(batches).ValueUnsafe();
    return {};
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      try {
        const auto status = batches_->ReadNext(&batch);
        if (!status.ok()) return Corrupt(path_ + ": " + status.ToString());
      } catch (const ::parquet::ParquetException& exception) {
        return Corrupt(path_ + ": " + exception.what());
      }
      if (batch == nullptr || skip_ == 0) return batch;
      const int64_t skipped = std::min(skip_, batch->num_rows());
      skip_ -= skipped;
      if (skipped < batch->num_rows()) return batch->Slice(skipped);
    }
  }

 private:
  const ::parquet::FileMetaData& Footer() const { return *reader_->parquet_reader()->metadata(); }

  const std::string path_;
  std::unique_ptr<::parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  int64_t skip_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> RowReader::Open(io::FileSystem& files, const std::string& path) {
  SLUICE_ASSIGN(auto file, OpenFile(files, path));
  ::parquet::ArrowReaderProperties properties;
  properties.set_batch_size(kRowsPerBatch);
  auto reader =
      ::parquet::arrow::FileReader::Make(arrow::default_memory_pool(), std::move(file), properties);
  if (!reader.ok()) return Corrupt(path + ": " + reader.status().ToString());
  std::shared_ptr<arrow::Schema> schema;
  const auto status = (*reader)->GetSchema(&schema);
  if (!status.ok()) return Corrupt(path + ": " + status.ToString());
  return std::unique_ptr<RowReader>(
      std::make_unique<ArrowRowReader>(path, std::move(reader).ValueUnsafe(), std::move(schema)));
}

Result<std::shared_ptr<arrow::Table>> ReadColumns(io::FileSystem& files, const std::string& path,
                                                  const std::vector<std::string>& columns) {
  SLUICE_ASSIGN(auto file, OpenFile(files, path));
  SLUICE_ASSIGN(const auto leaves, LeavesOfColumns(*file->metadata(), columns, path));
  auto reader = ::parquet::arrow::FileReader::Make(arrow::default_memory_pool(), std::move(file));
  if (!reader.ok()) return Corrupt(path + ": " + reader.status().ToString());
  auto table = columns.empty() ? (*reader)->ReadTable() : (*reader)->ReadTable(leaves);
  if (!table.ok()) return Corrupt(path + ": " + table.status().ToString());
  return std::move(table).ValueUnsafe();
}

Result<int64_t> ReadRowCount(io::FileSystem& files, const std::string& path) {
  SLUICE_ASSIGN(const auto file, OpenFile(files, path));
  return file->metadata()->num_rows();
}

}  // namespace sluice::formats::parquet
