// SPDX-License-Identifier: Apache-2.0
// Reading manifests and manifest lists of any version: values are found by field id (by name only
// where a writer left the ids out), types are those of the writer's Avro schema.
#include <charconv>
#include <limits>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/manifest.h"

namespace sluice::tables::iceberg {
namespace {

using avro::Datum;
using avro::Kind;

// A record with its schema, so that fields are found by id.
class RecordView {
 public:
  RecordView(const avro::Schema& schema, const Datum& datum) : schema_(schema), datum_(datum) {}

  /// Null when the field is absent or null.
  const Datum* Find(int id, std::string_view name) const {
    const avro::Node& node = schema_.at(datum_.node);
    for (size_t i = 0; i < node.fields.size(); ++i) {
      const auto& field = node.fields[i];
      const bool match = field.field_id ? *field.field_id == id : field.name == name;
      if (match) return datum_.items[i].is_null() ? nullptr : &datum_.items[i];
    }
    return nullptr;
  }

  Result<std::optional<int64_t>> OptionalInteger(int id, std::string_view name) const {
    const Datum* value = Find(id, name);
    if (value == nullptr) return std::optional<int64_t>();
    if (value->kind != Kind::kInt && value->kind != Kind::kLong) return Wrong(name);
    return std::optional<int64_t>(value->integer);
  }
  Result<int64_t> Integer(int id, std::string_view name) const {
    SLUICE_ASSIGN(const auto value, OptionalInteger(id, name));
    if (!value) return Missing(name);
    return *value;
  }
  Result<std::optional<std::string>> OptionalBytes(int id, std::string_view name) const {
    const Datum* value = Find(id, name);
    if (value == nullptr) return std::optional<std::string>();
    if (value->kind != Kind::kString && value->kind != Kind::kBytes &&
        value->kind != Kind::kFixed) {
      return Wrong(name);
    }
    return std::optional<std::string>(value->bytes);
  }
  Result<std::string> Text(int id, std::string_view name) const {
    SLUICE_ASSIGN(auto value, OptionalBytes(id, name));
    if (!value) return Missing(name);
    return std::move(*value);
  }
  /// A nested record.
  Result<const Datum*> Record(int id, std::string_view name) const {
    const Datum* value = Find(id, name);
    if (value == nullptr) return Missing(name);
    if (value->kind != Kind::kRecord) return Wrong(name);
    return value;
  }
  /// Items of an array; null when absent.
  Result<const std::vector<Datum>*> Items(int id, std::string_view name) const {
    const Datum* value = Find(id, name);
    if (value == nullptr) return static_cast<const std::vector<Datum>*>(nullptr);
    if (value->kind != Kind::kArray) return Wrong(name);
    return &value->items;
  }
  RecordView Nested(const Datum& datum) const { return RecordView(schema_, datum); }
  const avro::Schema& schema() const { return schema_; }
  const Datum& datum() const { return datum_; }

  static Error Missing(std::string_view name) {
    return Corrupt("required field is missing: " + std::string(name));
  }
  static Error Wrong(std::string_view name) {
    return Corrupt("field has the wrong type: " + std::string(name));
  }

