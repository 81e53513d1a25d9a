// SPDX-License-Identifier: Apache-2.0
// A job graph with its sources and sinks opened, and who feeds whom. Built once, read by all
// shards, owned by the pipeline, which outlives them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "plan/job_graph.h"
#include "runtime/connections.h"
#include "runtime/resume.h"
#include "runtime/run_options.h"

namespace sluice::runtime {

class Checkpointer;

struct SourceSlot {
  std::string name;  // of the source in positions: the table's name
  int node = 0;      // index in the graph's nodes
  std::unique_ptr<flow::Source> source;
  std::vector<flow::Split> splits;  // known so far
};

struct SinkSlot {
  static constexpr int kDeadLetters = -1;
  static constexpr int kLateRows = -2;
  int node = kDeadLetters;
  /// It takes what is left out on the way, no result of the plan: its position alone is no reason
  /// to commit.
  bool beside() const { return node < 0; }
  std::unique_ptr<flow::Sink> sink;
  flow::SinkState recorded;  // what its last commit says
};

/// Where a node's rows go: input `input` of node index `node`.
struct Port {
  int node = 0;
  int input = 0;
};

/// Sinks stand in the order they are committed: dead letters and late rows first, then as in the
/// plan.
struct Layout {
  const plan::JobGraph* graph = nullptr;
  std::vector<SourceSlot> sources;
  std::vector<SinkSlot> sinks;
  std::vector<std::vector<Port>> consumers;  // per node index: whom it feeds
  std::vector<std::vector<int>> inputs;      // per node index: node indices that feed it
  std::vector<int> sink_of_node;             // per node index: ordinal in `sinks`, -1 = no sink
  bool checkpointed = false;                 // epochs need a record of their own (below)
  bool exchanges = false;                    // rows may change shards
  Checkpointer* checkpointer = nullptr;      // of a checkpointed job; not owned
  state::ColdDatabase* cold = nullptr;       // for state that memory has no room for; not owned
  state::MemoryBudget* memory = nullptr;     // of state that cannot go there; not owned
  std::optional<flow::Position> resumed_at;  // where its checkpoint stands
  bool dead_letter_sink = false;             // sinks[0] is the dead-letter table
  int late_sink = -1;                        // ordinal in `sinks` of the late table; -1 = none
};

// A job whose operators keep nothing needs no checkpoint: its tables are the record, and rows carry
// their origin to the sinks. Behind state or an exchange they have none; and without a table that
// is durable there is no record.

/// Opens every source and sink of the graph. May connect.
Result<Layout> OpenLayout(const plan::JobGraph& graph, const Connections& connections,
                          const RunOptions& options);

/// Who feeds whom: `consumers`, `inputs`, `exchanges`, `checkpointed`; no node is a sink yet.
Status Wire(const plan::JobGraph& graph, Layout* layout);

/// What the sinks say, for DecideStarts; of a checkpointed job, what its checkpoint says.
std::vector<SinkFacts> FactsOf(const Layout& layout);

}  // namespace sluice::runtime
