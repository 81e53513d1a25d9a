// SPDX-License-Identifier: Apache-2.0
// The nodes of a job on one shard, driven by calls: rows, watermarks, times and barriers go in at
// sources and exchanges and are carried depth first to the sinks before the call returns. It knows
// no thread, no clock and no file.
//
//   Push(source) ---> Calc ---> Watermark ---> Exchange --Send--> other shards
//                                                  ^---Receive--- other shards
//                                                  +--> operator with state ---> sink
//
//   - Each input of a node has a watermark and may be idle; a node sees the smallest of its inputs
//     that are not (watermark_merge.h). Rows go before the watermark they caused.
//   - A barrier leaves a node when it has come in at all of its inputs and channels. From a channel
//     that has given its barrier nothing more is taken until this shard's part of the epoch is done
//     (the messages wait here), and until then the caller pushes nothing and no time passes.
//   - What operators have asked outside of the process comes back by TakeAnswers alone. Behind an
//     operator that is waiting nothing overtakes its rows: no watermark, no idleness, no barrier.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/operator.h"
#include "operators/key_splitter.h"
#include "operators/watermark.h"
#include "runtime/connections.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/run_options.h"
#include "runtime/watermark_merge.h"

namespace sluice::flow {
class WaitingOperator;
}
namespace sluice::state {
class ColdStore;
}

namespace sluice::runtime {

/// Where things go that leave the graph.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual Status Write(int sink, const flow::Batch& batch) = 0;
  /// The event time that a sink's rows have reached.
  virtual Status AdvanceSink(int sink, int64_t watermark_ms) = 0;
  /// The barrier has reached a sink: `sink` has the rows of the epoch and no other.
  virtual Status StageSink(int sink) = 0;
  /// The barrier has reached an operator that keeps state.
  virtual Status Snapshot(int node, flow::Operator& op) = 0;
  virtual void Send(int shard, Message message) = 0;
};

class Graph {
 public:
  static Result<std::unique_ptr<Graph>> Make(const Layout& layout, const Connections& connections,
                                             const RunOptions& options, ShardPlace place,
                                             Outlet& outlet);
  ~Graph();

  /// The time that operators see until the next call of it; once per batch.
  void SetNow(int64_t now_ms) { now_ms_ = now_ms; }

  /// Rows of a source (node index).
  Status Push(int source_node, const flow::Batch& batch);
  Status AddSplits(int source_node,
                   const std::vector<operators::WatermarkGenerator::SplitStart>& starts);
  Status EndSplit(int source_node, int split);
  /// No split of the source is read here (or one is, again).
  Status SetSourceIdle(int source_node, bool idle);
  /// All input of the source has been read, for ever.
  Status EndSource(int source_node);
  /// What another shard sent.
  Status Receive(Message message);

  /// When OnTime is wanted; kNoTime = never. Not while a barrier is under way.
  int64_t NextTime() const;
  /// Processing time has come to the time set last.
  Status OnTime();

  /// Some operator waits for answers from outside, or has taken as much as it may.
  bool waiting() const;
  bool full() const;
  /// Gives what such operators can give by now, without waiting. True when something moved.
  Result<bool> TakeAnswers();

  /// A barrier enters at the sources.
  Status BeginBarrier();
  bool barrier_under_way() const { return barrier_under_way_; }
  /// It has passed every node of this shard.
  bool barrier_done() const { return barrier_under_way_ && passed_ == nodes_.size(); }
  /// Goes on after a barrier that is done: takes the messages that waited.
  Status EndBarrier();

