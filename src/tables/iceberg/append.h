// SPDX-License-Identifier: Apache-2.0
// An append to a table, as values: what to add (AppendRequest), what must hold in the base
// (Requirements), and the pure step that makes the next metadata from the base (ApplyAppend). The
// writing of files and the compare-and-swap are Table's (table.h).
//
// A retry on another base reuses the manifest of the added files: its entries inherit snapshot id
// and sequence number from the list, so only the manifest list and metadata.json are made again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/table_metadata.h"

namespace sluice::tables::iceberg {

/// Facts that must hold in the metadata a commit is built on. Checked against the very base that
/// the compare-and-swap names, so they hold at the moment of the commit.
struct Requirements {
  std::optional<std::string> table_uuid;
  /// Outer: check or not. Inner: the snapshot id, nullopt = the table has no snapshot.
  std::optional<std::optional<int64_t>> base_snapshot;
  /// Property -> the value it must have; nullopt = it must be absent.
  std::map<std::string, std::optional<std::string>> properties;
};

/// A requirement that does not hold: what was expected and what is there.
struct Violation {
  std::string what;  // "table-uuid", "snapshot", "property sluice.p.token"
  std::optional<std::string> expected, found;
  std::string ToString() const;
};
std::vector<Violation> CheckRequirements(const Requirements& requirements,
                                         const TableMetadata& base);

struct AppendRequest {
  std::vector<DataFile> files;  // all of them data files; spec_id says their spec
  Properties set_properties;    // in the same commit
  std::vector<std::string> remove_properties;
  std::map<std::string, std::string> summary;  // extra keys of the snapshot's summary
  std::optional<int64_t> snapshot_id;          // nullopt: a random one is chosen
  Properties maintenance;  // flink-maintenance.* of the writer, before the table's properties
};

/// Numbers of one append, also what its summary says.
struct AppendTotals {
  int64_t files = 0, rows = 0, size_bytes = 0;
  int64_t changed_partitions = 0;
};
AppendTotals TotalsOf(const std::vector<DataFile>& files);

/// The summary of an append on `parent` (null: first snapshot): operation, added-*, total-*,
/// changed-partition-count, then `extra`; all strings. Totals of a parent that does not say them
/// are left out, not invented.
std::map<std::string, std::string> AppendSummary(const Snapshot* parent, const AppendTotals& added,
                                                 const std::map<std::string, std::string>& extra);

/// Which manifests of one spec to merge: runs of small data manifests, first fit by size up to the
/// target, only bins with at least two; the newest bin only once it holds `count_min` manifests.
/// Result: groups of indexes into `manifests`.
std::vector<std::vector<size_t>> PlanManifestMerge(const std::vector<ManifestFile>& manifests,
                                                   int64_t target_bytes, int count_min);

struct NewSnapshot {
  int64_t snapshot_id = 0;
  std::string manifest_list;
  std::map<std::string, std::string> summary;
};
/// Pure: `next` (from NextVersion) with the snapshot made current on main, its log entry, and the
/// properties of the request.
void ApplySnapshot(const NewSnapshot& snapshot, TableMetadata* next);
void ApplyProperties(const Properties& set, const std::vector<std::string>& remove,
                     TableMetadata* next);

}  // namespace sluice::tables::iceberg
