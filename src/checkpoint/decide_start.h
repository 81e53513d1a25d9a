// SPDX-License-Identifier: Apache-2.0
// Where a job with state begins, decided from facts: the newest record of its checkpoint directory,
// the savepoint it was told to begin with, what each table says, and the plan. Pure; reading the
// facts and doing what was decided is the runtime's part (docs/protocol/checkpoint.md draws it).
//
//   no record, tables untouched            --> fresh
//   record N, table at N                   --> go on
//   record N, table at N - 1               --> commit its staged rows, then go on
//   table ahead, behind, or without record --> stop, with a name
//   operators in record and plan differ    --> stop and show the difference; forced: begin with
//   what
//                                              maps
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/epoch_record.h"
#include "flow/position.h"

namespace sluice::checkpoint {

/// What one sink of the plan says.
struct SinkAtStart {
  std::string name;
  bool durable = false;
  bool exists = false;  // this pipeline committed to it before
  int64_t epoch = 0;    // last one
  flow::Position position;
};

struct PlannedOperator {
  std::string uid;
  std::string name;
};

struct StartFacts {
  std::string pipeline;
  std::string directory;                 // of the checkpoints, for messages
  std::optional<EpochRecord> newest;     // in it
  std::optional<EpochRecord> savepoint;  // the one asked for
  std::string savepoint_id;              // names it
  std::string fingerprint;               // of the plan
  std::vector<PlannedOperator> operators;
  std::vector<SinkAtStart> sinks;
  bool force = false;
};

struct StartDecision {
  enum class From : uint8_t { kNothing, kCheckpoint, kSavepoint };
  From from = From::kNothing;
  /// Per sink of the facts: index of its entry in the record whose parts are still to be committed;
  /// -1 = none.
  std::vector<int> commit;
  /// What a forced start leaves behind, for the log.
  std::vector<std::string> warnings;
};

/// kPositionMismatch: tables and record contradict each other. kInvalidArgument: the plan is
/// another one, or the savepoint cannot be used.
Result<StartDecision> DecideStart(const StartFacts& facts);

}  // namespace sluice::checkpoint
