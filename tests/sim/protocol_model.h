// SPDX-License-Identifier: Apache-2.0
// The commit protocol as a state machine small enough to explore completely: writers of one
// pipeline over one table, crashes, replies that are lost or come from statements that land late,
// somebody else's snapshots, an expirer. What a writer does next is decided by the shipped
// functions of checkpoint/decide.h; only the table, the network and the reading of the source are
// modelled.
//
// A planted bug (Bug) changes one decision the way a known fault does; exploration must find it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/decide.h"

namespace sluice::sim {

enum class Bug : uint8_t {
  kNone,
  kResendBlindly,   // F1: not answered counts as failed; the same rows are sent again unchecked
  kCleanUpUnknown,  // F1: not answered counts as failed; the files are removed
  kPositionInSnapshots,  // F2: the position is looked for in kept snapshots only
  kNoToken,              // F3: nobody compares the fencing token
  kPositionGoesBack,     // F4: an older position is taken at start and written over the newer
  kPrefixOverlap,        // F5: the guard asks for "not yet beyond", not for "exactly here"
  kRebaseUnchecked,      // F10: after a conflict the commit is put on the new base unchecked
  kTokenWithoutReading,  // F3: the token is forced in; what was committed meanwhile is not read
};

/// What the table records of the pipeline. epoch 0: nothing yet; token 0: none.
struct ModelRecord {
  int epoch = 0, token = 0, position = 0, commit = 0;
  bool operator==(const ModelRecord&) const = default;
};
struct ModelSnapshot {
  int id = 0;
  ModelRecord record;  // epoch 0: not of this pipeline
  bool operator==(const ModelSnapshot&) const = default;
};
struct ModelTable {
  int version = 0;
  int snapshots_made = 0;
  ModelRecord record;
  std::vector<ModelSnapshot> snapshots;  // kept ones, oldest first; the last is current
};
/// Rows that a commit made visible: records [lower, upper) of the source.
struct ModelRows {
  int lower = 0, upper = 0, commit = 0;
};

enum class Phase : uint8_t { kDown, kReading, kFencing, kRunning, kCommitting };

struct ModelWriter {
  Phase phase = Phase::kDown;
  int token = 0;
  bool facts_known = false;
  ModelTable facts;  // as last read
  ModelRecord expected;
  int position = 0;          // where it reads on
  int lower = 0, upper = 0;  // of the epoch being committed
  bool unknown = false;
};

/// A statement that was sent and may still be applied.
struct LateSwap {
  int base_version = 0;
  ModelRecord expected, next;
  int lower = 0, upper = 0;  // equal: a token only
};

struct ModelState {
  ModelTable table;
  std::vector<ModelRows> rows;
  std::vector<int> removed_commits;  // whose files were removed
  std::array<ModelWriter, 2> writers;
  std::vector<LateSwap> late;
  int tokens_made = 0, starts_left = 2, unknowns_left = 1, foreign_left = 1;
  std::string violation;  // why this state must not be

  std::string Key() const;
  /// What a writer that starts afresh can meet.
  std::string TableKey() const;
};

class ProtocolModel {
 public:
  static constexpr int kSourceEnd = 2;  // records in the source
  static constexpr int kBatchMax = 2;   // records in an epoch

  explicit ProtocolModel(Bug bug) : bug_(bug) {}

  /// Every state that one step can lead to.
  std::vector<ModelState> Next(const ModelState& state) const;
  /// The invariants that hold in one state; empty text = they do.
  std::string Check(const ModelState& state) const;
  /// With faults off, a fresh writer alone brings the table to the end of the source.
  bool CanFinish(ModelState state) const;

 private:
  void Step(const ModelState& state, size_t writer, std::vector<ModelState>* out) const;
  void Start(ModelState state, size_t writer, std::vector<ModelState>* out) const;
  void Fence(const ModelState& state, size_t writer, std::vector<ModelState>* out) const;
  void BeginEpoch(const ModelState& state, size_t writer, std::vector<ModelState>* out) const;
  void Commit(const ModelState& state, size_t writer, std::vector<ModelState>* out) const;
  void Attempt(const ModelState& state, size_t writer, const LateSwap& swap,
               std::vector<ModelState>* out) const;
  bool Swap(ModelState* state, const LateSwap& swap) const;
  checkpoint::CommitDecision Decide(const ModelWriter& writer) const;
  std::optional<checkpoint::TableFacts> FactsOf(const ModelWriter& writer) const;

  Bug bug_;
};

}  // namespace sluice::sim
