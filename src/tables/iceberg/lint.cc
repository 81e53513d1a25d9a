// SPDX-License-Identifier: Apache-2.0
// The rules, from the outside in: metadata.json, manifest lists, manifests, files. Each rule has a
// stable name; engines known to refuse or misread a table that breaks it are named with it.
#include "tables/iceberg/lint.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/limits.h"
#include "tables/iceberg/avro.h"
#include "tables/iceberg/lint_manifest.h"

namespace sluice::tables::iceberg {
namespace {

constexpr int64_t kClockStepBackMs = 60'000;  // what the Java library lets pass in logs

std::optional<int64_t> SummaryNumber(const Snapshot& snapshot, const char* key) {
  const auto it = snapshot.summary.find(key);
  if (it == snapshot.summary.end()) return std::nullopt;
  int64_t value = 0;
  const char* last = it->second.data() + it->second.size();
  const auto [end, code] = std::from_chars(it->second.data(), last, value);
  if (code != std::errc() || end != last) return std::nullopt;
  return value;
}

class Linter {
 public:
  Linter(const Table& table, const LintOptions& options, LintReport* report)
      : table_(table), metadata_(table.metadata()), options_(options), sink_(options, report) {}

  Status Run() {
    CheckIds();
    CheckSchemas();
    CheckRefs();
    CheckLogs();
    for (const Snapshot& snapshot : metadata_.snapshots) CheckSnapshot(snapshot);
    // The current snapshot first: manifests are read once, and only its files are looked for.
    const Snapshot* current = metadata_.current_snapshot();
    if (current != nullptr) CheckContents(*current, true);
    for (const Snapshot& snapshot : metadata_.snapshots) {
      if (options_.all_snapshots && &snapshot != current) CheckContents(snapshot, false);
    }
    return Status::Ok();
  }

 private:
  void Report(const Rule& rule, const std::string& where, const std::string& text) {
    sink_.Add(rule, where, text);
  }

  void CheckIds() {
    if (metadata_.table_uuid.empty()) {
      Report(rules::kTableUuid, "table-uuid", "the table has no uuid");
    }
    int highest_column = 0;
    for (const Schema& schema : metadata_.schemas) {
      highest_column = std::max(highest_column, schema.HighestFieldId());
    }
    if (metadata_.last_column_id < highest_column) {
      Report(rules::kLastColumnId, "last-column-id",
             "is " + std::to_string(metadata_.last_column_id) + ", but field id " +
                 std::to_string(highest_column) + " is in use");
    }
    int highest_partition = 0;
    for (const PartitionSpec& spec : metadata_.partition_specs) {
      for (const PartitionField& field : spec.fields) {
        highest_partition = std::max(highest_partition, field.field_id);
        if (field.field_id < kPartitionFieldIdFirst) {
          Report(rules::kPartitionId, "partition-specs",
                 "partition field id below 1000: " + field.name);
        }
        if (field.transform.kind == TransformKind::kUnknown) {
          Report(rules::kTransform, "partition-specs", "unknown transform " + field.transform.text);
        }
      }
    }
    if (metadata_.last_partition_id < highest_partition) {
      Report(rules::kPartitionId, "last-partition-id",
             "is " + std::to_string(metadata_.last_partition_id) + ", but partition field id " +
                 std::to_string(highest_partition) + " is in use");
    }
  }

  void CheckSchemas() {
    std::set<int> ids;
    for (const Schema& schema : metadata_.schemas) {
      const std::string where = "schemas " + std::to_string(schema.schema_id);
      if (!ids.insert(schema.schema_id).second) {
        Report(rules::kSchema, where, "schema id is used twice");
      }
      const Status status = schema.Check(metadata_.format_version);
      if (!status.ok()) {
        Report(rules::kSchema, where, status.error().text + " " + status.error().where);
      }
    }
  }

  void CheckRefs() {
    const auto main = metadata_.refs.find("main");
    if (metadata_.current_snapshot_id && main == metadata_.refs.end()) {
      Report(rules::kRefs, "refs", "there is no branch main");
    }
    for (const auto& [name, ref] : metadata_.refs) {
      if (metadata_.FindSnapshot(ref.snapshot_id) == nullptr) {
        Report(rules::kRefs, "refs." + name,
               "names a snapshot that is not there: " + std::to_string(ref.snapshot_id));
      }
    }
  }

