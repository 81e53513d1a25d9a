// SPDX-License-Identifier: Apache-2.0
// A table as its writer holds it: an identifier in a catalog, the metadata last read, and the ways
// to change it. Every change is one attempt: built on metadata(), swapped in if nobody was faster.
// What to do after a conflict or an unknown outcome is the caller's decision; the facts come with
// the result, read again from the catalog.
//
//   committed        the table says so; metadata() is the new state
//   conflict         another commit was first; nothing of ours is visible; metadata() is that state
//   violated         a requirement does not hold in the state that was read; nothing was written
//   unknown          sent, not answered: keep every file; metadata() is the newest that could be
//                    read, and it may still change (`reloaded` says if reading worked)
// An Error instead of a result: definitely nothing was changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "tables/catalog.h"
#include "tables/iceberg/append.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/table_metadata.h"

namespace sluice::tables::iceberg {

/// What a table reaches the world through; longer-lived than the tables opened from it.
struct Environment {
  Catalog* catalog = nullptr;
  io::FileSystem* files = nullptr;
  io::Clock* clock = nullptr;
  io::Random* random = nullptr;
};

enum class CommitOutcome : uint8_t { kCommitted, kConflict, kViolated, kUnknown };

struct CommitResult {
  CommitOutcome outcome = CommitOutcome::kUnknown;
  std::vector<Violation> violations;  // of kViolated
  std::optional<Error> reason;        // of kConflict, kUnknown
  bool reloaded = false;              // of kConflict, kUnknown: metadata() was read again
  int64_t snapshot_id = 0;            // the one this attempt would have made (0: properties only)
  std::string metadata_location;      // the file this attempt wrote
  AppendTotals added;
};

/// An append whose manifests are written already; carries them from attempt to attempt.
struct StagedAppend {
  AppendRequest request;
  int64_t snapshot_id = 0;              // the same in all attempts
  std::string commit_uuid;              // in the names of its manifests and lists
  std::vector<ManifestFile> manifests;  // one per partition spec and size, written
  int64_t attempt = 0;
  // Merged manifests of earlier attempts, by the paths they were made from.
  std::map<std::vector<std::string>, ManifestFile> merged;
};

struct CreateOptions {
  Schema schema;  // ids as made by FromFlow or AssignFieldIds
  PartitionSpec spec;
  SortOrder order;
  Properties properties;
  std::string location;  // empty: <warehouse>/<namespace>/<name>
};

class Table {
 public:
  /// kNotFound when the catalog has no such table.
  static Result<Table> Load(const Environment& environment, const TableIdentifier& identifier);
  /// Writes the first metadata file and registers it; kAlreadyExists if the name is taken.
  static Result<Table> Create(const Environment& environment, const TableIdentifier& identifier,
                              const CreateOptions& options);
  /// A table read from a metadata file, without a catalog: cannot commit.
  static Result<Table> LoadStatic(const Environment& environment, const std::string& location);

  const TableIdentifier& identifier() const { return identifier_; }
  const TableMetadata& metadata() const { return metadata_; }
  const std::string& metadata_location() const { return metadata_location_; }
  const Environment& environment() const { return environment_; }

  /// Reads the catalog again; cheap when nothing changed.
  Status Refresh();

  /// Writes the manifests of `request` (durable, invisible). Fails on delete files, unknown specs,
  /// a file path twice, tuples that do not fit. No files: no manifest, the commit still makes a
  /// snapshot.
  Result<StagedAppend> StageAppend(AppendRequest request);
  /// One attempt on metadata(): manifest list, metadata.json, swap.
  Result<CommitResult> CommitAppend(StagedAppend* staged, const Requirements& requirements);
  /// One attempt: properties alone (a fencing token), no snapshot.
  Result<CommitResult> CommitProperties(const Properties& set,
                                        const std::vector<std::string>& remove,
                                        const Requirements& requirements);

  /// One attempt: `schema`, which EvolveSchema made from metadata()'s, becomes the current one. No
  /// snapshot. An error where ApplySchema refuses it.
  Result<CommitResult> CommitSchema(Schema schema, int last_column_id);

  /// The folder for new data files: write.data.path or <location>/data; with the location's scheme.
  std::string DataLocation() const;
  std::string MetadataLocation() const;
  /// Reads the manifest list of a snapshot; v1 snapshots without one give their manifests.
  Result<std::vector<ManifestFile>> ReadManifestList(const Snapshot& snapshot) const;
  /// Reads a manifest, inheritance applied.
  Result<Manifest> ReadManifest(const ManifestFile& file) const;

 private:
  // Snapshots that a commit took out of the table: those, and which of them.
  struct Expired {
    SnapshotList before;
    std::set<int64_t> ids;        // of `before`
    std::set<int64_t> ancestors;  // of `ids`: those the current snapshot came from
    bool more = false;            // the next commit goes on
  };
  // One try: the next metadata and what was written for it.
  struct Attempt {
    TableMetadata next;
    std::vector<std::string> written;       // to be removed after a definite conflict
    std::vector<ManifestFile> manifests;    // of the new snapshot
    std::vector<std::string> dropped_logs;  // metadata files that fell out of the log
    std::optional<Expired> expiry;          // what this commit takes out, where it is due
    CommitResult result;
  };

  Table() = default;
  Status CheckWritable() const;
  Status Adopt(const std::string& location);
  Result<ManifestFile> WriteManifest(const Manifest& manifest, const std::string& path,
                                     int64_t snapshot_id, int64_t sequence_number);
  Status WriteManifests(Manifest manifest, int64_t target_bytes, StagedAppend* staged);
  Result<std::vector<ManifestFile>> BaseManifests();
  Result<std::vector<ManifestFile>> Merge(const std::vector<ManifestFile>& manifests,
                                          int64_t sequence_number, StagedAppend* staged);
  Result<ManifestFile> MergeGroup(const std::vector<ManifestFile>& group, int64_t sequence_number,
                                  StagedAppend* staged);
  void RemoveUnlisted(const StagedAppend& staged);
  Status ExpireWhenDue(const Properties& maintenance, Attempt* attempt);
  void RemoveExpired(const Expired& expired);
  Result<std::set<std::string>> ManifestsKept() const;
  Result<std::vector<std::string>> FilesOf(const Expired& expired) const;
  Status AddDeletedFiles(const ManifestFile& file, const std::set<int64_t>& expired_ids,
                         std::set<std::string>* files) const;
  Status KeepLiveFiles(std::set<std::string>* files) const;
  Result<CommitResult> Swap(Attempt attempt);
  Result<CommitResult> Resolve(Attempt attempt, const std::string& location, Error reason);
  void Accept(Attempt* attempt, const std::string& location);

  Environment environment_;
  TableIdentifier identifier_;
  TableMetadata metadata_;
  std::string metadata_location_;
  // The manifest list of the current snapshot, when this object wrote it.
  std::string cached_list_;
  std::vector<ManifestFile> cached_manifests_;
  // The schedule of expiry, for as long as this object lives.
  int64_t appends_since_expiry_ = 0;
  std::optional<int64_t> last_expiry_ms_;
};

/// Removes a file that nothing names any more; what cannot be removed is logged.
void RemoveQuietly(io::FileSystem& files, const std::string& location);

/// The schema in which a spec's source columns are all found: the current one, else the newest that
/// has them.
const Schema& SchemaOfSpec(const TableMetadata& metadata, const PartitionSpec& spec);

/// Reads metadata.json or .gz.metadata.json from a location.
Result<TableMetadata> ReadMetadataFile(io::FileSystem& files, const std::string& location);

}  // namespace sluice::tables::iceberg
