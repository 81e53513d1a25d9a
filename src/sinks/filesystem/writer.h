// SPDX-License-Identifier: Apache-2.0
// The files of one epoch on one shard: rows as lines, one open file per partition, under hidden
// names that the commit takes away.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flow/sink.h"
#include "flow/table_definition.h"
#include "formats/decoder.h"
#include "io/file_system.h"
#include "sinks/filesystem/partition_commit.h"

namespace sluice::sinks::filesystem {

struct StagedFile {
  std::string folder;  // below the table's path; empty = the path itself
  std::string name;    // in the end
  PartitionValues partition;
};
/// Where a file stands until it is committed, and from then on.
std::string StagedPath(const std::string& root, const StagedFile& file);
std::string FinalPath(const std::string& root, const StagedFile& file);
inline constexpr char kStagedPrefix[] = ".staged-";

struct FilesPart : flow::StagedPart {
  std::vector<StagedFile> staged;
  int64_t watermark_ms = 0;
};

struct WriterOptions {
  std::string root;         // absolute
  std::string name_prefix;  // "part-<pipeline>-<token>"
  std::string default_partition = "__DEFAULT_PARTITION__";
  int64_t file_bytes_max = 128 << 20;
};

class FilesWriter : public flow::SinkWriter {
 public:
  static Result<std::unique_ptr<flow::SinkWriter>> Make(const flow::ConnectorTable& table,
                                                        WriterOptions options, int shard);
  Status Write(const flow::Batch& batch) override;
  Status OnWatermark(int64_t watermark_ms) override {
    watermark_ms_ = watermark_ms;
    return {};
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t epoch) override;
  int64_t memory_bytes() const override { return buffered_; }

 private:
  struct Open {
    PartitionValues partition;
    std::string buffer;
    std::unique_ptr<io::WritableFile> file;
    StagedFile staged;
  };
  FilesWriter(WriterOptions options, int shard) : options_(std::move(options)), shard_(shard) {}
  Open* FindOpen(const arrow::RecordBatch& rows, int64_t row);
  Status Drain(Open* open);
  Status Close(Open* open);
  Status CloseAll();

  const WriterOptions options_;
  const int shard_;
  std::vector<int> line_columns_, partition_columns_;
  std::vector<std::string> partition_names_;
  std::unique_ptr<formats::Encoder> encoder_;
  formats::EncodedRows lines_;
  std::map<std::string, Open> open_;  // by folder
  std::string folder_;                // scratch
  std::vector<StagedFile> finished_;
  int64_t rows_ = 0, buffered_ = 0, size_bytes_ = 0, files_ = 0;
  int64_t watermark_ms_ = INT64_MIN;
};

}  // namespace sluice::sinks::filesystem