 private:
  const avro::Schema& schema_;
  const Datum& datum_;
};

Result<int> Narrow(int64_t value, std::string_view name) {
  if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max()) {
    return Corrupt("field does not fit into 32 bits: " + std::string(name));
  }
  return static_cast<int>(value);
}

Result<int64_t> Enumerated(int64_t value, int64_t max, std::string_view name) {
  if (value < 0 || value > max) {
    return Corrupt("field out of range: " + std::string(name) + " " + std::to_string(value));
  }
  return value;
}

struct MapIds {
  int id, key_id, value_id;
  const char* name;
};

Status ReadCounts(const RecordView& view, const MapIds& ids, std::map<int, int64_t>* out) {
  SLUICE_ASSIGN(const auto* items, view.Items(ids.id, ids.name));
  if (items == nullptr) return Status::Ok();
  for (const Datum& item : *items) {
    if (item.kind != Kind::kRecord) return RecordView::Wrong(ids.name);
    const RecordView entry = view.Nested(item);
    SLUICE_ASSIGN(const int64_t key, entry.Integer(ids.key_id, "key"));
    SLUICE_ASSIGN(const int64_t value, entry.Integer(ids.value_id, "value"));
    SLUICE_ASSIGN(const int id, Narrow(key, ids.name));
    (*out)[id] = value;
  }
  return Status::Ok();
}

Status ReadBounds(const RecordView& view, const MapIds& ids, std::map<int, std::string>* out) {
  SLUICE_ASSIGN(const auto* items, view.Items(ids.id, ids.name));
  if (items == nullptr) return Status::Ok();
  for (const Datum& item : *items) {
    if (item.kind != Kind::kRecord) return RecordView::Wrong(ids.name);
    const RecordView entry = view.Nested(item);
    SLUICE_ASSIGN(const int64_t key, entry.Integer(ids.key_id, "key"));
    SLUICE_ASSIGN(std::string value, entry.Text(ids.value_id, "value"));
    SLUICE_ASSIGN(const int id, Narrow(key, ids.name));
    (*out)[id] = std::move(value);
  }
  return Status::Ok();
}

// A partition value as the writer's Avro type gives it, brought to the table's type where the two
// differ by a legal promotion.
Result<Value> PartitionValue(const Type& type, const avro::Schema& schema, const Datum& datum) {
  const avro::Node& node = schema.at(datum.node);
  switch (datum.kind) {
    case Kind::kNull:
      return Value();
    case Kind::kBoolean:
      return Value(datum.integer != 0);
    case Kind::kInt:
    case Kind::kLong:
      if (type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble) break;
      return Value(node.logical_type == "timestamp-millis" ? datum.integer * 1000 : datum.integer);
    case Kind::kFloat:
      if (type.kind == TypeKind::kDouble) return Value(datum.real);
      return Value(static_cast<float>(datum.real));
    case Kind::kDouble:
      return Value(datum.real);
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kFixed:
      if (node.logical_type == "decimal" || type.kind == TypeKind::kDecimal) {
        return DecodeValue(Type::Decimal(38, 0), datum.bytes);
      }
      return Value(datum.bytes);
    default:
      break;
  }
  return Corrupt("partition value of a type that no partition has");
}

Result<PartitionTuple> ReadPartition(const RecordView& view, const PartitionSpec& spec,
                                     const Type& type) {
  PartitionTuple tuple;
  for (size_t i = 0; i < spec.fields.size(); ++i) {
    const Datum* value = view.Find(spec.fields[i].field_id, spec.fields[i].name);
    if (value == nullptr) {
      tuple.emplace_back();
      continue;
    }
    SLUICE_ASSIGN(Value read, PartitionValue(type.fields[i].type, view.schema(), *value));
    if (type.fields[i].type.kind != TypeKind::kUnknown && !FitsType(type.fields[i].type, read)) {
      return Corrupt("partition value does not fit " + type.fields[i].type.ToString() + ": " +
                     spec.fields[i].name);
    }
    tuple.push_back(std::move(read));
  }
  return tuple;
}

Status ReadMetrics(const RecordView& view, DataFile* file) {
  SLUICE_TRY(ReadCounts(view, {108, 117, 118, "column_sizes"}, &file->column_sizes));
  SLUICE_TRY(ReadCounts(view, {109, 119, 120, "value_counts"}, &file->value_counts));
  SLUICE_TRY(ReadCounts(view, {110, 121, 122, "null_value_counts"}, &file->null_value_counts));
  SLUICE_TRY(ReadCounts(view, {137, 138, 139, "nan_value_counts"}, &file->nan_value_counts));
  SLUICE_TRY(ReadBounds(view, {125, 126, 127, "lower_bounds"}, &file->lower_bounds));
  SLUICE_TRY(ReadBounds(view, {128, 129, 130, "upper_bounds"}, &file->upper_bounds));
  SLUICE_ASSIGN(const auto* offsets, view.Items(132, "split_offsets"));
  if (offsets != nullptr) {
    for (const Datum& item : *offsets) file->split_offsets.push_back(item.integer);
  }
  SLUICE_ASSIGN(const auto* ids, view.Items(135, "equality_ids"));
  if (ids != nullptr) {
    for (const Datum& item : *ids) {
      SLUICE_ASSIGN(const int id, Narrow(item.integer, "equality_ids"));
      file->equality_ids.push_back(id);
    }
  }
  return Status::Ok();
}

Result<DataFile> ReadDataFile(const RecordView& view, const Manifest& manifest, const Type& type) {
  DataFile file;
  SLUICE_ASSIGN(const auto content, view.OptionalInteger(134, "content"));
  SLUICE_ASSIGN(const int64_t kind, Enumerated(content.value_or(0), 2, "content"));
  file.content = static_cast<FileContent>(kind);
  SLUICE_ASSIGN(file.file_path, view.Text(100, "file_path"));
  SLUICE_ASSIGN(file.file_format, view.Text(101, "file_format"));
  for (char& c : file.file_format) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (!manifest.spec.fields.empty()) {
    SLUICE_ASSIGN(const Datum* partition, view.Record(102, "partition"));
    SLUICE_ASSIGN(file.partition, ReadPartition(view.Nested(*partition), manifest.spec, type));
  }
  SLUICE_ASSIGN(file.record_count, view.Integer(103, "record_count"));
  SLUICE_ASSIGN(file.file_size_bytes, view.Integer(104, "file_size_in_bytes"));
  if (file.record_count < 0 || file.file_size_bytes < 0) {
    return Corrupt("negative record count or size: " + file.file_path);
  }
  SLUICE_TRY(ReadMetrics(view, &file));
  SLUICE_ASSIGN(file.key_metadata, view.OptionalBytes(131, "key_metadata"));
  SLUICE_ASSIGN(const auto order, view.OptionalInteger(140, "sort_order_id"));
  if (order) {
    SLUICE_ASSIGN(file.sort_order_id, Narrow(*order, "sort_order_id"));
  }
  SLUICE_ASSIGN(file.first_row_id, view.OptionalInteger(142, "first_row_id"));
  SLUICE_ASSIGN(file.referenced_data_file, view.OptionalBytes(143, "referenced_data_file"));
  SLUICE_ASSIGN(file.content_offset, view.OptionalInteger(144, "content_offset"));
  SLUICE_ASSIGN(file.content_size_bytes, view.OptionalInteger(145, "content_size_in_bytes"));
  file.spec_id = manifest.spec.spec_id;
  return file;
}

Result<ManifestEntry> ReadEntry(const RecordView& view, const Manifest& manifest,
                                const Type& type) {
  ManifestEntry entry;
  SLUICE_ASSIGN(const int64_t raw, view.Integer(0, "status"));
  SLUICE_ASSIGN(const int64_t status, Enumerated(raw, 2, "status"));
  entry.status = static_cast<EntryStatus>(status);
  SLUICE_ASSIGN(entry.snapshot_id, view.OptionalInteger(1, "snapshot_id"));
  SLUICE_ASSIGN(entry.sequence_number, view.OptionalInteger(3, "sequence_number"));
  SLUICE_ASSIGN(entry.file_sequence_number, view.OptionalInteger(4, "file_sequence_number"));
  SLUICE_ASSIGN(const Datum* file, view.Record(2, "data_file"));
  SLUICE_ASSIGN(entry.file, ReadDataFile(view.Nested(*file), manifest, type));
  return entry;
}

std::optional<int64_t> HeaderNumber(const std::map<std::string, std::string>& header,
                                    const char* key) {
  const auto it = header.find(key);
  if (it == header.end()) return std::nullopt;
  int64_t value = 0;
  const char* last = it->second.data() + it->second.size();
  const auto [end, code] = std::from_chars(it->second.data(), last, value);
  if (code != std::errc() || end != last) return std::nullopt;
  return value;
}

Status ReadManifestHeader(const std::map<std::string, std::string>& header, const KnownShape& known,
                          Manifest* out) {
  out->format_version = static_cast<int>(HeaderNumber(header, "format-version").value_or(1));
  const auto content = header.find("content");
  const bool deletes = content != header.end() && content->second == "deletes";
  out->content = deletes ? ManifestContent::kDeletes : ManifestContent::kData;
  if (known.schema != nullptr) {
    out->schema = *known.schema;
  } else if (const auto it = header.find("schema"); it != header.end()) {
    SLUICE_ASSIGN(out->schema, ParseSchemaJson(it->second));
  }
  if (known.spec != nullptr) {
    out->spec = *known.spec;
    return Status::Ok();
  }
  if (const auto it = header.find("partition-spec"); it != header.end()) {
    auto fields = ParsePartitionFieldsJson(it->second);
    if (fields.ok()) {
      out->spec.fields = std::move(*fields);
    } else {  // some writers put the whole spec there
      SLUICE_ASSIGN(out->spec, ParsePartitionSpecJson(it->second));
    }
  }
  out->spec.spec_id = static_cast<int>(HeaderNumber(header, "partition-spec-id").value_or(0));
  return Status::Ok();
}

Result<std::vector<PartitionFieldSummary>> ReadRanges(const RecordView& view) {
  std::vector<PartitionFieldSummary> out;
  SLUICE_ASSIGN(const auto* items, view.Items(507, "partitions"));
  if (items == nullptr) return out;
  for (const Datum& item : *items) {
    if (item.kind != Kind::kRecord) return RecordView::Wrong("partitions");
    const RecordView range = view.Nested(item);
    PartitionFieldSummary summary;
    const Datum* has_null = range.Find(509, "contains_null");
    if (has_null == nullptr) return RecordView::Missing("contains_null");
    summary.contains_null = has_null->integer != 0;
    if (const Datum* nan = range.Find(518, "contains_nan"))
      summary.contains_nan = nan->integer != 0;
    SLUICE_ASSIGN(summary.lower_bound, range.OptionalBytes(510, "lower_bound"));
    SLUICE_ASSIGN(summary.upper_bound, range.OptionalBytes(511, "upper_bound"));
    out.push_back(std::move(summary));
  }
  return out;
}

// Old writers named the counts added_data_files_count and so on; ids say the same.
Result<std::optional<int64_t>> Count(const RecordView& view, int id, const char* name,
                                     const char* old_name) {
  SLUICE_ASSIGN(auto value, view.OptionalInteger(id, name));
  if (value) return value;
  return view.OptionalInteger(id, old_name);
}

Result<ManifestFile> ReadListEntry(const RecordView& view) {
  ManifestFile out;
  SLUICE_ASSIGN(out.manifest_path, view.Text(500, "manifest_path"));
  SLUICE_ASSIGN(out.manifest_length, view.Integer(501, "manifest_length"));
  SLUICE_ASSIGN(const int64_t spec_id, view.Integer(502, "partition_spec_id"));
  SLUICE_ASSIGN(out.partition_spec_id, Narrow(spec_id, "partition_spec_id"));
  SLUICE_ASSIGN(const auto content, view.OptionalInteger(517, "content"));
  SLUICE_ASSIGN(const int64_t kind, Enumerated(content.value_or(0), 1, "content"));
  out.content = static_cast<ManifestContent>(kind);
  SLUICE_ASSIGN(const auto sequence, view.OptionalInteger(515, "sequence_number"));
  out.sequence_number = sequence.value_or(0);
  SLUICE_ASSIGN(const auto min_sequence, view.OptionalInteger(516, "min_sequence_number"));
  out.min_sequence_number = min_sequence.value_or(0);
  SLUICE_ASSIGN(const auto snapshot, view.OptionalInteger(503, "added_snapshot_id"));
  out.added_snapshot_id = snapshot.value_or(0);
  SLUICE_ASSIGN(out.added_files_count,
                Count(view, 504, "added_files_count", "added_data_files_count"));
  SLUICE_ASSIGN(out.existing_files_count,
                Count(view, 505, "existing_files_count", "existing_data_files_count"));
  SLUICE_ASSIGN(out.deleted_files_count,
                Count(view, 506, "deleted_files_count", "deleted_data_files_count"));
  SLUICE_ASSIGN(out.added_rows_count, view.OptionalInteger(512, "added_rows_count"));
  SLUICE_ASSIGN(out.existing_rows_count, view.OptionalInteger(513, "existing_rows_count"));
  SLUICE_ASSIGN(out.deleted_rows_count, view.OptionalInteger(514, "deleted_rows_count"));
  SLUICE_ASSIGN(out.partitions, ReadRanges(view));
  SLUICE_ASSIGN(out.key_metadata, view.OptionalBytes(519, "key_metadata"));
  SLUICE_ASSIGN(out.first_row_id, view.OptionalInteger(520, "first_row_id"));
  return out;
}

}  // namespace

