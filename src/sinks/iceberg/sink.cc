// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/sink.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/log.h"
#include "checkpoint/decide.h"
#include "io/thread.h"
#include "sinks/iceberg/committer.h"
#include "sinks/iceberg/writer.h"
#include "tables/iceberg/properties.h"

namespace sluice::sinks::iceberg {
namespace {

namespace ice = tables::iceberg;

// Starts that an older writer's commits may push back before this one gives up.
constexpr int kFenceTriesMax = 20;
constexpr size_t kManySnapshots = 10'000;  // about 10 MB of metadata.json
// 'delta' (default) or 'plain': for readers that do not know the delta encoding.
constexpr char kIntegerEncodingProperty[] = "sluice.parquet.integer-encoding";

std::string NewToken(io::Random& random) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(random.Next()));
  return text;
}

Result<formats::parquet::WriterOptions> ParquetOptions(const ice::TableMetadata& metadata,
                                                       const ice::WriteProperties& properties) {
  formats::parquet::WriterOptions options;
  options.codec = properties.parquet_codec;
  options.codec_level = properties.parquet_codec_level;
  options.row_group_bytes = properties.parquet_row_group_bytes;
  options.page_bytes = properties.parquet_page_bytes;
  options.page_rows = properties.parquet_page_rows;
  options.dictionary_bytes = properties.parquet_dictionary_bytes;
  const std::string encoding = metadata.Property(kIntegerEncodingProperty).value_or("delta");
  if (encoding == "plain") {
    options.integers = formats::parquet::IntegerEncoding::kPlain;
  } else if (encoding != "delta") {
    return InvalidArgument(std::string("table property ") + kIntegerEncodingProperty +
                           " is 'delta' or 'plain', not '" + encoding + "'");
  }
  return options;
}

class IcebergSink : public flow::Sink {
 public:
  IcebergSink(const ice::Environment& environment, const tables::TableIdentifier& table,
              IcebergSinkOptions options)
      : environment_(environment),
        identifier_(table),
        options_(std::move(options)),
        name_(table.ToString()) {}

  const std::string& name() const override { return name_; }
  bool durable() const override { return table_.has_value() || !options_.create; }
  Result<flow::SinkState> Begin(const std::string& pipeline) override;
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int shard) override;
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override;
  Result<std::optional<std::string>> EncodePart(const flow::StagedPart& part) const override;
  Result<std::unique_ptr<flow::StagedPart>> DecodePart(std::string_view bytes) const override;

 private:
  Result<checkpoint::Standing> TakeOver();
  Result<std::optional<checkpoint::Standing>> TryTakeOver();
  Status CreateTable();
  Status SetTarget(const ice::TableMetadata& metadata, const std::string& data_location,
                   int64_t first_epoch);
  Status SetProvisionalTarget();
  Status CommitFiles(const checkpoint::CommitIntent& intent, std::vector<ice::DataFile> files,
                     flow::CommitReport* report);
  Status CommitPosition(const checkpoint::CommitIntent& intent, flow::CommitReport* report);
  Status RunAppend(const checkpoint::CommitIntent& intent, ice::StagedAppend* staged, bool* unknown,
                   flow::CommitReport* report);
  void WarnOfProperties() const;
  void WarnOfSnapshots();
  void RemoveFiles(const std::vector<std::string>& locations);
  std::string LowerForSummary(const flow::Position& lower) const;

  const ice::Environment environment_;
  const tables::TableIdentifier identifier_;
  const IcebergSinkOptions options_;
  const std::string name_;
  std::string pipeline_, token_;
  std::optional<ice::Table> table_;
  std::shared_ptr<const WriteTarget> target_;
  checkpoint::Record expected_;  // what the table must say before the next commit
  size_t warned_of_snapshots_ = 0;
};

Result<flow::SinkState> IcebergSink::Begin(const std::string& pipeline) {
  pipeline_ = pipeline;
  token_ = NewToken(*environment_.random);
  auto loaded = ice::Table::Load(environment_, identifier_);
  if (!loaded.ok()) {
    if (loaded.error().kind != ErrorKind::kNotFound || !options_.create) {
      return std::move(loaded).error();
    }
    SLUICE_TRY(SetProvisionalTarget());
    return flow::SinkState{};
  }
  table_.emplace(std::move(*loaded));
  WarnOfProperties();
  WarnOfSnapshots();
  SLUICE_ASSIGN(checkpoint::Standing standing, TakeOver());
  SLUICE_TRY(SetTarget(table_->metadata(), table_->DataLocation(), standing.epoch + 1));
  io::AnnounceState("fenced");
  return flow::SinkState{standing.exists, standing.epoch, std::move(standing.position)};
}

