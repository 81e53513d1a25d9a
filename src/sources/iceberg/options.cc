// SPDX-License-Identifier: Apache-2.0
#include "sources/iceberg/options.h"

#include <utility>

namespace sluice::sources::iceberg {

using flow::OptionKind;

const std::vector<flow::OptionSpec>& OptionSpecs() {
  static const std::vector<flow::OptionSpec> specs = {
      {"streaming",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Go on with what is appended; else the table is read once."},
      {"monitor-interval",
       OptionKind::kDuration,
       "60 s",
       false,
       {},
       "How often to look for new snapshots."},
      {"starting-strategy",
       OptionKind::kEnum,
       "INCREMENTAL_FROM_LATEST_SNAPSHOT",
       false,
       {"TABLE_SCAN_THEN_INCREMENTAL", "INCREMENTAL_FROM_LATEST_SNAPSHOT",
        "INCREMENTAL_FROM_LATEST_SNAPSHOT_EXCLUSIVE", "INCREMENTAL_FROM_EARLIEST_SNAPSHOT",
        "INCREMENTAL_FROM_SNAPSHOT_ID", "INCREMENTAL_FROM_SNAPSHOT_TIMESTAMP"},
       "Where a stream begins when it has no position yet."},
      {"start-snapshot-id",
       OptionKind::kInteger,
       "",
       false,
       {},
       "Begin with it (INCREMENTAL_FROM_SNAPSHOT_ID); without a strategy, and bounded: behind it."},
      {"start-snapshot-timestamp",
       OptionKind::kInteger,
       "",
       false,
       {},
       "Begin with the first snapshot at or after it, in milliseconds."},
      {"end-snapshot-id", OptionKind::kInteger, "", false, {}, "Bounded: the last one to read."},
      {"snapshot-id", OptionKind::kInteger, "", false, {}, "Bounded: the table as of it."},
      {"as-of-timestamp",
       OptionKind::kInteger,
       "",
       false,
       {},
       "Bounded: the table as of this time, in milliseconds."},
      {"branch", OptionKind::kString, "main", false, {}, "Which branch is read."},
      {"tag", OptionKind::kString, "", false, {}, "Bounded: the table as of the tag."},
      {"streaming-skip-overwrite-snapshots",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Leave snapshots out that replace or delete rows by files; else they end the job."},
      {"streaming-skip-delete-snapshots",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Leave snapshots out that only delete; else they end the job."},
      {"split-size", OptionKind::kString, "", false, {}, "Accepted."},
      {"split-lookback", OptionKind::kString, "", false, {}, "Accepted."},
      {"split-file-open-cost", OptionKind::kString, "", false, {}, "Accepted."},
      {"max-planning-snapshot-count", OptionKind::kInteger, "", false, {}, "Accepted."},
      {"case-sensitive", OptionKind::kBoolean, "false", false, {}, "Accepted."},
      {"include-column-stats", OptionKind::kBoolean, "false", false, {}, "Accepted."},
  };
  return specs;
}

namespace {

Status SetInteger(const flow::OptionMap& options, const char* key, std::optional<int64_t>* to) {
  const auto found = options.find(key);
  if (found == options.end()) return {};
  SLUICE_ASSIGN(*to, flow::ParseInteger(found->second));
  return {};
}

Starting StartingOf(const std::string& text) {
  const auto& choices = OptionSpecs()[2].choices;
  for (size_t i = 0; i < choices.size(); ++i) {
    const bool same = std::equal(text.begin(), text.end(), choices[i].begin(), choices[i].end(),
                                 [](char a, char b) { return (a & ~0x20) == (b & ~0x20); });
    if (same) return static_cast<Starting>(i);
  }
  return Starting::kLatestSnapshot;
}

Status CheckTogether(const ReadOptions& read, bool strategy) {
  const int moments = (read.snapshot_id ? 1 : 0) + (read.as_of_ms ? 1 : 0) + (read.tag ? 1 : 0);
  if (moments > 1) {
    return InvalidArgument("'snapshot-id', 'as-of-timestamp' and 'tag' exclude one another");
  }
  if (read.streaming && (moments > 0 || read.end_snapshot_id)) {
    return InvalidArgument(
        "'snapshot-id', 'as-of-timestamp', 'tag' and 'end-snapshot-id' are of bounded reads; a "
        "stream has 'starting-strategy'");
  }
  if (moments > 0 && (read.start_snapshot_id || read.end_snapshot_id)) {
    return InvalidArgument(
        "'start-snapshot-id' reads what was appended; the table as of a "
        "snapshot has no beginning");
  }
  if (read.end_snapshot_id && !read.start_snapshot_id) {
    return InvalidArgument("'end-snapshot-id' needs 'start-snapshot-id'");
  }
  if (strategy && !read.streaming) {
    return InvalidArgument("'starting-strategy' is of streams: 'streaming' = 'true'");
  }
  const bool by_id = read.starting == Starting::kSnapshotId;
  const bool by_time = read.starting == Starting::kSnapshotTimestamp;
  if (by_id != read.start_snapshot_id.has_value() && read.streaming) {
    return InvalidArgument(by_id ? "INCREMENTAL_FROM_SNAPSHOT_ID needs 'start-snapshot-id'"
                                 : "'start-snapshot-id' is of INCREMENTAL_FROM_SNAPSHOT_ID");
  }
  if (by_time != read.start_at_ms.has_value()) {
    return InvalidArgument(
        by_time ? "INCREMENTAL_FROM_SNAPSHOT_TIMESTAMP needs 'start-snapshot-timestamp'"
                : "'start-snapshot-timestamp' is of INCREMENTAL_FROM_SNAPSHOT_TIMESTAMP");
  }
  return {};
}

}  // namespace

Result<ReadOptions> ParseReadOptions(const flow::OptionMap& options) {
  ReadOptions read;
  const auto text = [&](const char* key) {
    return flow::OptionValue(options, OptionSpecs(), key).value_or("");
  };
  SLUICE_ASSIGN(read.streaming, flow::ParseBoolean(text("streaming")));
  SLUICE_ASSIGN(read.monitor_interval_ms, flow::ParseDurationMs(text("monitor-interval")));
  if (read.monitor_interval_ms <= 0) {
    return InvalidArgument("option 'monitor-interval' must be positive");
  }
  SLUICE_ASSIGN(read.skip_overwrites,
                flow::ParseBoolean(text("streaming-skip-overwrite-snapshots")));
  SLUICE_ASSIGN(read.skip_deletes, flow::ParseBoolean(text("streaming-skip-delete-snapshots")));
  read.branch = text("branch");
  if (const auto tag = options.find("tag"); tag != options.end()) read.tag = tag->second;
  SLUICE_TRY(SetInteger(options, "snapshot-id", &read.snapshot_id));
  SLUICE_TRY(SetInteger(options, "as-of-timestamp", &read.as_of_ms));
  SLUICE_TRY(SetInteger(options, "start-snapshot-id", &read.start_snapshot_id));
  SLUICE_TRY(SetInteger(options, "start-snapshot-timestamp", &read.start_at_ms));
  SLUICE_TRY(SetInteger(options, "end-snapshot-id", &read.end_snapshot_id));
  const bool strategy = options.contains("starting-strategy");
  if (strategy) {
    read.starting = StartingOf(text("starting-strategy"));
  } else if (read.start_snapshot_id) {
    read.starting = Starting::kSnapshotId;
    read.start_exclusive = true;
  } else if (read.start_at_ms) {
    read.starting = Starting::kSnapshotTimestamp;
  }
  SLUICE_TRY(CheckTogether(read, strategy));
  return read;
}

std::vector<Error> CheckReadOptions(const flow::ConnectorTable& table) {
  flow::OptionMap hints = table.options;
  hints.erase("connector");
  for (const char* key : {kCatalogName, kCatalogDatabase, kCatalogTable}) {
    if (hints.erase(key) > 0) continue;
    return {InvalidArgument(std::string("connector 'iceberg' needs the option '") + key +
                            "': which table of which catalog of this script")};
  }
  std::vector<Error> errors = flow::CheckOptions(hints, OptionSpecs(), "table " + table.name);
  if (!errors.empty()) return errors;
  if (auto read = ParseReadOptions(table.options); !read.ok()) {
    errors.push_back(std::move(read).error());
  }
  return errors;
}

}  // namespace sluice::sources::iceberg
