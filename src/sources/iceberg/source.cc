// SPDX-License-Identifier: Apache-2.0
#include "sources/iceberg/source.h"

#include <algorithm>
#include <utility>

#include "sources/iceberg/reader.h"

namespace sluice::sources::iceberg {
namespace {

using tables::iceberg::Snapshot;
using tables::iceberg::Table;

constexpr int kLanes = 8;  // of a bounded read; part of positions: never another number

class IcebergSource : public flow::Source {
 public:
  static Result<std::unique_ptr<flow::Source>> Make(const OpenTable& open) {
    auto source = std::unique_ptr<IcebergSource>(new IcebergSource());
    std::vector<Error> errors = CheckReadOptions(open.table);
    if (!errors.empty()) return std::move(errors.front());
    Reading& reading = source->reading_;
    SLUICE_ASSIGN(reading.options, ParseReadOptions(open.table.options));
    SLUICE_ASSIGN(Table table, Table::Load(open.environment, open.identifier));
    reading.environment = open.environment;
    reading.identifier = open.identifier;
    reading.table_uuid = table.metadata().table_uuid;
    reading.follow = reading.options.streaming;
    reading.lanes = reading.follow ? 1 : kLanes;
    if (reading.follow && table.metadata().format_version < 2) {
      return Unsupported(
          "a table of format-version 1 numbers no snapshots and cannot be followed "
          "as a stream: " +
          open.table.name);
    }
    SLUICE_TRY(source->FindColumns(open, table.metadata()));
    source->stop_at_latest_ = open.stop_at_latest;
    source->table_.emplace(std::move(table));
    return std::unique_ptr<flow::Source>(std::move(source));
  }

  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "iceberg";
    return kind;
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override {
    return {{"table", reading_.table_uuid}};
  }
  bool unbounded() const override { return reading_.follow && !stop_at_latest_; }
  bool end_is_final() const override { return !reading_.follow; }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }

  Result<std::vector<flow::Split>> DiscoverSplits() override {
    if (splits_.empty()) {
      SLUICE_TRY(reading_.follow ? BeginStream() : BeginBounded());
    }
    return splits_;
  }

  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.kind != kind()) {
      return PositionMismatch("the recorded position is of a '" + position.kind +
                              "' source, the table is now one of a lakehouse");
    }
    if (position.identity != identity()) {
      return SourceLost("table " + reading_.identifier.ToString() +
                        " is another one than was read before: it was dropped and made anew");
    }
    for (const auto& [name, offset] : position.splits) {
      if ((name == "snapshots") != reading_.follow) {
        return PositionMismatch("the table was read " +
                                std::string(reading_.follow ? "once" : "as a stream") +
                                " before, and 'streaming' has changed");
      }
      const Place place = Place::Of(offset);
      if (reading_.follow) {
        SLUICE_ASSIGN(const auto* head, HeadOf(table_->metadata(), reading_.options.branch));
        SLUICE_TRY(SnapshotsFrom(table_->metadata(), head, place, -1));
      } else if (table_->metadata().format_version == 1 && !place.done) {
        return SourceLost(
            "a table of format-version 1 numbers no snapshots: a read that has begun cannot go on");
      } else {
        restored_ = std::max(restored_, place.sequence);
      }
    }
    return {};
  }

  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override { return MakeReader(reading_); }

 private:
  IcebergSource() = default;

  Status FindColumns(const OpenTable& open, const tables::iceberg::TableMetadata& metadata) {
    reading_.shape.schema = metadata.schema();
    for (const auto& spec : metadata.partition_specs) {
      for (const auto& field : spec.fields) {
        if (field.transform.kind == tables::iceberg::TransformKind::kIdentity) {
          reading_.shape.identity_ids.insert(field.source_id);
        }
      }
    }
    for (const int index : open.projection.columns) {
      const flow::Field& wanted = open.table.columns[static_cast<size_t>(index)].field;
      const auto& fields = reading_.shape.schema.fields;
      const auto found = std::find_if(fields.begin(), fields.end(),
                                      [&](const auto& field) { return field.name == wanted.name; });
      if (found == fields.end()) {
        return NotFound("column " + wanted.name + " of " + open.table.name + " is gone");
      }
      SLUICE_ASSIGN(const auto type, tables::iceberg::ToFlow(found->type, true));
      SLUICE_TRY(CheckType(open.table.name, wanted, *type));
      reading_.cut_to_digits.push_back(wanted.type->is_timestamp() ? wanted.type->precision() : 9);
      reading_.shape.columns.push_back(static_cast<int>(found - fields.begin()));
      schema_.fields.push_back(wanted);
      reading_.output.fields.push_back(wanted);
    }
    return {};
  }

  /// A table with columns of its own declares them as they are, but for digits of a timestamp.
  static Status CheckType(const std::string& table, const flow::Field& declared,
                          const flow::Type& type) {
    const bool shorter = declared.type->is_timestamp() && declared.type->kind() == type.kind() &&
                         declared.type->precision() <= type.precision() &&
                         (declared.type->precision() <= 6) == (type.precision() <= 6);
    if (shorter || declared.type->WithNullable(true)->Equals(type)) return {};
    return InvalidArgument("column " + declared.name + " of " + table + " is declared as " +
                           declared.type->ToString() + ", the table has " + type.ToString());
  }

  Status BeginStream() {
    SLUICE_ASSIGN(const Place start, StartOf(table_->metadata(), reading_.options));
    flow::Split split{.name = "snapshots", .start_offset = start.offset(), .stop_offset = {}};
    if (stop_at_latest_) {
      SLUICE_ASSIGN(const Snapshot* const head,
                    HeadOf(table_->metadata(), reading_.options.branch));
      reading_.end = head == nullptr ? start : Place::Done(head->sequence_number);
      split.stop_offset = reading_.end->offset();
    }
    splits_ = {std::move(split)};
    return {};
  }

  Status BeginBounded() {
    const ReadOptions& options = reading_.options;
    if (options.start_snapshot_id) {
      SLUICE_TRY(PlanRange());
    } else {
      SLUICE_ASSIGN(const Snapshot* const snapshot, ChosenSnapshot());
      if (snapshot != nullptr) {
        SLUICE_ASSIGN(auto part, WholeAsOf(*table_, *snapshot));
        reading_.parts = {std::move(part)};
      }
    }
    Place start;
    reading_.end = start;
    if (!reading_.parts.empty()) {
      start.sequence = reading_.parts.front()->sequence;
      start.whole = reading_.parts.front()->whole;
      reading_.end = Place::Done(reading_.parts.back()->sequence);
    }
    for (int lane = 0; lane < kLanes; ++lane) {
      splits_.push_back({.name = "files-" + std::to_string(lane),
                         .start_offset = start.offset(),
                         .stop_offset = reading_.end->offset()});
    }
    return {};
  }

  /// What is read whole. A read that has begun goes on with the snapshot it began with.
  Result<const Snapshot*> ChosenSnapshot() const {
    const auto& metadata = table_->metadata();
    if (restored_ > 0) {
      for (const Snapshot& snapshot : metadata.snapshots) {
        if (snapshot.sequence_number == restored_) return &snapshot;
      }
      return SourceLost("the snapshot that was being read has expired: sequence number " +
                        std::to_string(restored_));
    }
    const ReadOptions& options = reading_.options;
    tables::iceberg::SnapshotChoice choice;
    choice.snapshot_id = options.snapshot_id;
    choice.as_of_ms = options.as_of_ms;
    choice.ref = options.tag;
    if (!choice.snapshot_id && !choice.as_of_ms && !choice.ref) {
      return HeadOf(metadata, options.branch);
    }
    return ChooseSnapshot(metadata, choice);
  }

  /// What was appended behind one snapshot, up to another.
  Status PlanRange() {
    const auto& metadata = table_->metadata();
    SLUICE_ASSIGN(const Snapshot* head, HeadOf(metadata, reading_.options.branch));
    if (reading_.options.end_snapshot_id) {
      head = metadata.FindSnapshot(*reading_.options.end_snapshot_id);
      if (head == nullptr) {
        return NotFound("'end-snapshot-id': there is no snapshot " +
                        std::to_string(*reading_.options.end_snapshot_id));
      }
    }
    SLUICE_ASSIGN(const Place start, StartOf(metadata, reading_.options));
    SLUICE_ASSIGN(const auto snapshots, SnapshotsFrom(metadata, head, start, -1));
    for (const Snapshot* snapshot : snapshots) {
      SLUICE_ASSIGN(auto part, AppendedBy(*table_, *snapshot, reading_.options));
      if (part != nullptr) reading_.parts.push_back(std::move(part));
    }
    return {};
  }

  Reading reading_;
  std::optional<Table> table_;
  flow::Schema schema_;
  bool stop_at_latest_ = false;
  int64_t restored_ = 0;  // sequence number of what a bounded read has begun with; 0: none
  std::vector<flow::Split> splits_;
};

}  // namespace

Result<std::unique_ptr<flow::Source>> OpenIcebergSource(const OpenTable& open) {
  return IcebergSource::Make(open);
}

}  // namespace sluice::sources::iceberg
