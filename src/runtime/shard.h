// SPDX-License-Identifier: Apache-2.0
// One shard: its readers, its part of the graph, its writers, driven by Step. It knows no thread;
// it never waits except inside Poll and on its queues, for as long as Step says. While operators
// have asked something outside, what comes back is taken between all that; when they have asked as
// much as they may, nothing else is taken in.
//
//   RUNNING --barrier--> ALIGNING: it polls nothing, takes what others send until the barrier has
//      |                 come from all of them; each sink stages when the barrier reaches it
//      |                    +--> report --> RUNNING (next epoch)
//      |                    +--> after the last barrier: DRAINED (waits for the end)
//      +-- any error: report it --> FAILED
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "runtime/connections.h"
#include "runtime/graph.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/run_options.h"

namespace sluice::runtime {

class Alignment;
class SplitReaders;

class Shard : private Outlet {
 public:
  Shard(int index, const Layout& layout, const RunOptions& options, Exchange& exchange,
        Alignment& alignment);
  /// Opens readers, operators and writers. Before the first Step.
  Status Open(const Connections& connections);

  enum class Turn : uint8_t { kWorked, kIdle, kDone };
  /// Obeys what was asked, takes what others sent, then polls one reader once. Waits up to
  /// `wait_ms` when there is nothing to do.
  Turn Step(int64_t wait_ms);

 private:
  struct Reader {
    std::unique_ptr<flow::SourceReader> reader;
    SplitReaders* splits = nullptr;                // the reader, where sources wait for each other
    std::map<int, int64_t> positions;              // split index -> offset to read next
    std::map<int, int64_t> stops;                  // split index -> where it ends for ever
    std::vector<std::vector<int64_t>> skip_below;  // split index -> per sink
    flow::ReaderCounters reported;                 // as of the last barrier
    bool ended = false;
    bool idle_told = false, end_told = false;  // to the graph
    bool active() const { return !positions.empty() && !ended; }
  };
  struct Writer {
    std::unique_ptr<flow::SinkWriter> writer;
    int64_t rows = 0;  // written in this epoch
  };

  // What leaves the graph.
  Status Write(int sink, const flow::Batch& batch) override;
  Status AdvanceSink(int sink, int64_t watermark_ms) override;
  Status StageSink(int sink) override;
  Status Snapshot(int node, flow::Operator& op) override;
  void Send(int shard, Message message) override;

  Result<std::unique_ptr<flow::SourceReader>> OpenReader(int source);
  Status RouteLateRows();
  Result<bool> Work(int64_t wait_ms);
  Result<bool> WaitForWork(int64_t wait_ms);
  Result<bool> ObeyAll();
  Status Obey(const Command& command);
  Status Assign(const Assignment& assignment);
  Status AddSplits(const std::vector<Assignment>& assignments);
  Status RestoreState();
  Result<bool> ReceiveAll();
  Result<bool> TakeAnswers();
  Status Receive(Message message);
  Status BeginBarrier(const Barrier& barrier);
  Status EndBarrier();
  Status EndBarrierIfDone();
  Status CountEpoch(EpochCounts* counts);
  Status TellSources();
  bool MayPoll() const;
  int64_t SourceWaitMs(int64_t wait_ms) const;
  void ReportWatermarks();
  int64_t ReachedBy(size_t source) const;
  bool IsAhead(size_t source) const;
  bool MayRead(size_t source) const;
  Result<bool> PollOne(int64_t wait_ms);
  Result<bool> PollNext(int64_t wait_ms);
  Status Take(int source, flow::PollResult result);
  Status TakeDeadLetters(std::vector<flow::DeadLetter> letters);
  Status EndSplitIfRead(int source, int split);
  void ReportEnd();
  void UpdateGauges();
  void UpdateStateGauges();
  Turn Fail(Error error);

  const int index_;
  const Layout& layout_;
  const RunOptions& options_;
  Exchange& exchange_;
  Alignment& alignment_;
  Gauges& gauges_;
  io::Clock* clock_ = nullptr;
  std::vector<Reader> readers_;  // per source ordinal
  std::unique_ptr<Graph> graph_;
  std::vector<Writer> writers_;                             // per sink ordinal
  std::vector<std::unique_ptr<flow::LateRows>> late_rows_;  // per operator that has some
  int source_ = 0;     // ordinal: whose rows are on their way, where these keep their origin
  EpochCounts epoch_;  // what this shard saw since the last barrier
  std::optional<Barrier> barrier_;  // under way
  Report staged_;                   // of it, as far as it has come
  int64_t samples_logged_ = 0;
  size_t next_reader_ = 0;
  int64_t idle_turns_ = 0;  // since a source gave something
  bool restored_ = false;
  bool drained_ = false;
  bool end_reported_ = false;
  bool done_ = false;
};

}  // namespace sluice::runtime
