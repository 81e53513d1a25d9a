// SPDX-License-Identifier: Apache-2.0
// Opening, creating and refreshing tables, and the one compare-and-swap all changes go through.
#include "tables/iceberg/table.h"

#include <algorithm>
#include <cstdio>

#include "base/limits.h"
#include "base/log.h"
#include "io/thread.h"
#include "tables/iceberg/codec.h"
#include "tables/iceberg/schema_change.h"

namespace sluice::tables::iceberg {
namespace {

constexpr std::string_view kSuffix = ".metadata.json";
constexpr std::string_view kGzipSuffix = ".gz.metadata.json";
constexpr std::string_view kGzipMagic = "\x1f\x8b";

// The number before the first dash of "<V>-<uuid>.metadata.json"; -1 if there is none.
int64_t VersionOf(const std::string& location) {
  const size_t slash = location.rfind('/');
  const size_t begin = slash == std::string::npos ? 0 : slash + 1;
  const size_t dash = location.find('-', begin);
  if (dash == std::string::npos || dash == begin || dash - begin > 18) return -1;
  int64_t version = 0;
  for (size_t i = begin; i < dash; ++i) {
    if (location[i] < '0' || location[i] > '9') return -1;
    version = version * 10 + (location[i] - '0');
  }
  return version;
}

std::string MetadataFileName(int64_t version, const std::string& uuid, bool gzip) {
  char number[32];
  std::snprintf(number, sizeof(number), "%05lld", static_cast<long long>(version));
  return std::string(number) + "-" + uuid + std::string(gzip ? kGzipSuffix : kSuffix);
}

std::string FolderOf(const TableMetadata& metadata, const char* property, const char* folder) {
  auto path = metadata.Property(property).value_or("");
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.empty() ? metadata.location + "/" + folder : path;
}

std::string MetadataFolder(const TableMetadata& metadata) {
  return FolderOf(metadata, "write.metadata.path", "metadata");
}

// Writes metadata under a new name and returns its location.
Result<std::string> WriteMetadata(const Environment& environment, const TableMetadata& metadata,
                                  int64_t version) {
  SLUICE_ASSIGN(const auto properties, ReadWriteProperties(metadata.properties));
  const bool gzip = properties.metadata_codec == "gzip";
  const std::string location =
      MetadataFolder(metadata) + "/" + MetadataFileName(version, environment.random->Uuid(), gzip);
  std::string text = TableMetadataToJson(metadata);
  if (gzip) text = Deflate(text, DeflateForm::kGzip);
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
  SLUICE_TRY(environment.files->WriteWhole(path, text));
  return location;
}

// Whether a state of the table was reached through the metadata file or snapshot of an attempt.
bool Contains(const TableMetadata& metadata, const std::string& current,
              const std::string& location, int64_t snapshot_id) {
  if (current == location) return true;
  if (snapshot_id != 0 && metadata.FindSnapshot(snapshot_id) != nullptr) return true;
  return std::any_of(
      metadata.metadata_log.begin(), metadata.metadata_log.end(),
      [&](const MetadataLogEntry& entry) { return entry.metadata_file == location; });
}

}  // namespace

const Schema& SchemaOfSpec(const TableMetadata& metadata, const PartitionSpec& spec) {
  const auto has_sources = [&spec](const Schema& schema) {
    return std::all_of(spec.fields.begin(), spec.fields.end(), [&](const PartitionField& field) {
      return schema.FindField(field.source_id) != nullptr;
    });
  };
  if (has_sources(metadata.schema())) return metadata.schema();
  for (auto it = metadata.schemas.rbegin(); it != metadata.schemas.rend(); ++it) {
    if (has_sources(*it)) return *it;
  }
  return metadata.schema();
}

Result<TableMetadata> ReadMetadataFile(io::FileSystem& files, const std::string& location) {
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
  SLUICE_ASSIGN(std::string bytes, files.ReadWhole(path, limits::kMetadataBytesMax));
  if (bytes.starts_with(kGzipMagic)) {
    SLUICE_ASSIGN(bytes, Inflate(bytes, DeflateForm::kGzip, limits::kMetadataBytesMax));
  }
  auto metadata = ParseTableMetadata(bytes);
  if (!metadata.ok()) {
    Error error = std::move(metadata).error();
    error.where = path;
    return error;
  }
  return metadata;
}

Result<Table> Table::Load(const Environment& environment, const TableIdentifier& identifier) {
  Table table;
  table.environment_ = environment;
  table.identifier_ = identifier;
  SLUICE_TRY(table.Refresh());
  return table;
}

Result<Table> Table::LoadStatic(const Environment& environment, const std::string& location) {
  Table table;
  table.environment_ = environment;
  table.environment_.catalog = nullptr;
  table.identifier_.name = location;
  SLUICE_TRY(table.Adopt(location));
  return table;
}

Result<Table> Table::Create(const Environment& environment, const TableIdentifier& identifier,
                            const CreateOptions& options) {
  NewTable made;
  made.table_uuid = environment.random->Uuid();
  made.location = options.location;
  if (made.location.empty()) {
    made.location = environment.catalog->warehouse();
    for (const std::string& level : identifier.namespace_levels) made.location += "/" + level;
    made.location += "/" + identifier.name;
  }
  while (made.location.size() > 1 && made.location.back() == '/') made.location.pop_back();
  made.schema = options.schema;
  made.spec = options.spec;
  made.order = options.order;
  made.properties = options.properties;
  made.now_ms = environment.clock->NowMs();
  const auto version = made.properties.find("format-version");
  if (version != made.properties.end() && version->second != "2") {
    return Unsupported("sluice creates tables of format-version 2, not " + version->second);
  }
  made.properties.erase("format-version");
  SLUICE_TRY(ReadWriteProperties(made.properties));
  SLUICE_TRY(ReadCommitProperties(made.properties));
  SLUICE_TRY(ReadExpiryProperties(made.properties));
  made.properties.emplace(kDeleteAfterCommit, "true");
  SLUICE_ASSIGN(TableMetadata metadata, MakeTableMetadata(made));
  SLUICE_ASSIGN(const std::string location, WriteMetadata(environment, metadata, 0));

  Table table;
  table.environment_ = environment;
  table.identifier_ = identifier;
  Status registered = environment.catalog->Register(identifier, location);
  if (!registered.ok()) {
    const auto found = environment.catalog->LoadMetadataLocation(identifier);
    if (!found.ok() || *found != location) {
      // Only a definite no allows removing what was written.
      if (registered.error().kind == ErrorKind::kAlreadyExists) {
        RemoveQuietly(*environment.files, location);
      }
      return std::move(registered).error();
    }
  }
  table.metadata_ = std::move(metadata);
  table.metadata_location_ = location;
  return table;
}

void RemoveQuietly(io::FileSystem& files, const std::string& location) {
  const auto path = io::PathOfUri(location);
  if (!path.ok()) return;
  const Status removed = files.Remove(*path);
  if (!removed.ok() && removed.error().kind != ErrorKind::kNotFound) {
    log::Warn("cannot remove an unused file", {{"file", *path}, {"reason", removed.error().text}});
  }
}

Status Table::Adopt(const std::string& location) {
  SLUICE_ASSIGN(TableMetadata metadata, ReadMetadataFile(*environment_.files, location));
  metadata_ = std::move(metadata);
  metadata_location_ = location;
  return Status::Ok();
}

Status Table::Refresh() {
  if (environment_.catalog == nullptr) return Status::Ok();
  SLUICE_ASSIGN(const std::string location,
                environment_.catalog->LoadMetadataLocation(identifier_));
  if (location == metadata_location_) return Status::Ok();
  return Adopt(location);
}

std::string Table::DataLocation() const {
  return FolderOf(metadata_, "write.data.path", "data");
}

std::string Table::MetadataLocation() const {
  return MetadataFolder(metadata_);
}

Status Table::CheckWritable() const {
  if (environment_.catalog == nullptr) {
    return Unsupported("the table was opened from a metadata file, without its catalog: " +
                       identifier_.name);
  }
  if (metadata_.format_version != 2) {
    return Unsupported("sluice writes tables of format version 2, this one has " +
                       std::to_string(metadata_.format_version) + ": " + identifier_.ToString());
  }
  return Status::Ok();
}

Result<CommitResult> Table::CommitProperties(const Properties& set,
                                             const std::vector<std::string>& remove,
                                             const Requirements& requirements) {
  SLUICE_TRY(CheckWritable());
  Attempt attempt;
  attempt.result.violations = CheckRequirements(requirements, metadata_);
  if (!attempt.result.violations.empty()) {
    attempt.result.outcome = CommitOutcome::kViolated;
    return std::move(attempt.result);
  }
  attempt.next = NextVersion(metadata_, metadata_location_, environment_.clock->NowMs(),
                             &attempt.dropped_logs);
  ApplyProperties(set, remove, &attempt.next);
  return Swap(std::move(attempt));
}

Result<CommitResult> Table::CommitSchema(Schema schema, int last_column_id) {
  SLUICE_TRY(CheckWritable());
  Attempt attempt;
  attempt.next = NextVersion(metadata_, metadata_location_, environment_.clock->NowMs(),
                             &attempt.dropped_logs);
  SLUICE_TRY(ApplySchema(std::move(schema), last_column_id, &attempt.next));
  return Swap(std::move(attempt));
}

Result<CommitResult> Table::Swap(Attempt attempt) {
  const int64_t version = VersionOf(metadata_location_) + 1;
  SLUICE_ASSIGN(const std::string location, WriteMetadata(environment_, attempt.next, version));
  attempt.written.push_back(location);
  attempt.result.metadata_location = location;
  io::AnnounceState("metadata-written");
  io::AnnounceState("before-swap");
  Status swapped = environment_.catalog->Swap(identifier_, metadata_location_, location);
  io::AnnounceState("after-swap");
  if (swapped.ok()) {
    Accept(&attempt, location);
    return std::move(attempt.result);
  }
  const ErrorKind kind = swapped.error().kind;
  if (kind != ErrorKind::kCommitConflict && kind != ErrorKind::kCommitUnknown) {
    return std::move(swapped).error();
  }
  return Resolve(std::move(attempt), location, std::move(swapped).error());
}

// Reads the table again after "no" or "don't know". Even a "no" is checked: a layer below may have
// sent the swap twice and reported the second answer.
Result<CommitResult> Table::Resolve(Attempt attempt, const std::string& location, Error reason) {
  const bool definite = reason.kind == ErrorKind::kCommitConflict;
  const Status refreshed = Refresh();
  CommitResult& result = attempt.result;
  result.reloaded = refreshed.ok();
  if (result.reloaded && Contains(metadata_, metadata_location_, location, result.snapshot_id)) {
    result.outcome = CommitOutcome::kCommitted;
    return std::move(result);
  }
  result.outcome = definite ? CommitOutcome::kConflict : CommitOutcome::kUnknown;
  result.reason = std::move(reason);
  if (definite && result.reloaded) {
    for (const std::string& file : attempt.written) RemoveQuietly(*environment_.files, file);
  }
  return std::move(result);
}

void Table::Accept(Attempt* attempt, const std::string& location) {
  attempt->result.outcome = CommitOutcome::kCommitted;
  const auto properties = ReadWriteProperties(attempt->next.properties);
  if (properties.ok() && properties->delete_after_commit) {
    for (const std::string& file : attempt->dropped_logs) {
      RemoveQuietly(*environment_.files, file);
    }
  }
  metadata_ = std::move(attempt->next);
  metadata_location_ = location;
  if (const Snapshot* snapshot = metadata_.current_snapshot();
      snapshot != nullptr && attempt->result.snapshot_id == snapshot->snapshot_id) {
    cached_list_ = snapshot->manifest_list;
    cached_manifests_ = std::move(attempt->manifests);
  }
  if (attempt->result.snapshot_id != 0) ++appends_since_expiry_;
  if (attempt->expiry) RemoveExpired(*attempt->expiry);
}

}  // namespace sluice::tables::iceberg
