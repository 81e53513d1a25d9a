// SPDX-License-Identifier: Apache-2.0
#include "catalog/hadoop_catalog.h"

#include <charconv>

namespace sluice::catalog {
namespace {

Error ReadOnly() {
  return Unsupported(
      "tables of a hadoop catalog are opened for reading only: two writers lose commits there; use "
      "'catalog-type'='jdbc'");
}

std::string NameOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// The version in "v12.metadata.json" or "00012-<uuid>.metadata.json"; -1 for other files.
int64_t VersionOf(std::string_view name) {
  if (!name.ends_with(".metadata.json")) return -1;
  if (name.starts_with('v')) name.remove_prefix(1);
  int64_t version = -1;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), version);
  if (code != std::errc() || (*end != '.' && *end != '-')) return -1;
  return version;
}

}  // namespace

Result<std::string> HadoopCatalog::FolderOf(const std::vector<std::string>& levels) const {
  SLUICE_ASSIGN(std::string folder, io::PathOfUri(warehouse_));
  for (const std::string& level : levels) {
    if (level.empty() || level == "." || level == ".." || level.find('/') != std::string::npos) {
      return InvalidArgument("not a name: '" + level + "'");
    }
    folder += "/" + level;
  }
  return folder;
}

Result<std::vector<std::vector<std::string>>> HadoopCatalog::ListNamespaces() {
  SLUICE_ASSIGN(const std::string folder, FolderOf({}));
  SLUICE_ASSIGN(const auto entries, files_->List(folder));
  std::vector<std::vector<std::string>> out;
  for (const auto& entry : entries) {
    if (entry.is_directory) out.push_back({NameOf(entry.path)});
  }
  return out;
}

Result<bool> HadoopCatalog::NamespaceExists(const std::vector<std::string>& levels) {
  SLUICE_ASSIGN(const std::string folder, FolderOf(levels));
  const auto entry = files_->Stat(folder);
  if (!entry.ok() && entry.error().kind != ErrorKind::kNotFound) return entry.error();
  return entry.ok() && entry->is_directory;
}

Result<std::vector<tables::TableIdentifier>> HadoopCatalog::ListTables(
    const std::vector<std::string>& levels) {
  SLUICE_ASSIGN(const std::string folder, FolderOf(levels));
  SLUICE_ASSIGN(const auto entries, files_->List(folder));
  std::vector<tables::TableIdentifier> out;
  for (const auto& entry : entries) {
    if (entry.is_directory && files_->Stat(entry.path + "/metadata").ok()) {
      out.push_back({levels, NameOf(entry.path)});
    }
  }
  return out;
}

// The newest version in the folder; version-hint.text is a hint only and may be behind.
Result<std::string> HadoopCatalog::LoadMetadataLocation(const tables::TableIdentifier& table) {
  std::vector<std::string> levels = table.namespace_levels;
  levels.push_back(table.name);
  SLUICE_ASSIGN(const std::string folder, FolderOf(levels));
  const auto entries = files_->List(folder + "/metadata");
  if (!entries.ok()) return NotFound("table does not exist: " + table.ToString());
  std::string newest;
  int64_t newest_version = -1;
  for (const auto& entry : *entries) {
    const int64_t version = VersionOf(NameOf(entry.path));
    if (version <= newest_version) continue;
    newest_version = version;
    newest = entry.path;
  }
  if (newest.empty()) return NotFound("table does not exist: " + table.ToString());
  return newest;
}

Status HadoopCatalog::CreateNamespace(const std::vector<std::string>&,
                                      const std::map<std::string, std::string>&) {
  return ReadOnly();
}
Status HadoopCatalog::DropNamespace(const std::vector<std::string>&) {
  return ReadOnly();
}
Status HadoopCatalog::Register(const tables::TableIdentifier&, const std::string&) {
  return ReadOnly();
}
Status HadoopCatalog::Swap(const tables::TableIdentifier&, const std::string&, const std::string&) {
  return ReadOnly();
}
Status HadoopCatalog::Drop(const tables::TableIdentifier&) {
  return ReadOnly();
}

}  // namespace sluice::catalog
