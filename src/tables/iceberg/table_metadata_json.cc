// SPDX-License-Identifier: Apache-2.0
// metadata.json (spec, Appendix C): reading v1 to v3, writing the version a table has. Keys that
// are not read here are kept as text and written back.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "base/assert.h"
#include "base/json_text.h"
#include "tables/iceberg/json_internal.h"
#include "tables/iceberg/table_metadata.h"

namespace sluice::tables::iceberg {
namespace {

using json::Json;

constexpr int kNewestVersion = 3;
// "No snapshot", as Java writes it for v1 and v2.
constexpr int64_t kNoSnapshot = -1;

void KeepUnknown(const Json& object, std::initializer_list<std::string_view> known,
                 std::map<std::string, std::string>* extra) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      (*extra)[key] = json::Dump(value);
    }
  }
}

void PutUnknown(const std::map<std::string, std::string>& extra, Json* out) {
  for (const auto& [key, text] : extra) (*out)[key] = Json::parse(text, nullptr, false);
}

Result<std::map<std::string, std::string>> StringMap(const Json& object, const char* key) {
  std::map<std::string, std::string> out;
  const Json* map = json::Find(object, key);
  if (map == nullptr) return out;
  if (!map->is_object()) return ParseError(std::string("key is not an object: ") + key);
  for (const auto& [name, value] : map->items()) {
    if (value.is_null()) continue;
    // The spec asks for strings; some writers put numbers and booleans.
    out[name] = value.is_string() ? value.get<std::string>() : json::Dump(value);
  }
  return out;
}

Result<Snapshot> SnapshotFrom(const Json& item) {
  if (!item.is_object()) return ParseError("a snapshot is not an object");
  Snapshot out;
  SLUICE_ASSIGN(out.snapshot_id, json::Int64(item, "snapshot-id"));
  SLUICE_ASSIGN(out.parent_snapshot_id, json::OptionalInt64(item, "parent-snapshot-id"));
  if (out.parent_snapshot_id == kNoSnapshot) out.parent_snapshot_id.reset();
  SLUICE_ASSIGN(const auto sequence, json::OptionalInt64(item, "sequence-number"));
  out.sequence_number = sequence.value_or(0);
  SLUICE_ASSIGN(out.timestamp_ms, json::Int64(item, "timestamp-ms"));
  SLUICE_ASSIGN(const auto list, json::OptionalString(item, "manifest-list"));
  out.manifest_list = list.value_or("");
  if (const Json* manifests = json::Find(item, "manifests"); manifests && manifests->is_array()) {
    for (const Json& path : *manifests) {
      if (!path.is_string()) return ParseError("manifests holds no strings");
      out.manifests.push_back(path.get<std::string>());
    }
  }
  if (out.manifest_list.empty() && json::Find(item, "manifests") == nullptr) {
    return ParseError("snapshot has no manifest list: " + std::to_string(out.snapshot_id));
  }
  SLUICE_ASSIGN(out.summary, StringMap(item, "summary"));
  SLUICE_ASSIGN(out.schema_id, json::OptionalInt32(item, "schema-id"));
  KeepUnknown(item,
              {"snapshot-id", "parent-snapshot-id", "sequence-number", "timestamp-ms",
               "manifest-list", "manifests", "summary", "schema-id"},
              &out.extra);
  return out;
}

// Snapshots and their log are the part that grows with each commit, and are written again by each:
// as text at once, without a document tree.
void AppendString(std::string_view text, std::string* out) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<signed char>(c) >= 0; });
  if (ascii) return AppendJsonString(text, out);
  *out += json::Dump(Json(text));  // sees to it that it is UTF-8
}

void AppendKey(const char* key, std::string* out) {
  if (out->back() != '{') out->push_back(',');
  out->push_back('"');
  *out += key;  // one of ours: nothing to escape
  *out += "\":";
}

void AppendNumber(const char* key, int64_t value, std::string* out) {
  AppendKey(key, out);
  char digits[24];
  const auto [end, code] = std::to_chars(std::begin(digits), std::end(digits), value);
  SLUICE_ASSERT(code == std::errc());
  out->append(digits, end);
}