  flow::Operator* operator_of(int node) { return nodes_[static_cast<size_t>(node)].op.get(); }
  /// The watermark that a node's inputs have reached.
  int64_t WatermarkOf(int node) const;
  /// Of one split of a source; kWatermarkMin where nothing makes watermarks of it.
  int64_t WatermarkOfSplit(int source_node, int split) const;
  /// Of a source as a whole; kWatermarkMin where nothing makes watermarks of it.
  int64_t WatermarkOfSource(int source_node) const;
  /// Its watermark holds nobody back.
  bool IsSourceIdle(int source_node) const;
  /// After a restore: the node's inputs had reached this. Before anything is pushed.
  Status RestoreWatermark(int node, int64_t watermark_ms);
  /// Bytes of messages that wait for a barrier.
  int64_t held_bytes() const { return held_bytes_; }
  /// Rows that came out of exchanges here.
  int64_t rows_taken() const { return rows_taken_; }
  /// The smallest watermark that reached a sink; kWatermarkMin: none did, or all are idle.
  int64_t SinkWatermark() const;
  int64_t memory_bytes() const;
  /// Of these, what only waits for the next snapshot.
  int64_t unsaved_bytes() const;
  /// kResourceExhausted, with the name of an operator, when state that cannot go to disk is larger
  /// than memory. After each piece of work.
  Status CheckMemory();
  flow::OperatorCounters Counters() const;

 private:
  enum class Kind : uint8_t { kSource, kPass, kOperator, kWatermark, kExchange, kSink };
  struct Node {
    Kind kind = Kind::kPass;
    int index = 0;
    bool stateful = false;
    bool elsewhere = false;  // another shard has all rows: no state here, and no time
    std::unique_ptr<flow::Operator> op;
    flow::WaitingOperator* asks = nullptr;  // the operator, if it is one that waits for answers
    bool waiting() const;
    std::unique_ptr<operators::WatermarkGenerator> watermark;
    std::unique_ptr<operators::KeySplitter> splitter;  // exchanges of several shards
    WatermarkMerge merge;                              // over inputs; exchanges: over channels
    int64_t seen_ms = flow::kWatermarkMin;             // OnWatermark was called with it
    int64_t given_ms = flow::kWatermarkMin;            // passed on
    bool given_idle = false;
    bool holds_barrier = false;     // until its operator waits no longer
    size_t barriers = 0;            // inputs (exchanges: channels) that have given their barrier
    std::vector<uint8_t> channels;  // exchanges: 1 = has given its barrier
  };

  Graph(const Layout& layout, ShardPlace place, Outlet& outlet);
  Status MakeNode(const Connections& connections, const RunOptions& options, size_t index);
  bool ReadElsewhere(size_t index) const;
  Node& At(int node) { return nodes_[static_cast<size_t>(node)]; }
  const std::vector<Port>& ConsumersOf(const Node& node) const;

  Status Take(Port port, const flow::Batch& batch);
  Status Emit(const Node& node, const std::vector<flow::Batch>& batches);
  Status Emit(const Node& node, const flow::Batch& batch);
  Status TakeTimes(Node& node, const flow::Batch& batch);
  Status SendRows(Node& node, const flow::Batch& batch);
  Status SendAll(Node& node, const Message& message);
  Status TakeStatus(Port port, int64_t watermark_ms, bool idle);
  Status Advance(Node& node);
  bool IsIdle(const Node& node) const;
  Status Publish(Node& node, int64_t watermark_ms, bool idle);
  Status PublishGenerated(Node& node);
  Status TakeBarrier(Port port);
  Status PassBarrier(Node& node);
  Status SnapshotNode(Node& node);
  Result<bool> TakeAnswersOf(Node& node);
  /// Calls `visit` for each watermark node that makes watermarks of this source.
  template <typename Visit>
  Status ForGenerators(int source_node, Visit visit);

  const Layout& layout_;
  const ShardPlace place_;
  std::unique_ptr<state::ColdStore> account_;  // of state that takes part of the cold one's budget
  int64_t reported_bytes_ = 0, accounted_bytes_ = 0;
  Outlet& outlet_;
  std::vector<Node> nodes_;
  std::vector<int> source_of_watermark_;  // per node index: source node of a watermark node, or -1
  int64_t now_ms_ = 0;
  bool barrier_under_way_ = false;
  size_t passed_ = 0;  // nodes the barrier has left
  int64_t rows_taken_ = 0;
  std::deque<Message> held_;
  int64_t held_bytes_ = 0;
};

}  // namespace sluice::runtime
