// SPDX-License-Identifier: Apache-2.0
// Manifests and manifest lists: which files a snapshot holds (spec, "Manifests", "Manifest Lists").
// Written as v2 exactly as the Java library does (record names, field ids, no needless unions, the
// header keys other engines ask for); v1, v2 and v3 are read by field id.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/schema.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

enum class FileContent : uint8_t { kData = 0, kPositionDeletes = 1, kEqualityDeletes = 2 };
enum class EntryStatus : uint8_t { kExisting = 0, kAdded = 1, kDeleted = 2 };
enum class ManifestContent : uint8_t { kData = 0, kDeletes = 1 };

/// A data or delete file with its metrics (field ids 134, 100-145). Maps are keyed by field id and
/// left out of the manifest when empty. Bounds are EncodeValue bytes.
struct DataFile {
  FileContent content = FileContent::kData;
  std::string file_path;                // with the scheme of the table's location
  std::string file_format = "PARQUET";  // upper case
  PartitionTuple partition;             // in the order of its spec's fields
  int64_t record_count = 0;
  int64_t file_size_bytes = 0;
  std::map<int, int64_t> column_sizes;
  std::map<int, int64_t> value_counts;  // nulls and NaN included
  std::map<int, int64_t> null_value_counts;
  std::map<int, int64_t> nan_value_counts;
  std::map<int, std::string> lower_bounds;
  std::map<int, std::string> upper_bounds;
  std::optional<std::string> key_metadata;
  std::vector<int64_t> split_offsets;  // row group offsets, ascending
  std::vector<int> equality_ids;
  std::optional<int> sort_order_id;
  std::optional<int64_t> first_row_id;              // v3
  std::optional<std::string> referenced_data_file;  // position deletes, deletion vectors
  std::optional<int64_t> content_offset;            // deletion vectors
  std::optional<int64_t> content_size_bytes;        // deletion vectors
  int spec_id = 0;                                  // not in the record: that of its manifest
  bool operator==(const DataFile&) const = default;
};

/// snapshot_id and the sequence numbers are absent while an added entry inherits them.
struct ManifestEntry {
  EntryStatus status = EntryStatus::kAdded;
  std::optional<int64_t> snapshot_id;
  std::optional<int64_t> sequence_number;
  std::optional<int64_t> file_sequence_number;
  DataFile file;
  bool operator==(const ManifestEntry&) const = default;
};

/// Range of one partition field over a manifest (ids 509, 518, 510, 511).
struct PartitionFieldSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower_bound;
  std::optional<std::string> upper_bound;
  bool operator==(const PartitionFieldSummary&) const = default;
};

/// An entry of a manifest list (ids 500-520).
struct ManifestFile {
  std::string manifest_path;
  int64_t manifest_length = 0;
  int partition_spec_id = 0;
  ManifestContent content = ManifestContent::kData;
  int64_t sequence_number = 0;
  int64_t min_sequence_number = 0;
  int64_t added_snapshot_id = 0;
  // v1 lists may lack the counts.
  std::optional<int64_t> added_files_count, existing_files_count, deleted_files_count;
  std::optional<int64_t> added_rows_count, existing_rows_count, deleted_rows_count;
  std::vector<PartitionFieldSummary> partitions;
  std::optional<std::string> key_metadata;
  std::optional<int64_t> first_row_id;  // v3
  bool operator==(const ManifestFile&) const = default;
};

/// A manifest as it lies on disk.
struct Manifest {
  int format_version = 2;
  Schema schema;
  PartitionSpec spec;
  ManifestContent content = ManifestContent::kData;
  std::vector<ManifestEntry> entries;
};

struct ManifestList {
  std::optional<int> format_version;
  std::optional<int64_t> snapshot_id;  // from the container's header, where the writer put it
  std::optional<int64_t> parent_snapshot_id;
  std::optional<int64_t> sequence_number;
  std::vector<ManifestFile> manifests;
};

/// The bytes of a v2 manifest. `codec` is an Avro codec name ("deflate", "null", "zstandard").
Result<std::string> EncodeManifest(const Manifest& manifest, std::string_view codec);
/// Reads any version. Schema and spec come from the header, or from `known`, where the caller has
/// the table's own; entries are as written (see InheritFrom).
struct KnownShape {
  const Schema* schema = nullptr;
  const PartitionSpec* spec = nullptr;
};
Result<Manifest> DecodeManifest(std::string_view bytes, const KnownShape& known = {});
/// Fills what entries inherit from their manifest's list entry: snapshot id, sequence numbers, spec
/// id (v1: sequence number 0; v3: first row ids).
Status InheritFrom(const ManifestFile& list_entry, Manifest* manifest);

/// The list entry for entries written as one manifest: counts, partition ranges, smallest sequence
/// number (inherited ones count as `sequence_number`).
ManifestFile Summarize(const Manifest& manifest, const std::string& path, int64_t length,
                       int64_t snapshot_id, int64_t sequence_number);

struct ManifestListHeader {
  int64_t snapshot_id = 0;
  std::optional<int64_t> parent_snapshot_id;
  int64_t sequence_number = 0;
};
Result<std::string> EncodeManifestList(const std::vector<ManifestFile>& manifests,
                                       const ManifestListHeader& header, std::string_view codec);
Result<ManifestList> DecodeManifestList(std::string_view bytes);

}  // namespace sluice::tables::iceberg