// What Flink's sink would do by these, and this one does not.
void IcebergSink::WarnOfProperties() const {
  for (const char* key :
       {"flink-maintenance.rewrite.enabled", "flink-maintenance.delete-orphan-files.enabled"}) {
    if (table_->metadata().Property(key).value_or("false") == "false") continue;
    log::Warn("a table property asks for what is not there yet; let another engine do it",
              {{"table", name_}, {"property", key}});
  }
}

// Each commit writes them all, so that commits become dearer until they take longer than they are
// apart.
void IcebergSink::WarnOfSnapshots() {
  const size_t snapshots = table_->metadata().snapshots.size();
  if (snapshots < warned_of_snapshots_ + kManySnapshots) return;
  warned_of_snapshots_ = snapshots;
  log::Warn(
      "the table keeps many snapshots, and every commit writes all of them: expire some, or set "
      "the table property flink-maintenance.expire-snapshots.enabled",
      {{"table", name_}, {"snapshots", std::to_string(snapshots)}});
}

// Takes the token; what an older writer commits while this goes on is read again.
Result<checkpoint::Standing> IcebergSink::TakeOver() {
  for (int tries = 0; tries < kFenceTriesMax; ++tries) {
    SLUICE_ASSIGN(auto standing, TryTakeOver());
    if (standing) return std::move(*standing);
    SLUICE_TRY(table_->Refresh());
  }
  Error error = CommitConflict("another writer of pipeline " + pipeline_ +
                               " keeps taking the table " + name_);
  error.retry = Retry::kLater;
  return error;
}

// nullopt: the pipeline was moved by another writer meanwhile.
Result<std::optional<checkpoint::Standing>> IcebergSink::TryTakeOver() {
  const checkpoint::TableFacts facts = FactsOf(table_->metadata(), pipeline_);
  auto standing = checkpoint::DecideBegin(facts, pipeline_);
  if (!standing.ok()) return std::move(standing).error().With("table " + name_);
  const ice::Requirements requirements = RequirementsOf(facts.record, facts.table_uuid, pipeline_);
  bool unknown = false;
  const auto fenced =
      CommitLoop(&*table_, pipeline_, "")
          .Run(
              [&](const auto& found, bool) {
                return checkpoint::DecideFence(facts.table_uuid, facts.record, token_, found);
              },
              [&] {
                return table_->CommitProperties({{checkpoint::TokenKey(pipeline_), token_}}, {},
                                                requirements);
              },
              &unknown);
  if (!fenced.ok()) {
    if (fenced.error().kind == ErrorKind::kCommitConflict && fenced.error().retry == Retry::kNow) {
      return std::optional<checkpoint::Standing>();
    }
    return fenced.error();
  }
  expected_ = facts.record;
  expected_.token = token_;
  return std::optional(std::move(*standing));
}

Status IcebergSink::SetTarget(const ice::TableMetadata& metadata, const std::string& data_location,
                              int64_t first_epoch) {
  auto target = std::make_shared<WriteTarget>();
  SLUICE_ASSIGN(const auto properties, ice::ReadWriteProperties(metadata.properties));
  SLUICE_ASSIGN(target->parquet, ParquetOptions(metadata, properties));
  SLUICE_ASSIGN(target->metrics_modes, ice::MetricsModes(metadata.properties, metadata.schema()));
  target->schema = metadata.schema();
  target->spec = metadata.spec();
  target->file_bytes_max = properties.target_file_size_bytes;
  target->data_location = data_location;
  target->name_prefix = FileNamePart(pipeline_) + "-" + token_;
  target->first_epoch = first_epoch;
  target_ = std::move(target);
  // Mistakes in the columns are for the start, not for the first row.
  SLUICE_TRY(ColumnMap::Make(target_->schema, options_.columns, options_.not_null));
  SLUICE_TRY(PartitionSplitter::Make(target_->spec, target_->schema));
  return {};
}

// Before the table is made: its metadata as it will be.
Status IcebergSink::SetProvisionalTarget() {
  const ice::CreateOptions& create = *options_.create;
  std::string location = create.location;
  if (location.empty()) {
    location = environment_.catalog->warehouse();
    for (const std::string& level : identifier_.namespace_levels) location += "/" + level;
    location += "/" + identifier_.name;
  }
  SLUICE_ASSIGN(const auto metadata,
                ice::MakeTableMetadata({.table_uuid = "00000000-0000-0000-0000-000000000000",
                                        .location = location,
                                        .schema = create.schema,
                                        .spec = create.spec,
                                        .order = create.order,
                                        .properties = create.properties,
                                        .now_ms = environment_.clock->NowMs()}));
  return SetTarget(metadata, location + "/data", 1);
}