  void CheckLogs() {
    int64_t before = 0;
    for (const SnapshotLogEntry& entry : metadata_.snapshot_log) {
      if (entry.timestamp_ms < before - kClockStepBackMs) {
        Report(rules::kLogOrder, "snapshot-log",
               "goes back in time at snapshot " + std::to_string(entry.snapshot_id));
      }
      before = entry.timestamp_ms;
    }
    if (!metadata_.snapshot_log.empty() && metadata_.current_snapshot_id &&
        metadata_.snapshot_log.back().snapshot_id != *metadata_.current_snapshot_id) {
      Report(rules::kSnapshotLog, "snapshot-log",
             "its last entry is not the current snapshot but " +
                 std::to_string(metadata_.snapshot_log.back().snapshot_id));
    }
    before = 0;
    for (const MetadataLogEntry& entry : metadata_.metadata_log) {
      if (entry.timestamp_ms < before - kClockStepBackMs) {
        Report(rules::kLogOrder, "metadata-log", "goes back in time at " + entry.metadata_file);
      }
      before = entry.timestamp_ms;
    }
    if (metadata_.last_updated_ms < before - kClockStepBackMs) {
      Report(rules::kLogOrder, "last-updated-ms", "is before the newest metadata-log entry");
    }
  }

  void CheckSnapshot(const Snapshot& snapshot) {
    const std::string where = "snapshot " + std::to_string(snapshot.snapshot_id);
    if (!ids_.insert(snapshot.snapshot_id).second) {
      Report(rules::kSnapshotId, where, "the id is used twice");
    }
    if (snapshot.sequence_number > metadata_.last_sequence_number) {
      Report(rules::kSequence, where,
             "sequence number " + std::to_string(snapshot.sequence_number) +
                 " is above last-sequence-number " +
                 std::to_string(metadata_.last_sequence_number));
    }
    const Snapshot* parent = snapshot.parent_snapshot_id
                                 ? metadata_.FindSnapshot(*snapshot.parent_snapshot_id)
                                 : nullptr;
    if (metadata_.format_version > 1 && parent != nullptr &&
        snapshot.sequence_number <= parent->sequence_number) {
      Report(rules::kSequence, where, "sequence number is not above its parent's");
    }
    if (!snapshot.schema_id) Report(rules::kSnapshotSchema, where, "has no schema-id");
    if (snapshot.schema_id && metadata_.FindSchema(*snapshot.schema_id) == nullptr) {
      Report(rules::kSnapshotSchema, where,
             "names a schema that is not there: " + std::to_string(*snapshot.schema_id));
    }
    if (metadata_.format_version > 1 && !snapshot.summary.contains("operation")) {
      Report(rules::kOperation, where, "summary has no operation");
    }
    static const std::set<std::string> kOperations = {"append", "replace", "overwrite", "delete"};
    if (!kOperations.contains(snapshot.operation())) {
      Report(rules::kOperation, where, "unknown operation: " + snapshot.operation());
    }
    for (const char* key : {"total-records", "total-data-files"}) {
      if (!SummaryNumber(snapshot, key)) {
        Report(rules::kTotals, where, std::string("summary has no ") + key);
      }
    }
    CheckRunningTotals(snapshot, parent, where);
  }

  void CheckRunningTotals(const Snapshot& snapshot, const Snapshot* parent,
                          const std::string& where) {
    if (parent == nullptr) return;
    static constexpr const char* kKeys[][3] = {
        {"total-records", "added-records", "deleted-records"},
        {"total-data-files", "added-data-files", "deleted-data-files"},
        {"total-files-size", "added-files-size", "removed-files-size"}};
    for (const auto& [total, added, removed] : kKeys) {
      const auto now = SummaryNumber(snapshot, total), then = SummaryNumber(*parent, total);
      if (!now || !then) continue;
      const int64_t expected = *then + SummaryNumber(snapshot, added).value_or(0) -
                               SummaryNumber(snapshot, removed).value_or(0);
      if (*now != expected) {
        Report(rules::kTotals, where,
               std::string(total) + " is " + std::to_string(*now) +
                   ", its parent's and its own "
                   "changes make " +
                   std::to_string(expected));
      }
    }
  }

  void CheckContents(const Snapshot& snapshot, bool current) {
    ++sink_.report().snapshots;
    SnapshotLint lint(table_, snapshot, options_, current, &sink_, &seen_manifests_);
    lint.Run();
    const auto expect = [&](const char* key, int64_t found) {
      const auto said = SummaryNumber(snapshot, key);
      if (said && *said != found && lint.complete()) {
        Report(rules::kTotals, "snapshot " + std::to_string(snapshot.snapshot_id),
               std::string(key) + " is " + std::to_string(*said) + ", its manifests hold " +
                   std::to_string(found));
      }
    };
    expect("total-records", lint.live_rows());
    expect("total-data-files", lint.live_files());
    expect("total-files-size", lint.live_bytes());
  }

  const Table& table_;
  const TableMetadata& metadata_;
  const LintOptions& options_;
  FindingSink sink_;
  std::set<int64_t> ids_;
  SeenManifests seen_manifests_;
};

}  // namespace

Result<LintReport> Lint(const Table& table, const LintOptions& options) {
  LintReport report;
  SLUICE_TRY(Linter(table, options, &report).Run());
  return report;
}

}  // namespace sluice::tables::iceberg
