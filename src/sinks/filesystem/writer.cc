// SPDX-License-Identifier: Apache-2.0
#include "sinks/filesystem/writer.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "base/limits.h"
#include "sinks/print/sink.h"

namespace sluice::sinks::filesystem {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

/// A folder's name as Flink escapes it (PartitionPathUtils): %XX for what Hive escapes.
std::string Escaped(const std::string& text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kSpecial = "\"#%'*/:=?\\\x7F{[]^";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && kSpecial.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string StagedPath(const std::string& root, const StagedFile& file) {
  return root + "/" + (file.folder.empty() ? "" : file.folder + "/") + kStagedPrefix + file.name;
}

std::string FinalPath(const std::string& root, const StagedFile& file) {
  return root + "/" + (file.folder.empty() ? "" : file.folder + "/") + file.name;
}

Result<std::unique_ptr<flow::SinkWriter>> FilesWriter::Make(const flow::ConnectorTable& table,
                                                            WriterOptions options, int shard) {
  std::unique_ptr<FilesWriter> writer(new FilesWriter(std::move(options), shard));
  const std::string name = table.options.at("format");
  const formats::Format* format = formats::FindFormat(name);
  if (format == nullptr) return InvalidArgument("format '" + name + "' is not known");
  flow::Schema lines;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& column = table.columns[i].field.name;
    const auto key = std::find(table.partition_keys.begin(), table.partition_keys.end(), column);
    if (key == table.partition_keys.end()) {
      writer->line_columns_.push_back(static_cast<int>(i));
      lines.fields.push_back(table.columns[i].field);
    }
  }
  for (const std::string& key : table.partition_keys) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].field.name != key) continue;
      writer->partition_columns_.push_back(static_cast<int>(i));
      writer->partition_names_.push_back(key);
    }
  }
  flow::OptionMap format_options;
  for (const auto& [key, value] : table.options) {
    if (key.starts_with(name + ".")) format_options[key.substr(name.size() + 1)] = value;
  }
  SLUICE_ASSIGN(writer->encoder_, format->make_encoder({std::move(lines), format_options}));
  return std::unique_ptr<flow::SinkWriter>(std::move(writer));
}

FilesWriter::Open* FilesWriter::FindOpen(const arrow::RecordBatch& rows, int64_t row) {
  PartitionValues values;
  folder_.clear();
  for (size_t i = 0; i < partition_columns_.size(); ++i) {
    const arrow::Array& column = *rows.column(partition_columns_[i]);
    std::string text;
    if (!column.IsNull(row)) print::AppendValue(column, row, &text);
    if (text.empty()) text = options_.default_partition;
    if (!folder_.empty()) folder_ += '/';
    folder_ += Escaped(partition_names_[i]) + "=" + Escaped(text);
    values.emplace_back(partition_names_[i], std::move(text));
  }
  Open& open = open_[folder_];
  if (open.staged.name.empty()) {
    open.staged = {
        folder_,
        options_.name_prefix + "-" + std::to_string(shard_) + "-" + std::to_string(files_++),
        std::move(values)};
  }
  return &open;
}

Status FilesWriter::Write(const flow::Batch& batch) {
  SLUICE_ASSIGN(const auto lines, batch.rows->SelectColumns(line_columns_));
  lines_.Clear();
  SLUICE_TRY(encoder_->EncodeChanges(*lines, batch.kinds, &lines_));
  rows_ += batch.rows->num_rows();
  Open* open = nullptr;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    if (open == nullptr || !partition_columns_.empty()) {
      if (open_.size() > static_cast<size_t>(limits::kOpenWritersMax)) SLUICE_TRY(CloseAll());
      open = FindOpen(*batch.rows, row);
    }
    const std::string_view line = lines_[row];
    open->buffer += line;
    open->buffer += '\n';
    buffered_ += static_cast<int64_t>(line.size()) + 1;
    if (open->buffer.size() < kBufferBytes) continue;
    SLUICE_TRY(Drain(open));
    if (open->file->size_bytes() >= options_.file_bytes_max) {
      SLUICE_TRY(Close(open));
      open_.erase(open->staged.folder);
      open = nullptr;
    }
  }
  return {};
}

Status FilesWriter::Drain(Open* open) {
  if (open->file == nullptr) {
    SLUICE_ASSIGN(open->file, io::RealFileSystem().Create(StagedPath(options_.root, open->staged)));
  }
  SLUICE_TRY(open->file->Append(open->buffer.data(), static_cast<int64_t>(open->buffer.size())));
  buffered_ -= static_cast<int64_t>(open->buffer.size());
  open->buffer.clear();
  return {};
}

Status FilesWriter::Close(Open* open) {
  SLUICE_TRY(Drain(open));
  size_bytes_ += open->file->size_bytes();
  SLUICE_TRY(open->file->Finish());
  finished_.push_back(open->staged);
  return {};
}

Status FilesWriter::CloseAll() {
  for (auto& [folder, open] : open_) SLUICE_TRY(Close(&open));
  open_.clear();
  return {};
}

Result<std::unique_ptr<flow::StagedPart>> FilesWriter::Stage(int64_t) {
  SLUICE_TRY(CloseAll());
  auto part = std::make_unique<FilesPart>();
  part->staged = std::exchange(finished_, {});
  part->rows = std::exchange(rows_, 0);
  part->files = static_cast<int64_t>(part->staged.size());
  part->size_bytes = std::exchange(size_bytes_, 0);
  part->watermark_ms = watermark_ms_;
  return std::unique_ptr<flow::StagedPart>(std::move(part));
}

}  // namespace sluice::sinks::filesystem
