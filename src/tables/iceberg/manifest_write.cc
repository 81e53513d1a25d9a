// SPDX-License-Identifier: Apache-2.0
// Writing manifests and manifest lists, field by field in the order of manifest_schema.cc.
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/manifest_schema.h"

namespace sluice::tables::iceberg {
namespace {

using avro::Encoder;

// Branches of ["null", T].
constexpr int kNullBranch = 0;
constexpr int kValueBranch = 1;

template <typename Container, typename Item>
void PutOptionalList(const Container& items, Encoder* out, Item put) {
  if (items.empty()) {
    out->Branch(kNullBranch);
    return;
  }
  out->Branch(kValueBranch);
  out->BlockOf(static_cast<int64_t>(items.size()));
  for (const auto& item : items) put(item);
  out->EndBlocks();
}

void PutCounts(const std::map<int, int64_t>& counts, Encoder* out) {
  PutOptionalList(counts, out, [out](const auto& entry) {
    out->Int(entry.first);
    out->Long(entry.second);
  });
}

void PutBounds(const std::map<int, std::string>& bounds, Encoder* out) {
  PutOptionalList(bounds, out, [out](const auto& entry) {
    out->Int(entry.first);
    out->Bytes(entry.second);
  });
}

void PutOptionalLong(const std::optional<int64_t>& value, Encoder* out) {
  out->Branch(value ? kValueBranch : kNullBranch);
  if (value) out->Long(*value);
}

void PutOptionalBytes(const std::optional<std::string>& value, Encoder* out) {
  out->Branch(value ? kValueBranch : kNullBranch);
  if (value) out->Bytes(*value);
}

// Big-endian two's complement of exactly `size` bytes.
std::string FixedDecimal(Int128 value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

void PutPartitionValue(const Type& type, const Value& value, Encoder* out) {
  if (IsNull(value)) {
    out->Branch(kNullBranch);
    return;
  }
  out->Branch(kValueBranch);
  if (const auto* flag = std::get_if<bool>(&value)) {
    out->Boolean(*flag);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    out->Long(*integer);
  } else if (const auto* single = std::get_if<float>(&value)) {
    out->Float(*single);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out->Double(*real);
  } else if (const auto* decimal = std::get_if<Int128>(&value)) {
    out->Raw(FixedDecimal(*decimal, DecimalFixedBytes(type.precision)));
  } else if (type.kind == TypeKind::kFixed || type.kind == TypeKind::kUuid) {
    out->Raw(std::get<std::string>(value));
  } else {
    out->Bytes(std::get<std::string>(value));
  }
}

Status CheckTuple(const Type& partition, const DataFile& file) {
  if (file.partition.size() != partition.fields.size()) {
    return InvalidArgument("partition tuple has " + std::to_string(file.partition.size()) +
                           " values, its spec " + std::to_string(partition.fields.size()) +
                           " fields: " + file.file_path);
  }
  for (size_t i = 0; i < file.partition.size(); ++i) {
    if (!FitsType(partition.fields[i].type, file.partition[i])) {
      return InvalidArgument("partition value does not fit " + partition.fields[i].type.ToString() +
                             ": " + file.file_path);
    }
  }
  return Status::Ok();
}

void PutDataFile(const DataFile& file, const Type& partition, Encoder* out) {
  out->Int(static_cast<int32_t>(file.content));
  out->Bytes(file.file_path);
  out->Bytes(file.file_format);
  for (size_t i = 0; i < file.partition.size(); ++i) {
    PutPartitionValue(partition.fields[i].type, file.partition[i], out);
  }
  out->Long(file.record_count);
  out->Long(file.file_size_bytes);
  PutCounts(file.column_sizes, out);
  PutCounts(file.value_counts, out);
  PutCounts(file.null_value_counts, out);
  PutCounts(file.nan_value_counts, out);
  PutBounds(file.lower_bounds, out);
  PutBounds(file.upper_bounds, out);
  PutOptionalBytes(file.key_metadata, out);
  PutOptionalList(file.split_offsets, out, [out](int64_t offset) { out->Long(offset); });
  PutOptionalList(file.equality_ids, out, [out](int id) { out->Int(id); });
  out->Branch(file.sort_order_id ? kValueBranch : kNullBranch);
  if (file.sort_order_id) out->Int(*file.sort_order_id);
  PutOptionalBytes(file.referenced_data_file, out);
}

// A marker that is the same for the same file, so that output is a function of input.
std::string SyncOf(std::string_view seed) {
  const XXH128_hash_t hash = XXH3_128bits(seed.data(), seed.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return std::string(reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest));
}

struct Range {
  bool contains_null = false, contains_nan = false;
  Value lower, upper;
};

bool IsNan(const Value& value) {
  if (const auto* single = std::get_if<float>(&value)) return std::isnan(*single);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && std::isnan(*real);
}

void Widen(const Value& value, Range* range) {
  if (IsNull(value)) {
    range->contains_null = true;
  } else if (IsNan(value)) {
    range->contains_nan = true;
  } else {
    if (IsNull(range->lower) || CompareValues(value, range->lower) < 0) range->lower = value;
    if (IsNull(range->upper) || CompareValues(value, range->upper) > 0) range->upper = value;
  }
}

PartitionFieldSummary SummaryOf(const Type& type, const Range& range) {
  PartitionFieldSummary out;
  out.contains_null = range.contains_null;
  out.contains_nan = range.contains_nan;
  if (!IsNull(range.lower)) out.lower_bound = EncodeValue(type, range.lower);
  if (!IsNull(range.upper)) out.upper_bound = EncodeValue(type, range.upper);
  return out;
}

std::string EncodeListEntry(const ManifestFile& file) {
  Encoder out;
  out.Bytes(file.manifest_path);
  out.Long(file.manifest_length);
  out.Int(file.partition_spec_id);
  out.Int(static_cast<int32_t>(file.content));
  out.Long(file.sequence_number);
  out.Long(file.min_sequence_number);
  out.Long(file.added_snapshot_id);
  out.Long(file.added_files_count.value_or(0));
  out.Long(file.existing_files_count.value_or(0));
  out.Long(file.deleted_files_count.value_or(0));
  out.Long(file.added_rows_count.value_or(0));
  out.Long(file.existing_rows_count.value_or(0));
  out.Long(file.deleted_rows_count.value_or(0));
  PutOptionalList(file.partitions, &out, [&out](const PartitionFieldSummary& range) {
    out.Boolean(range.contains_null);
    out.Branch(range.contains_nan ? kValueBranch : kNullBranch);
    if (range.contains_nan) out.Boolean(*range.contains_nan);
    PutOptionalBytes(range.lower_bound, &out);
    PutOptionalBytes(range.upper_bound, &out);
  });
  PutOptionalBytes(file.key_metadata, &out);
  return out.Take();
}

}  // namespace

Result<std::string> EncodeManifest(const Manifest& manifest, std::string_view codec) {
  const Type partition = PartitionType(manifest.spec, manifest.schema);
  SLUICE_ASSIGN(const std::string schema, ManifestEntrySchema(partition));
  const std::map<std::string, std::string> header = {
      {"schema", SchemaToJson(manifest.schema)},
      {"schema-id", std::to_string(manifest.schema.schema_id)},
      {"partition-spec", PartitionFieldsToJson(manifest.spec)},
      {"partition-spec-id", std::to_string(manifest.spec.spec_id)},
      {"format-version", "2"},
      {"content", manifest.content == ManifestContent::kData ? "data" : "deletes"}};
  const std::string seed =
      schema + (manifest.entries.empty() ? std::string() : manifest.entries[0].file.file_path);
  SLUICE_ASSIGN(auto writer, avro::ContainerWriter::Make(schema, codec, header, SyncOf(seed)));
  for (const ManifestEntry& entry : manifest.entries) {
    const bool is_data = entry.file.content == FileContent::kData;
    if (is_data != (manifest.content == ManifestContent::kData)) {
      return InvalidArgument("data and delete files may not share a manifest: " +
                             entry.file.file_path);
    }
    SLUICE_TRY(CheckTuple(partition, entry.file));
    Encoder out;
    out.Int(static_cast<int32_t>(entry.status));
    PutOptionalLong(entry.snapshot_id, &out);
    PutOptionalLong(entry.sequence_number, &out);
    PutOptionalLong(entry.file_sequence_number, &out);
    PutDataFile(entry.file, partition, &out);
    SLUICE_TRY(writer.Append(out.bytes()));
  }
  return writer.Finish();
}

ManifestFile Summarize(const Manifest& manifest, const std::string& path, int64_t length,
                       int64_t snapshot_id, int64_t sequence_number) {
  ManifestFile out;
  out.manifest_path = path;
  out.manifest_length = length;
  out.partition_spec_id = manifest.spec.spec_id;
  out.content = manifest.content;
  out.sequence_number = sequence_number;
  out.added_snapshot_id = snapshot_id;
  int64_t files[3] = {0, 0, 0}, rows[3] = {0, 0, 0};
  std::optional<int64_t> min_sequence;
  std::vector<Range> ranges(manifest.spec.fields.size());
  for (const ManifestEntry& entry : manifest.entries) {
    ++files[static_cast<size_t>(entry.status)];
    rows[static_cast<size_t>(entry.status)] += entry.file.record_count;
    for (size_t i = 0; i < ranges.size() && i < entry.file.partition.size(); ++i) {
      Widen(entry.file.partition[i], &ranges[i]);
    }
    if (entry.status == EntryStatus::kDeleted) continue;
    const int64_t sequence = entry.sequence_number.value_or(sequence_number);
    min_sequence = std::min(min_sequence.value_or(sequence), sequence);
  }
  out.min_sequence_number = min_sequence.value_or(sequence_number);
  out.existing_files_count = files[0];
  out.added_files_count = files[1];
  out.deleted_files_count = files[2];
  out.existing_rows_count = rows[0];
  out.added_rows_count = rows[1];
  out.deleted_rows_count = rows[2];
  const Type partition = PartitionType(manifest.spec, manifest.schema);
  for (size_t i = 0; i < ranges.size(); ++i) {
    out.partitions.push_back(SummaryOf(partition.fields[i].type, ranges[i]));
  }
  return out;
}

Result<std::string> EncodeManifestList(const std::vector<ManifestFile>& manifests,
                                       const ManifestListHeader& header, std::string_view codec) {
  const std::string parent =
      header.parent_snapshot_id ? std::to_string(*header.parent_snapshot_id) : "null";
  const std::map<std::string, std::string> entries = {
      {"snapshot-id", std::to_string(header.snapshot_id)},
      {"parent-snapshot-id", parent},
      {"sequence-number", std::to_string(header.sequence_number)},
      {"format-version", "2"}};
  const std::string seed = ManifestFileSchema() + entries.at("snapshot-id");
  SLUICE_ASSIGN(auto writer,
                avro::ContainerWriter::Make(ManifestFileSchema(), codec, entries, SyncOf(seed)));
  for (const ManifestFile& file : manifests) SLUICE_TRY(writer.Append(EncodeListEntry(file)));
  return writer.Finish();
}

}  // namespace sluice::tables::iceberg
