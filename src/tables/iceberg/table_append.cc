// SPDX-License-Identifier: Apache-2.0
// Table's appends: the manifests of the added files, written once, and one attempt to make them a
// snapshot. Small manifests of older snapshots are merged on the way, so that a writer that commits
// every second does not leave a manifest a second behind.
#include <algorithm>
#include <limits>
#include <set>

#include "base/limits.h"
#include "io/thread.h"
#include "tables/iceberg/table.h"

namespace sluice::tables::iceberg {
namespace {

constexpr std::string_view kManifestCodec = "deflate";

Status CheckFiles(const AppendRequest& request, const TableMetadata& metadata) {
  std::set<std::string> paths;
  for (const DataFile& file : request.files) {
    if (file.content != FileContent::kData) {
      return InvalidArgument("an append takes data files only: " + file.file_path);
    }
    if (metadata.FindSpec(file.spec_id) == nullptr) {
      return InvalidArgument("file names a partition spec the table does not have: " +
                             file.file_path);
    }
    if (file.record_count < 0 || file.file_size_bytes <= 0) {
      return InvalidArgument("file without size or with a negative record count: " +
                             file.file_path);
    }
    if (!paths.insert(file.file_path).second) {
      return InvalidArgument("file is added twice: " + file.file_path);
    }
  }
  return Status::Ok();
}

int64_t RandomSnapshotId(const TableMetadata& metadata, io::Random& random) {
  for (;;) {
    const auto id =
        static_cast<int64_t>((random.Next() ^ random.Next()) &
                             static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
    if (id != 0 && metadata.FindSnapshot(id) == nullptr) return id;
  }
}

bool HoldsLiveFiles(const ManifestFile& file) {
  if (!file.added_files_count || !file.existing_files_count) return true;  // unknown: keep
  return *file.added_files_count + *file.existing_files_count > 0;
}

// A manifest can be written again only if its counts and the types of its tuples are known.
bool CanRewrite(const TableMetadata& metadata, int spec_id) {
  const PartitionSpec* spec = metadata.FindSpec(spec_id);
  if (spec == nullptr) return false;
  const Type type = PartitionType(*spec, SchemaOfSpec(metadata, *spec));
  return std::all_of(type.fields.begin(), type.fields.end(),
                     [](const Field& field) { return field.type.kind != TypeKind::kUnknown; });
}

}  // namespace

Result<ManifestFile> Table::WriteManifest(const Manifest& manifest, const std::string& path,
                                          int64_t snapshot_id, int64_t sequence_number) {
  SLUICE_ASSIGN(const std::string bytes, EncodeManifest(manifest, kManifestCodec));
  SLUICE_ASSIGN(const std::string plain, io::PathOfUri(path));
  SLUICE_TRY(environment_.files->WriteWhole(plain, bytes));
  return Summarize(manifest, path, static_cast<int64_t>(bytes.size()), snapshot_id,
                   sequence_number);
}

// Halves what would become larger than the target.
Status Table::WriteManifests(Manifest manifest, int64_t target_bytes, StagedAppend* staged) {
  SLUICE_ASSIGN(const std::string bytes, EncodeManifest(manifest, kManifestCodec));
  const size_t count = manifest.entries.size();
  if (static_cast<int64_t>(bytes.size()) > target_bytes && count > 1) {
    Manifest half = manifest;
    const auto middle = static_cast<std::ptrdiff_t>(count / 2);
    half.entries.erase(half.entries.begin() + middle, half.entries.end());
    SLUICE_TRY(WriteManifests(std::move(half), target_bytes, staged));
    manifest.entries.erase(manifest.entries.begin(), manifest.entries.begin() + middle);
    return WriteManifests(std::move(manifest), target_bytes, staged);
  }
  const std::string path = MetadataLocation() + "/" + staged->commit_uuid + "-m" +
                           std::to_string(staged->manifests.size()) + ".avro";
  SLUICE_ASSIGN(const std::string plain, io::PathOfUri(path));
  SLUICE_TRY(environment_.files->WriteWhole(plain, bytes));
  staged->manifests.push_back(
      Summarize(manifest, path, static_cast<int64_t>(bytes.size()), staged->snapshot_id, 0));
  return Status::Ok();
}

Result<StagedAppend> Table::StageAppend(AppendRequest request) {
  SLUICE_TRY(CheckWritable());
  SLUICE_TRY(CheckFiles(request, metadata_));
  SLUICE_ASSIGN(const auto properties, ReadCommitProperties(metadata_.properties));
  StagedAppend staged;
  staged.snapshot_id = request.snapshot_id ? *request.snapshot_id
                                           : RandomSnapshotId(metadata_, *environment_.random);
  staged.commit_uuid = environment_.random->Uuid();
  std::map<int, Manifest> by_spec;
  for (const DataFile& file : request.files) {
    Manifest& manifest = by_spec[file.spec_id];
    manifest.entries.push_back(ManifestEntry{.status = EntryStatus::kAdded, .file = file});
  }
  for (auto& [spec_id, manifest] : by_spec) {
    manifest.spec = *metadata_.FindSpec(spec_id);
    manifest.schema = SchemaOfSpec(metadata_, manifest.spec);
    SLUICE_TRY(WriteManifests(std::move(manifest), properties.manifest_target_bytes, &staged));
  }
  staged.request = std::move(request);
  io::AnnounceState("manifest-written");
  return staged;
}

Result<std::vector<ManifestFile>> Table::BaseManifests() {
  const Snapshot* snapshot = metadata_.current_snapshot();
  if (snapshot == nullptr) return std::vector<ManifestFile>();
  if (!cached_list_.empty() && cached_list_ == snapshot->manifest_list) return cached_manifests_;
  return ReadManifestList(*snapshot);
}

Result<CommitResult> Table::CommitAppend(StagedAppend* staged, const Requirements& requirements) {
  SLUICE_TRY(CheckWritable());
  Attempt attempt;
  attempt.result.snapshot_id = staged->snapshot_id;
  attempt.result.added = TotalsOf(staged->request.files);
  if (metadata_.FindSnapshot(staged->snapshot_id) != nullptr) {  // an earlier attempt landed
    attempt.result.outcome = CommitOutcome::kCommitted;
    attempt.result.metadata_location = metadata_location_;
    return std::move(attempt.result);
  }
  attempt.result.violations = CheckRequirements(requirements, metadata_);
  if (!attempt.result.violations.empty()) {
    attempt.result.outcome = CommitOutcome::kViolated;
    return std::move(attempt.result);
  }
  ++staged->attempt;
  const int64_t sequence_number = metadata_.last_sequence_number + 1;
  std::vector<ManifestFile> manifests;
  for (ManifestFile file : staged->manifests) {
    file.sequence_number = sequence_number;
    file.min_sequence_number = sequence_number;
    manifests.push_back(std::move(file));
  }
  SLUICE_ASSIGN(const auto base, BaseManifests());
  std::copy_if(base.begin(), base.end(), std::back_inserter(manifests), HoldsLiveFiles);
  SLUICE_ASSIGN(attempt.manifests, Merge(manifests, sequence_number, staged));

  const ManifestListHeader header{staged->snapshot_id, metadata_.current_snapshot_id,
                                  sequence_number};
  SLUICE_ASSIGN(const std::string list,
                EncodeManifestList(attempt.manifests, header, kManifestCodec));
  const std::string list_location =
      MetadataLocation() + "/snap-" + std::to_string(staged->snapshot_id) + "-" +
      std::to_string(staged->attempt) + "-" + staged->commit_uuid + ".avro";
  SLUICE_ASSIGN(const std::string list_path, io::PathOfUri(list_location));
  SLUICE_TRY(environment_.files->WriteWhole(list_path, list));
  attempt.written.push_back(list_location);
  io::AnnounceState("manifest-list-written");

  attempt.next = NextVersion(metadata_, metadata_location_, environment_.clock->NowMs(),
                             &attempt.dropped_logs);
  ApplySnapshot(
      {staged->snapshot_id, list_location,
       AppendSummary(metadata_.current_snapshot(), attempt.result.added, staged->request.summary)},
      &attempt.next);
  ApplyProperties(staged->request.set_properties, staged->request.remove_properties, &attempt.next);
  SLUICE_TRY(ExpireWhenDue(staged->request.maintenance, &attempt));
  SLUICE_ASSIGN(CommitResult result, Swap(std::move(attempt)));
  // One that was merged into another before anybody saw it. Only a definite yes allows removing it.
  if (result.outcome == CommitOutcome::kCommitted && !result.reloaded) RemoveUnlisted(*staged);
  return result;
}

// The manifests of a committed append that are in no list.
void Table::RemoveUnlisted(const StagedAppend& staged) {
  std::set<std::string> listed;
  for (const ManifestFile& file : cached_manifests_) listed.insert(file.manifest_path);
  const auto remove = [&](const ManifestFile& file) {
    if (!listed.contains(file.manifest_path))
      RemoveQuietly(*environment_.files, file.manifest_path);
  };
  for (const ManifestFile& file : staged.manifests) remove(file);
  for (const auto& [members, file] : staged.merged) remove(file);
}

Result<std::vector<ManifestFile>> Table::Merge(const std::vector<ManifestFile>& manifests,
                                               int64_t sequence_number, StagedAppend* staged) {
  SLUICE_ASSIGN(const auto properties, ReadCommitProperties(metadata_.properties));
  if (!properties.merge_manifests) return manifests;
  std::map<int, std::vector<size_t>> by_spec;
  for (size_t i = 0; i < manifests.size(); ++i) {
    if (manifests[i].content == ManifestContent::kData) {
      by_spec[manifests[i].partition_spec_id].push_back(i);
    }
  }
  std::map<size_t, ManifestFile> replaced;  // first index of a group -> what stands for it
  std::set<size_t> gone;
  for (const auto& [spec_id, indexes] : by_spec) {
    if (!CanRewrite(metadata_, spec_id)) continue;
    std::vector<ManifestFile> candidates;
    for (const size_t i : indexes) candidates.push_back(manifests[i]);
    for (const auto& group : PlanManifestMerge(candidates, properties.manifest_target_bytes,
                                               properties.manifest_merge_count_min)) {
      std::vector<ManifestFile> members;
      for (const size_t i : group) {
        members.push_back(candidates[i]);
        gone.insert(indexes[i]);
      }
      SLUICE_ASSIGN(replaced[indexes[group[0]]], MergeGroup(members, sequence_number, staged));
    }
  }
  std::vector<ManifestFile> out;
  for (size_t i = 0; i < manifests.size(); ++i) {
    if (const auto it = replaced.find(i); it != replaced.end()) {
      out.push_back(it->second);
    } else if (!gone.contains(i)) {
      out.push_back(manifests[i]);
    }
  }
  return out;
}

Result<ManifestFile> Table::MergeGroup(const std::vector<ManifestFile>& group,
                                       int64_t sequence_number, StagedAppend* staged) {
  std::vector<std::string> key;
  for (const ManifestFile& file : group) {
    key.push_back(file.manifest_path);
  }
  if (const auto it = staged->merged.find(key); it != staged->merged.end()) {
    ManifestFile known = it->second;
    // Entries of ours inherit the number of the attempt; the others keep theirs.
    const bool only_ours = known.min_sequence_number == known.sequence_number;
    known.sequence_number = sequence_number;
    if (only_ours) known.min_sequence_number = sequence_number;
    return known;
  }
  Manifest merged;
  merged.spec = *metadata_.FindSpec(group[0].partition_spec_id);
  merged.schema = SchemaOfSpec(metadata_, merged.spec);
  for (const ManifestFile& file : group) {
    SLUICE_ASSIGN(Manifest read, ReadManifest(file));
    const bool ours = file.added_snapshot_id == staged->snapshot_id;
    for (ManifestEntry& entry : read.entries) {
      if (entry.status == EntryStatus::kDeleted) continue;  // belongs to its own snapshot only
      if (ours) {
        entry.snapshot_id.reset();
        entry.sequence_number.reset();
        entry.file_sequence_number.reset();
      } else {
        entry.status = EntryStatus::kExisting;
      }
      merged.entries.push_back(std::move(entry));
    }
  }
  const std::string path = MetadataLocation() + "/" + staged->commit_uuid + "-m" +
                           std::to_string(staged->manifests.size() + staged->merged.size()) +
                           ".avro";
  SLUICE_ASSIGN(ManifestFile made,
                WriteManifest(merged, path, staged->snapshot_id, sequence_number));
  staged->merged[key] = made;
  return made;
}

Result<std::vector<ManifestFile>> Table::ReadManifestList(const Snapshot& snapshot) const {
  if (!snapshot.manifest_list.empty()) {
    SLUICE_ASSIGN(const std::string path, io::PathOfUri(snapshot.manifest_list));
    SLUICE_ASSIGN(const std::string bytes,
                  environment_.files->ReadWhole(path, limits::kMetadataBytesMax));
    auto list = DecodeManifestList(bytes);
    if (!list.ok()) return std::move(list).error().With("manifest list " + path);
    return std::move(list->manifests);
  }
  std::vector<ManifestFile> out;
  for (const std::string& location : snapshot.manifests) {  // v1 without a list
    ManifestFile file;
    file.manifest_path = location;
    file.added_snapshot_id = snapshot.snapshot_id;
    file.partition_spec_id = metadata_.default_spec_id;
    SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
    SLUICE_ASSIGN(const auto entry, environment_.files->Stat(path));
    file.manifest_length = entry.size_bytes;
    out.push_back(std::move(file));
  }
  return out;
}

Result<Manifest> Table::ReadManifest(const ManifestFile& file) const {
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(file.manifest_path));
  SLUICE_ASSIGN(const std::string bytes,
                environment_.files->ReadWhole(path, limits::kMetadataBytesMax));
  KnownShape known;
  known.spec = metadata_.FindSpec(file.partition_spec_id);
  if (known.spec != nullptr) known.schema = &SchemaOfSpec(metadata_, *known.spec);
  auto manifest = DecodeManifest(bytes, known);
  if (!manifest.ok()) return std::move(manifest).error().With("manifest " + path);
  SLUICE_TRY(InheritFrom(file, &*manifest));
  return manifest;
}

}  // namespace sluice::tables::iceberg
