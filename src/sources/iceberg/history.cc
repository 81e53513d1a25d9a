// SPDX-License-Identifier: Apache-2.0
#include "sources/iceberg/history.h"

#include <algorithm>
#include <utility>

namespace sluice::sources::iceberg {
namespace {

using tables::iceberg::Snapshot;
using tables::iceberg::TableMetadata;

const Snapshot* ParentOf(const TableMetadata& metadata, const Snapshot& snapshot) {
  return snapshot.parent_snapshot_id ? metadata.FindSnapshot(*snapshot.parent_snapshot_id)
                                     : nullptr;
}

bool Descends(const TableMetadata& metadata, const Snapshot* head, int64_t id) {
  for (; head != nullptr; head = ParentOf(metadata, *head)) {
    if (head->snapshot_id == id) return true;
  }
  return false;
}

Result<Place> StartAtId(const TableMetadata& metadata, const Snapshot* head,
                        const ReadOptions& options) {
  const Snapshot* start = metadata.FindSnapshot(*options.start_snapshot_id);
  if (start == nullptr || !Descends(metadata, head, start->snapshot_id)) {
    return NotFound("'start-snapshot-id': the branch has no snapshot " +
                    std::to_string(*options.start_snapshot_id) + " (any more)");
  }
  if (options.start_exclusive) return Place::Done(start->sequence_number);
  return Place{.sequence = start->sequence_number, .whole = false, .row = 0, .done = false};
}

Status Changes(const Snapshot& snapshot, const char* option) {
  return Unsupported("snapshot " + std::to_string(snapshot.snapshot_id) + " is a '" +
                     snapshot.operation() +
                     "': a stream reads what is appended, and cannot take rows back; '" + option +
                     "' = 'true' leaves such snapshots out");
}

}  // namespace

Result<const Snapshot*> HeadOf(const TableMetadata& metadata, const std::string& branch) {
  if (branch == "main") return metadata.current_snapshot();
  const auto ref = metadata.refs.find(branch);
  if (ref == metadata.refs.end() || ref->second.is_tag) {
    return NotFound("there is no branch '" + branch + "'");
  }
  return metadata.FindSnapshot(ref->second.snapshot_id);
}

Result<Place> StartOf(const TableMetadata& metadata, const ReadOptions& options) {
  SLUICE_ASSIGN(const Snapshot* const head, HeadOf(metadata, options.branch));
  if (options.starting == Starting::kSnapshotId) return StartAtId(metadata, head, options);
  if (head == nullptr) return Place{};
  Place place{.sequence = head->sequence_number, .whole = false, .row = 0, .done = false};
  const Snapshot* first = nullptr;
  switch (options.starting) {
    case Starting::kTableScanThenIncremental:
      place.whole = true;
      return place;
    case Starting::kLatestSnapshotExclusive:
      return Place::Done(head->sequence_number);
    case Starting::kEarliestSnapshot:
    case Starting::kSnapshotTimestamp:
      for (const Snapshot* at = head; at != nullptr; at = ParentOf(metadata, *at)) {
        if (options.start_at_ms && at->timestamp_ms < *options.start_at_ms) break;
        first = at;
      }
      // None is new enough: whatever comes next.
      if (first == nullptr) return Place::Done(head->sequence_number);
      place.sequence = first->sequence_number;
      return place;
    default:
      return place;
  }
}

Result<std::vector<const Snapshot*>> SnapshotsFrom(const TableMetadata& metadata,
                                                   const Snapshot* head, const Place& place,
                                                   int64_t last_id) {
  std::vector<const Snapshot*> snapshots;
  const Error lost = SourceLost(
      "the snapshots behind sequence number " + std::to_string(place.sequence) +
      " are gone: they have expired, or the table was rolled back, before they were read");
  for (const Snapshot* at = head; at != nullptr;) {
    if (at->sequence_number == place.sequence && place.done) break;
    if (at->sequence_number < place.sequence) return lost;
    snapshots.push_back(at);
    if (at->sequence_number == place.sequence) break;
    const Snapshot* const parent = ParentOf(metadata, *at);
    if (parent == nullptr) {
      const bool known = at->parent_snapshot_id && *at->parent_snapshot_id == last_id;
      const bool from_the_first = !at->parent_snapshot_id && place.sequence == 0;
      if (!known && !from_the_first) return lost;
    }
    at = parent;
  }
  if (head == nullptr && place.sequence != 0) return lost;
  std::reverse(snapshots.begin(), snapshots.end());
  return snapshots;
}

Result<std::shared_ptr<const Part>> AppendedBy(const tables::iceberg::Table& table,
                                               const Snapshot& snapshot,
                                               const ReadOptions& options) {
  using tables::iceberg::EntryStatus;
  const std::shared_ptr<const Part> nothing;
  const std::string operation = snapshot.operation();
  if (operation == "replace") return nothing;
  if (operation == "delete") {
    if (options.skip_deletes) return nothing;
    return Changes(snapshot, "streaming-skip-delete-snapshots").error();
  }
  if (operation != "append") {
    if (options.skip_overwrites) return nothing;
    return Changes(snapshot, "streaming-skip-overwrite-snapshots").error();
  }
  auto part = std::make_shared<Part>();
  part->sequence = snapshot.sequence_number;
  SLUICE_ASSIGN(const auto manifests, table.ReadManifestList(snapshot));
  int64_t rows = 0;
  for (const auto& file : manifests) {
    const bool ours = file.content == tables::iceberg::ManifestContent::kData &&
                      file.added_snapshot_id == snapshot.snapshot_id;
    if (!ours) continue;
    SLUICE_ASSIGN(auto manifest, table.ReadManifest(file));
    for (auto& entry : manifest.entries) {
      if (entry.status != EntryStatus::kAdded || entry.snapshot_id != snapshot.snapshot_id)
        continue;
      rows += entry.file.record_count;
      part->tasks.push_back({.file = std::move(entry.file),
                             .data_sequence_number = entry.sequence_number.value_or(0),
                             .deletes = {},
                             .residual = {}});
    }
  }
  SLUICE_TRY(CheckPlace(part->sequence, rows));
  return std::shared_ptr<const Part>(std::move(part));
}

Result<std::shared_ptr<const Part>> WholeAsOf(const tables::iceberg::Table& table,
                                              const Snapshot& snapshot) {
  tables::iceberg::SnapshotChoice choice;
  choice.snapshot_id = snapshot.snapshot_id;
  SLUICE_ASSIGN(auto plan, PlanScan(table, choice, {}));
  auto part = std::make_shared<Part>();
  part->sequence = snapshot.sequence_number;
  part->whole = true;
  part->tasks = std::move(plan.tasks);
  int64_t rows = 0;
  for (const auto& task : part->tasks) rows += task.file.record_count;
  SLUICE_TRY(CheckPlace(part->sequence, rows));
  return std::shared_ptr<const Part>(std::move(part));
}

}  // namespace sluice::sources::iceberg
