// SPDX-License-Identifier: Apache-2.0
#include "sinks/filesystem/sink.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "flow/operator.h"
#include "io/clock.h"
#include "sinks/filesystem/partition_commit.h"
#include "sinks/filesystem/writer.h"
#include "sinks/undurable.h"
#include "sources/filesystem/files.h"
#include "sources/filesystem/source.h"

namespace sluice::sinks::filesystem {
namespace {

using flow::OptionKind;
using nlohmann::json;

const std::vector<flow::OptionSpec>& FileOptions() {
  static const std::vector<flow::OptionSpec> specs = {
      {"sink.rolling-policy.file-size",
       OptionKind::kMemory,
       "128 mb",
       false,
       {},
       "A file ends at this size."},
      {"sink.rolling-policy.rollover-interval",
       OptionKind::kDuration,
       "30 min",
       false,
       {},
       "Accepted: files end with each epoch."},
      {"sink.rolling-policy.inactivity-interval",
       OptionKind::kDuration,
       "30 min",
       false,
       {},
       "Accepted."},
      {"sink.rolling-policy.check-interval",
       OptionKind::kDuration,
       "1 min",
       false,
       {},
       "Accepted."},
      {"sink.parallelism", OptionKind::kString, "", false, {}, "Accepted."},
      {"auto-compaction", OptionKind::kBoolean, "false", false, {}, "false."},
      {"compaction.file-size", OptionKind::kMemory, "", false, {}, "Accepted."},
  };
  return specs;
}

const std::vector<flow::OptionSpec>& PartitionOptions() {
  static const std::vector<flow::OptionSpec> specs = {
      {"sink.partition-commit.trigger",
       OptionKind::kEnum,
       "process-time",
       false,
       {"process-time", "partition-time"},
       "Which clock says that a partition is complete."},
      {"sink.partition-commit.delay",
       OptionKind::kDuration,
       "0 s",
       false,
       {},
       "How long after its time a partition is complete."},
      {"sink.partition-commit.policy.kind",
       OptionKind::kString,
       "",
       false,
       {},
       "success-file: a file in the folder says that it is complete."},
      {"sink.partition-commit.success-file.name",
       OptionKind::kString,
       "_SUCCESS",
       false,
       {},
       "Its name."},
      {"sink.partition-commit.watermark-time-zone",
       OptionKind::kString,
       "UTC",
       false,
       {"UTC"},
       "UTC."},

      {"partition.time-extractor.kind", OptionKind::kString, "default", false, {}, "default."},
      {"partition.time-extractor.timestamp-pattern",
       OptionKind::kString,
       "",
       false,
       {},
       "The time in partition columns: '$dt $hour:00:00'."},
      {"partition.time-extractor.timestamp-formatter",
       OptionKind::kString,
       "yyyy-MM-dd HH:mm:ss",
       false,
       {},
       "Accepted with its default."},

  };
  return specs;
}

const std::vector<flow::OptionSpec>& Options() {
  static const std::vector<flow::OptionSpec> specs = [] {
    std::vector<flow::OptionSpec> all;
    for (const flow::OptionSpec& spec : sources::filesystem::OptionSpecs()) {
      if (spec.description != "Of the sink.") all.push_back(spec);
    }
    all.insert(all.end(), FileOptions().begin(), FileOptions().end());
    all.insert(all.end(), PartitionOptions().begin(), PartitionOptions().end());
    return all;
  }();
  return specs;
}

std::string Get(const flow::ConnectorTable& table, const char* key) {
  return flow::OptionValue(table.options, Options(), key).value_or("");
}

struct Pending {
  PartitionValues values;
  int64_t created_ms = 0;
};

class FilesSink : public UndurableSink {
 public:
  FilesSink(flow::ConnectorTable table, std::string root, int64_t file_bytes_max,
            PartitionCommit partitions)
      : UndurableSink(table.name),
        table_(std::move(table)),
        root_(std::move(root)),
        file_bytes_max_(file_bytes_max),
        partitions_(std::move(partitions)) {}

