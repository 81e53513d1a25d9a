// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/decide_start.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::checkpoint {
namespace {

const char kForce[] = "; with --force it begins with the state that still maps";

std::string Standing(const SinkAtStart& sink) {
  return sink.exists ? "epoch " + std::to_string(sink.epoch) + " at " + sink.position.Encode()
                     : "no epoch";
}

// A table that was written, and nothing that says what the operators knew then.
Status CheckUntouched(const StartFacts& facts) {
  for (const SinkAtStart& sink : facts.sinks) {
    if (!sink.durable || !sink.exists) continue;
    return PositionMismatch(
        "table " + sink.name + " holds " + Standing(sink) + " of pipeline " + facts.pipeline +
        ", but there is no checkpoint in " + facts.directory +
        ": point 'execution.checkpointing.dir' to where it is, or give this pipeline another "
        "'pipeline.name'");
  }
  return {};
}

std::string NamesOf(const std::vector<PlannedOperator>& operators) {
  std::string text;
  for (const PlannedOperator& one : operators) {
    if (!text.empty()) text += ", ";
    text += one.name + " (" + one.uid + ")";
  }
  return text;
}

// Same operators, or the difference.
Status CheckPlan(const StartFacts& facts, const EpochRecord& record, StartDecision* decision) {
  if (facts.fingerprint == record.fingerprint) return {};
  std::set<std::string> planned;
  std::set<std::string> recorded;
  for (const PlannedOperator& one : facts.operators) planned.insert(one.uid);
  for (const OperatorState& one : record.operators) recorded.insert(one.uid);
  std::vector<PlannedOperator> homeless;
  std::vector<PlannedOperator> empty;
  for (const OperatorState& one : record.operators) {
    if (!planned.contains(one.uid)) homeless.push_back({one.uid, one.name});
  }
  for (const PlannedOperator& one : facts.operators) {
    if (!recorded.contains(one.uid)) empty.push_back(one);
  }
  std::string difference;
  if (!homeless.empty()) difference = "no longer there, with state: " + NamesOf(homeless);
  if (!empty.empty()) {
    difference +=
        std::string(difference.empty() ? "" : "; ") + "new, and without state: " + NamesOf(empty);
  }
  if (difference.empty()) return {};
  if (!facts.force) {
    return InvalidArgument("the plan of pipeline " + facts.pipeline + " has changed since epoch " +
                           std::to_string(record.epoch) + ": " + difference + kForce);
  }
  decision->warnings.push_back("the plan has changed: " + difference);
  return {};
}

const SinkEpoch* EntryOf(const EpochRecord& record, const std::string& sink, int* index) {
  for (size_t i = 0; i < record.sinks.size(); ++i) {
    if (record.sinks[i].name != sink) continue;
    *index = static_cast<int>(i);
    return &record.sinks[i];
  }
  return nullptr;
}

Error Apart(const SinkAtStart& sink, const EpochRecord& record, const SinkEpoch& entry) {
  return PositionMismatch(
      "table " + sink.name + " and the checkpoint stand apart: the table holds " + Standing(sink) +
      ", the checkpoint of epoch " + std::to_string(record.epoch) + " needs its epoch " +
      std::to_string(entry.before) + " or " +
      std::to_string(entry.before + (entry.commits ? 1 : 0)) + " at " + entry.position.Encode());
}

// Has the table this epoch already, or is it the one before?
Status CheckSink(const StartFacts& facts, const EpochRecord& record, const SinkAtStart& sink,
                 StartDecision* decision) {
  decision->commit.push_back(-1);
  if (!sink.durable && !sink.exists) {
    int index = -1;
    const SinkEpoch* entry = EntryOf(record, sink.name, &index);
    // A table that is made with its first rows, or a sink that keeps no record: it can be told
    // twice.
    if (entry != nullptr && entry->commits && !entry->parts.empty()) {
      decision->commit.back() = index;
    }
    return {};
  }
  int index = -1;
  const SinkEpoch* entry = EntryOf(record, sink.name, &index);
  if (entry == nullptr) {
    if (!sink.exists) return {};  // new in the plan
    return PositionMismatch("table " + sink.name + " holds " + Standing(sink) + " of pipeline " +
                            facts.pipeline + ", of which the checkpoint of epoch " +
                            std::to_string(record.epoch) + " knows nothing");
  }
  const int64_t after = entry->before + (entry->commits ? 1 : 0);
  if (sink.exists && sink.epoch == after &&
      sink.position == (entry->commits ? entry->position : entry->position_before)) {
    return {};
  }
  if (!entry->commits && entry->before == 0 && !sink.exists) return {};
  const bool one_behind =
      entry->commits && sink.epoch == entry->before &&
      (entry->before == 0 ? !sink.exists : sink.exists && sink.position == entry->position_before);
  if (!one_behind) return Apart(sink, record, *entry);
  decision->commit.back() = index;
  return {};
}

// Staged rows of a table that the plan no longer writes: nobody can say whether they are in it.
Status CheckForgotten(const StartFacts& facts, const EpochRecord& record, StartDecision* decision) {
  for (const SinkEpoch& entry : record.sinks) {
    const bool planned =
        std::any_of(facts.sinks.begin(), facts.sinks.end(),
                    [&](const SinkAtStart& sink) { return sink.name == entry.name; });
    if (planned || !entry.commits || entry.parts.empty()) continue;
    const std::string text = "the plan no longer writes " + entry.name +
                             ", which may lack rows of epoch " + std::to_string(record.epoch);
    if (!facts.force) return InvalidArgument(text + kForce);
    decision->warnings.push_back(text);
  }
  return {};
}

// A savepoint begins another history: of tables that nobody has written, or that stand right there.
Status CheckSavepointSink(const StartFacts& facts, const SinkAtStart& sink,
                          StartDecision* decision) {
  if (!sink.exists) {
    decision->commit.push_back(-1);
    return {};
  }
  SLUICE_TRY(CheckSink(facts, *facts.savepoint, sink, decision));
  if (decision->commit.back() < 0) return {};
  return PositionMismatch("table " + sink.name + " holds " + Standing(sink) +
                          ", the savepoint is of an epoch that it lacks");
}

Result<StartDecision> FromSavepoint(const StartFacts& facts) {
  StartDecision decision;
  decision.from = StartDecision::From::kSavepoint;
  if (facts.newest && facts.newest->epoch > facts.savepoint->epoch && !facts.force) {
    return InvalidArgument(
        "the checkpoints in " + facts.directory + " (epoch " + std::to_string(facts.newest->epoch) +
        ") are newer than the savepoint (epoch " + std::to_string(facts.savepoint->epoch) +
        ") and did not begin with it: use another "
        "'execution.checkpointing.dir', or do not ask for the savepoint");
  }
  SLUICE_TRY(CheckPlan(facts, *facts.savepoint, &decision));
  for (const SinkAtStart& sink : facts.sinks) {
    SLUICE_TRY(CheckSavepointSink(facts, sink, &decision));
  }
  return decision;
}

}  // namespace

Result<StartDecision> DecideStart(const StartFacts& facts) {
  // A restart of a run that began with this savepoint goes on from its own checkpoints.
  const bool descends = facts.newest && facts.newest->savepoint == facts.savepoint_id;
  if (facts.savepoint && !descends) return FromSavepoint(facts);
  StartDecision decision;
  if (!facts.newest) {
    SLUICE_TRY(CheckUntouched(facts));
    decision.commit.assign(facts.sinks.size(), -1);
    return decision;
  }
  const EpochRecord& record = *facts.newest;
  decision.from = StartDecision::From::kCheckpoint;
  if (record.pipeline != facts.pipeline) {
    return InvalidArgument("the checkpoints in " + facts.directory + " are of pipeline " +
                           record.pipeline + ", not of " + facts.pipeline);
  }
  SLUICE_TRY(CheckPlan(facts, record, &decision));
  for (const SinkAtStart& sink : facts.sinks) {
    SLUICE_TRY(CheckSink(facts, record, sink, &decision));
  }
  SLUICE_TRY(CheckForgotten(facts, record, &decision));
  return decision;
}

}  // namespace sluice::checkpoint