void AppendSummary(const std::map<std::string, std::string>& summary, std::string* out) {
  AppendKey("summary", out);
  out->push_back('{');
  const auto append = [out](const std::string& key, const std::string& value) {
    if (out->back() != '{') out->push_back(',');
    AppendString(key, out);
    out->push_back(':');
    AppendString(value, out);
  };
  // `operation` first, as everybody writes it.
  const auto operation = summary.find("operation");
  if (operation != summary.end()) append(operation->first, operation->second);
  for (const auto& [key, value] : summary) {
    if (key != "operation") append(key, value);
  }
  out->push_back('}');
}

void AppendSnapshot(const Snapshot& snapshot, int format_version, std::string* out) {
  out->push_back('{');
  if (format_version > 1) AppendNumber("sequence-number", snapshot.sequence_number, out);
  AppendNumber("snapshot-id", snapshot.snapshot_id, out);
  if (snapshot.parent_snapshot_id) {
    AppendNumber("parent-snapshot-id", *snapshot.parent_snapshot_id, out);
  }
  AppendNumber("timestamp-ms", snapshot.timestamp_ms, out);
  if (!snapshot.summary.empty()) AppendSummary(snapshot.summary, out);
  if (!snapshot.manifest_list.empty()) {
    AppendKey("manifest-list", out);
    AppendString(snapshot.manifest_list, out);
  } else {
    AppendKey("manifests", out);
    *out += json::Dump(Json(snapshot.manifests));
  }
  if (snapshot.schema_id) AppendNumber("schema-id", *snapshot.schema_id, out);
  for (const auto& [key, text] : snapshot.extra) {
    out->push_back(',');
    AppendString(key, out);
    out->push_back(':');
    *out += text;
  }
  out->push_back('}');
}

Result<SnapshotRef> RefFrom(const Json& item) {
  SnapshotRef out;
  SLUICE_ASSIGN(out.snapshot_id, json::Int64(item, "snapshot-id"));
  SLUICE_ASSIGN(const std::string type, json::String(item, "type"));
  if (type != "branch" && type != "tag") return ParseError("unknown snapshot ref type: " + type);
  out.is_tag = type == "tag";
  SLUICE_ASSIGN(out.min_snapshots_to_keep, json::OptionalInt32(item, "min-snapshots-to-keep"));
  SLUICE_ASSIGN(out.max_snapshot_age_ms, json::OptionalInt64(item, "max-snapshot-age-ms"));
  SLUICE_ASSIGN(out.max_ref_age_ms, json::OptionalInt64(item, "max-ref-age-ms"));
  return out;
}

Json DocumentOf(const SnapshotRef& ref) {
  Json out = Json::object();
  out["snapshot-id"] = ref.snapshot_id;
  out["type"] = ref.is_tag ? "tag" : "branch";
  if (ref.min_snapshots_to_keep) out["min-snapshots-to-keep"] = *ref.min_snapshots_to_keep;
  if (ref.max_snapshot_age_ms) out["max-snapshot-age-ms"] = *ref.max_snapshot_age_ms;
  if (ref.max_ref_age_ms) out["max-ref-age-ms"] = *ref.max_ref_age_ms;
  return out;
}

// v1 keeps one schema in `schema`, newer ones all in `schemas`.
Status ReadSchemas(const Json& document, TableMetadata* out) {
  if (json::Find(document, "schemas") != nullptr) {
    SLUICE_ASSIGN(const Json* schemas, json::Array(document, "schemas"));
    for (const Json& item : *schemas) {
      SLUICE_ASSIGN(Schema schema, json::SchemaFrom(item));
      out->schemas.push_back(std::move(schema));
    }
    SLUICE_ASSIGN(out->current_schema_id, json::Int32(document, "current-schema-id"));
  } else if (out->format_version == 1) {
    const Json* schema = json::Find(document, "schema");
    if (schema == nullptr) return ParseError("missing required key: schema");
    SLUICE_ASSIGN(Schema parsed, json::SchemaFrom(*schema));
    out->current_schema_id = parsed.schema_id;
    out->schemas.push_back(std::move(parsed));
  } else {
    return ParseError("missing required key: schemas");
  }
  if (out->FindSchema(out->current_schema_id) == nullptr) {
    return Corrupt("current-schema-id names no schema: " + std::to_string(out->current_schema_id));
  }
  // A table of this version may hold types of a newer one: only what this reader knows counts.
  return out->schema().Check(kNewestVersion);
}

