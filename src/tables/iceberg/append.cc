// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/append.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace sluice::tables::iceberg {
namespace {

std::optional<int64_t> Number(const std::map<std::string, std::string>& summary, const char* key) {
  const auto it = summary.find(key);
  if (it == summary.end()) return std::nullopt;
  int64_t value = 0;
  const char* last = it->second.data() + it->second.size();
  const auto [end, code] = std::from_chars(it->second.data(), last, value);
  if (code != std::errc() || end != last || value < 0) return std::nullopt;
  return value;
}

std::optional<std::string> SnapshotText(const std::optional<int64_t>& id) {
  if (!id) return std::nullopt;
  return std::to_string(*id);
}

std::string Quoted(const std::optional<std::string>& text) {
  return text ? "'" + *text + "'" : "none";
}

}  // namespace

std::string Violation::ToString() const {
  return what + ": expected " + Quoted(expected) + ", found " + Quoted(found);
}

std::vector<Violation> CheckRequirements(const Requirements& requirements,
                                         const TableMetadata& base) {
  std::vector<Violation> out;
  if (requirements.table_uuid && *requirements.table_uuid != base.table_uuid) {
    out.push_back({"table-uuid", requirements.table_uuid, base.table_uuid});
  }
  if (requirements.base_snapshot && *requirements.base_snapshot != base.current_snapshot_id) {
    out.push_back({"snapshot", SnapshotText(*requirements.base_snapshot),
                   SnapshotText(base.current_snapshot_id)});
  }
  for (const auto& [key, expected] : requirements.properties) {
    const auto found = base.Property(key);
    if (found != expected) out.push_back({"property " + key, expected, found});
  }
  return out;
}

AppendTotals TotalsOf(const std::vector<DataFile>& files) {
  AppendTotals out;
  std::map<int, std::set<PartitionTuple, TupleLess>> partitions;
  for (const DataFile& file : files) {
    ++out.files;
    out.rows += file.record_count;
    out.size_bytes += file.file_size_bytes;
    partitions[file.spec_id].insert(file.partition);
  }
  for (const auto& [spec, tuples] : partitions) {
    out.changed_partitions += static_cast<int64_t>(tuples.size());
  }
  return out;
}

std::map<std::string, std::string> AppendSummary(const Snapshot* parent, const AppendTotals& added,
                                                 const std::map<std::string, std::string>& extra) {
  std::map<std::string, std::string> out = extra;
  out["operation"] = "append";
  out["changed-partition-count"] = std::to_string(added.changed_partitions);
  if (added.files > 0) {
    out["added-data-files"] = std::to_string(added.files);
    out["added-records"] = std::to_string(added.rows);
    out["added-files-size"] = std::to_string(added.size_bytes);
  }
  const std::pair<const char*, int64_t> totals[] = {
      {"total-records", added.rows},          {"total-data-files", added.files},
      {"total-files-size", added.size_bytes}, {"total-delete-files", 0},
      {"total-position-deletes", 0},          {"total-equality-deletes", 0}};
  for (const auto& [key, plus] : totals) {
    const auto before =
        parent == nullptr ? std::optional<int64_t>(0) : Number(parent->summary, key);
    if (before) out[key] = std::to_string(*before + plus);
  }
  return out;
}

std::vector<std::vector<size_t>> PlanManifestMerge(const std::vector<ManifestFile>& manifests,
                                                   int64_t target_bytes, int count_min) {
  // Newest first, as they stand in the list: bins are filled from the oldest, so that full ones
  // stay as they are and only the newest bin is written again from time to time.
  std::vector<std::vector<size_t>> bins;
  int64_t bin_bytes = 0;
  for (size_t i = manifests.size(); i > 0; --i) {
    const int64_t length = manifests[i - 1].manifest_length;
    if (bins.empty() || bin_bytes + length > target_bytes) {
      bins.emplace_back();
      bin_bytes = 0;
    }
    bins.back().push_back(i - 1);
    bin_bytes += length;
  }
  std::vector<std::vector<size_t>> out;
  for (auto& bin : bins) {
    const bool newest = std::find(bin.begin(), bin.end(), 0U) != bin.end();
    if (bin.size() < 2 || (newest && bin.size() < static_cast<size_t>(count_min))) continue;
    std::reverse(bin.begin(), bin.end());
    out.push_back(std::move(bin));
  }
  return out;
}

void ApplySnapshot(const NewSnapshot& snapshot, TableMetadata* next) {
  // Snapshots are told apart by time: one never has the time of its parent, nor an earlier one.
  if (const Snapshot* parent = next->current_snapshot()) {
    next->last_updated_ms = std::max(next->last_updated_ms, parent->timestamp_ms + 1);
  }
  Snapshot made;
  made.snapshot_id = snapshot.snapshot_id;
  made.parent_snapshot_id = next->current_snapshot_id;
  made.sequence_number = next->last_sequence_number + 1;
  made.timestamp_ms = next->last_updated_ms;
  made.manifest_list = snapshot.manifest_list;
  made.summary = snapshot.summary;
  made.schema_id = next->current_schema_id;
  next->last_sequence_number = made.sequence_number;
  next->current_snapshot_id = made.snapshot_id;
  next->refs["main"].snapshot_id = made.snapshot_id;
  next->snapshot_log.push_back({next->last_updated_ms, made.snapshot_id});
  next->snapshots.push_back(std::move(made));
}

void ApplyProperties(const Properties& set, const std::vector<std::string>& remove,
                     TableMetadata* next) {
  for (const std::string& key : remove) next->properties.erase(key);
  for (const auto& [key, value] : set) next->properties[key] = value;
}

}  // namespace sluice::tables::iceberg
