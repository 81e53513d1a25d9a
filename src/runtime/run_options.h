// SPDX-License-Identifier: Apache-2.0
// How a job is run: Flink's SET keys where Flink has them, `sluice.*` where it has no word. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace sluice::runtime {

enum class DeadLetterPolicy : uint8_t {
  kTable,  // 'table': rows of a dead-letter table, in the same epoch
  kFail,   // 'fail': the first one stops the pipeline
  kDrop,   // 'drop': counted, a few samples logged
};

inline constexpr char kDefaultCheckpointDir[] = "sluice_data/state";

struct RunOptions {
  bool once = false;                    // read what is there now, commit, end
  int64_t commit_interval_ms = 10'000;  // execution.checkpointing.interval
  int shards = 0;                       // parallelism.default; 0 = cores of this process
  DeadLetterPolicy dead_letters = DeadLetterPolicy::kTable;  // sluice.dead-letter
  bool dead_letters_given = false;                           // the user chose it
  std::string dead_letter_table;    // sluice.dead-letter.table: its name, if not the default
  bool late_rows_to_table = false;  // sluice.late-rows = 'table'; 'drop': they are only counted
  std::string late_rows_table;      // sluice.late-rows.table: its name, or CATALOG.DATABASE.TABLE
  std::string pipeline_id;          // sluice.pipeline-id: identity in tables, if not its name
  int64_t batch_rows = limits::kBatchRowsMax;  // sluice.batch-rows
  int64_t epoch_rows_max = 0;  // sluice.epoch-rows: commit after so many rows; 0 = by time alone
  int64_t writer_bytes_max = limits::kWriterBytesMax;
  /// Bytes that wait for one shard behind exchanges before sources are read no further.
  int64_t inbox_bytes_max = 32 << 20;
  /// What state and writers may hold together; 0 = no bound (sluice.memory, or Flink's
  /// taskmanager.memory.process.size).
  int64_t memory_bytes_max = 0;
  bool spill = false;  // state.backend.type = rocksdb, or sluice.memory: what is more goes to disk
  /// What state may hold in memory before it goes to disk (taskmanager.memory.managed.size).
  std::optional<int64_t> state_bytes_max;
  /// Keys that were deleted since the last checkpoint; when they are more, the next one comes
  /// early.
  int64_t unsaved_bytes_max = 64 << 20;
  int64_t idle_timeout_ms = 0;  // table.exec.source.idle-timeout; 0 = sources are never idle

  // Of jobs that keep state (docs/protocol/checkpoint.md).
  std::string checkpoint_dir;    // execution.checkpointing.dir; empty: kDefaultCheckpointDir
  int checkpoints_retained = 1;  // execution.checkpointing.num-retained
  std::string savepoint_dir;     // execution.checkpointing.savepoint-dir: one is written at a stop
  std::string recovery_path;     // execution.state-recovery.path: the savepoint to begin with
  bool force = false;            // begin with what maps when the plan has changed

  /// Reads SET values. Errors name the key; an unknown `sluice.*` key is offered its nearest name.
  static Result<RunOptions> FromSettings(const std::map<std::string, std::string>& settings);
};

}  // namespace sluice::runtime
