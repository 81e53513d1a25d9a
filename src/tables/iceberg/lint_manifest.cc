// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/lint_manifest.h"

#include <algorithm>

#include "base/limits.h"

namespace sluice::tables::iceberg {

namespace rules {
using S = Severity;
const Rule kTableUuid{"table-uuid", S::kError, {"Spark", "Trino"}};
const Rule kLastColumnId{"last-column-id", S::kError, {"any engine that adds a column"}};
const Rule kPartitionId{"partition-field-id", S::kError, {"Spark", "Trino"}};
const Rule kTransform{"unknown-transform", S::kWarning, {"writers"}};
const Rule kSchema{"schema", S::kError, {"Spark", "Trino", "PyIceberg"}};
const Rule kRefs{"refs", S::kError, {"Spark", "PyIceberg"}};
const Rule kLogOrder{"log-order", S::kError, {"Spark", "Flink", "Trino"}};
const Rule kSnapshotLog{"snapshot-log", S::kWarning, {"Spark"}};
const Rule kSnapshotId{"snapshot-id", S::kError, {"Spark"}};
const Rule kSequence{"sequence-number", S::kError, {"Spark", "Flink", "Trino"}};
const Rule kSnapshotSchema{"snapshot-schema-id", S::kWarning, {"Athena"}};
const Rule kOperation{"summary-operation", S::kError, {"Spark", "PyIceberg"}};
const Rule kTotals{"summary-totals", S::kWarning, {"Redshift"}};
const Rule kListRead{"manifest-list-unreadable", S::kError, {"every engine"}};
const Rule kListRecord{"manifest-list-record-name", S::kError, {"Spark"}};
const Rule kListHeader{"manifest-list-header", S::kWarning, {}};
const Rule kListCounts{"manifest-list-counts", S::kError, {"Spark", "Athena"}};
const Rule kManifestRead{"manifest-unreadable", S::kError, {"every engine"}};
const Rule kManifestRecord{"manifest-record-name", S::kError, {"Spark"}};
const Rule kManifestHeader{"manifest-header", S::kError, {"Snowflake", "Spark"}};
const Rule kManifestLength{"manifest-length", S::kError, {"Spark", "Trino"}};
const Rule kFieldIds{"field-ids", S::kError, {"PyIceberg", "DuckDB"}};
const Rule kRequiredUnion{"required-field-union", S::kError, {"Spark", "Redshift", "Athena"}};
const Rule kEntryCounts{"manifest-counts", S::kError, {"Spark"}};
const Rule kEntrySequence{"entry-sequence-number", S::kError, {"Spark", "Flink", "Trino"}};
const Rule kDuplicateFile{"duplicate-file", S::kError, {}};
const Rule kPartitionTuple{"partition-tuple", S::kError, {"Spark", "Trino"}};
const Rule kPartitionRange{"partition-range", S::kError, {}};
const Rule kBounds{"bounds", S::kError, {}};
const Rule kFileMissing{"file-missing", S::kError, {"every engine"}};
const Rule kFileSize{"file-size", S::kError, {"Trino", "iceberg-rust"}};
}  // namespace rules

namespace {

// Ids that the spec requires in v2 and that Java reads as primitives, so not as unions.
const std::set<int>& RequiredIds() {
  static const auto* ids = new std::set<int>{0,   2,   100, 101, 102, 103, 104, 134, 500, 501, 502,
                                             503, 504, 505, 506, 509, 512, 513, 514, 515, 516, 517};
  return *ids;
}

void CheckNodes(const avro::Schema& schema, const std::string& where, FindingSink* sink) {
  for (const avro::Node& node : schema.nodes) {
    for (const auto& field : node.fields) {
      if (!field.field_id) {
        sink->Add(rules::kFieldIds, where, "Avro field without field-id: " + field.name);
      } else if (RequiredIds().contains(*field.field_id) &&
                 schema.at(field.node).kind == avro::Kind::kUnion) {
        sink->Add(rules::kRequiredUnion, where, "required field is a union: " + field.name);
      }
    }
    if (node.kind == avro::Kind::kArray && !node.element_id && node.logical_type != "map") {
      sink->Add(rules::kFieldIds, where, "Avro list without element-id");
    }
  }
}

Status IgnoreRecord(const avro::ContainerHead&, const avro::Datum&) {
  return Status::Ok();
}

std::string Where(const ManifestFile& file) {
  return "manifest " + file.manifest_path;
}

}  // namespace

void FindingSink::Add(const Rule& rule, const std::string& where, const std::string& text) {
  if (static_cast<int64_t>(report_->findings.size()) >= findings_max_) {
    report_->truncated = true;
    return;
  }
  report_->findings.push_back({rule.severity, rule.name, where, text, rule.rejected_by});
}

Result<std::string> SnapshotLint::ReadFile(const std::string& location) const {
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
  return table_.environment().files->ReadWhole(path, limits::kMetadataBytesMax);
}

void SnapshotLint::Run() {
  const std::string where = "manifest list " + snapshot_.manifest_list;
  std::vector<ManifestFile> manifests;
  if (!snapshot_.manifest_list.empty()) {
    const auto bytes = ReadFile(snapshot_.manifest_list);
    if (!bytes.ok()) {
      sink_.Add(rules::kListRead, where, bytes.error().text);
      complete_ = false;
      return;
    }
    CheckList(*bytes, where);
  }
  auto list = table_.ReadManifestList(snapshot_);
  if (!list.ok()) {
    sink_.Add(rules::kListRead, where, list.error().text);
    complete_ = false;
    return;
  }
  for (const ManifestFile& file : *list) {
    const auto seen = seen_.find(file.manifest_path);
    if (seen == seen_.end()) {
      CheckManifest(file);
    } else {
      Count(seen->second);
    }
  }
}

void SnapshotLint::CheckList(const std::string& bytes, const std::string& where) {
  const auto head = avro::ReadContainer(bytes, IgnoreRecord);
  if (!head.ok()) return;  // reported when it is read as a list
  if (table_.metadata().format_version > 1) CheckNodes(head->schema, where, &sink_);
  if (head->schema.at(head->schema.root).name != "manifest_file") {
    sink_.Add(rules::kListRecord, where,
              "record is named " + head->schema.at(head->schema.root).name + ", not manifest_file");
  }
  const auto list = DecodeManifestList(bytes);
  if (!list.ok()) return;
  if (list->snapshot_id && *list->snapshot_id != snapshot_.snapshot_id) {
    sink_.Add(rules::kListHeader, where,
              "header says snapshot " + std::to_string(*list->snapshot_id));
  }
  if (list->sequence_number && *list->sequence_number != snapshot_.sequence_number) {
    sink_.Add(rules::kListHeader, where,
              "header says sequence number " + std::to_string(*list->sequence_number));
  }
  for (const ManifestFile& file : list->manifests) {
    const bool counted = file.added_files_count && file.existing_files_count &&
                         file.deleted_files_count && file.added_rows_count &&
                         file.existing_rows_count && file.deleted_rows_count;
    if (!counted && table_.metadata().format_version > 1) {
      sink_.Add(rules::kListCounts, where, "no file or row counts for " + file.manifest_path);
    }
    if (file.sequence_number > snapshot_.sequence_number) {
      sink_.Add(rules::kSequence, where,
                "manifest is newer than its snapshot: " + file.manifest_path);
    }
  }
}

void SnapshotLint::CheckManifestHead(const avro::ContainerHead& head, const std::string& where) {
  if (table_.metadata().format_version > 1) CheckNodes(head.schema, where, &sink_);
  const avro::Node& root = head.schema.at(head.schema.root);
  if (root.name != "manifest_entry") {
    sink_.Add(rules::kManifestRecord, where,
              "record is named " + root.name + ", not manifest_entry");
  }
  std::vector<const char*> keys = {"schema", "partition-spec"};
  if (table_.metadata().format_version > 1) {
    keys.insert(keys.end(), {"partition-spec-id", "format-version", "content"});
  }
  for (const char* key : keys) {
    if (!head.header.contains(key)) {
      sink_.Add(rules::kManifestHeader, where, std::string("header has no ") + key);
    }
  }
  if (const auto it = head.header.find("schema"); it != head.header.end()) {
    const auto schema = ParseSchemaJson(it->second);
    if (!schema.ok()) {
      sink_.Add(rules::kManifestHeader, where, "header schema: " + schema.error().text);
    } else {
      // A manifest's own record schema in place of the table's has no field of the table.
      const auto& known = table_.metadata().schemas;
      const bool matches = std::any_of(known.begin(), known.end(), [&](const Schema& candidate) {
        return std::all_of(schema->fields.begin(), schema->fields.end(), [&](const Field& field) {
          return candidate.FindField(field.id) != nullptr;
        });
      });
      if (!matches) {
        sink_.Add(rules::kManifestHeader, where, "header schema is none of the table's");
      }
    }
  }
  if (const auto it = head.header.find("partition-spec"); it != head.header.end()) {
    const auto fields = ParsePartitionFieldsJson(it->second);
    if (!fields.ok()) {
      sink_.Add(rules::kManifestHeader, where,
                "header partition-spec is not the array of fields: " + fields.error().text);
    }
  }
}

void SnapshotLint::CheckManifest(const ManifestFile& file) {
  ++sink_.report().manifests;
  const std::string where = Where(file);
  const auto bytes = ReadFile(file.manifest_path);
  if (!bytes.ok()) {
    sink_.Add(rules::kManifestRead, where, bytes.error().text);
    complete_ = false;
    return;
  }
  if (static_cast<int64_t>(bytes->size()) != file.manifest_length) {
    sink_.Add(rules::kManifestLength, where,
              "has " + std::to_string(bytes->size()) + " bytes, the list says " +
                  std::to_string(file.manifest_length));
  }
  const auto head = avro::ReadContainer(*bytes, IgnoreRecord);
  if (head.ok()) CheckManifestHead(*head, where);
  auto manifest = table_.ReadManifest(file);
  if (!manifest.ok()) {
    sink_.Add(rules::kManifestRead, where, manifest.error().text);
    complete_ = false;
    return;
  }
  if (table_.metadata().FindSpec(file.partition_spec_id) == nullptr) {
    sink_.Add(rules::kManifestHeader, where,
              "names an unknown partition spec: " + std::to_string(file.partition_spec_id));
  }
  CheckEntries(file, *manifest);
}

void SnapshotLint::CheckEntries(const ManifestFile& file, const Manifest& manifest) {
  const Type partition = PartitionType(manifest.spec, manifest.schema);
  int64_t files[3] = {0, 0, 0}, rows[3] = {0, 0, 0};
  ManifestContents contents;
  for (const ManifestEntry& entry : manifest.entries) {
    ++files[static_cast<size_t>(entry.status)];
    rows[static_cast<size_t>(entry.status)] += entry.file.record_count;
    CheckEntry(file, manifest, partition, entry);
    if (entry.status == EntryStatus::kDeleted) continue;
    contents.live.push_back({entry.file.file_path, entry.file.record_count,
                             entry.file.file_size_bytes, entry.file.content == FileContent::kData});
  }
  const std::pair<const char*, std::pair<std::optional<int64_t>, int64_t>> counts[] = {
      {"added_files_count", {file.added_files_count, files[1]}},
      {"existing_files_count", {file.existing_files_count, files[0]}},
      {"deleted_files_count", {file.deleted_files_count, files[2]}},
      {"added_rows_count", {file.added_rows_count, rows[1]}},
      {"existing_rows_count", {file.existing_rows_count, rows[0]}},
      {"deleted_rows_count", {file.deleted_rows_count, rows[2]}}};
  for (const auto& [name, pair] : counts) {
    if (pair.first && *pair.first != pair.second) {
      sink_.Add(rules::kEntryCounts, Where(file),
                std::string(name) + " is " + std::to_string(*pair.first) + ", the manifest holds " +
                    std::to_string(pair.second));
    }
  }
  Count(contents);
  if (current_ && options_.check_files) {
    for (const auto& live : contents.live) CheckOnDisk(live);
  }
  seen_[file.manifest_path] = std::move(contents);
}

void SnapshotLint::Count(const ManifestContents& contents) {
  for (const auto& file : contents.live) {
    if (!paths_.insert(file.path).second) {
      sink_.Add(rules::kDuplicateFile, "snapshot " + std::to_string(snapshot_.snapshot_id),
                "file is live twice: " + file.path);
    }
    live_bytes_ += file.size_bytes;
    if (!file.is_data) continue;
    live_rows_ += file.rows;
    ++live_files_;
  }
}

void SnapshotLint::CheckEntry(const ManifestFile& file, const Manifest& manifest,
                              const Type& partition, const ManifestEntry& entry) {
  const DataFile& data_file = entry.file;
  if (!entry.sequence_number || !entry.file_sequence_number) {
    sink_.Add(rules::kEntrySequence, Where(file),
              "existing entry without sequence number: " + data_file.file_path);
  } else if (entry.status != EntryStatus::kDeleted &&
             (*entry.sequence_number < file.min_sequence_number ||
              *entry.sequence_number > file.sequence_number)) {
    sink_.Add(rules::kEntrySequence, Where(file),
              "sequence number outside of its manifest's range: " + data_file.file_path);
  }
  const bool is_data = data_file.content == FileContent::kData;
  if (is_data != (file.content == ManifestContent::kData)) {
    sink_.Add(rules::kManifestHeader, Where(file),
              "data and delete files are mixed: " + data_file.file_path);
  }
  if (data_file.partition.size() != partition.fields.size()) {
    sink_.Add(rules::kPartitionTuple, Where(file),
              "partition tuple does not fit its spec: " + data_file.file_path);
    return;
  }
  for (size_t i = 0; i < partition.fields.size() && i < file.partitions.size(); ++i) {
    const Value& value = data_file.partition[i];
    const PartitionFieldSummary& range = file.partitions[i];
    bool outside = IsNull(value) && !range.contains_null;
    const bool deleted = entry.status == EntryStatus::kDeleted;
    if (!IsNull(value) && !deleted && range.lower_bound && range.upper_bound) {
      const auto lower = DecodeValue(partition.fields[i].type, *range.lower_bound);
      const auto upper = DecodeValue(partition.fields[i].type, *range.upper_bound);
      const bool is_number = value.index() != 3 && value.index() != 4;
      outside = is_number && lower.ok() && upper.ok() &&
                (CompareValues(value, *lower) < 0 || CompareValues(value, *upper) > 0);
    }
    if (outside && !deleted) {
      sink_.Add(rules::kPartitionRange, Where(file),
                "partition value outside of the manifest list's range: " + data_file.file_path);
    }
  }
  CheckMetrics(data_file, manifest.schema);
}

void SnapshotLint::CheckMetrics(const DataFile& file, const Schema& schema) {
  for (const auto& [id, nulls] : file.null_value_counts) {
    const auto values = file.value_counts.find(id);
    if (nulls < 0 || (values != file.value_counts.end() && nulls > values->second)) {
      sink_.Add(rules::kBounds, file.file_path,
                "more nulls than values in column " + std::to_string(id));
    }
  }
  for (const auto& [id, lower_bytes] : file.lower_bounds) {
    const Field* field = schema.FindField(id);
    if (field == nullptr || !field->type.is_primitive()) continue;
    const auto lower = DecodeValue(field->type, lower_bytes);
    const auto upper_bytes = file.upper_bounds.find(id);
    if (!lower.ok()) {
      sink_.Add(rules::kBounds, file.file_path, field->name + ": " + lower.error().text);
    } else if (upper_bytes != file.upper_bounds.end()) {
      const auto upper = DecodeValue(field->type, upper_bytes->second);
      if (!upper.ok() || CompareValues(*lower, *upper) > 0) {
        sink_.Add(rules::kBounds, file.file_path,
                  field->name + ": lower bound is above the upper bound, or cannot be read");
      }
    }
  }
  if (!std::is_sorted(file.split_offsets.begin(), file.split_offsets.end())) {
    sink_.Add(rules::kBounds, file.file_path, "split offsets are not in ascending order");
  }
}

void SnapshotLint::CheckOnDisk(const ManifestContents::File& file) {
  ++sink_.report().data_files;
  const auto path = io::PathOfUri(file.path);
  if (!path.ok()) {
    sink_.Add(rules::kFileMissing, file.path, path.error().text);
    return;
  }
  const auto entry = table_.environment().files->Stat(*path);
  if (!entry.ok()) {
    sink_.Add(rules::kFileMissing, file.path, entry.error().text);
  } else if (entry->size_bytes != file.size_bytes) {
    sink_.Add(rules::kFileSize, file.path,
              "has " + std::to_string(entry->size_bytes) + " bytes, the manifest says " +
                  std::to_string(file.size_bytes));
  }
}

}  // namespace sluice::tables::iceberg
