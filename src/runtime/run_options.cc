// SPDX-License-Identifier: Apache-2.0
#include "runtime/run_options.h"

#include <vector>

#include "flow/table_options.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kCommitIntervalMsMin = 100;
constexpr int64_t kCommitIntervalMsMax = 24LL * 3600 * 1000;
constexpr int kShardsMax = 1024;
constexpr int kRetainedMax = 1000;
constexpr int64_t kMemoryBytesMin = 64 << 20;

// Keys of ours that the runtime or a connector reads; anything else under `sluice.` is a slip.
const std::vector<std::string>& OwnKeys() {
  static const std::vector<std::string> keys = {"sluice.dead-letter",  "sluice.dead-letter.table",
                                                "sluice.batch-rows",   "sluice.epoch-rows",
                                                "sluice.kafka.client", "sluice.memory",
                                                "sluice.late-rows",    "sluice.late-rows.table",
                                                "sluice.jobs.dir",     "sluice.pipeline-id"};
  return keys;
}

Error BadValue(const std::string& key, const std::string& value, const std::string& wanted) {
  return InvalidArgument("SET '" + key + "' takes " + wanted + ", not '" + value + "'");
}

Result<int64_t> IntegerIn(const std::string& key, const std::string& value, int64_t min,
                          int64_t max) {
  const auto parsed = flow::ParseInteger(value);
  if (!parsed.ok() || *parsed < min || *parsed > max) {
    return BadValue(key, value,
                    "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return *parsed;
}

Status ApplyInterval(const std::string& key, const std::string& value, RunOptions* options) {
  const auto parsed = flow::ParseDurationMs(value);
  if (!parsed.ok() || *parsed < kCommitIntervalMsMin || *parsed > kCommitIntervalMsMax) {
    return BadValue(key, value, "a duration from 100 ms to 24 h, such as '10 s'");
  }
  options->commit_interval_ms = *parsed;
  return {};
}

Status ApplyMemory(const std::string& key, const std::string& value, RunOptions* options) {
  const auto parsed = flow::ParseMemoryBytes(value);
  if (!parsed.ok() || *parsed < kMemoryBytesMin) {
    return BadValue(key, value, "a size from 64 mb on, such as '4 gb'");
  }
  options->memory_bytes_max = *parsed;
  options->spill = options->spill || key == "sluice.memory";
  return {};
}

Status ApplyDeadLetters(const std::string& key, const std::string& value, RunOptions* options) {
  options->dead_letters_given = true;
  if (value == "table") {
    options->dead_letters = DeadLetterPolicy::kTable;
  } else if (value == "fail") {
    options->dead_letters = DeadLetterPolicy::kFail;
  } else if (value == "drop") {
    options->dead_letters = DeadLetterPolicy::kDrop;
  } else {
    return BadValue(key, value, "table, fail or drop");
  }
  return {};
}

Status ApplyOwn(const std::string& key, const std::string& value, RunOptions* options) {
  if (key == "sluice.dead-letter") return ApplyDeadLetters(key, value, options);
  if (key == "sluice.dead-letter.table") {
    options->dead_letter_table = value;
  } else if (key == "sluice.late-rows") {
    if (value != "drop" && value != "table") return BadValue(key, value, "drop or table");
    options->late_rows_to_table = value == "table";
  } else if (key == "sluice.late-rows.table") {
    options->late_rows_table = value;
  } else if (key == "sluice.pipeline-id") {
    options->pipeline_id = value;
  } else if (key == "sluice.batch-rows") {
    SLUICE_ASSIGN(options->batch_rows, IntegerIn(key, value, 1, limits::kBatchRowsMax));
  } else if (key == "sluice.memory") {
    SLUICE_TRY(ApplyMemory(key, value, options));
  } else if (key == "sluice.epoch-rows") {
    SLUICE_ASSIGN(options->epoch_rows_max, IntegerIn(key, value, 0, int64_t{1} << 40));
  }
  for (const std::string& known : OwnKeys()) {
    if (key == known) return {};
  }
  std::string text = "SET knows no key '" + key + "'";
  if (const auto nearest = flow::NearestName(key, OwnKeys())) {
    text += "; did you mean '" + *nearest + "'?";
  }
  return InvalidArgument(std::move(text));
}

// Keys of checkpoints; false when `key` is none.
Result<bool> ApplyCheckpointing(const std::string& key, const std::string& value,
                                RunOptions* options) {
  if (key == "execution.checkpointing.interval") {
    SLUICE_TRY(ApplyInterval(key, value, options));
  } else if (key == "execution.checkpointing.dir" || key == "state.checkpoints.dir") {
    options->checkpoint_dir = value;
  } else if (key == "execution.checkpointing.num-retained" ||
             key == "state.checkpoints.num-retained") {
    SLUICE_ASSIGN(const int64_t retained, IntegerIn(key, value, 1, kRetainedMax));
    options->checkpoints_retained = static_cast<int>(retained);
  } else if (key == "execution.checkpointing.savepoint-dir" || key == "state.savepoints.dir") {
    options->savepoint_dir = value;
  } else if (key == "execution.state-recovery.path" || key == "execution.savepoint.path") {
    options->recovery_path = value;
  } else if (key == "execution.state-recovery.ignore-unclaimed-state") {
    const auto parsed = flow::ParseBoolean(value);
    if (!parsed.ok()) return BadValue(key, value, "true or false");
    options->force = *parsed;
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<RunOptions> RunOptions::FromSettings(const std::map<std::string, std::string>& settings) {
  RunOptions options;
  for (const auto& [key, value] : settings) {
    SLUICE_ASSIGN(const bool taken, ApplyCheckpointing(key, value, &options));
    if (taken) continue;
    if (key == "parallelism.default") {
      SLUICE_ASSIGN(const int64_t shards, IntegerIn(key, value, 1, kShardsMax));
      options.shards = static_cast<int>(shards);
    } else if (key == "taskmanager.memory.process.size" && !settings.contains("sluice.memory")) {
      SLUICE_TRY(ApplyMemory(key, value, &options));
    } else if (key == "taskmanager.memory.managed.size") {
      const auto parsed = flow::ParseMemoryBytes(value);
      if (!parsed.ok()) return BadValue(key, value, "a size, such as '512 mb'");
      options.state_bytes_max = *parsed;
    } else if (key == "state.backend.type" || key == "state.backend") {
      if (value != "hashmap" && value != "rocksdb") {
        return BadValue(key, value, "hashmap or rocksdb");
      }
      options.spill = options.spill || value == "rocksdb";
    } else if (key == "table.exec.source.idle-timeout") {
      const auto parsed = flow::ParseDurationMs(value);
      if (!parsed.ok() || *parsed < 0) return BadValue(key, value, "a duration, such as '30 s'");
      options.idle_timeout_ms = *parsed;
    } else if (key.starts_with("sluice.")) {
      SLUICE_TRY(ApplyOwn(key, value, &options));
    }
  }
  return options;
}

}  // namespace sluice::runtime
