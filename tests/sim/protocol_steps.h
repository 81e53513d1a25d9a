// SPDX-License-Identifier: Apache-2.0
// The steps of ProtocolModel.
#pragma once

#include <algorithm>
#include <utility>

#include "protocol_model.h"

namespace sluice::sim {

using checkpoint::CommitStep;

inline flow::Position PositionAt(int offset) {
  flow::Position position;
  position.sources["s"] = {"model", {}, {{"s-0", offset}}};
  return position;
}
inline std::string TokenText(int token) {
  return "t" + std::to_string(token);
}
inline checkpoint::Record ToRecord(const ModelRecord& record) {
  checkpoint::Record out;
  if (record.token > 0) out.token = TokenText(record.token);
  if (record.epoch == 0) return out;
  out.epoch = std::to_string(record.epoch);
  out.position = PositionAt(record.position).Encode();
  out.commit_id = "c" + std::to_string(record.commit);
  return out;
}
/// The id of a commit in the model: token and epoch, as in checkpoint::CommitId.
inline int CommitOf(int token, int epoch) {
  return token * 100 + epoch;
}

inline void Put(int value, std::string* key) {
  key->push_back(static_cast<char>(value & 0xff));
  key->push_back(static_cast<char>(value >> 8));
}
inline void Put(const ModelRecord& record, std::string* key) {
  for (const int value : {record.epoch, record.token, record.position, record.commit}) {
    Put(value, key);
  }
}
inline void Put(const ModelTable& table, std::string* key) {
  Put(table.version, key);
  Put(table.snapshots_made, key);
  Put(table.record, key);
  Put(static_cast<int>(table.snapshots.size()), key);
  for (const ModelSnapshot& snapshot : table.snapshots) {
    Put(snapshot.id, key);
    Put(snapshot.record, key);
  }
}

inline std::string ModelState::TableKey() const {
  std::string key;
  Put(table, &key);
  for (const ModelRows& r : rows) {
    for (const int value : {r.lower, r.upper, r.commit}) Put(value, &key);
  }
  key.push_back('|');
  for (const LateSwap& swap : late) {
    for (const int value : {swap.base_version, swap.lower, swap.upper}) Put(value, &key);
    Put(swap.next, &key);
  }
  key.push_back('|');
  for (const int commit : removed_commits) Put(commit, &key);
  return key;
}

inline std::string ModelState::Key() const {
  // The writers are alike: their order does not count.
  std::array<std::string, 2> of_writers;
  for (size_t i = 0; i < writers.size(); ++i) {
    const ModelWriter& w = writers[i];
    for (const int value : {static_cast<int>(w.phase), w.token, static_cast<int>(w.facts_known),
                            w.position, w.lower, w.upper, static_cast<int>(w.unknown)}) {
      Put(value, &of_writers[i]);
    }
    Put(w.expected, &of_writers[i]);
    if (w.facts_known) Put(w.facts, &of_writers[i]);
  }
  std::sort(of_writers.begin(), of_writers.end());
  std::string key = TableKey() + "|" + of_writers[0] + "|" + of_writers[1] + "|";
  for (const int value : {tokens_made, starts_left, unknowns_left, foreign_left}) Put(value, &key);
  return key;
}

inline std::optional<checkpoint::TableFacts> ProtocolModel::FactsOf(const ModelWriter& w) const {
  if (!w.facts_known) return std::nullopt;
  checkpoint::TableFacts facts;
  facts.table_uuid = "uuid";
  facts.record = ToRecord(w.facts.record);
  for (const ModelSnapshot& snapshot : w.facts.snapshots) {
    facts.snapshots.push_back(
        {snapshot.id, snapshot.id - 1, snapshot.id, ToRecord(snapshot.record)});
    if (snapshot.record.epoch == 0) facts.snapshots.back().record = {};
    facts.current_snapshot_id = snapshot.id;
  }
  if (bug_ == Bug::kPositionInSnapshots) {
    facts.record = {};
    facts.record.token = ToRecord(w.facts.record).token;
    for (const auto& snapshot : facts.snapshots) {
      if (snapshot.record.fresh()) continue;
      facts.record = snapshot.record;
      facts.record.token = ToRecord(w.facts.record).token;
    }
  }
  return facts;
}

// The compare-and-swap of the catalog: on the version alone, as it is.
inline bool ProtocolModel::Swap(ModelState* state, const LateSwap& swap) const {
  ModelTable& table = state->table;
  if (table.version != swap.base_version) return false;
  const bool rows = swap.lower != swap.upper;
  if (rows && table.record.token != swap.next.token) {
    state->violation = "a commit by an old token after a new one";
  }
  if (swap.next.position < table.record.position) state->violation = "the position went back";
  ++table.version;
  table.record = swap.next;
  if (bug_ == Bug::kNoToken && rows) table.record.token = state->tokens_made;
  if (!rows) return true;
  table.snapshots.push_back({++table.snapshots_made, swap.next});
  state->rows.push_back({swap.lower, swap.upper, swap.next.commit});
  return true;
}

inline std::string ProtocolModel::Check(const ModelState& state) const {
  if (!state.violation.empty()) return state.violation;
  std::array<int, kSourceEnd> seen{};
  for (const ModelRows& rows : state.rows) {
    for (int i = rows.lower; i < rows.upper; ++i) ++seen[static_cast<size_t>(i)];
    if (std::find(state.removed_commits.begin(), state.removed_commits.end(), rows.commit) !=
        state.removed_commits.end()) {
      return "files of a commit that is in the table were removed";
    }
  }
  for (int i = 0; i < kSourceEnd; ++i) {
    const int expected = i < state.table.record.position ? 1 : 0;
    const int found = seen[static_cast<size_t>(i)];
    if (found > 1) return "record " + std::to_string(i) + " is in the table twice";
    if (found < expected) return "record " + std::to_string(i) + " is lost";
    if (found > expected) return "record " + std::to_string(i) + " is ahead of the position";
  }
  return "";
}

inline std::vector<ModelState> ProtocolModel::Next(const ModelState& state) const {
  std::vector<ModelState> out;
  for (size_t i = 0; i < state.writers.size(); ++i) {
    Step(state, i, &out);
    if (state.writers[i].phase != Phase::kDown) {  // a crash
      ModelState next = state;
      next.writers[i] = {};
      out.push_back(std::move(next));
    }
  }
  for (size_t i = 0; i < state.late.size(); ++i) {
    ModelState next = state;
    next.late.erase(next.late.begin() + static_cast<int64_t>(i));
    Swap(&next, state.late[i]);
    out.push_back(std::move(next));
  }
  if (state.foreign_left > 0) {  // somebody else's snapshot: a compaction
    ModelState next = state;
    --next.foreign_left;
    ++next.table.version;
    next.table.snapshots.push_back({++next.table.snapshots_made, {}});
    out.push_back(std::move(next));
  }
  if (state.table.snapshots.size() > 1) {  // everything but the current one expires
    ModelState next = state;
    ++next.table.version;
    next.table.snapshots.erase(next.table.snapshots.begin(), next.table.snapshots.end() - 1);
    out.push_back(std::move(next));
  }
  return out;
}

inline void ProtocolModel::Step(const ModelState& state, size_t writer,
                                std::vector<ModelState>* out) const {
  switch (state.writers[writer].phase) {
    case Phase::kDown:
      if (state.starts_left == 0) return;
      {
        ModelState next = state;
        --next.starts_left;
        next.writers[writer] = {};
        next.writers[writer].phase = Phase::kReading;
        next.writers[writer].token = ++next.tokens_made;
        out->push_back(std::move(next));
      }
      return;
    case Phase::kReading:
      return Start(state, writer, out);
    case Phase::kFencing:
      return Fence(state, writer, out);
    case Phase::kRunning:
      return BeginEpoch(state, writer, out);
    case Phase::kCommitting:
      return Commit(state, writer, out);
  }
}

// Reads the table and decides where the pipeline stands.
inline void ProtocolModel::Start(ModelState state, size_t writer,
                                 std::vector<ModelState>* out) const {
  ModelWriter& w = state.writers[writer];
  w.facts = state.table;
  w.facts_known = true;
  const auto standing = checkpoint::DecideBegin(*FactsOf(w), "p");
  if (!standing.ok()) {
    state.violation = "start refused: " + standing.error().text;
    out->push_back(std::move(state));
    return;
  }
  w.expected = w.facts.record;
  w.position = standing->exists ? w.expected.position : 0;
  if (bug_ == Bug::kPositionInSnapshots && !standing->exists) {
    w.expected = {0, w.facts.record.token, 0, 0};
  }
  if (bug_ == Bug::kPositionGoesBack && !w.facts.snapshots.empty()) {
    const ModelSnapshot& oldest = w.facts.snapshots.front();
    if (oldest.record.epoch > 0) w.position = oldest.record.position;
  }
  w.phase = Phase::kFencing;
  out->push_back(std::move(state));
}

inline void ProtocolModel::Fence(const ModelState& state, size_t writer,
                                 std::vector<ModelState>* out) const {
  const ModelWriter& w = state.writers[writer];
  ModelState next = state;
  ModelWriter& n = next.writers[writer];
  checkpoint::Record expected = ToRecord(w.expected);
  const auto decision = checkpoint::DecideFence("uuid", expected, TokenText(w.token), FactsOf(w));
  if (decision.step == CommitStep::kReadAgain) {
    n.facts = state.table;
    n.facts_known = true;
    return out->push_back(std::move(next));
  }
  if (decision.step == CommitStep::kDone) {
    n.expected.token = w.token;
    if (bug_ == Bug::kTokenWithoutReading) n.expected = w.facts.record;  // the position stays
    n.phase = Phase::kRunning;
    n.unknown = false;
    return out->push_back(std::move(next));
  }
  if (decision.step == CommitStep::kStop && bug_ != Bug::kTokenWithoutReading) {
    n.phase = Phase::kReading;  // another writer moved the pipeline: read and decide again
    n.unknown = false;
    return out->push_back(std::move(next));
  }
  LateSwap swap{w.facts.version, w.facts.record, w.facts.record, 0, 0};
  swap.next.token = w.token;
  Attempt(state, writer, swap, out);
}

inline void ProtocolModel::BeginEpoch(const ModelState& state, size_t writer,
                                      std::vector<ModelState>* out) const {
  const ModelWriter& w = state.writers[writer];
  for (int size = 1; size <= kBatchMax && w.position + size <= kSourceEnd; ++size) {
    ModelState next = state;
    ModelWriter& n = next.writers[writer];
    n.lower = w.position;
    n.upper = w.position + size;
    n.phase = Phase::kCommitting;
    n.unknown = false;
    out->push_back(std::move(next));
  }
}

inline checkpoint::CommitDecision ProtocolModel::Decide(const ModelWriter& w) const {
  checkpoint::CommitIntent intent{"p", "uuid", ToRecord(w.expected), {}};
  const int epoch = w.expected.epoch + 1;
  intent.next = ToRecord({epoch, w.expected.token, w.upper, CommitOf(w.expected.token, epoch)});
  auto facts = FactsOf(w);
  if (bug_ == Bug::kNoToken && facts) facts->record.token = intent.expected.token;
  if (bug_ == Bug::kPrefixOverlap && facts && facts->record.commit_id != intent.next.commit_id &&
      w.facts.record.position < w.upper) {
    return {CommitStep::kAttempt, std::nullopt, false};
  }
  return checkpoint::DecideCommit(intent, facts, w.unknown && bug_ != Bug::kCleanUpUnknown);
}

inline void ProtocolModel::Commit(const ModelState& state, size_t writer,
                                  std::vector<ModelState>* out) const {
  const ModelWriter& w = state.writers[writer];
  const int epoch = w.expected.epoch + 1;
  const ModelRecord after{epoch, w.expected.token, w.upper, CommitOf(w.expected.token, epoch)};
  ModelState next = state;
  ModelWriter& n = next.writers[writer];
  checkpoint::CommitDecision decision = Decide(w);
  const bool unchecked = w.facts_known && ((bug_ == Bug::kRebaseUnchecked && w.unknown == false) ||
                                           (bug_ == Bug::kResendBlindly && w.unknown));
  if (unchecked && decision.step != CommitStep::kReadAgain)
    decision = {CommitStep::kAttempt, {}, {}};
  switch (decision.step) {
    case CommitStep::kReadAgain:
      n.facts = state.table;
      n.facts_known = true;
      return out->push_back(std::move(next));
    case CommitStep::kDone:
      n.expected = after;
      n.position = w.upper;
      n.phase = Phase::kRunning;
      n.unknown = false;
      return out->push_back(std::move(next));
    case CommitStep::kStop:
      if (decision.definite) next.removed_commits.push_back(after.commit);
      next.writers[writer] = {};
      return out->push_back(std::move(next));
    case CommitStep::kAttempt:
      return Attempt(state, writer, {w.facts.version, w.expected, after, w.lower, w.upper}, out);
  }
}

// All that can become of one compare-and-swap.
inline void ProtocolModel::Attempt(const ModelState& state, size_t writer, const LateSwap& swap,
                                   std::vector<ModelState>* out) const {
  const bool fence = swap.lower == swap.upper;
  ModelState answered = state;
  const bool won = Swap(&answered, swap);
  ModelWriter& w = answered.writers[writer];
  w.facts_known = won;
  if (won) w.facts = answered.table;
  if (won && !fence && (bug_ == Bug::kRebaseUnchecked || bug_ == Bug::kResendBlindly)) {
    w.expected = swap.next;
    w.position = w.upper;
    w.phase = Phase::kRunning;
    w.unknown = false;
  }
  out->push_back(std::move(answered));
  if (state.unknowns_left == 0) return;
  for (const int fate : {0, 1, 2}) {  // applied, not applied, applied later
    ModelState lost = state;
    --lost.unknowns_left;
    ModelWriter& l = lost.writers[writer];
    l.unknown = true;
    l.facts_known = false;
    if (fate == 0 && !Swap(&lost, swap)) continue;
    if (fate == 2) lost.late.push_back(swap);
    if (bug_ == Bug::kCleanUpUnknown && !fence) {
      lost.removed_commits.push_back(swap.next.commit);
      lost.writers[writer] = {};
    }
    out->push_back(std::move(lost));
  }
}

inline bool ProtocolModel::CanFinish(ModelState state) const {
  for (const LateSwap& swap : state.late) Swap(&state, swap);
  state.late.clear();
  state.unknowns_left = state.foreign_left = 0;
  state.starts_left = 1;
  for (ModelWriter& writer : state.writers) writer = {};
  for (int steps = 0; steps < 40; ++steps) {
    if (state.table.record.position == kSourceEnd) return Check(state).empty();
    std::vector<ModelState> next;
    Step(state, 0, &next);
    if (next.empty()) return false;
    state = std::move(next.back());
    if (!Check(state).empty()) return false;
  }
  return false;
}

}  // namespace sluice::sim