int HighestPartitionId(const TableMetadata& metadata) {
  int highest = kPartitionFieldIdFirst - 1;
  for (const PartitionSpec& spec : metadata.partition_specs) {
    for (const PartitionField& field : spec.fields) highest = std::max(highest, field.field_id);
  }
  return highest;
}

Status ReadSpecs(const Json& document, TableMetadata* out) {
  if (json::Find(document, "partition-specs") != nullptr) {
    SLUICE_ASSIGN(const Json* specs, json::Array(document, "partition-specs"));
    for (const Json& item : *specs) {
      SLUICE_ASSIGN(PartitionSpec spec, json::PartitionSpecFrom(item));
      out->partition_specs.push_back(std::move(spec));
    }
    SLUICE_ASSIGN(out->default_spec_id, json::Int32(document, "default-spec-id"));
  } else if (out->format_version == 1) {
    const Json* fields = json::Find(document, "partition-spec");
    if (fields == nullptr) return ParseError("missing required key: partition-spec");
    PartitionSpec spec;
    SLUICE_ASSIGN(spec.fields, json::PartitionFieldsFrom(*fields));
    out->partition_specs.push_back(std::move(spec));
  } else {
    return ParseError("missing required key: partition-specs");
  }
  if (out->FindSpec(out->default_spec_id) == nullptr) {
    return Corrupt("default-spec-id names no partition spec: " +
                   std::to_string(out->default_spec_id));
  }
  SLUICE_ASSIGN(const auto last, json::OptionalInt32(document, "last-partition-id"));
  if (!last && out->format_version > 1) {
    return ParseError("missing required key: last-partition-id");
  }
  out->last_partition_id = last.value_or(HighestPartitionId(*out));
  return Status::Ok();
}

Status ReadSortOrders(const Json& document, TableMetadata* out) {
  if (json::Find(document, "sort-orders") == nullptr && out->format_version == 1) {
    out->sort_orders.push_back(SortOrder{});
    return Status::Ok();
  }
  SLUICE_ASSIGN(const Json* orders, json::Array(document, "sort-orders"));
  for (const Json& item : *orders) {
    SLUICE_ASSIGN(SortOrder order, json::SortOrderFrom(item));
    out->sort_orders.push_back(std::move(order));
  }
  SLUICE_ASSIGN(out->default_sort_order_id, json::Int32(document, "default-sort-order-id"));
  for (const SortOrder& order : out->sort_orders) {
    if (order.order_id == out->default_sort_order_id) return Status::Ok();
  }
  return Corrupt("default-sort-order-id names no sort order: " +
                 std::to_string(out->default_sort_order_id));
}

Status ReadLogs(const Json& document, TableMetadata* out) {
  if (json::Find(document, "snapshot-log") != nullptr) {
    SLUICE_ASSIGN(const Json* log, json::Array(document, "snapshot-log"));
    for (const Json& item : *log) {
      SnapshotLogEntry entry;
      SLUICE_ASSIGN(entry.timestamp_ms, json::Int64(item, "timestamp-ms"));
      SLUICE_ASSIGN(entry.snapshot_id, json::Int64(item, "snapshot-id"));
      out->snapshot_log.push_back(entry);
    }
  }
  if (json::Find(document, "metadata-log") != nullptr) {
    SLUICE_ASSIGN(const Json* log, json::Array(document, "metadata-log"));
    for (const Json& item : *log) {
      MetadataLogEntry entry;
      SLUICE_ASSIGN(entry.timestamp_ms, json::Int64(item, "timestamp-ms"));
      SLUICE_ASSIGN(entry.metadata_file, json::String(item, "metadata-file"));
      out->metadata_log.push_back(std::move(entry));
    }
  }
  return Status::Ok();
}

