// SPDX-License-Identifier: Apache-2.0
// The part of the lint that reads manifest lists and manifests, and the rules by name.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/lint.h"
#include "tables/iceberg/manifest.h"

namespace sluice::tables::iceberg {

struct Rule {
  const char* name;
  Severity severity;
  std::vector<std::string> rejected_by;
};

namespace rules {
extern const Rule kTableUuid, kLastColumnId, kPartitionId, kTransform, kSchema, kRefs, kLogOrder,
    kSnapshotLog, kSnapshotId, kSequence, kSnapshotSchema, kOperation, kTotals, kListRead,
    kListRecord, kListHeader, kListCounts, kManifestRead, kManifestRecord, kManifestHeader,
    kManifestLength, kFieldIds, kRequiredUnion, kEntryCounts, kEntrySequence, kDuplicateFile,
    kPartitionTuple, kPartitionRange, kBounds, kFileMissing, kFileSize;
}  // namespace rules

/// Collects findings up to the limit.
class FindingSink {
 public:
  FindingSink(const LintOptions& options, LintReport* report)
      : findings_max_(options.findings_max), report_(report) {}
  void Add(const Rule& rule, const std::string& where, const std::string& text);
  LintReport& report() { return *report_; }

 private:
  int64_t findings_max_;
  LintReport* report_;
};

/// Manifests already read for another snapshot, with what they hold; they never change.
struct ManifestContents {
  struct File {
    std::string path;
    int64_t rows = 0, size_bytes = 0;
    bool is_data = true;
  };
  std::vector<File> live;
};
using SeenManifests = std::map<std::string, ManifestContents>;

class SnapshotLint {
 public:
  SnapshotLint(const Table& table, const Snapshot& snapshot, const LintOptions& options,
               bool current, FindingSink* sink, SeenManifests* seen)
      : table_(table),
        snapshot_(snapshot),
        options_(options),
        current_(current),
        sink_(*sink),
        seen_(*seen) {}
  void Run();

  int64_t live_rows() const { return live_rows_; }
  int64_t live_files() const { return live_files_; }
  int64_t live_bytes() const { return live_bytes_; }
  /// Every manifest could be read, so the numbers are whole.
  bool complete() const { return complete_; }

 private:
  Result<std::string> ReadFile(const std::string& location) const;
  void CheckList(const std::string& bytes, const std::string& where);
  void CheckManifest(const ManifestFile& file);
  void CheckManifestHead(const avro::ContainerHead& head, const std::string& where);
  void CheckEntries(const ManifestFile& file, const Manifest& manifest);
  void CheckEntry(const ManifestFile& file, const Manifest& manifest, const Type& partition,
                  const ManifestEntry& entry);
  void CheckMetrics(const DataFile& file, const Schema& schema);
  void CheckOnDisk(const ManifestContents::File& file);
  void Count(const ManifestContents& contents);

  const Table& table_;
  const Snapshot& snapshot_;
  const LintOptions& options_;
  bool current_;
  FindingSink& sink_;
  SeenManifests& seen_;
  std::set<std::string> paths_;
  int64_t live_rows_ = 0, live_files_ = 0, live_bytes_ = 0;
  bool complete_ = true;
};

}  // namespace sluice::tables::iceberg