  Result<flow::SinkState> Begin(const std::string& pipeline) override {
    for (const char c : pipeline) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      name_prefix_ += plain ? c : '_';
    }
    name_prefix_ = "part-" + name_prefix_;
    SLUICE_TRY(io::RealFileSystem().MakeDirectories(root_));
    SLUICE_TRY(LookAround(root_, {}, 0));
    return flow::SinkState{};
  }

  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override {
    if (token_.empty()) token_ = io::RealRandom().Uuid().substr(0, 8);
    return FilesWriter::Make(table_,
                             {.root = root_,
                              .name_prefix = name_prefix_ + "-" + token_,
                              .default_partition = Get(table_, "partition.default-name"),
                              .file_bytes_max = file_bytes_max_},
                             shard);
  }

  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    const int64_t now_ms = io::RealClock().NowMs();
    int64_t watermark_ms = flow::kWatermarkMax;
    for (const auto& part : commit.parts) {
      const auto& files = static_cast<const FilesPart&>(*part);
      watermark_ms = std::min(watermark_ms, files.watermark_ms);
      report.rows += files.rows;
      report.files += files.files;
      report.size_bytes += files.size_bytes;
      for (const StagedFile& file : files.staged) {
        SLUICE_TRY(GiveName(file));
        if (!file.partition.empty()) {
          pending_.try_emplace(file.folder, Pending{file.partition, now_ms});
        }
        std::erase(leftovers_, StagedPath(root_, file));
      }
    }
    SLUICE_TRY(CompletePartitions(now_ms, watermark_ms));
    RemoveLeftovers();
    return report;
  }

  Result<std::optional<std::string>> EncodePart(const flow::StagedPart& part) const override {
    const auto& files = static_cast<const FilesPart&>(part);
    json text = {
        {"rows", files.rows}, {"size", files.size_bytes}, {"watermark", files.watermark_ms}};
    for (const StagedFile& file : files.staged) {
      text["files"].push_back(
          {{"folder", file.folder}, {"name", file.name}, {"partition", file.partition}});
    }
    return std::optional<std::string>(text.dump());
  }

  Result<std::unique_ptr<flow::StagedPart>> DecodePart(std::string_view bytes) const override {
    const json text = json::parse(bytes, nullptr, false);
    if (text.is_discarded() || !text.is_object()) return Corrupt("a staged part of " + name());
    auto part = std::make_unique<FilesPart>();
    part->rows = text.value("rows", int64_t{0});
    part->size_bytes = text.value("size", int64_t{0});
    part->watermark_ms = text.value("watermark", INT64_MIN);
    for (const json& file : text.value("files", json::array())) {
      part->staged.push_back({file.value("folder", ""), file.value("name", ""),
                              file.value("partition", PartitionValues())});
    }
    part->files = static_cast<int64_t>(part->staged.size());
    return std::unique_ptr<flow::StagedPart>(std::move(part));
  }

 private:
  /// Idempotent: an attempt before a crash may have got here.
  Status GiveName(const StagedFile& file) {
    const std::string from = StagedPath(root_, file), to = FinalPath(root_, file);
    io::FileSystem& files = io::RealFileSystem();
    auto status = files.Rename(from, to);
    if (status.ok()) return {};
    if (!files.Stat(to).ok()) return std::move(status).error();
    if (files.Stat(from).ok()) return files.Remove(from);
    return {};
  }

  Status CompletePartitions(int64_t now_ms, int64_t watermark_ms) {
    if (!partitions_.success_file) return {};
    for (auto at = pending_.begin(); at != pending_.end();) {
      if (!partitions_.IsDue(at->second.values, at->second.created_ms, now_ms, watermark_ms)) {
        ++at;
        continue;
      }
      const std::string path = root_ + "/" + at->first + "/" + partitions_.success_name;
      if (!io::RealFileSystem().Stat(path).ok()) {
        auto status = io::RealFileSystem().WriteWhole(path, "");
        if (!status.ok() && status.error().kind != ErrorKind::kAlreadyExists) return status;
      }
      at = pending_.erase(at);
    }
    return {};
  }

