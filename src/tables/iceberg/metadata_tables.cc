// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/metadata_tables.h"

#include <algorithm>
#include <map>
#include <set>

#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "flow/table_options.h"
#include "tables/iceberg/cell_internal.h"

namespace sluice::tables::iceberg {
namespace {

using Batch = std::shared_ptr<arrow::RecordBatch>;

std::shared_ptr<arrow::DataType> Instant() {
  return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

Cell InstantCell(int64_t timestamp_ms) {
  return Cell(timestamp_ms * 1000);
}

template <typename Key, typename T>
Cell MapCell(const std::map<Key, T>& map) {
  if (map.empty()) return {};
  std::vector<Cell> items;
  for (const auto& [key, value] : map) {
    items.emplace_back(key);
    items.emplace_back(value);
  }
  return Cell::Nested(std::move(items));
}

template <typename T>
Cell ListCell(const std::vector<T>& list) {
  if (list.empty()) return {};
  return Cell::Nested(std::vector<Cell>(list.begin(), list.end()));
}

Result<Batch> Snapshots(const TableMetadata& metadata) {
  const auto schema = arrow::schema(
      {arrow::field("committed_at", Instant()), arrow::field("snapshot_id", arrow::int64()),
       arrow::field("parent_id", arrow::int64()), arrow::field("operation", arrow::utf8()),
       arrow::field("manifest_list", arrow::utf8()),
       arrow::field("summary", arrow::map(arrow::utf8(), arrow::utf8()))});
  std::vector<CellRow> rows;
  for (const Snapshot& s : metadata.snapshots) {
    auto summary = s.summary;
    summary.erase("operation");
    rows.push_back({InstantCell(s.timestamp_ms), s.snapshot_id, s.parent_snapshot_id, s.operation(),
                    s.manifest_list.empty() ? Cell() : Cell(s.manifest_list), MapCell(summary)});
  }
  return BatchOf(schema, rows);
}

Result<Batch> History(const TableMetadata& metadata) {
  const auto schema = arrow::schema({arrow::field("made_current_at", Instant()),
                                     arrow::field("snapshot_id", arrow::int64()),
                                     arrow::field("parent_id", arrow::int64()),
                                     arrow::field("is_current_ancestor", arrow::boolean())});
  std::set<int64_t> line;
  for (const Snapshot* snapshot : CurrentLine(metadata)) line.insert(snapshot->snapshot_id);
  const SnapshotIndex by_id(metadata.snapshots);
  std::vector<CellRow> rows;
  for (const SnapshotLogEntry& entry : metadata.snapshot_log) {
    const Snapshot* snapshot = by_id.Find(entry.snapshot_id);
    rows.push_back({InstantCell(entry.timestamp_ms), entry.snapshot_id,
                    snapshot == nullptr ? Cell() : Cell(snapshot->parent_snapshot_id),
                    line.contains(entry.snapshot_id)});
  }
  return BatchOf(schema, rows);
}

Result<Batch> Refs(const TableMetadata& metadata) {
  const auto schema =
      arrow::schema({arrow::field("name", arrow::utf8()), arrow::field("type", arrow::utf8()),
                     arrow::field("snapshot_id", arrow::int64()),
                     arrow::field("max_reference_age_in_ms", arrow::int64()),
                     arrow::field("min_snapshots_to_keep", arrow::int32()),
                     arrow::field("max_snapshot_age_in_ms", arrow::int64())});
  std::vector<CellRow> rows;
  for (const auto& [name, ref] : metadata.refs) {
    rows.push_back({name, ref.is_tag ? "TAG" : "BRANCH", ref.snapshot_id, ref.max_ref_age_ms,
                    ref.min_snapshots_to_keep, ref.max_snapshot_age_ms});
  }
  return BatchOf(schema, rows);
}

Result<Batch> MetadataLog(const Table& table) {
  const TableMetadata& metadata = table.metadata();
  const auto schema =
      arrow::schema({arrow::field("timestamp", Instant()), arrow::field("file", arrow::utf8()),
                     arrow::field("latest_snapshot_id", arrow::int64()),
                     arrow::field("latest_schema_id", arrow::int32()),
                     arrow::field("latest_sequence_number", arrow::int64())});
  std::vector<MetadataLogEntry> entries = metadata.metadata_log;
  entries.push_back({metadata.last_updated_ms, table.metadata_location()});
  std::vector<CellRow> rows;
  for (const MetadataLogEntry& entry : entries) {
    const auto id = SnapshotAt(metadata, entry.timestamp_ms);
    const Snapshot* snapshot = id.ok() ? metadata.FindSnapshot(*id) : nullptr;
    if (snapshot == nullptr) {
      rows.push_back(
          {InstantCell(entry.timestamp_ms), entry.metadata_file, Cell(), Cell(), Cell()});
    } else {
      rows.push_back({InstantCell(entry.timestamp_ms), entry.metadata_file, snapshot->snapshot_id,
                      snapshot->schema_id, snapshot->sequence_number});
    }
  }
  return BatchOf(schema, rows);
}

// All partition fields of all specs, by field id: the struct `partition` of the metadata tables.
struct PartitionColumns {
  std::vector<Field> fields;
  std::shared_ptr<arrow::DataType> type;

  static Result<PartitionColumns> Of(const TableMetadata& metadata) {
    std::map<int, Field> by_id;
    for (const PartitionSpec& spec : metadata.partition_specs) {
      const Type partition = PartitionType(spec, SchemaOfSpec(metadata, spec));
      for (size_t i = 0; i < spec.fields.size(); ++i) {
        const Field& field = partition.fields[i];
        const auto known = by_id.find(field.id);
        const bool better =
            known == by_id.end() || spec.fields[i].transform.kind != TransformKind::kVoid;
        if (better && field.type.kind != TypeKind::kUnknown) by_id[field.id] = field;
      }
    }
    PartitionColumns out;
    arrow::FieldVector children;
    for (auto& [id, field] : by_id) {
      SLUICE_ASSIGN(auto type, ToArrow(field.type));
      children.push_back(arrow::field(field.name, std::move(type)));
      out.fields.push_back(std::move(field));
    }
    out.type = arrow::struct_(children);
    return out;
  }

  Cell CellOf(const TableMetadata& metadata, const DataFile& file) const {
    const PartitionSpec* spec = metadata.FindSpec(file.spec_id);
    std::vector<Cell> items(fields.size());
    for (size_t i = 0; spec != nullptr && i < spec->fields.size() && i < file.partition.size();
         ++i) {
      for (size_t k = 0; k < fields.size(); ++k) {
        const bool same = fields[k].id == spec->fields[i].field_id;
        if (same && FitsType(fields[k].type, file.partition[i])) items[k] = Cell(file.partition[i]);
      }
    }
    return Cell::Nested(std::move(items));
  }
};

// Calls `visit` for every live entry of a snapshot.
template <typename Visit>
Status ForEachLive(const Table& table, const Snapshot* snapshot, Visit visit) {
  if (snapshot == nullptr) return Status::Ok();
  SLUICE_ASSIGN(const auto manifests, table.ReadManifestList(*snapshot));
  for (const ManifestFile& file : manifests) {
    SLUICE_ASSIGN(const Manifest manifest, table.ReadManifest(file));
    for (const ManifestEntry& entry : manifest.entries) {
      if (entry.status != EntryStatus::kDeleted) visit(entry);
    }
  }
  return Status::Ok();
}

std::shared_ptr<arrow::Schema> FilesSchema(const PartitionColumns& partition) {
  const auto counts = arrow::map(arrow::int32(), arrow::int64());
  const auto bounds = arrow::map(arrow::int32(), arrow::binary());
  arrow::FieldVector fields = {
      arrow::field("content", arrow::int32()), arrow::field("file_path", arrow::utf8()),
      arrow::field("file_format", arrow::utf8()), arrow::field("spec_id", arrow::int32())};
  if (!partition.fields.empty()) fields.push_back(arrow::field("partition", partition.type));
  for (const auto& [name, type] :
       std::initializer_list<std::pair<const char*, std::shared_ptr<arrow::DataType>>>{
           {"record_count", arrow::int64()},
           {"file_size_in_bytes", arrow::int64()},
           {"column_sizes", counts},
           {"value_counts", counts},
           {"null_value_counts", counts},
           {"nan_value_counts", counts},
           {"lower_bounds", bounds},
           {"upper_bounds", bounds},
           {"key_metadata", arrow::binary()},
           {"split_offsets", arrow::list(arrow::int64())},
           {"equality_ids", arrow::list(arrow::int32())},
           {"sort_order_id", arrow::int32()}}) {
    fields.push_back(arrow::field(name, type));
  }
  return arrow::schema(fields);
}

Result<Batch> Files(const Table& table, const Snapshot* snapshot) {
  SLUICE_ASSIGN(const auto partition, PartitionColumns::Of(table.metadata()));
  std::vector<CellRow> rows;
  SLUICE_TRY(ForEachLive(table, snapshot, [&](const ManifestEntry& entry) {
    const DataFile& file = entry.file;
    CellRow row = {static_cast<int>(file.content), file.file_path, file.file_format, file.spec_id};
    if (!partition.fields.empty()) row.push_back(partition.CellOf(table.metadata(), file));
    for (Cell cell :
         {Cell(file.record_count), Cell(file.file_size_bytes), MapCell(file.column_sizes),
          MapCell(file.value_counts), MapCell(file.null_value_counts),
          MapCell(file.nan_value_counts), MapCell(file.lower_bounds), MapCell(file.upper_bounds),
          Cell(file.key_metadata), ListCell(file.split_offsets), ListCell(file.equality_ids),
          Cell(file.sort_order_id)}) {
      row.push_back(std::move(cell));
    }
    rows.push_back(std::move(row));
  }));
  return BatchOf(FilesSchema(partition), rows);
}

Cell RangesCell(const TableMetadata& metadata, const ManifestFile& file) {
  const PartitionSpec* spec = metadata.FindSpec(file.partition_spec_id);
  std::vector<Cell> items;
  if (spec != nullptr) {
    const Type partition = PartitionType(*spec, SchemaOfSpec(metadata, *spec));
    const auto text = [](const Type& type, const std::optional<std::string>& bound) -> Cell {
      if (!bound) return {};
      const auto value = DecodeValue(type, *bound);
      return value.ok() ? Cell(ToText(type, *value)) : Cell();
    };
    for (size_t i = 0; i < file.partitions.size() && i < partition.fields.size(); ++i) {
      const PartitionFieldSummary& range = file.partitions[i];
      const Type& type = partition.fields[i].type;
      items.push_back(Cell::Nested({range.contains_null, range.contains_nan,
                                    text(type, range.lower_bound), text(type, range.upper_bound)}));
    }
  }
  return Cell::Nested(std::move(items));
}

Result<Batch> Manifests(const Table& table, const Snapshot* snapshot) {
  const auto range = arrow::struct_({arrow::field("contains_null", arrow::boolean()),
                                     arrow::field("contains_nan", arrow::boolean()),
                                     arrow::field("lower_bound", arrow::utf8()),
                                     arrow::field("upper_bound", arrow::utf8())});
  const auto schema = arrow::schema(
      {arrow::field("content", arrow::int32()), arrow::field("path", arrow::utf8()),
       arrow::field("length", arrow::int64()), arrow::field("partition_spec_id", arrow::int32()),
       arrow::field("added_snapshot_id", arrow::int64()),
       arrow::field("added_data_files_count", arrow::int32()),
       arrow::field("existing_data_files_count", arrow::int32()),
       arrow::field("deleted_data_files_count", arrow::int32()),
       arrow::field("added_delete_files_count", arrow::int32()),
       arrow::field("existing_delete_files_count", arrow::int32()),
       arrow::field("deleted_delete_files_count", arrow::int32()),
       arrow::field("partition_summaries", arrow::list(range))});
  std::vector<CellRow> rows;
  std::vector<ManifestFile> manifests;
  if (snapshot != nullptr) {
    SLUICE_ASSIGN(manifests, table.ReadManifestList(*snapshot));
  }
  for (const ManifestFile& file : manifests) {
    const Cell counts[] = {file.added_files_count, file.existing_files_count,
                           file.deleted_files_count};
    const Cell none[] = {0, 0, 0};
    const bool is_data = file.content == ManifestContent::kData;
    CellRow row = {static_cast<int>(file.content), file.manifest_path, file.manifest_length,
                   file.partition_spec_id, file.added_snapshot_id};
    row.insert(row.end(), is_data ? counts : none, (is_data ? counts : none) + 3);
    row.insert(row.end(), is_data ? none : counts, (is_data ? none : counts) + 3);
    row.push_back(RangesCell(table.metadata(), file));
    rows.push_back(std::move(row));
  }
  return BatchOf(schema, rows);
}

struct PartitionTotals {
  DataFile sample;  // its spec and tuple
  int64_t records = 0, files = 0, size_bytes = 0;
  int64_t position_records = 0, position_files = 0, equality_records = 0, equality_files = 0;
  std::optional<int64_t> updated_ms, updated_snapshot;
};

void AddTo(const TableMetadata& metadata, const ManifestEntry& entry, PartitionTotals* totals) {
  const DataFile& file = entry.file;
  totals->sample = file;
  if (file.content == FileContent::kData) {
    totals->records += file.record_count;
    totals->size_bytes += file.file_size_bytes;
    ++totals->files;
  } else if (file.content == FileContent::kPositionDeletes) {
    totals->position_records += file.record_count;
    ++totals->position_files;
  } else {
    totals->equality_records += file.record_count;
    ++totals->equality_files;
  }
  const Snapshot* by = entry.snapshot_id ? metadata.FindSnapshot(*entry.snapshot_id) : nullptr;
  if (by != nullptr && by->timestamp_ms >= totals->updated_ms.value_or(0)) {
    totals->updated_ms = by->timestamp_ms;
    totals->updated_snapshot = by->snapshot_id;
  }
}

Result<Batch> Partitions(const Table& table, const Snapshot* snapshot) {
  SLUICE_ASSIGN(const auto partition, PartitionColumns::Of(table.metadata()));
  std::map<std::pair<int, PartitionTuple>, PartitionTotals,
           bool (*)(const std::pair<int, PartitionTuple>&, const std::pair<int, PartitionTuple>&)>
      totals([](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : TupleLess()(a.second, b.second);
      });
  SLUICE_TRY(ForEachLive(table, snapshot, [&](const ManifestEntry& entry) {
    AddTo(table.metadata(), entry, &totals[{entry.file.spec_id, entry.file.partition}]);
  }));
  arrow::FieldVector fields;
  if (!partition.fields.empty()) {
    fields = {arrow::field("partition", partition.type), arrow::field("spec_id", arrow::int32())};
  }
  for (const char* name : {"record_count", "file_count", "total_data_file_size_in_bytes",
                           "position_delete_record_count", "position_delete_file_count",
                           "equality_delete_record_count", "equality_delete_file_count"}) {
    const bool files = std::string_view(name).ends_with("file_count");
    fields.push_back(arrow::field(name, files ? arrow::int32() : arrow::int64()));
  }
  fields.push_back(arrow::field("last_updated_at", Instant()));
  fields.push_back(arrow::field("last_updated_snapshot_id", arrow::int64()));
  std::vector<CellRow> rows;
  for (const auto& [key, t] : totals) {
    CellRow row;
    if (!partition.fields.empty()) {
      row = {partition.CellOf(table.metadata(), t.sample), t.sample.spec_id};
    }
    for (const int64_t number : {t.records, t.files, t.size_bytes, t.position_records,
                                 t.position_files, t.equality_records, t.equality_files}) {
      row.emplace_back(number);
    }
    row.push_back(t.updated_ms ? InstantCell(*t.updated_ms) : Cell());
    row.emplace_back(t.updated_snapshot);
    rows.push_back(std::move(row));
  }
  return BatchOf(arrow::schema(fields), rows);
}

}  // namespace

const std::vector<std::string>& MetadataTableNames() {
  static const auto* names = new std::vector<std::string>{
      "snapshots", "history", "files", "manifests", "partitions", "refs", "metadata_log_entries"};
  return *names;
}

Result<Batch> ReadMetadataTable(const Table& table, std::string_view name,
                                const SnapshotChoice& choice) {
  SLUICE_ASSIGN(const Snapshot* snapshot, ChooseSnapshot(table.metadata(), choice));
  if (name == "snapshots") return Snapshots(table.metadata());
  if (name == "history") return History(table.metadata());
  if (name == "refs") return Refs(table.metadata());
  if (name == "metadata_log_entries") return MetadataLog(table);
  if (name == "files") return Files(table, snapshot);
  if (name == "manifests") return Manifests(table, snapshot);
  if (name == "partitions") return Partitions(table, snapshot);
  std::string list;
  for (const std::string& known : MetadataTableNames())
    list += (list.empty() ? "$" : ", $") + known;
  return NotFound("there is no metadata table $" + std::string(name) + "; there are " + list);
}

}  // namespace sluice::tables::iceberg
