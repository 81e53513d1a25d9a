// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/committer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "tables/iceberg/properties.h"

namespace sluice::sinks::iceberg {

namespace ice = tables::iceberg;
using checkpoint::CommitStep;

namespace {

checkpoint::TableFacts FactsWithoutSnapshots(const ice::TableMetadata& metadata,
                                             const std::string& pipeline) {
  checkpoint::TableFacts facts;
  facts.table_uuid = metadata.table_uuid;
  facts.record = checkpoint::ReadRecord(metadata.properties, pipeline);
  facts.current_snapshot_id = metadata.current_snapshot_id;
  return facts;
}

checkpoint::SnapshotFact FactOf(const ice::Snapshot& snapshot, const std::string& pipeline) {
  return {snapshot.snapshot_id, snapshot.parent_snapshot_id, snapshot.sequence_number,
          checkpoint::ReadSummary(snapshot.summary, pipeline)};
}

}  // namespace

checkpoint::TableFacts FactsOf(const ice::TableMetadata& metadata, const std::string& pipeline) {
  checkpoint::TableFacts facts = FactsWithoutSnapshots(metadata, pipeline);
  for (const ice::Snapshot& snapshot : metadata.snapshots) {
    facts.snapshots.push_back(FactOf(snapshot, pipeline));
  }
  return facts;
}

checkpoint::TableFacts FactsOfCommit(const ice::TableMetadata& metadata,
                                     const std::string& pipeline, const std::string& commit_id) {
  checkpoint::TableFacts facts = FactsWithoutSnapshots(metadata, pipeline);
  if (commit_id.empty()) return facts;
  const std::string commit_id_key = checkpoint::kSummaryCommitId;
  for (const ice::Snapshot& snapshot : metadata.snapshots) {
    const auto found = snapshot.summary.find(commit_id_key);
    if (found == snapshot.summary.end() || found->second != commit_id) continue;
    facts.snapshots.push_back(FactOf(snapshot, pipeline));
  }
  return facts;
}

ice::Requirements RequirementsOf(const checkpoint::Record& expected, const std::string& table_uuid,
                                 const std::string& pipeline) {
  ice::Requirements requirements;
  requirements.table_uuid = table_uuid;
  requirements.properties[checkpoint::EpochKey(pipeline)] = expected.epoch;
  requirements.properties[checkpoint::TokenKey(pipeline)] = expected.token;
  requirements.properties[checkpoint::PositionKey(pipeline)] = expected.position;
  requirements.properties[checkpoint::CommitIdKey(pipeline)] = expected.commit_id;
  return requirements;
}

struct CommitLoop::State {
  ice::CommitProperties bounds;
  int64_t started_ms = 0;
  int64_t lost = 0;   // attempts that another writer beat, or that the catalog had no time for
  int64_t waits = 0;  // for the growing pause
  bool unknown = false;
  bool rested = true;  // waited and read since the last attempt
  std::optional<checkpoint::TableFacts> facts;
  std::optional<Error> reason;  // why the last attempt or read did not do it
  Committed committed;
};

Result<Committed> CommitLoop::Run(const Decide& decide, const Attempt& attempt, bool* unknown) {
  State state;
  SLUICE_TRY(ReadBounds(&state));
  state.started_ms = table_->environment().clock->MonotonicMs();
  state.facts = Facts();
  for (;;) {
    auto done = Turn(decide, attempt, &state);
    *unknown = state.unknown;
    if (!done.ok()) return std::move(done).error();
    if (*done) return state.committed;
  }
}

Status CommitLoop::ReadBounds(State* state) {
  SLUICE_ASSIGN(state->bounds, ice::ReadCommitProperties(table_->metadata().properties));
  return {};
}

// One decision and what follows from it; true when the commit is in the table.
Result<bool> CommitLoop::Turn(const Decide& decide, const Attempt& attempt, State* state) {
  checkpoint::CommitDecision decision = decide(state->facts, state->unknown);
  switch (decision.step) {
    case CommitStep::kDone:
      return true;
    case CommitStep::kStop:
      return std::move(*decision.error);
    case CommitStep::kReadAgain:
      SLUICE_TRY(WaitAndRead(state));
      return false;
    case CommitStep::kAttempt:
      if (!state->rested) {
        SLUICE_TRY(WaitAndRead(state));
        return false;
      }
      SLUICE_TRY(TryOnce(attempt, state));
      return false;
  }
  return Internal("a commit step without a meaning");
}

// Leaves in `facts` what the table says afterwards.
Status CommitLoop::TryOnce(const Attempt& attempt, State* state) {
  ++state->committed.attempts;
  state->rested = false;
  auto result = attempt();
  if (!result.ok()) {
    // Definitely nothing changed. A catalog that was merely busy is asked again.
    if (result.error().kind != ErrorKind::kTimeout) return std::move(result).error();
    ++state->lost;
    state->reason = std::move(result).error();
    return {};
  }
  state->committed.snapshot_id = result->snapshot_id;
  state->reason = std::move(result->reason);
  const bool read = result->outcome == ice::CommitOutcome::kCommitted ||
                    result->outcome == ice::CommitOutcome::kViolated || result->reloaded;
  state->facts.reset();
  if (read) state->facts = Facts();
  if (result->outcome == ice::CommitOutcome::kUnknown) {
    state->unknown = true;
    log::Warn("the outcome of a commit is not known; reading the table",
              {{"table", table_->identifier().ToString()},
               {"pipeline", pipeline_},
               {"reason", state->reason ? state->reason->ToString() : ""}});
  } else if (result->outcome != ice::CommitOutcome::kCommitted) {
    ++state->lost;
  }
  return {};
}

// A jittered, growing pause; the end of patience is an error.
Status CommitLoop::Wait(State* state) {
  const auto& environment = table_->environment();
  const int64_t elapsed_ms = environment.clock->MonotonicMs() - state->started_ms;
  const int64_t patience_ms = std::min(state->bounds.retry_total_ms, limits::kCommitResolveMs);
  const int64_t lost_max = state->bounds.retries_max;
  if (elapsed_ms >= patience_ms || (state->lost > lost_max && !state->unknown)) {
    const std::string after = " after " + std::to_string(state->committed.attempts) +
                              " attempts: " + (state->reason ? state->reason->text : "");
    if (state->unknown) {
      return CommitUnknown("it could not be found out whether the table holds the commit" + after);
    }
    Error error = CommitConflict("other writers were faster" + after);
    error.retry = Retry::kLater;
    return error;
  }
  const int64_t lowest = std::max<int64_t>(state->bounds.retry_wait_min_ms, 1);
  const int64_t highest = std::max(state->bounds.retry_wait_max_ms, lowest);
  const int64_t doubled = lowest << std::min<int64_t>(state->waits++, 20);
  const int64_t span = std::min(doubled, highest);
  const auto jitter =
      static_cast<int64_t>(environment.random->Next() % static_cast<uint64_t>(span / 2 + 1));
  environment.clock->SleepMs(std::min(span / 2 + jitter, patience_ms - elapsed_ms));
  return {};
}

// What may pass is waited for; what cannot (the table is gone, its metadata is broken) is an error.
Status CommitLoop::WaitAndRead(State* state) {
  SLUICE_TRY(Wait(state));
  state->rested = true;
  state->facts.reset();
  auto status = table_->Refresh();
  if (status.ok()) {
    state->facts = Facts();
    return {};
  }
  if (status.error().retry == Retry::kNever) {
    return std::move(status).error().With("the table can no longer be read");
  }
  state->reason = std::move(status).error();
  return {};
}

}  // namespace sluice::sinks::iceberg
