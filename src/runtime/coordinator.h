// SPDX-License-Identifier: Apache-2.0
// The epochs of a job, as a step function. It alone commits, and one commit at a time; while it
// does, shards already fill the next epoch, and the next barrier waits.
//
//   RUNNING --interval, rows or memory--> STAGING --all shards staged--> commit sinks in order,
//   acknowledge --> RUNNING
//      \--stop asked, or every split at its end--> STAGING (last) ------> commit
//      -----------------------------> DONE
//
// Promises: sinks are committed in the order of the layout (dead letters first); a source hears of
// a position only when every sink holds it; an epoch in which nothing moved is not committed; after
// an error nothing more is committed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "flow/position.h"
#include "io/clock.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/progress.h"
#include "runtime/run_options.h"
#include "runtime/stop_order.h"

namespace sluice::runtime {

class Coordinator {
 public:
  Coordinator(Layout& layout, const RunOptions& options, Exchange& exchange, io::Clock& clock,
              std::function<int()> stop_requests, ProgressCallback on_progress);

  /// Before the first Step.
  void SetStopOrder(AskStopOrder ask) { ask_stop_order_ = std::move(ask); }
  /// Gives each shard its splits, from where the tables stand. Before shards step.
  Status Start();
  /// One turn; waits up to `wait_ms` for a shard to report. True when the job is done.
  Result<bool> Step(int64_t wait_ms);
  /// What was done so far.
  const Progress& totals() const { return totals_; }

 private:
  enum class State : uint8_t { kRunning, kStaging, kDone };

  Status AssignNewSplits(size_t source, std::vector<flow::Split> splits);
  Status Rediscover();
  Status End();
  bool EndReached() const;
  bool BarrierDue(int64_t now_ms) const;
  void RequestBarrier(bool last);
  int64_t WaitMs(int64_t wait_ms);
  Status Take(Report report);
  /// What one sink is to do in the epoch under way.
  struct SinkCommit {
    flow::EpochCommit commit;
    int64_t rows = 0;
    bool commits = false;
  };
  Status CommitEpoch();
  Result<SinkCommit> PlanCommit(size_t sink, const flow::Position& upper);
  Status RecordEpoch(const std::vector<SinkCommit>& commits, const flow::Position& upper);
  Status CommitSink(size_t sink, SinkCommit planned, Progress* progress);
  void Acknowledge(const flow::Position& upper);
  flow::Position PositionNow() const;
  void CountEpoch(Progress* progress) const;
  void ReportCommit(Progress progress, int64_t commit_ms);
  void ReportLive();
  void DescribeState(Progress* progress) const;
  void DescribeNow(Progress* progress) const;

  Layout& layout_;
  const RunOptions& options_;
  Exchange& exchange_;
  io::Clock& clock_;
  const std::function<int()> stop_requests_;
  const ProgressCallback on_progress_;
  Checkpointer* const checkpointer_;  // null: the tables are the record

  State state_ = State::kRunning;
  bool last_ = false;     // the barrier under way is the last
  bool stopped_ = false;  // because somebody asked for it
  AskStopOrder ask_stop_order_;
  StopOrder stop_order_;     // once it stops
  bool bounded_ = true;      // every source can end
  std::vector<bool> ended_;  // per shard: no split of it has more
  std::vector<std::vector<int64_t>>
      positions_;                          // per source, per split index: after the last report
  flow::Position committed_;               // position of the last commit of this run
  std::vector<Report> staged_;             // of the barrier under way
  size_t assigned_ = 0;                    // splits handed out so far
  std::vector<int64_t> rediscover_at_ms_;  // per source
  std::vector<int> discovery_failures_;    // per source, in a row
  int64_t started_ms_ = 0, next_barrier_ms_ = 0, next_live_ms_ = 0;
  int64_t last_commit_ms_ = 0, last_live_ms_ = 0;
  int64_t last_live_records_ = 0, last_live_bytes_ = 0;
  int64_t newest_committed_ms_ = -1;
  Progress totals_;
};

}  // namespace sluice::runtime
