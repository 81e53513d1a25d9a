// SPDX-License-Identifier: Apache-2.0
// One shard: its readers, its operators, its writers, driven by Step. It knows no thread and no
// clock; it never waits except inside Poll and on its command queue, for as long as Step says.
//
//   RUNNING --barrier--> stage writers, report --> RUNNING (next epoch)
//      |  \--last barrier--> stage, report ------> DRAINED (waits for the end)
//      +-- any error: report it ----------------> FAILED
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "flow/operator.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "runtime/connections.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/run_options.h"

namespace sluice::runtime {

class Shard {
 public:
  Shard(int index, const Layout& layout, const RunOptions& options, Exchange& exchange);
  /// Opens readers, operators and writers. Before the first Step.
  Status Open(const Connections& connections);

  enum class Turn : uint8_t { kWorked, kIdle, kDone };
  /// Obeys what was asked, then polls one reader once. Waits up to `wait_ms` when there is nothing
  /// to do.
  Turn Step(int64_t wait_ms);

 private:
  struct Reader {
    std::unique_ptr<flow::SourceReader> reader;
    std::map<int, int64_t> positions;              // split index -> offset to read next
    std::vector<std::vector<int64_t>> skip_below;  // split index -> per sink
    flow::ReaderCounters reported;                 // as of the last barrier
    bool ended = false;
    bool active() const { return !positions.empty() && !ended; }
  };
  struct Writer {
    std::unique_ptr<flow::SinkWriter> writer;
    int64_t rows = 0;  // written in this epoch
  };

  Status Obey(Command command);
  Status Assign(const Assignment& assignment);
  Status Stage(const Barrier& barrier);
  Status CountEpoch(EpochCounts* counts);
  bool MayPoll() const;
  Result<bool> PollOne(int64_t wait_ms);
  Status Take(int source, flow::PollResult result);
  Status TakeDeadLetters(int source, std::vector<flow::DeadLetter> letters);
  Status Push(int node, int source, const flow::Batch& batch);
  Status Write(int sink, int source, const flow::Batch& batch);
  void ReportEnd();
  void UpdateGauges();
  Turn Fail(Error error);

  const int index_;
  const Layout& layout_;
  const RunOptions& options_;
  Exchange& exchange_;
  Gauges& gauges_;
  io::Clock* clock_ = nullptr;
  std::vector<Reader> readers_;                             // per source ordinal
  std::vector<std::unique_ptr<flow::Operator>> operators_;  // per node index, null where none
  std::vector<Writer> writers_;                             // per sink ordinal
  EpochCounts epoch_;  // what this shard saw since the last barrier
  int64_t samples_logged_ = 0;
  size_t next_reader_ = 0;
  bool drained_ = false;
  bool end_reported_ = false;
  bool done_ = false;
};

}  // namespace sluice::runtime
