// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/writer.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"
#include "base/log.h"
#include "io/thread.h"

namespace sluice::sinks::iceberg {
namespace {

namespace ice = tables::iceberg;

constexpr size_t kNameLengthMax = 64;

}  // namespace

std::string FileNamePart(const std::string& pipeline) {
  std::string name = pipeline.substr(0, kNameLengthMax);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return name;
}

IcebergWriter::IcebergWriter(std::shared_ptr<const WriteTarget> target, io::FileSystem* files,
                             const IcebergSinkOptions& options, int shard, ColumnMap columns,
                             PartitionSplitter splitter)
    : target_(std::move(target)),
      files_(files),
      options_(options),
      shard_(shard),
      columns_(std::move(columns)),
      splitter_(std::move(splitter)),
      epoch_(target_->first_epoch) {}

Result<std::unique_ptr<IcebergWriter>> IcebergWriter::Make(
    std::shared_ptr<const WriteTarget> target, io::FileSystem* files,
    const IcebergSinkOptions& options, int shard) {
  SLUICE_ASSIGN(auto columns, ColumnMap::Make(target->schema, options.columns, options.not_null));
  SLUICE_ASSIGN(auto splitter, PartitionSplitter::Make(target->spec, target->schema));
  return std::unique_ptr<IcebergWriter>(new IcebergWriter(std::move(target), files, options, shard,
                                                          std::move(columns), std::move(splitter)));
}

Status IcebergWriter::Write(const flow::Batch& batch) {
  if (batch.rows == nullptr || batch.rows->num_rows() == 0) return {};
  for (const flow::RowKind kind : batch.kinds) {
    if (kind == flow::RowKind::kInsert) continue;
    return Internal("the table takes rows that are added alone, not " +
                    std::string(flow::ShortText(kind)));
  }
  SLUICE_ASSIGN(const auto rows, columns_.Apply(*batch.rows, &dropped_));
  if (rows->num_rows() == 0) return {};
  SLUICE_ASSIGN(auto parts, splitter_.Split(rows));
  for (PartitionRows& part : parts) SLUICE_TRY(WritePart(std::move(part)));
  return {};
}

Status IcebergWriter::WritePart(PartitionRows part) {
  auto file = open_.find(part.key);
  if (file == open_.end()) {
    if (static_cast<int>(open_.size()) >= options_.open_files_max) SLUICE_TRY(CloseLargest());
    SLUICE_ASSIGN(file, Open(part));
  }
  formats::parquet::Writer& writer = *file->second.writer;
  SLUICE_TRY(writer.Write(std::move(part.rows)));
  memory_bytes_ += writer.memory_bytes() - file->second.memory_bytes;
  file->second.memory_bytes = writer.memory_bytes();
  if (writer.size_bytes_estimate() >= target_->file_bytes_max) SLUICE_TRY(Close(file));
  while (memory_bytes_ > options_.writer_bytes_max && !open_.empty()) SLUICE_TRY(CloseLargest());
  return {};
}

Result<IcebergWriter::OpenFiles::iterator> IcebergWriter::Open(const PartitionRows& part) {
  OpenFile file;
  file.tuple = part.tuple;
  const std::string folder = ice::PartitionPath(target_->spec, target_->schema, part.tuple);
  file.location = target_->data_location + "/" + (folder.empty() ? "" : folder + "/") +
                  target_->name_prefix + "-" + std::to_string(epoch_) + "-" +
                  std::to_string(shard_) + "-" + std::to_string(next_file_++) + ".parquet";
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(file.location));
  SLUICE_ASSIGN(auto output, files_->Create(path));
  SLUICE_ASSIGN(file.writer, formats::parquet::Writer::Make(
                                 std::move(output), columns_.file_schema(), target_->parquet));
  return open_.emplace(part.key, std::move(file)).first;
}

Status IcebergWriter::Close(OpenFiles::iterator file) {
  SLUICE_ASSIGN(const auto metrics, file->second.writer->Finish());
  io::AnnounceState("file-closed");
  ice::DataFile described = DescribeFile(metrics, target_->metrics_modes, target_->schema);
  described.file_path = file->second.location;
  described.partition = file->second.tuple;
  described.spec_id = target_->spec.spec_id;
  closed_.push_back(std::move(described));
  memory_bytes_ -= file->second.memory_bytes;
  open_.erase(file);
  return {};
}

Status IcebergWriter::CloseLargest() {
  const auto largest = std::max_element(
      open_.begin(), open_.end(),
      [](const auto& a, const auto& b) { return a.second.memory_bytes < b.second.memory_bytes; });
  return Close(largest);
}

Result<std::unique_ptr<flow::StagedPart>> IcebergWriter::Stage(int64_t epoch) {
  while (!open_.empty()) SLUICE_TRY(Close(open_.begin()));
  auto part = std::make_unique<StagedFiles>();
  part->rows_dropped = std::exchange(dropped_, 0);
  if (part->rows_dropped > 0) {
    log::Warn("rows without a value for a NOT NULL column were left out",
              {{"rows", std::to_string(part->rows_dropped)}, {"epoch", std::to_string(epoch)}});
  }
  part->data_files = std::exchange(closed_, {});
  part->files = static_cast<int64_t>(part->data_files.size());
  for (const ice::DataFile& file : part->data_files) {
    part->rows += file.record_count;
    part->size_bytes += file.file_size_bytes;
  }
  epoch_ = epoch + 1;
  return std::unique_ptr<flow::StagedPart>(std::move(part));
}

}  // namespace sluice::sinks::iceberg
