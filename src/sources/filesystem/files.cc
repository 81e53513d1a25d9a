// SPDX-License-Identifier: Apache-2.0
#include "sources/filesystem/files.h"

#include <algorithm>
#include <regex>

#include "io/file_system.h"

namespace sluice::sources::filesystem {
namespace {

using flow::OptionKind;

constexpr size_t kFilesMax = 100'000;
constexpr int kFolderDepthMax = 64;

bool IsHidden(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() || name[0] == '.' || name[0] == '_';
}

class Walk {
 public:
  Walk(std::string root, const std::regex* pattern) : root_(std::move(root)), pattern_(pattern) {}

  Status Folder(const std::string& folder, const std::map<std::string, std::string>& partition,
                int depth) {
    if (depth > kFolderDepthMax) return ResourceExhausted("folders too deep below " + root_);
    SLUICE_ASSIGN(const auto entries, io::RealFileSystem().List(folder));
    for (const io::FileEntry& entry : entries) {
      if (IsHidden(entry.path)) continue;
      if (!entry.is_directory) {
        SLUICE_TRY(Add(entry, partition));
        continue;
      }
      auto inner = partition;
      const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
      if (const size_t equals = name.find('='); equals != std::string::npos) {
        inner[name.substr(0, equals)] = name.substr(equals + 1);
      }
      SLUICE_TRY(Folder(entry.path, inner, depth + 1));
    }
    return {};
  }

  Status Add(const io::FileEntry& entry, const std::map<std::string, std::string>& partition) {
    if (pattern_ != nullptr && !std::regex_match(entry.path, *pattern_)) return {};
    if (files_.size() == kFilesMax) {
      return ResourceExhausted("more than " + std::to_string(kFilesMax) + " files below " + root_);
    }
    std::string name = entry.path.size() > root_.size() && entry.path.starts_with(root_ + "/")
                           ? entry.path.substr(root_.size() + 1)
                           : entry.path.substr(entry.path.rfind('/') + 1);
    files_.push_back({entry.path, std::move(name), entry.size_bytes, entry.modified_ms, partition});
    return {};
  }

  std::vector<TableFile> Take() {
    std::sort(files_.begin(), files_.end(),
              [](const TableFile& a, const TableFile& b) { return a.name < b.name; });
    return std::move(files_);
  }

 private:
  const std::string root_;
  const std::regex* pattern_;
  std::vector<TableFile> files_;
};

}  // namespace

const std::vector<flow::OptionSpec>& OptionSpecs() {
  static const std::vector<flow::OptionSpec> specs = {
      {"connector", OptionKind::kString, "", true, {}, "'filesystem'"},
      {"path", OptionKind::kString, "", true, {}, "A file, or a folder with all files below it."},
      {"format", OptionKind::kString, "", true, {}, "How lines are decoded."},
      {"source.monitor-interval",
       OptionKind::kDuration,
       "",
       false,
       {},
       "How often new files are looked for; unset: the table is bounded."},
      {"source.path.regex-pattern",
       OptionKind::kString,
       "",
       false,
       {},
       "Only files whose whole path matches."},
      {"source.report-statistics", OptionKind::kString, "ALL", false, {}, "Accepted; not used."},
      {"partition.default-name",
       OptionKind::kString,
       "__DEFAULT_PARTITION__",
       false,
       {},
       "Stands for NULL in a folder's name."},
      {"partition.time-extractor.*", OptionKind::kString, "", false, {}, "Of the sink."},
      {"sink.*", OptionKind::kString, "", false, {}, "Of the sink."},
      {"auto-compaction", OptionKind::kBoolean, "false", false, {}, "Of the sink."},
      {"compaction.file-size", OptionKind::kMemory, "", false, {}, "Of the sink."},
      {"scan.watermark.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Watermark settings of the planner."},
  };
  return specs;
}

Result<std::vector<TableFile>> ListFiles(const flow::ConnectorTable& table) {
  const auto given = flow::OptionValue(table.options, OptionSpecs(), "path");
  if (!given) return InvalidArgument("option 'path' is missing");
  SLUICE_ASSIGN(const std::string plain, io::PathOfUri(*given));
  SLUICE_ASSIGN(std::string root, io::AbsolutePath(plain));
  std::regex pattern;
  const auto text = flow::OptionValue(table.options, OptionSpecs(), "source.path.regex-pattern");
  if (text && !text->empty()) {
    try {
      pattern = std::regex(*text, std::regex::ECMAScript);
    } catch (const std::regex_error&) {
      return InvalidArgument("option 'source.path.regex-pattern' is no regular expression: " +
                             *text);
    }
  }
  SLUICE_ASSIGN(const io::FileEntry entry, io::RealFileSystem().Stat(root));
  Walk walk(root, text && !text->empty() ? &pattern : nullptr);
  if (entry.is_directory) {
    SLUICE_TRY(walk.Folder(root, {}, 0));
  } else {
    SLUICE_TRY(walk.Add(entry, {}));
  }
  return walk.Take();
}

}  // namespace sluice::sources::filesystem