Result<Manifest> DecodeManifest(std::string_view bytes, const KnownShape& known) {
  Manifest out;
  Type type;
  bool ready = false;
  const auto prepare = [&](const avro::ContainerHead& head) -> Status {
    if (ready) return Status::Ok();
    ready = true;
    SLUICE_TRY(ReadManifestHeader(head.header, known, &out));
    type = PartitionType(out.spec, out.schema);
    return Status::Ok();
  };
  const auto visit = [&](const avro::ContainerHead& at, const Datum& item) -> Status {
    SLUICE_TRY(prepare(at));
    if (item.kind != Kind::kRecord) return Corrupt("a manifest holds records");
    SLUICE_ASSIGN(auto entry, ReadEntry(RecordView(at.schema, item), out, type));
    out.entries.push_back(std::move(entry));
    return Status::Ok();
  };
  SLUICE_ASSIGN(const auto head, avro::ReadContainer(bytes, visit));
  SLUICE_TRY(prepare(head));
  return out;
}

Status InheritFrom(const ManifestFile& list_entry, Manifest* manifest) {
  int64_t next_row_id = list_entry.first_row_id.value_or(0);
  for (ManifestEntry& entry : manifest->entries) {
    if (!entry.snapshot_id) entry.snapshot_id = list_entry.added_snapshot_id;
    // A sequence number of 0 marks a manifest from v1, where no entry says its own.
    if (list_entry.sequence_number == 0 || entry.status == EntryStatus::kAdded) {
      if (!entry.sequence_number) entry.sequence_number = list_entry.sequence_number;
      if (!entry.file_sequence_number) entry.file_sequence_number = list_entry.sequence_number;
    }
    entry.file.spec_id = list_entry.partition_spec_id;
    const bool live_data =
        entry.file.content == FileContent::kData && entry.status != EntryStatus::kDeleted;
    if (list_entry.first_row_id && live_data && !entry.file.first_row_id) {
      entry.file.first_row_id = next_row_id;
      if (__builtin_add_overflow(next_row_id, entry.file.record_count, &next_row_id)) {
        return Corrupt("row ids overflow: " + list_entry.manifest_path);
      }
    }
  }
  return Status::Ok();
}

Result<ManifestList> DecodeManifestList(std::string_view bytes) {
  ManifestList out;
  const auto visit = [&](const avro::ContainerHead& at, const Datum& item) -> Status {
    if (item.kind != Kind::kRecord) return Corrupt("a manifest list holds records");
    SLUICE_ASSIGN(auto entry, ReadListEntry(RecordView(at.schema, item)));
    out.manifests.push_back(std::move(entry));
    return Status::Ok();
  };
  SLUICE_ASSIGN(const auto head, avro::ReadContainer(bytes, visit));
  const auto version = HeaderNumber(head.header, "format-version");
  if (version) out.format_version = static_cast<int>(*version);
  out.snapshot_id = HeaderNumber(head.header, "snapshot-id");
  out.parent_snapshot_id = HeaderNumber(head.header, "parent-snapshot-id");
  out.sequence_number = HeaderNumber(head.header, "sequence-number");
  return out;
}

}  // namespace sluice::tables::iceberg