// The token goes in with the table, so there is no moment in which somebody else could write.
Status IcebergSink::CreateTable() {
  ice::CreateOptions create = *options_.create;
  create.properties[checkpoint::TokenKey(pipeline_)] = token_;
  auto made = ice::Table::Create(environment_, identifier_, create);
  if (!made.ok()) {
    Error error = std::move(made).error();
    if (error.kind != ErrorKind::kAlreadyExists && error.kind != ErrorKind::kCommitUnknown) {
      return error;
    }
    made = ice::Table::Load(environment_, identifier_);
    if (!made.ok()) return error;
  }
  const checkpoint::Record record = checkpoint::ReadRecord(made->metadata().properties, pipeline_);
  if (record.token != token_ || !record.fresh()) {
    return Fenced("another writer of pipeline " + pipeline_ + " has made the table " + name_);
  }
  if (!ice::SameColumns(made->metadata().schema(), target_->schema)) {
    return Internal("the table " + name_ + " was made with other columns than its files have");
  }
  expected_ = record;
  table_.emplace(std::move(*made));
  return {};
}

Result<std::unique_ptr<flow::SinkWriter>> IcebergSink::OpenWriter(int shard) {
  if (target_ == nullptr) return Internal("a writer was opened before Begin: " + name_);
  SLUICE_ASSIGN(auto writer, IcebergWriter::Make(target_, environment_.files, options_, shard));
  return std::unique_ptr<flow::SinkWriter>(std::move(writer));
}

Result<flow::CommitReport> IcebergSink::Commit(flow::EpochCommit commit) {
  const int64_t started_ms = environment_.clock->MonotonicMs();
  flow::CommitReport report;
  std::vector<ice::DataFile> files;
  for (const auto& part : commit.parts) {
    auto* staged = dynamic_cast<StagedFiles*>(part.get());
    if (staged == nullptr) return Internal("a part of another sink was given to " + name_);
    std::move(staged->data_files.begin(), staged->data_files.end(), std::back_inserter(files));
  }
  for (const ice::DataFile& file : files) {
    report.rows += file.record_count;
    report.size_bytes += file.file_size_bytes;
  }
  report.files = static_cast<int64_t>(files.size());
  if (!table_) {
    if (files.empty()) return report;  // nothing to remember yet
    SLUICE_TRY(CreateTable());
  }
  SLUICE_ASSIGN(const checkpoint::CommitIntent intent,
                checkpoint::MakeIntent(pipeline_, table_->metadata().table_uuid, expected_,
                                       commit.epoch, commit.lower, commit.upper));
  if (files.empty()) {
    SLUICE_TRY(CommitPosition(intent, &report));
  } else {
    SLUICE_TRY(CommitFiles(intent, std::move(files), &report));
  }
  io::AnnounceState("commit-seen");
  expected_ = intent.next;
  WarnOfSnapshots();
  report.commit_ms = environment_.clock->MonotonicMs() - started_ms;
  return report;
}

// As the manifest that would list the files: it has all that is known of them.
Result<std::optional<std::string>> IcebergSink::EncodePart(const flow::StagedPart& part) const {
  const auto* staged = dynamic_cast<const StagedFiles*>(&part);
  if (staged == nullptr) return Internal("a part of another sink was given to " + name_);
  ice::Manifest manifest;
  manifest.schema = target_->schema;
  manifest.spec = target_->spec;
  for (const ice::DataFile& file : staged->data_files) {
    manifest.entries.push_back({.status = ice::EntryStatus::kAdded, .file = file});
  }
  SLUICE_ASSIGN(std::string bytes, ice::EncodeManifest(manifest, "null"));
  return std::optional(std::move(bytes));
}

Result<std::unique_ptr<flow::StagedPart>> IcebergSink::DecodePart(std::string_view bytes) const {
  SLUICE_ASSIGN(ice::Manifest manifest, ice::DecodeManifest(bytes));
  auto part = std::make_unique<StagedFiles>();
  for (ice::ManifestEntry& entry : manifest.entries) {
    entry.file.spec_id = manifest.spec.spec_id;
    part->rows += entry.file.record_count;
    part->size_bytes += entry.file.file_size_bytes;
    part->data_files.push_back(std::move(entry.file));
  }
  part->files = static_cast<int64_t>(part->data_files.size());
  return std::unique_ptr<flow::StagedPart>(std::move(part));
}

