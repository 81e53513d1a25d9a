// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/decide.h"

#include <algorithm>
#include <map>

namespace sluice::checkpoint {
namespace {

std::string Show(const std::optional<std::string>& text) {
  return text ? "'" + *text + "'" : "nothing";
}

std::string WaysOut(const std::string& pipeline) {
  return "; either restore the table's properties sluice." + pipeline +
         ".*, or write to a new table, or give the pipeline a new name ('pipeline.name') to start "
         "over on purpose";
}

// Kept snapshots of the current history, by id; and the smallest sequence number it reaches.
struct History {
  std::map<int64_t, const SnapshotFact*> reached;
  int64_t lowest_sequence_number = 0;
};

History HistoryOf(const TableFacts& facts) {
  std::map<int64_t, const SnapshotFact*> by_id;
  for (const SnapshotFact& snapshot : facts.snapshots) by_id[snapshot.snapshot_id] = &snapshot;
  History history;
  std::optional<int64_t> at = facts.current_snapshot_id;
  while (at) {
    const auto found = by_id.find(*at);
    if (found == by_id.end() || !history.reached.emplace(*at, found->second).second) break;
    history.lowest_sequence_number = found->second->sequence_number;
    at = found->second->parent_id;
  }
  return history;
}

// Expiry cuts the history at its old end, and tags keep single old snapshots beyond the cut. What
// is younger than the oldest one reached, and yet not reached, was rolled back.
bool RolledBack(const History& history, const SnapshotFact& snapshot) {
  if (history.reached.contains(snapshot.snapshot_id)) return false;
  return history.reached.empty() || snapshot.sequence_number > history.lowest_sequence_number;
}

std::string Name(const SnapshotFact& snapshot) {
  return "snapshot " + std::to_string(snapshot.snapshot_id) + " (epoch " +
         snapshot.record.epoch.value_or("?") + ")";
}

Status CheckHistory(const TableFacts& facts, int64_t epoch, const std::string& pipeline) {
  const History history = HistoryOf(facts);
  for (const SnapshotFact& snapshot : facts.snapshots) {
    if (snapshot.record.fresh()) continue;
    if (!snapshot.record.epoch) return Corrupt(Name(snapshot) + " holds a commit without an epoch");
    SLUICE_ASSIGN(const int64_t of_snapshot, ParseEpoch(*snapshot.record.epoch));
    if (RolledBack(history, snapshot)) {
      return PositionMismatch("the table was rolled back: " + Name(snapshot) + " of pipeline " +
                              pipeline + " is no longer in its history, but the position counts " +
                              "its rows" + WaysOut(pipeline));
    }
    const bool contradicts =
        of_snapshot > epoch ||
        (of_snapshot == epoch && snapshot.record.commit_id != facts.record.commit_id);
    if (contradicts) {
      return PositionMismatch("the recorded position went back: the table says epoch " +
                              std::to_string(epoch) + ", but holds " + Name(snapshot) +
                              " of pipeline " + pipeline + WaysOut(pipeline));
    }
  }
  return {};
}

bool Holds(const TableFacts& table, const std::string& commit_id) {
  if (table.record.commit_id == commit_id) return true;
  return std::any_of(
      table.snapshots.begin(), table.snapshots.end(),
      [&](const SnapshotFact& snapshot) { return snapshot.record.commit_id == commit_id; });
}

CommitDecision Stop(Error error, bool unknown_before) {
  return {CommitStep::kStop, std::move(error), !unknown_before};
}

Error OtherTable(const std::string& expected, const std::string& found) {
  return PositionMismatch("the table was dropped and made again: its uuid was " + expected +
                          " and is now " + found);
}

}  // namespace

Result<Standing> DecideBegin(const TableFacts& facts, const std::string& pipeline) {
  const Record& record = facts.record;
  if (record.fresh()) {
    for (const SnapshotFact& snapshot : facts.snapshots) {
      if (snapshot.record.fresh()) continue;
      return PositionMismatch("the table holds " + Name(snapshot) + " of pipeline " + pipeline +
                              ", but no position" + WaysOut(pipeline));
    }
    return Standing{};
  }
  if (!record.whole()) {
    return PositionMismatch("the table holds only a part of the record of pipeline " + pipeline +
                            ": epoch " + Show(record.epoch) + ", token " + Show(record.token) +
                            ", position " + Show(record.position) + ", commit id " +
                            Show(record.commit_id) + WaysOut(pipeline));
  }
  Standing standing;
  standing.exists = true;
  SLUICE_ASSIGN(standing.epoch, ParseEpoch(*record.epoch));
  auto position = flow::Position::Decode(*record.position);
  if (!position.ok()) {
    return Corrupt("the recorded position cannot be read: " + position.error().text);
  }
  standing.position = std::move(*position);
  SLUICE_TRY(CheckHistory(facts, standing.epoch, pipeline));
  return standing;
}

Result<CommitIntent> MakeIntent(const std::string& pipeline, const std::string& table_uuid,
                                const Record& expected, int64_t epoch, const flow::Position& lower,
                                const flow::Position& upper) {
  if (!expected.token) return Internal("commit before a fencing token was taken");
  if (!expected.fresh()) {
    SLUICE_ASSIGN(const int64_t before, ParseEpoch(*expected.epoch));
    if (epoch != before + 1) {
      return PositionMismatch("epoch " + std::to_string(epoch) + " does not follow the recorded " +
                              std::to_string(before));
    }
    if (lower.Encode() != *expected.position) {
      return PositionMismatch("the epoch begins at " + lower.Encode() + ", the table stands at " +
                              *expected.position);
    }
  }
  const flow::PositionOrder order = flow::Compare(lower, upper);
  if (order != flow::PositionOrder::kEqual && order != flow::PositionOrder::kBefore) {
    return PositionMismatch("the position may not go back: from " + lower.Encode() + " to " +
                            upper.Encode());
  }
  CommitIntent intent{pipeline, table_uuid, expected, {}};
  intent.next.epoch = std::to_string(epoch);
  intent.next.token = expected.token;
  intent.next.position = upper.Encode();
  intent.next.commit_id = CommitId(*expected.token, epoch);
  return intent;
}

CommitDecision DecideCommit(const CommitIntent& intent, const std::optional<TableFacts>& table,
                            bool unknown_before) {
  if (!table) return {CommitStep::kReadAgain, std::nullopt, false};
  if (table->table_uuid != intent.table_uuid) {
    return Stop(OtherTable(intent.table_uuid, table->table_uuid), unknown_before);
  }
  if (Holds(*table, *intent.next.commit_id)) return {CommitStep::kDone, std::nullopt, false};
  if (table->record == intent.expected) return {CommitStep::kAttempt, std::nullopt, false};
  if (table->record.token != intent.expected.token) {
    return Stop(Fenced("a newer writer of pipeline " + intent.pipeline +
                       " has taken over the table: its token is " + Show(table->record.token) +
                       ", ours was " + Show(intent.expected.token)),
                unknown_before);
  }
  return Stop(
      PositionMismatch("the table's record of pipeline " + intent.pipeline +
                       " is not what it was: expected epoch " + Show(intent.expected.epoch) +
                       " at " + Show(intent.expected.position) + ", found epoch " +
                       Show(table->record.epoch) + " at " + Show(table->record.position)),
      unknown_before);
}

CommitDecision DecideFence(const std::string& table_uuid, const Record& expected,
                           const std::string& token, const std::optional<TableFacts>& table) {
  if (!table) return {CommitStep::kReadAgain, std::nullopt, false};
  if (table->table_uuid != table_uuid)
    return Stop(OtherTable(table_uuid, table->table_uuid), false);
  if (table->record.token == token) return {CommitStep::kDone, std::nullopt, false};
  if (table->record == expected) return {CommitStep::kAttempt, std::nullopt, false};
  return Stop(CommitConflict("another writer moved the pipeline while this one was starting"),
              false);
}

}  // namespace sluice::checkpoint
