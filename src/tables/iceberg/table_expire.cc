// SPDX-License-Identifier: Apache-2.0
// Expiry in the same commit as an append: old snapshots leave the metadata, and once that is in the
// catalog, the files that only they reached are removed.
//
// What only they reached: their manifest lists; manifests in none of the lists that are kept; data
// files that one of them deleted. A commit's manifests are those of its parent, less some, and new
// ones. So of the current snapshot and those it came from, the lists of the oldest and of the
// newest tell what is kept of older manifests. Snapshots beside that line (tags, branches, what was
// rolled back) are read one by one, and while there are any, data files stay: finding out whether
// they are reached would mean reading them all. So does whatever is not found out;
// `remove_orphan_files` of other engines takes such files.
#include <algorithm>
#include <set>

#include "base/log.h"
#include "io/thread.h"
#include "tables/iceberg/expire.h"
#include "tables/iceberg/table.h"

namespace sluice::tables::iceberg {

namespace {
constexpr char kEnabled[] = "flink-maintenance.expire-snapshots.enabled";
}  // namespace

// Decides it and puts it into attempt->next.
Status Table::ExpireWhenDue(const Properties& maintenance, Attempt* attempt) {
  // Where nobody asks for it, what others wrote into history.expire.* is not looked at.
  if (!maintenance.contains(kEnabled) && !attempt->next.properties.contains(kEnabled)) return {};
  Properties said = maintenance;
  said.insert(attempt->next.properties.begin(), attempt->next.properties.end());
  SLUICE_ASSIGN(const auto properties, ReadExpiryProperties(said));
  if (!properties.enabled) return {};
  const int64_t now_ms = environment_.clock->NowMs();
  const bool due = appends_since_expiry_ + 1 >= properties.commits || !last_expiry_ms_ ||
                   now_ms - *last_expiry_ms_ >= properties.interval_ms;
  if (!due) return {};
  const Expiry expiry = PlanExpiry(attempt->next, properties.retention, now_ms, properties.batch);
  Expired expired{attempt->next.snapshots, expiry.snapshot_ids, {}, expiry.more};
  if (!expiry.empty()) {
    for (const Snapshot* snapshot : CurrentLine(attempt->next)) {
      const int64_t id = snapshot->snapshot_id;
      if (expired.ids.contains(id)) expired.ancestors.insert(id);
    }
    ApplyExpiry(expiry, &attempt->next);
  }
  attempt->expiry = std::move(expired);
  return {};
}

// Best effort: the snapshots are gone already.
void Table::RemoveExpired(const Expired& expired) {
  last_expiry_ms_ = environment_.clock->NowMs();
  if (expired.more) last_expiry_ms_.reset();
  appends_since_expiry_ = 0;
  if (expired.ids.empty()) return;
  const auto files = FilesOf(expired);
  if (!files.ok()) {
    log::Warn("files of expired snapshots were left behind",
              {{"table", identifier_.ToString()}, {"reason", files.error().ToString()}});
    return;
  }
  for (const std::string& file : *files) {
    io::AnnounceState("before-removal");
    RemoveQuietly(*environment_.files, file);
  }
}

// Manifests that a kept snapshot may list and an expired one as well.
Result<std::set<std::string>> Table::ManifestsKept() const {
  std::set<std::string> kept;
  const std::vector<const Snapshot*> line = CurrentLine(metadata_);
  const std::set<const Snapshot*> on_line(line.begin(), line.end());
  std::vector<const Snapshot*> read;
  for (const Snapshot& snapshot : metadata_.snapshots) {
    if (!on_line.contains(&snapshot)) read.push_back(&snapshot);
  }
  if (!line.empty()) read.push_back(line.back());
  for (const ManifestFile& file : cached_manifests_) kept.insert(file.manifest_path);
  for (const Snapshot* snapshot : read) {
    SLUICE_ASSIGN(const auto list, ReadManifestList(*snapshot));
    for (const ManifestFile& file : list) kept.insert(file.manifest_path);
  }
  return kept;
}

Result<std::vector<std::string>> Table::FilesOf(const Expired& expired) const {
  SLUICE_ASSIGN(const std::set<std::string> kept, ManifestsKept());
  std::set<std::string> manifests, data_files;
  std::vector<std::string> files;
  for (const Snapshot& snapshot : expired.before) {
    if (!expired.ids.contains(snapshot.snapshot_id)) continue;
    auto list = ReadManifestList(snapshot);
    if (!list.ok() && list.error().kind == ErrorKind::kNotFound) continue;
    if (!list.ok()) return std::move(list).error();
    for (const ManifestFile& file : *list) {
      if (!kept.contains(file.manifest_path)) manifests.insert(file.manifest_path);
      const bool its_own = file.added_snapshot_id == snapshot.snapshot_id &&
                           expired.ancestors.contains(snapshot.snapshot_id);
      if (its_own) SLUICE_TRY(AddDeletedFiles(file, expired.ids, &data_files));
    }
    if (!snapshot.manifest_list.empty()) files.push_back(snapshot.manifest_list);
  }
  files.insert(files.end(), manifests.begin(), manifests.end());
  if (!data_files.empty()) SLUICE_TRY(KeepLiveFiles(&data_files));
  files.insert(files.end(), data_files.begin(), data_files.end());
  return files;
}

// Adds the files that an expired snapshot deleted.
Status Table::AddDeletedFiles(const ManifestFile& file, const std::set<int64_t>& expired_ids,
                              std::set<std::string>* files) const {
  if (file.deleted_files_count == 0) return {};
  SLUICE_ASSIGN(const Manifest manifest, ReadManifest(file));
  for (const ManifestEntry& entry : manifest.entries) {
    const bool theirs = entry.snapshot_id && expired_ids.contains(*entry.snapshot_id);
    if (entry.status == EntryStatus::kDeleted && theirs) files->insert(entry.file.file_path);
  }
  return {};
}

// Takes out of `files` what may still be reached.
Status Table::KeepLiveFiles(std::set<std::string>* files) const {
  if (CurrentLine(metadata_).size() != metadata_.snapshots.size()) {
    files->clear();
    return {};
  }
  for (const ManifestFile& list_entry : cached_manifests_) {  // a file may have been added again
    SLUICE_ASSIGN(const Manifest manifest, ReadManifest(list_entry));
    for (const ManifestEntry& entry : manifest.entries) {
      if (entry.status != EntryStatus::kDeleted) files->erase(entry.file.file_path);
    }
  }
  return {};
}

}  // namespace sluice::tables::iceberg