Status IcebergSink::CommitPosition(const checkpoint::CommitIntent& intent,
                                   flow::CommitReport* report) {
  const ice::Requirements requirements =
      RequirementsOf(intent.expected, intent.table_uuid, pipeline_);
  bool unknown = false;
  SLUICE_ASSIGN(
      const Committed committed,
      CommitLoop(&*table_, pipeline_, *intent.next.commit_id)
          .Run([&](const auto& found,
                   bool before) { return checkpoint::DecideCommit(intent, found, before); },
               [&] {
                 return table_->CommitProperties(checkpoint::WriteRecord(intent.next, pipeline_),
                                                 {}, requirements);
               },
               &unknown));
  report->attempts = committed.attempts;
  return {};
}

Status IcebergSink::CommitFiles(const checkpoint::CommitIntent& intent,
                                std::vector<ice::DataFile> files, flow::CommitReport* report) {
  std::vector<std::string> written;
  for (const ice::DataFile& file : files) written.push_back(file.file_path);
  ice::AppendRequest request;
  request.files = std::move(files);
  request.maintenance = options_.maintenance;
  request.set_properties = checkpoint::WriteRecord(intent.next, pipeline_);
  SLUICE_ASSIGN(const flow::Position lower, intent.expected.position
                                                ? flow::Position::Decode(*intent.expected.position)
                                                : flow::Position());
  request.summary = checkpoint::WriteSummary(intent.next, pipeline_, LowerForSummary(lower));
  SLUICE_ASSIGN(ice::StagedAppend staged, table_->StageAppend(std::move(request)));
  for (const ice::ManifestFile& manifest : staged.manifests) {
    written.push_back(manifest.manifest_path);
  }
  bool unknown = false;
  auto status = RunAppend(intent, &staged, &unknown, report);
  const bool refused = !status.ok() && (status.error().kind == ErrorKind::kFenced ||
                                        status.error().kind == ErrorKind::kPositionMismatch ||
                                        status.error().kind == ErrorKind::kCommitConflict);
  if (refused && !unknown) RemoveFiles(written);
  return status;
}

Status IcebergSink::RunAppend(const checkpoint::CommitIntent& intent, ice::StagedAppend* staged,
                              bool* unknown, flow::CommitReport* report) {
  const ice::Requirements requirements =
      RequirementsOf(intent.expected, intent.table_uuid, pipeline_);
  SLUICE_ASSIGN(
      const Committed committed,
      CommitLoop(&*table_, pipeline_, *intent.next.commit_id)
          .Run([&](const auto& found,
                   bool before) { return checkpoint::DecideCommit(intent, found, before); },
               [&] { return table_->CommitAppend(staged, requirements); }, unknown));
  report->attempts = committed.attempts;
  report->snapshot = std::to_string(committed.snapshot_id);
  return {};
}

// Where the pipeline's snapshot before this one ended, so that the chain in the summaries has no
// gap where epochs without rows made no snapshot.
std::string IcebergSink::LowerForSummary(const flow::Position& lower) const {
  const ice::SnapshotList& snapshots = table_->metadata().snapshots;
  const ice::Snapshot* newest = nullptr;
  for (size_t i = snapshots.size(); i > 0; --i) {  // mostly the last one
    const ice::Snapshot& snapshot = snapshots[i - 1];
    if (newest != nullptr && snapshot.sequence_number <= newest->sequence_number) continue;
    if (!checkpoint::ReadSummary(snapshot.summary, pipeline_).fresh()) newest = &snapshot;
  }
  if (newest == nullptr) return lower.Encode();
  return checkpoint::ReadSummary(newest->summary, pipeline_).position.value_or(lower.Encode());
}

// Best effort: what stays is an orphan, which carries our token in its name.
void IcebergSink::RemoveFiles(const std::vector<std::string>& locations) {
  for (const std::string& location : locations) {
    const auto path = io::PathOfUri(location);
    const auto status = path.ok() ? environment_.files->Remove(*path) : Status(Error(path.error()));
    if (!status.ok()) {
      log::Warn("a file of a refused commit could not be removed",
                {{"file", location}, {"error", status.error().ToString()}});
    }
  }
}

}  // namespace

Result<std::unique_ptr<flow::Sink>> OpenIcebergSink(const ice::Environment& environment,
                                                    const tables::TableIdentifier& table,
                                                    IcebergSinkOptions options) {
  if (options.columns.empty()) {
    return InvalidArgument("a sink for table " + table.ToString() + " without columns");
  }
  SLUICE_TRY(ice::ReadExpiryProperties(options.maintenance));
  return std::unique_ptr<flow::Sink>(
      std::make_unique<IcebergSink>(environment, table, std::move(options)));
}

}  // namespace sluice::sinks::iceberg