  /// Finds partitions that wait for their time since before this start, and files that an epoch
  /// left under hidden names; those that are still to be committed will be named soon.
  Status LookAround(const std::string& folder, const PartitionValues& values, size_t depth) {
    SLUICE_ASSIGN(const auto entries, io::RealFileSystem().List(folder));
    bool files = false, success = false;
    for (const io::FileEntry& entry : entries) {
      const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
      if (!entry.is_directory) {
        if (name.starts_with(kStagedPrefix + name_prefix_ + "-")) leftovers_.push_back(entry.path);
        success |= name == partitions_.success_name;
        files |= name[0] != '.' && name[0] != '_';
        continue;
      }
      const size_t equals = name.find('=');
      if (equals == std::string::npos || depth >= table_.partition_keys.size()) continue;
      PartitionValues inner = values;
      inner.emplace_back(name.substr(0, equals), name.substr(equals + 1));
      SLUICE_TRY(LookAround(entry.path, inner, depth + 1));
    }
    if (files && !success && !values.empty()) {
      pending_.try_emplace(folder.substr(root_.size() + 1),
                           Pending{values, io::RealClock().NowMs()});
    }
    return {};
  }

  void RemoveLeftovers() {
    for (const std::string& path : std::exchange(leftovers_, {})) {
      const auto status = io::RealFileSystem().Remove(path);
      if (!status.ok() && status.error().kind != ErrorKind::kNotFound) {
        log::Warn("a file that an epoch left cannot be removed", {{"file", path}});
      }
    }
  }

  const flow::ConnectorTable table_;
  const std::string root_;
  const int64_t file_bytes_max_;
  const PartitionCommit partitions_;
  std::string name_prefix_, token_;
  std::map<std::string, Pending> pending_;  // by folder
  std::vector<std::string> leftovers_;
};

std::vector<Error> Check(const flow::ConnectorTable& table) {
  std::vector<flow::OptionSpec> specs = Options();
  const std::string name = Get(table, "format");
  if (const formats::Format* format = formats::FindFormat(name)) {
    for (flow::OptionSpec spec : format->options) {
      spec.name = name + "." + spec.name;
      specs.push_back(std::move(spec));
    }
  }
  std::vector<Error> errors = flow::CheckOptions(table.options, specs, "table " + table.name);
  if (!errors.empty()) return errors;
  if (Get(table, "auto-compaction") == "true") {
    errors.push_back(Unsupported("'auto-compaction' is not done for plain files; leave it out"));
  }
  if (auto partitions = PartitionCommit::Parse(table.options); !partitions.ok()) {
    errors.push_back(std::move(partitions).error());
  }
  for (const flow::ConnectorColumn& column : table.columns) {
    if (column.is_metadata && !column.is_virtual) {
      errors.push_back(
          InvalidArgument("metadata column " + column.field.name + " must be declared VIRTUAL"));
    }
  }
  if (auto writer = FilesWriter::Make(table, {}, 0); !writer.ok()) {
    errors.push_back(std::move(writer).error());
  }
  return errors;
}

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(const std::string plain, io::PathOfUri(Get(table, "path")));
  SLUICE_ASSIGN(std::string root, io::AbsolutePath(plain));
  SLUICE_ASSIGN(const int64_t bytes,
                flow::ParseMemoryBytes(Get(table, "sink.rolling-policy.file-size")));
  SLUICE_ASSIGN(PartitionCommit partitions, PartitionCommit::Parse(table.options));
  return std::unique_ptr<flow::Sink>(
      std::make_unique<FilesSink>(table, std::move(root), bytes, std::move(partitions)));
}

}  // namespace

SinkConnector FilesystemConnector() {
  return {.name = "filesystem",
          .options = Options(),
          .check = Check,
          .changelog =
              [](const flow::ConnectorTable& table) {
                return sources::filesystem::FilesystemConnector().changelog(table);
              },
          .open = Open};
}

}  // namespace sluice::sinks::filesystem
