// SPDX-License-Identifier: Apache-2.0
// Arrow batches to one Parquet file. Batches are collected until a row group is full and then
// written column by column, which keeps one column's pages and dictionary in cache. The file has no
// name until Finish; an unfinished writer leaves nothing behind.
//
// Field ids come from the fields' metadata "PARQUET:field_id". Decimals of up to 18 digits are
// stored as integers, statistics are on, pages are of version 1, as Iceberg asks for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/parquet/dictionary.h"
#include "formats/parquet/encoding.h"
#include "formats/parquet/metrics.h"
#include "io/file_system.h"

namespace parquet::arrow {
class FileWriter;
}

namespace sluice::formats::parquet {

struct WriterOptions {
  std::string codec = "zstd";  // zstd, gzip, snappy, lz4, brotli, none (also "uncompressed")
  int codec_level = 0;         // 0: the codec's default; for zstd that is 1 here
  int64_t row_group_rows = limits::kRowGroupRows;
  int64_t row_group_bytes = 128LL << 20;  // of Arrow memory, whichever comes first
  int64_t page_bytes = 1 << 20;
  int64_t page_rows = limits::kRowGroupRows;
  int64_t dictionary_bytes = 2 << 20;
  IntegerEncoding integers = IntegerEncoding::kDelta;
  bool page_checksum = false;
};

class Writer {
 public:
  /// kInvalidArgument for a codec or level that there is not.
  static Result<std::unique_ptr<Writer>> Make(std::unique_ptr<io::WritableFile> file,
                                              std::shared_ptr<arrow::Schema> schema,
                                              WriterOptions options);
  ~Writer();

  /// Takes a batch with exactly the writer's column types. After an error the writer is of no use.
  Status Write(std::shared_ptr<arrow::RecordBatch> batch);
  /// Writes what is left and the footer, makes the file durable under its name.
  Result<FileMetrics> Finish();

  int64_t rows() const { return rows_; }
  /// Arrow memory of the rows not yet written.
  int64_t memory_bytes() const { return buffered_bytes_; }
  /// Size on disk so far, the rows in memory estimated by the ratio of those written.
  int64_t size_bytes_estimate() const;

 private:
  class Output;
  Writer(std::unique_ptr<io::WritableFile> file, std::shared_ptr<arrow::Schema> schema,
         WriterOptions options);
  Status Open();
  Status WriteRowGroup();
  Status WriteColumn(int index, std::shared_ptr<arrow::ChunkedArray> column);
  std::shared_ptr<arrow::ChunkedArray> InPieces(const arrow::ChunkedArray& column) const;
  Status Failed(Status status);

  std::shared_ptr<arrow::Schema> schema_;
  WriterOptions options_;
  bool count_nan_;
  std::shared_ptr<Output> output_;
  std::unique_ptr<::parquet::arrow::FileWriter> writer_;  // opened with the first row group
  std::vector<bool> own_dictionary_;                      // columns that dictionary_ encodes
  Dictionary dictionary_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> buffered_;
  int64_t buffered_rows_ = 0, buffered_bytes_ = 0;
  int64_t rows_ = 0, written_arrow_bytes_ = 0;
  std::map<int, int64_t> nan_counts_;
};

/// Bytes that a batch keeps in memory (whole buffers, also of slices), arrays' headers included.
int64_t MemoryOf(const arrow::RecordBatch& batch);

}  // namespace sluice::formats::parquet
