// SPDX-License-Identifier: Apache-2.0
// Exactly once, decided from facts: what a writer may do with a table it finds at start (Begin) and
// after each attempt to commit (Commit). Pure functions; reading the facts and doing what was
// decided is the sink's part (docs/protocol/commit.md draws it).
//
//                 +----------------------------- conflict, unknown, or nothing yet ---+
//                 v                                                                   |
//   facts of the table --> ours is there           --> done                           |
//                      --> record as expected      --> attempt (a compare-and-swap) --+
//                      --> table could not be read --> read again
//                      --> anything else           --> stop, with a name
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/record.h"
#include "flow/position.h"

namespace sluice::checkpoint {

/// One kept snapshot, as far as it matters here.
struct SnapshotFact {
  int64_t snapshot_id = 0;
  std::optional<int64_t> parent_id;
  int64_t sequence_number = 0;
  Record record;  // of our pipeline in its summary; fresh when it is not ours
};

/// What a table says at one moment.
struct TableFacts {
  std::string table_uuid;
  Record record;  // of our pipeline in its properties
  std::vector<SnapshotFact> snapshots;
  std::optional<int64_t> current_snapshot_id;
};

/// Where a pipeline stands in a table.
struct Standing {
  bool exists = false;  // it committed here before
  int64_t epoch = 0;
  flow::Position position;
};

/// Reads the standing of `pipeline`. kPositionMismatch, naming what is wrong and the ways out, when
/// the table was written by it but
///   - holds no position, or a part of it only (rule R1: never "start over"),
///   - has a commit of it that the recorded position does not know (the properties went back),
///   - no longer shows a commit that the position counts (the table was rolled back).
Result<Standing> DecideBegin(const TableFacts& facts, const std::string& pipeline);

/// What one commit is meant to do. It never changes from attempt to attempt.
struct CommitIntent {
  std::string pipeline;
  std::string table_uuid;
  Record expected;  // what the table must say before; whole, or fresh with our token
  Record next;      // what it says after
};

/// Makes the intent of `epoch`, or says why there is none: epochs that do not follow each other, a
/// `lower` that is not what was recorded, an `upper` before it. These are faults of the caller.
Result<CommitIntent> MakeIntent(const std::string& pipeline, const std::string& table_uuid,
                                const Record& expected, int64_t epoch, const flow::Position& lower,
                                const flow::Position& upper);

enum class CommitStep : uint8_t {
  kAttempt,    // compare-and-swap on the metadata these facts were read from
  kDone,       // the table holds this commit
  kReadAgain,  // wait, then read the table again
  kStop,       // `error` says why
};

struct CommitDecision {
  CommitStep step = CommitStep::kStop;
  std::optional<Error> error;  // of kStop
  // Of kStop: nothing of this commit can become visible any more, so its files may go.
  bool definite = false;
};

/// `table`: nullopt when it could not be read. `unknown_before`: an attempt of this commit was sent
/// and not answered, so it may still land on the base it named; a further attempt is safe all the
/// same, because at most one of two commits with the same expected record can.
CommitDecision DecideCommit(const CommitIntent& intent, const std::optional<TableFacts>& table,
                            bool unknown_before);

/// What to do about a fencing token that was to replace `expected`'s token.
CommitDecision DecideFence(const std::string& table_uuid, const Record& expected,
                           const std::string& token, const std::optional<TableFacts>& table);

}  // namespace sluice::checkpoint
