// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/table_metadata.h"

#include <algorithm>

#include "base/assert.h"
#include "tables/iceberg/calendar.h"

namespace sluice::tables::iceberg {
namespace {

template <typename T, typename Match>
const T* FindWhere(const std::vector<T>& items, Match match) {
  const auto it = std::find_if(items.begin(), items.end(), match);
  return it == items.end() ? nullptr : &*it;
}

// The new id of a column that had `old_id` before fresh ids were given.
int Renamed(const Schema& before, const Schema& after, int old_id) {
  const Field* field = after.FindPath(before.PathOf(old_id));
  SLUICE_ASSERT(field != nullptr);
  return field->id;
}

}  // namespace

std::string Snapshot::operation() const {
  const auto it = summary.find("operation");
  return it == summary.end() ? "append" : it->second;
}

const Schema& TableMetadata::schema() const {
  const Schema* found = FindSchema(current_schema_id);
  SLUICE_ASSERT(found != nullptr);  // parsing and making see to it
  return *found;
}
const Schema* TableMetadata::FindSchema(int id) const {
  return FindWhere(schemas, [id](const Schema& s) { return s.schema_id == id; });
}
const PartitionSpec& TableMetadata::spec() const {
  const PartitionSpec* found = FindSpec(default_spec_id);
  SLUICE_ASSERT(found != nullptr);
  return *found;
}
const PartitionSpec* TableMetadata::FindSpec(int id) const {
  return FindWhere(partition_specs, [id](const PartitionSpec& s) { return s.spec_id == id; });
}
const SortOrder& TableMetadata::sort_order() const {
  const SortOrder* found = FindWhere(
      sort_orders, [this](const SortOrder& o) { return o.order_id == default_sort_order_id; });
  SLUICE_ASSERT(found != nullptr);
  return *found;
}
const Snapshot* TableMetadata::current_snapshot() const {
  return current_snapshot_id ? FindSnapshot(*current_snapshot_id) : nullptr;
}
const Snapshot* TableMetadata::FindSnapshot(int64_t id) const {
  return snapshots.Find(id);
}
const Schema& TableMetadata::SchemaOf(const Snapshot& snapshot) const {
  const Schema* found = snapshot.schema_id ? FindSchema(*snapshot.schema_id) : nullptr;
  return found != nullptr ? *found : schema();
}
std::optional<std::string> TableMetadata::Property(const std::string& key) const {
  const auto it = properties.find(key);
  if (it == properties.end()) return std::nullopt;
  return it->second;
}

std::vector<const Snapshot*> CurrentLine(const TableMetadata& metadata) {
  std::vector<const Snapshot*> line;
  if (!metadata.current_snapshot_id) return line;
  const SnapshotIndex by_id(metadata.snapshots);
  const Snapshot* at = by_id.Find(*metadata.current_snapshot_id);
  // Metadata of others may go round in circles.
  while (at != nullptr && line.size() < metadata.snapshots.size()) {
    line.push_back(at);
    at = by_id.ParentOf(*at);
  }
  return line;
}

Result<TableMetadata> MakeTableMetadata(const NewTable& table) {
  TableMetadata out;
  out.table_uuid = table.table_uuid;
  out.location = table.location;
  out.last_updated_ms = table.now_ms;
  SLUICE_TRY(table.schema.Check(2));
  Schema schema = AssignFieldIds(table.schema, &out.last_column_id);
  schema.schema_id = 0;
  PartitionSpec spec = table.spec;
  spec.spec_id = 0;
  for (PartitionField& field : spec.fields) {
    const Field* source = table.schema.FindField(field.source_id);
    if (source == nullptr) {
      return InvalidArgument("partition field has no source column: " + field.name);
    }
    SLUICE_TRY(ResultType(field.transform, source->type));
    field.source_id = Renamed(table.schema, schema, field.source_id);
    field.field_id = ++out.last_partition_id;
  }
  SortOrder order = table.order;
  order.order_id = order.fields.empty() ? 0 : 1;
  for (SortField& field : order.fields) {
    if (table.schema.FindField(field.source_id) == nullptr) {
      return InvalidArgument("sort order names no column: " + std::to_string(field.source_id));
    }
    field.source_id = Renamed(table.schema, schema, field.source_id);
  }
  out.schemas.push_back(std::move(schema));
  out.partition_specs.push_back(std::move(spec));
  out.sort_orders.push_back(SortOrder{});
  out.default_sort_order_id = order.order_id;
  if (order.order_id != 0) out.sort_orders.push_back(std::move(order));
  out.properties = table.properties;
  return out;
}

Result<int64_t> SnapshotAt(const TableMetadata& metadata, int64_t timestamp_ms) {
  const SnapshotLogEntry* found = nullptr;
  for (const SnapshotLogEntry& entry : metadata.snapshot_log) {
    if (entry.timestamp_ms <= timestamp_ms) found = &entry;
  }
  if (found != nullptr) return found->snapshot_id;
  if (metadata.snapshot_log.empty()) return NotFound("the table has no snapshot yet");
  return NotFound(
      "there is no snapshot that old; the oldest is of " +
      TimestampText(metadata.snapshot_log[0].timestamp_ms * 1000, kMicrosPerSecond, "Z"));
}

TableMetadata NextVersion(const TableMetadata& base, const std::string& base_location,
                          int64_t now_ms, std::vector<std::string>* dropped) {
  TableMetadata next = base;
  next.last_updated_ms = std::max(now_ms, base.last_updated_ms);
  for (const SnapshotLogEntry& entry : base.snapshot_log) {
    next.last_updated_ms = std::max(next.last_updated_ms, entry.timestamp_ms);
  }
  for (const MetadataLogEntry& entry : base.metadata_log) {
    next.last_updated_ms = std::max(next.last_updated_ms, entry.timestamp_ms);
  }
  next.metadata_log.push_back({base.last_updated_ms, base_location});
  const auto properties = ReadWriteProperties(base.properties);
  const auto kept_max =
      static_cast<size_t>(properties.ok() ? properties->previous_versions_max : 100);
  while (next.metadata_log.size() > kept_max) {
    if (dropped != nullptr) dropped->push_back(next.metadata_log.front().metadata_file);
    next.metadata_log.erase(next.metadata_log.begin());
  }
  return next;
}

}  // namespace sluice::tables::iceberg
