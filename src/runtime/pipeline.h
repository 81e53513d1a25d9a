// SPDX-License-Identifier: Apache-2.0
// A job from its graph to its end. Open opens sources and sinks, takes over the tables (Begin),
// finds where they stand and checks that the sources can still be read from there; Run turns shards
// and coordinator until input ends, a stop is asked for, or something fails. What was committed
// before a failure stays committed; starting the same job again goes on from there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/job_graph.h"
#include "runtime/connections.h"
#include "runtime/layout.h"
#include "runtime/progress.h"
#include "runtime/run_options.h"
#include "runtime/stop_order.h"

namespace sluice::runtime {

class Alignment;
class Coordinator;
class Shard;
struct Exchange;

class Pipeline {
 public:
  static Result<std::unique_ptr<Pipeline>> Open(plan::JobGraph graph, RunOptions options,
                                                Connections connections,
                                                ProgressCallback on_progress);
  /// Before Run: how it stops when it is asked to.
  void SetStopOrder(AskStopOrder ask);
  /// A thread per shard; the calling thread coordinates. The totals of the run. Once.
  Result<Progress> Run();
  /// The same on the calling thread alone: each shard and the coordinator take one turn after
  /// another, and the clock of the connections is put forward when nobody has anything to do. Once.
  Result<Progress> RunOnThisThread();

  /// One turn of each shard and of the coordinator, on the calling thread; true when the job is
  /// done. `worked` is set when a shard had something to do. For simulators that turn several
  /// pipelines.
  Result<bool> Turn(bool* worked);

  ~Pipeline();

  const Layout& layout() const { return layout_; }
  int shards() const { return static_cast<int>(shards_.size()); }

 private:
  Pipeline(plan::JobGraph graph, RunOptions options, Connections connections);
  Status OpenAll(ProgressCallback on_progress);
  Status BeginSinks();
  Status FindSplits();
  Status OpenColdDatabase();
  bool KeepsCheckpoints() const;
  int ShardCount() const;
  const std::string& identity() const {
    return options_.pipeline_id.empty() ? graph_.name : options_.pipeline_id;
  }
  void Halt();

  const plan::JobGraph graph_;
  const RunOptions options_;
  const Connections connections_;
  Layout layout_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<state::ColdDatabase> cold_;    // outlives the shards
  std::unique_ptr<state::MemoryBudget> memory_;  // too
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Alignment> alignment_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Coordinator> coordinator_;
};

}  // namespace sluice::runtime
