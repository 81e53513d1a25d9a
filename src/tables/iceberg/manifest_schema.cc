// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/manifest_schema.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "tables/iceberg/json_internal.h"

namespace sluice::tables::iceberg {
namespace {

using json::Json;

Json Object(std::initializer_list<std::pair<const char*, Json>> entries) {
  Json out = Json::object();
  for (const auto& [key, value] : entries) out[key] = value;
  return out;
}

Json Required(const char* name, int id, Json type) {
  return Object({{"name", name}, {"type", std::move(type)}, {"field-id", id}});
}

Json Optional(const char* name, int id, Json type) {
  return Object({{"name", name},
                 {"type", Json::array({"null", std::move(type)})},
                 {"default", nullptr},
                 {"field-id", id}});
}

Json Record(const std::string& name, Json fields) {
  return Object({{"type", "record"}, {"name", name}, {"fields", std::move(fields)}});
}

// Iceberg maps with other keys than strings are arrays of key-value records.
Json MapOf(int key_id, int value_id, const char* value_type) {
  const std::string name = "k" + std::to_string(key_id) + "_v" + std::to_string(value_id);
  return Object({{"type", "array"},
                 {"items", Record(name, Json::array({Required("key", key_id, "int"),
                                                     Required("value", value_id, value_type)}))},
                 {"logicalType", "map"}});
}

Json ListOf(int element_id, Json type) {
  return Object({{"type", "array"}, {"items", std::move(type)}, {"element-id", element_id}});
}

// A named type is written out once and named after that.
Json Fixed(const std::string& name, int size, std::set<std::string>* named) {
  if (!named->insert(name).second) return name;
  return Object({{"type", "fixed"}, {"name", name}, {"size", size}});
}

Json Logical(Json type, const char* logical) {
  if (type.is_string() && type.get<std::string>().find('_') != std::string::npos) return type;
  if (type.is_string()) type = Object({{"type", std::move(type)}});
  type["logicalType"] = logical;
  return type;
}

Json Timestamp(bool adjust_to_utc, const char* logical) {
  Json type = Logical("long", logical);
  type["adjust-to-utc"] = adjust_to_utc;
  return type;
}

Result<Json> PartitionValueType(const Type& type, std::set<std::string>* named) {
  switch (type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInt:
    case TypeKind::kLong:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kString:
      return Json(type.ToString());
    case TypeKind::kBinary:
      return Json("bytes");
    case TypeKind::kDate:
      return Logical("int", "date");
    case TypeKind::kTime:
      return Logical("long", "time-micros");
    case TypeKind::kTimestamp:
      return Timestamp(false, "timestamp-micros");
    case TypeKind::kTimestampTz:
      return Timestamp(true, "timestamp-micros");
    case TypeKind::kTimestampNs:
      return Timestamp(false, "timestamp-nanos");
    case TypeKind::kTimestampTzNs:
      return Timestamp(true, "timestamp-nanos");
    case TypeKind::kFixed:
      return Fixed("fixed_" + std::to_string(type.length), type.length, named);
    case TypeKind::kUuid:
      return Logical(Fixed("uuid_fixed", 16, named), "uuid");
    case TypeKind::kDecimal: {
      const std::string name =
          "decimal_" + std::to_string(type.precision) + "_" + std::to_string(type.scale);
      Json out = Fixed(name, DecimalFixedBytes(type.precision), named);
      if (out.is_string()) return out;
      out["logicalType"] = "decimal";
      out["precision"] = type.precision;
      out["scale"] = type.scale;
      return out;
    }
    default:
      return Unsupported("partition values of type " + type.ToString() + " cannot be written");
  }
}

Result<Json> PartitionRecord(const Type& partition) {
  std::set<std::string> named;
  Json fields = Json::array();
  for (const Field& field : partition.fields) {
    SLUICE_ASSIGN(Json type, PartitionValueType(field.type, &named));
    const std::string name = AvroName(field.name);
    Json item = Optional(name.c_str(), field.id, std::move(type));
    if (name != field.name) item["iceberg-field-name"] = field.name;
    fields.push_back(std::move(item));
  }
  return Record("r102", std::move(fields));
}

}  // namespace

int DecimalFixedBytes(int precision) {
  // The smallest n with 10^precision <= 2^(8n - 1).
  return static_cast<int>(std::ceil((precision * std::log2(10.0) + 1) / 8));
}

std::string AvroName(const std::string& name) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (letter || (digit && !out.empty())) {
      out.push_back(c);
    } else if (digit) {
      out += "_";
      out.push_back(c);
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out += "_x";
      if (byte >= 16) out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

Result<std::string> ManifestEntrySchema(const Type& partition) {
  SLUICE_ASSIGN(Json partition_record, PartitionRecord(partition));
  Json file = Json::array();
  file.push_back(Required("content", 134, "int"));
  file.push_back(Required("file_path", 100, "string"));
  file.push_back(Required("file_format", 101, "string"));
  file.push_back(Required("partition", 102, std::move(partition_record)));
  file.push_back(Required("record_count", 103, "long"));
  file.push_back(Required("file_size_in_bytes", 104, "long"));
  file.push_back(Optional("column_sizes", 108, MapOf(117, 118, "long")));
  file.push_back(Optional("value_counts", 109, MapOf(119, 120, "long")));
  file.push_back(Optional("null_value_counts", 110, MapOf(121, 122, "long")));
  file.push_back(Optional("nan_value_counts", 137, MapOf(138, 139, "long")));
  file.push_back(Optional("lower_bounds", 125, MapOf(126, 127, "bytes")));
  file.push_back(Optional("upper_bounds", 128, MapOf(129, 130, "bytes")));
  file.push_back(Optional("key_metadata", 131, "bytes"));
  file.push_back(Optional("split_offsets", 132, ListOf(133, "long")));
  file.push_back(Optional("equality_ids", 135, ListOf(136, "int")));
  file.push_back(Optional("sort_order_id", 140, "int"));
  file.push_back(Optional("referenced_data_file", 143, "string"));
  Json entry = Json::array();
  entry.push_back(Required("status", 0, "int"));
  entry.push_back(Optional("snapshot_id", 1, "long"));
  entry.push_back(Optional("sequence_number", 3, "long"));
  entry.push_back(Optional("file_sequence_number", 4, "long"));
  entry.push_back(Required("data_file", 2, Record("r2", std::move(file))));
  return json::Dump(Record("manifest_entry", std::move(entry)));
}

const std::string& ManifestFileSchema() {
  static const std::string text = [] {
    Json range = Json::array();
    range.push_back(Required("contains_null", 509, "boolean"));
    range.push_back(Optional("contains_nan", 518, "boolean"));
    range.push_back(Optional("lower_bound", 510, "bytes"));
    range.push_back(Optional("upper_bound", 511, "bytes"));
    Json fields = Json::array();
    fields.push_back(Required("manifest_path", 500, "string"));
    fields.push_back(Required("manifest_length", 501, "long"));
    fields.push_back(Required("partition_spec_id", 502, "int"));
    fields.push_back(Required("content", 517, "int"));
    fields.push_back(Required("sequence_number", 515, "long"));
    fields.push_back(Required("min_sequence_number", 516, "long"));
    fields.push_back(Required("added_snapshot_id", 503, "long"));
    fields.push_back(Required("added_files_count", 504, "int"));
    fields.push_back(Required("existing_files_count", 505, "int"));
    fields.push_back(Required("deleted_files_count", 506, "int"));
    fields.push_back(Required("added_rows_count", 512, "long"));
    fields.push_back(Required("existing_rows_count", 513, "long"));
    fields.push_back(Required("deleted_rows_count", 514, "long"));
    fields.push_back(Optional("partitions", 507, ListOf(508, Record("r508", std::move(range)))));
    fields.push_back(Optional("key_metadata", 519, "bytes"));
    return json::Dump(Record("manifest_file", std::move(fields)));
  }();
  return text;
}

}  // namespace sluice::tables::iceberg
