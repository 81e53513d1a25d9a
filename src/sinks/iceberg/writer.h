// SPDX-License-Identifier: Apache-2.0
// Rows of one shard into data files, one open file per partition. Files and bytes are bounded: what
// would exceed them closes the largest file early, so there are more files and never a loss. Stage
// closes all of them; from then on they survive a power loss.
//
// File names: <pipeline>-<token>-<epoch>-<shard>-<n>.parquet. The token tells whose file it is; the
// epoch is the writer's own count when the file was opened.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/sink.h"
#include "formats/parquet/writer.h"
#include "io/file_system.h"
#include "sinks/iceberg/columns.h"
#include "sinks/iceberg/data_file.h"
#include "sinks/iceberg/partitions.h"
#include "sinks/iceberg/sink.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/properties.h"
#include "tables/iceberg/schema.h"

namespace sluice::sinks::iceberg {

/// The files of one writer in one epoch, durable and not yet in the table.
struct StagedFiles : flow::StagedPart {
  std::vector<tables::iceberg::DataFile> data_files;
};

/// Everything a writer needs of the table, taken once: what changes in the table meanwhile is for
/// the next start.
struct WriteTarget {
  tables::iceberg::Schema schema;
  tables::iceberg::PartitionSpec spec;
  std::map<int, tables::iceberg::MetricsMode> metrics_modes;
  formats::parquet::WriterOptions parquet;
  int64_t file_bytes_max = 0;  // write.target-file-size-bytes
  std::string data_location;   // with the scheme of the table's location
  std::string name_prefix;     // <pipeline>-<token>
  int64_t first_epoch = 1;
};

class IcebergWriter : public flow::SinkWriter {
 public:
  static Result<std::unique_ptr<IcebergWriter>> Make(std::shared_ptr<const WriteTarget> target,
                                                     io::FileSystem* files,
                                                     const IcebergSinkOptions& options, int shard);

  Status Write(const flow::Batch& batch) override;
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t epoch) override;
  int64_t memory_bytes() const override { return memory_bytes_; }

 private:
  struct OpenFile {
    std::string location;
    tables::iceberg::PartitionTuple tuple;
    std::unique_ptr<formats::parquet::Writer> writer;
    int64_t memory_bytes = 0;  // of the writer, when it last took rows
  };
  using OpenFiles = std::map<std::string, OpenFile>;  // by partition key

  IcebergWriter(std::shared_ptr<const WriteTarget> target, io::FileSystem* files,
                const IcebergSinkOptions& options, int shard, ColumnMap columns,
                PartitionSplitter splitter);
  Status WritePart(PartitionRows part);
  Result<OpenFiles::iterator> Open(const PartitionRows& part);
  Status Close(OpenFiles::iterator file);
  Status CloseLargest();

  const std::shared_ptr<const WriteTarget> target_;
  io::FileSystem* const files_;
  const IcebergSinkOptions options_;
  const int shard_;
  const ColumnMap columns_;
  const PartitionSplitter splitter_;
  OpenFiles open_;
  std::vector<tables::iceberg::DataFile> closed_;
  int64_t memory_bytes_ = 0;
  int64_t epoch_;
  int64_t next_file_ = 0;
  int64_t dropped_ = 0;
};

/// A name that may stand in a file name: other characters than letters, digits, '.', '_', '-'
/// become '_', at most 64 are kept.
std::string FileNamePart(const std::string& pipeline);

}  // namespace sluice::sinks::iceberg
