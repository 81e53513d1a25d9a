// SPDX-License-Identifier: Apache-2.0
#include "sql/settings.h"

#include "sql/name_space.h"

namespace sluice::sql {
namespace {

using flow::OptionKind;
using flow::OptionSpec;

Setting Used(std::string name, OptionKind kind, std::string default_value, std::string description,
             std::vector<std::string> choices = {}) {
  return {OptionSpec{std::move(name), kind, std::move(default_value), false, std::move(choices),
                     std::move(description)},
          SettingEffect::kUsed};
}

Setting Accepted(std::string name, OptionKind kind = OptionKind::kString) {
  return {OptionSpec{std::move(name), kind, "", false, {}, "Taken for Flink's scripts; no effect."},
          SettingEffect::kAccepted};
}

std::vector<Setting> MakeSettings() {
  return {
      Used("execution.checkpointing.interval", OptionKind::kDuration, "10 s",
           "How often a pipeline commits."),
      Used("execution.checkpointing.dir", OptionKind::kString, "",
           "Where a pipeline that keeps state puts its checkpoints, each pipeline in a folder of "
           "its "
           "name. Without it: sluice_data/state, and a pipeline that only prints keeps none. Also "
           "state.checkpoints.dir."),
      Used("execution.checkpointing.num-retained", OptionKind::kInteger, "1",
           "Checkpoints that stay."),
      Used("execution.checkpointing.savepoint-dir", OptionKind::kString, "",
           "Where a stop writes a savepoint; without it, it writes none. Also "
           "state.savepoints.dir."),
      Used("execution.state-recovery.path", OptionKind::kString, "",
           "The savepoint to begin with. Also execution.savepoint.path."),
      Used("execution.state-recovery.ignore-unclaimed-state", OptionKind::kBoolean, "false",
           "true: when the plan has changed, begin with the state that still maps."),
      Used("execution.runtime-mode", OptionKind::kEnum, "streaming",
           "batch: sinks get what is left at the end of all input, as rows that are added; no row "
           "is "
           "late; sources must be bounded.",
           {"streaming", "batch", "automatic"}),
      Used("parallelism.default", OptionKind::kInteger, "",
           "Shards, each with a thread. Without it: one per core."),
      Used("pipeline.name", OptionKind::kString, "",
           "The name under which tables remember the position of a pipeline. Without it: "
           "insert-into_ and the full name of its first table."),
      Used("table.local-time-zone", OptionKind::kString, "UTC",
           "The zone of TIMESTAMP_LTZ values in text, and of CURRENT_DATE."),
      Used("table.exec.source.idle-timeout", OptionKind::kDuration, "0 ms",
           "A split that gives nothing for so long does not hold watermarks back; 0: it always "
           "does."),
      Used("state.backend.type", OptionKind::kEnum, "hashmap",
           "rocksdb: state that memory has no room for goes to disk. Also state.backend.",
           {"hashmap", "rocksdb"}),
      Used("table.dml-sync", OptionKind::kBoolean, "false",
           "true: each INSERT is a job of its own, and the next begins when it has ended."),
      Used("table.exec.sink.not-null-enforcer", OptionKind::kEnum, "ERROR",
           "What a NULL for a NOT NULL column does: fail, or drop the row.", {"ERROR", "DROP"}),
      Used("table.exec.sink.nested-constraint-enforcer", OptionKind::kEnum, "IGNORE",
           "Whether NOT NULL and lengths count inside of columns: in ROWs, or in ARRAYs, MAPs and "
           "MULTISETs too.",
           {"IGNORE", "ROWS", "ROWS_AND_COLLECTIONS"}),
      Used(
          "table.exec.sink.type-length-enforcer", OptionKind::kEnum, "IGNORE",
          "What a text or bytes do that are not as long as CHAR, VARCHAR, BINARY, VARBINARY of the "
          "sink say: nothing, be cut and padded, or fail.",
          {"IGNORE", "TRIM_PAD", "ERROR"}),
      Used("table.exec.sink.upsert-materialize", OptionKind::kEnum, "AUTO",
           "Whether rows are put in order before a sink whose key is not that of the stream.",
           {"AUTO", "NONE", "FORCE"}),
      Used("table.exec.source.cdc-events-duplicate", OptionKind::kBoolean, "false",
           "true: a changelog source with a primary key may repeat changes; they are taken once."),
      Used("table.exec.async-lookup.output-mode", OptionKind::kEnum, "ORDERED",
           "Whether rows of an asynchronous lookup join keep their order; a changelog always does.",
           {"ORDERED", "ALLOW_UNORDERED"}),
      Used("table.exec.async-lookup.buffer-capacity", OptionKind::kInteger, "100",
           "Questions that an asynchronous lookup join has under way at once, per shard."),
      Used("table.exec.async-lookup.timeout", OptionKind::kDuration, "3 min",
           "How long an asynchronous lookup join waits for an answer, retries included."),
      Used("table.exec.state.ttl", OptionKind::kDuration, "0",
           "State of a key that was not touched for so long is dropped; 0: never."),
      Used("table.exec.mini-batch.enabled", OptionKind::kBoolean, "false",
           "Rows are gathered, so that several changes of a key become one."),
      Used("table.exec.mini-batch.allow-latency", OptionKind::kDuration, "0",
           "How long rows are gathered at most."),
      Used("table.exec.mini-batch.size", OptionKind::kInteger, "",
           "How many rows are gathered at most."),
      Used(
          "table.optimizer.agg-phase-strategy", OptionKind::kEnum, "AUTO",
          "Whether rows of an aggregate per window without groups, and with mini-batch those of "
          "each GROUP BY, are folded before they go to the shard of their group. AUTO: where there "
          "is more than one shard.",
          {"AUTO", "ONE_PHASE", "TWO_PHASE"}),
      Used(
          "table.optimizer.distinct-agg.split.enabled", OptionKind::kBoolean, "false",
          "true: COUNT(DISTINCT ...) and the like are aggregated by buckets of the value first, so "
          "that one large group is on all shards."),
      Used("table.optimizer.distinct-agg.split.bucket-num", OptionKind::kInteger, "1024",
           "How many buckets."),
      Used("table.optimizer.source.predicate-pushdown-enabled", OptionKind::kBoolean, "true",
           "Rows of json and csv that fail a comparison with a constant are left out as they are "
           "decoded."),
      Used("table.exec.sort.non-temporal.enabled", OptionKind::kBoolean, "false",
           "true: ORDER BY of anything but an ascending time, without LIMIT, is allowed; it holds "
           "all rows."),
      Used("flink-maintenance.expire-snapshots.enabled", OptionKind::kBoolean, "false",
           "true: what writes an Iceberg table expires its old snapshots as it commits. This and "
           "the "
           "next ones come before the table's properties of the same name."),
      Used("flink-maintenance.expire-snapshots.schedule.commit-count", OptionKind::kInteger, "10",
           "After so many commits."),
      Used("flink-maintenance.expire-snapshots.schedule.interval-second", OptionKind::kInteger,
           "3600", "Or after so many seconds; and with the first commit of a run."),
      Used("flink-maintenance.expire-snapshots.max-snapshot-age-seconds", OptionKind::kInteger, "",
           "Snapshots older than this go. Without it: history.expire.max-snapshot-age-ms of the "
           "table, or 5 days."),
      Used("flink-maintenance.expire-snapshots.retain-last", OptionKind::kInteger, "",
           "But never the newest so many. Without it: history.expire.min-snapshots-to-keep of the "
           "table, or 1."),
      Used("flink-maintenance.expire-snapshots.delete-batch-size", OptionKind::kInteger, "1000",
           "Snapshots that one commit takes out at most; the next one goes on."),
      Used("sluice.dead-letter", OptionKind::kEnum, "table",
           "Where a record goes that cannot be decoded: a table beside the first one, nowhere (the "
           "pipeline stops), or away.",
           {"table", "fail", "drop"}),
      Used("sluice.dead-letter.table", OptionKind::kString, "",
           "The name of the dead-letter table, if not <table>_dead_letters."),
      Used("sluice.late-rows", OptionKind::kEnum, "drop",
           "What becomes of rows that an operator leaves out because they came too late: they are "
           "counted, or counted and written to a table beside the first one.",
           {"drop", "table"}),
      Used("sluice.late-rows.table", OptionKind::kString, "",
           "The name of the late table, if not <table>_late_rows; or CATALOG.DATABASE.TABLE."),
      Used("sluice.jobs.dir", OptionKind::kString, "sluice_data/jobs",
           "Where running jobs are registered, for SHOW JOBS and STOP JOB of other processes."),
      Used("sluice.batch-rows", OptionKind::kInteger, "8192", "Rows of a batch at most."),
      Used("sluice.epoch-rows", OptionKind::kInteger, "0",
           "Commit after so many rows; 0: by time alone."),
      Used("sluice.kafka.client", OptionKind::kEnum, "",
           "What fetches from Kafka: sluice's own client (plain TCP only) or librdkafka.",
           {"native", "librdkafka"}),
      Used("sluice.memory", OptionKind::kMemory, "",
           "What state and open files may hold in memory together; more goes to disk. Without it: "
           "no "
           "bound. With rocksdb also taskmanager.memory.process.size."),
      Used("taskmanager.memory.managed.size", OptionKind::kMemory, "",
           "With rocksdb or sluice.memory: what state may hold in memory. Without it: what "
           "sluice.memory leaves, or 1 gb."),
      Used("sluice.pipeline-id", OptionKind::kString, "",
           "The pipeline's identity in tables, if not its name."),
      Accepted("flink-maintenance.expire-snapshots.clean-expired-metadata", OptionKind::kBoolean),
      Accepted("flink-maintenance.expire-snapshots.planning-worker-pool-size",
               OptionKind::kInteger),
      Accepted("execution.checkpointing.mode"),
      Accepted("execution.checkpointing.min-pause", OptionKind::kDuration),
      Accepted("execution.checkpointing.timeout", OptionKind::kDuration),
      Accepted("execution.checkpointing.max-concurrent-checkpoints", OptionKind::kInteger),
      Accepted("execution.checkpointing.unaligned", OptionKind::kBoolean),
      Accepted("execution.checkpointing.externalized-checkpoint-retention"),
      Accepted("execution.checkpointing.tolerable-failed-checkpoints", OptionKind::kInteger),
      Accepted("execution.checkpointing.incremental", OptionKind::kBoolean),
      Accepted("execution.checkpointing.storage"),
      Accepted("execution.savepoint.path"),
      Accepted("execution.target"),
      Accepted("execution.attached", OptionKind::kBoolean),
      Accepted("execution.buffer-timeout"),
      Accepted("pipeline.max-parallelism", OptionKind::kInteger),
      Accepted("pipeline.object-reuse", OptionKind::kBoolean),
      Accepted("pipeline.operator-chaining", OptionKind::kBoolean),
      Accepted("pipeline.auto-watermark-interval", OptionKind::kDuration),
      Accepted("pipeline.jars"),
      Accepted("restart-strategy"),
      Accepted("restart-strategy.type"),
      Accepted("state.backend"),
      Accepted("state.backend.incremental", OptionKind::kBoolean),
      Accepted("state.checkpoints.dir"),
      Accepted("state.checkpoints.num-retained", OptionKind::kInteger),
      Accepted("state.savepoints.dir"),
      Accepted("sql-client.execution.result-mode"),
      Accepted("sql-client.execution.max-table-result.rows", OptionKind::kInteger),
      Accepted("sql-client.display.max-column-width", OptionKind::kInteger),
      Accepted("sql-client.verbose", OptionKind::kBoolean),
      Accepted("table.display.max-column-width", OptionKind::kInteger),
      Accepted("table.planner"),
      Accepted("table.sql-dialect"),
      Accepted("table.builtin-catalog-name"),
      Accepted("table.dynamic-table-options.enabled", OptionKind::kBoolean),
      Accepted("table.plan.force-recompile", OptionKind::kBoolean),
      Accepted("table.rtas-ctas.atomicity-enabled", OptionKind::kBoolean),
      Accepted("table.exec.sink.keyed-shuffle"),
      Accepted("table.exec.resource.default-parallelism", OptionKind::kInteger),
      Accepted("table.exec.legacy-cast-behaviour"),
      Accepted("table.exec.iceberg.use-v2-sink", OptionKind::kBoolean),
      Accepted("table.exec.iceberg.infer-source-parallelism", OptionKind::kBoolean),
      Accepted("table.exec.async-lookup.key-ordered-enabled", OptionKind::kBoolean),
      Accepted("table.optimizer.incremental-agg-enabled", OptionKind::kBoolean),
      Accepted("table.optimizer.join-reorder-enabled", OptionKind::kBoolean),
      Accepted("table.optimizer.reuse-source-enabled", OptionKind::kBoolean),
      Accepted("table.optimizer.reuse-sub-plan-enabled", OptionKind::kBoolean),
      Accepted("taskmanager.numberOfTaskSlots", OptionKind::kInteger),
      Accepted("taskmanager.memory.process.size", OptionKind::kMemory),
      Accepted("jobmanager.memory.process.size", OptionKind::kMemory),
  };
}

/// Empty if the value parses, else what it has to be.
std::string WrongValue(const OptionSpec& spec, std::string_view value) {
  switch (spec.kind) {
    case OptionKind::kInteger:
      return flow::ParseInteger(value).ok() ? "" : "expected a whole number";
    case OptionKind::kBoolean:
      return flow::ParseBoolean(value).ok() ? "" : "expected 'true' or 'false'";
    case OptionKind::kDuration:
      return flow::ParseDurationMs(value).ok() ? "" : "expected a duration, such as '10 s'";
    case OptionKind::kMemory:
      return flow::ParseMemoryBytes(value).ok() ? "" : "expected a size, such as '64 mb'";
    case OptionKind::kEnum: {
      std::string list;
      for (const std::string& choice : spec.choices) {
        const bool same = choice.size() == value.size() &&
                          std::equal(choice.begin(), choice.end(), value.begin(),
                                     [](char a, char b) { return (a | 0x20) == (b | 0x20); });
        if (same) return "";
        list += (list.empty() ? "'" : ", '") + choice + "'";
      }
      return "expected one of " + list;
    }
    case OptionKind::kString:
    case OptionKind::kDouble:
      break;
  }
  return "";
}

}  // namespace

const std::vector<Setting>& Settings() {
  static const std::vector<Setting> settings = MakeSettings();
  return settings;
}

void CheckSetting(std::string_view key, std::string_view value, Span key_span, Span value_span,
                  Diagnostics* diagnostics) {
  std::vector<std::string> names, own;
  for (const Setting& setting : Settings()) {
    if (setting.spec.name == key) {
      const std::string wrong = WrongValue(setting.spec, value);
      if (!wrong.empty()) {
        diagnostics->AddError(
            value_span, ErrorKind::kInvalidArgument,
            "'" + std::string(value) + "' is no value for '" + std::string(key) + "'", wrong);
      }
      return;
    }
    names.push_back(setting.spec.name);
    if (setting.spec.name.starts_with("sluice.")) own.push_back(setting.spec.name);
  }
  const bool ours = key.starts_with("sluice.");
  const auto nearest = flow::NearestName(key, ours ? own : names);
  std::string hint = nearest ? "did you mean '" + *nearest + "'?" : "";
  std::string text = "SET knows no key '" + std::string(key) + "'";
  if (ours) {
    if (hint.empty()) {
      for (const std::string& name : own) hint += (hint.empty() ? "known: " : ", ") + name;
    }
    diagnostics->AddError(key_span, ErrorKind::kInvalidArgument, std::move(text), std::move(hint));
  } else {
    diagnostics->AddWarning(key_span, text + "; it is kept and changes nothing", std::move(hint));
  }
}

}  // namespace sluice::sql
