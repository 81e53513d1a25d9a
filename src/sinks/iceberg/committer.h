// SPDX-License-Identifier: Apache-2.0
// Carries out what checkpoint/decide.h decides: reads the facts out of a table, attempts, waits,
// reads again. Knows nothing of writers and rows.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "checkpoint/decide.h"
#include "tables/iceberg/table.h"

namespace sluice::sinks::iceberg {

/// What the table says of `pipeline` in the metadata read last, all of it.
checkpoint::TableFacts FactsOf(const tables::iceberg::TableMetadata& metadata,
                               const std::string& pipeline);
/// The part of it that decides one commit: of the snapshots just the one that made it, if any. It
/// is read before and after each attempt, from tables of many thousand snapshots.
checkpoint::TableFacts FactsOfCommit(const tables::iceberg::TableMetadata& metadata,
                                     const std::string& pipeline, const std::string& commit_id);
/// The compare-and-swap's side of the expected record: every property of it, absent ones included.
tables::iceberg::Requirements RequirementsOf(const checkpoint::Record& expected,
                                             const std::string& table_uuid,
                                             const std::string& pipeline);

struct Committed {
  int64_t attempts = 0;
  int64_t snapshot_id = 0;  // of the last attempt; 0: properties only, or found in the table
};

/// Turns attempts until the decision is done or stop. An error that is not kCommitUnknown and
/// leaves `*unknown` false means that nothing was and nothing can be changed by these attempts.
class CommitLoop {
 public:
  using Attempt = std::function<Result<tables::iceberg::CommitResult>()>;
  using Decide = std::function<checkpoint::CommitDecision(
      const std::optional<checkpoint::TableFacts>&, bool unknown_before)>;

  /// `commit_id`: of the commit that is attempted; empty where it is none (a fencing token).
  CommitLoop(tables::iceberg::Table* table, std::string pipeline, std::string commit_id)
      : table_(table), pipeline_(std::move(pipeline)), commit_id_(std::move(commit_id)) {}

  /// Bounds and waits are the table's commit.retry.* properties.
  Result<Committed> Run(const Decide& decide, const Attempt& attempt, bool* unknown);

 private:
  struct State;
  checkpoint::TableFacts Facts() const {
    return FactsOfCommit(table_->metadata(), pipeline_, commit_id_);
  }
  Status ReadBounds(State* state);
  Result<bool> Turn(const Decide& decide, const Attempt& attempt, State* state);
  Status TryOnce(const Attempt& attempt, State* state);
  Status Wait(State* state);
  Status WaitAndRead(State* state);

  tables::iceberg::Table* table_;
  std::string pipeline_, commit_id_;
};

}  // namespace sluice::sinks::iceberg