Status ReadRefs(const Json& document, TableMetadata* out) {
  const Json* refs = json::Find(document, "refs");
  if (refs != nullptr) {
    if (!refs->is_object()) return ParseError("key is not an object: refs");
    for (const auto& [name, item] : refs->items()) {
      SLUICE_ASSIGN(out->refs[name], RefFrom(item));
    }
  }
  if (!out->current_snapshot_id) return Status::Ok();
  const auto main = out->refs.find("main");
  if (main == out->refs.end()) {
    out->refs["main"].snapshot_id = *out->current_snapshot_id;
  } else if (main->second.snapshot_id != *out->current_snapshot_id) {
    return Corrupt(
        "current-snapshot-id and refs.main differ: " + std::to_string(*out->current_snapshot_id) +
        " and " + std::to_string(main->second.snapshot_id));
  }
  return Status::Ok();
}

Status ReadSnapshots(const Json& document, TableMetadata* out) {
  SLUICE_ASSIGN(out->current_snapshot_id, json::OptionalInt64(document, "current-snapshot-id"));
  if (out->current_snapshot_id == kNoSnapshot) out->current_snapshot_id.reset();
  if (json::Find(document, "snapshots") != nullptr) {
    SLUICE_ASSIGN(const Json* snapshots, json::Array(document, "snapshots"));
    for (const Json& item : *snapshots) {
      SLUICE_ASSIGN(Snapshot snapshot, SnapshotFrom(item));
      out->snapshots.push_back(std::move(snapshot));
    }
  }
  if (out->current_snapshot_id && out->current_snapshot() == nullptr) {
    return Corrupt("current-snapshot-id names no snapshot: " +
                   std::to_string(*out->current_snapshot_id));
  }
  SLUICE_TRY(ReadLogs(document, out));
  return ReadRefs(document, out);
}

Status ReadScalars(const Json& document, TableMetadata* out) {
  SLUICE_ASSIGN(const auto uuid, json::OptionalString(document, "table-uuid"));
  if (!uuid && out->format_version > 1) return ParseError("missing required key: table-uuid");
  out->table_uuid = uuid.value_or("");
  SLUICE_ASSIGN(out->location, json::String(document, "location"));
  if (out->format_version > 1) {
    SLUICE_ASSIGN(out->last_sequence_number, json::Int64(document, "last-sequence-number"));
  }
  SLUICE_ASSIGN(out->last_updated_ms, json::Int64(document, "last-updated-ms"));
  SLUICE_ASSIGN(out->last_column_id, json::Int32(document, "last-column-id"));
  SLUICE_ASSIGN(out->properties, StringMap(document, "properties"));
  SLUICE_ASSIGN(out->next_row_id, json::OptionalInt64(document, "next-row-id"));
  if (!out->next_row_id && out->format_version > 2) {
    return ParseError("missing required key: next-row-id");
  }
  return Status::Ok();
}

// v1 readers expect the current schema and spec under their old names as well.
void PutV1Forms(const TableMetadata& metadata, Json* out) {
  (*out)["schema"] = json::ToDocument(metadata.schema());
  (*out)["partition-spec"] = json::ToDocument(metadata.spec().fields);
}

void PutHeads(const TableMetadata& metadata, Json* out) {
  if (metadata.current_snapshot_id) {
    (*out)["current-snapshot-id"] = *metadata.current_snapshot_id;
  } else if (metadata.format_version < 3) {
    (*out)["current-snapshot-id"] = kNoSnapshot;
  }
  Json refs = Json::object();
  for (const auto& [name, ref] : metadata.refs) refs[name] = DocumentOf(ref);
  (*out)["refs"] = std::move(refs);
}

// Behind the last member of an object that is still open.
void AppendSnapshots(const TableMetadata& metadata, std::string* out) {
  *out += ",\"snapshots\":[";
  for (const Snapshot& snapshot : metadata.snapshots) {
    if (out->back() != '[') out->push_back(',');
    AppendSnapshot(snapshot, metadata.format_version, out);
  }
  *out += "],\"snapshot-log\":[";
  for (const SnapshotLogEntry& entry : metadata.snapshot_log) {
    if (out->back() != '[') out->push_back(',');
    out->push_back('{');
    AppendNumber("timestamp-ms", entry.timestamp_ms, out);
    AppendNumber("snapshot-id", entry.snapshot_id, out);
    out->push_back('}');
  }
  out->push_back(']');
}

void PutMetadataLog(const TableMetadata& metadata, Json* out) {
  Json metadata_log = Json::array();
  for (const MetadataLogEntry& entry : metadata.metadata_log) {
    Json item = Json::object();
    item["timestamp-ms"] = entry.timestamp_ms;
    item["metadata-file"] = entry.metadata_file;
    metadata_log.push_back(std::move(item));
  }
  (*out)["metadata-log"] = std::move(metadata_log);
}

template <typename T>
Json ArrayOf(const std::vector<T>& items) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(json::ToDocument(item));
  return out;
}

}  // namespace

Result<TableMetadata> ParseTableMetadata(std::string_view text) {
  SLUICE_ASSIGN(const Json document, json::Parse(text, "table metadata"));
  if (!document.is_object()) return ParseError("table metadata is not a JSON object");
  TableMetadata out;
  SLUICE_ASSIGN(out.format_version, json::Int32(document, "format-version"));
  if (out.format_version < 1 || out.format_version > kNewestVersion) {
    return Unsupported("table format version is not supported: " +
                       std::to_string(out.format_version));
  }
  SLUICE_TRY(ReadScalars(document, &out));
  SLUICE_TRY(ReadSchemas(document, &out));
  SLUICE_TRY(ReadSpecs(document, &out));
  SLUICE_TRY(ReadSortOrders(document, &out));
  SLUICE_TRY(ReadSnapshots(document, &out));
  KeepUnknown(document,
              {"format-version",
               "table-uuid",
               "location",
               "last-sequence-number",
               "last-updated-ms",
               "last-column-id",
               "schema",
               "schemas",
               "current-schema-id",
               "partition-spec",
               "partition-specs",
               "default-spec-id",
               "last-partition-id",
               "sort-orders",
               "default-sort-order-id",
               "properties",
               "current-snapshot-id",
               "snapshots",
               "snapshot-log",
               "metadata-log",
               "refs",
               "next-row-id"},
              &out.extra);
  return out;
}

std::string TableMetadataToJson(const TableMetadata& metadata) {
  Json out = Json::object();
  out["format-version"] = metadata.format_version;
  if (!metadata.table_uuid.empty()) out["table-uuid"] = metadata.table_uuid;
  out["location"] = metadata.location;
  if (metadata.format_version > 1) out["last-sequence-number"] = metadata.last_sequence_number;
  out["last-updated-ms"] = metadata.last_updated_ms;
  out["last-column-id"] = metadata.last_column_id;
  if (metadata.format_version == 1) PutV1Forms(metadata, &out);
  out["current-schema-id"] = metadata.current_schema_id;
  out["schemas"] = ArrayOf(metadata.schemas);
  out["default-spec-id"] = metadata.default_spec_id;
  out["partition-specs"] = ArrayOf(metadata.partition_specs);
  out["last-partition-id"] = metadata.last_partition_id;
  out["default-sort-order-id"] = metadata.default_sort_order_id;
  out["sort-orders"] = ArrayOf(metadata.sort_orders);
  Json properties = Json::object();
  for (const auto& [key, value] : metadata.properties) properties[key] = value;
  out["properties"] = std::move(properties);
  if (metadata.next_row_id) out["next-row-id"] = *metadata.next_row_id;
  PutHeads(metadata, &out);
  std::string text = json::Dump(out);
  text.pop_back();  // goes on
  AppendSnapshots(metadata, &text);
  Json rest = Json::object();
  PutMetadataLog(metadata, &rest);
  PutUnknown(metadata.extra, &rest);
  text.push_back(',');
  text += std::string_view(json::Dump(rest)).substr(1);
  return text;
}

}  // namespace sluice::tables::iceberg
