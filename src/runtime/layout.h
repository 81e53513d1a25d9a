// SPDX-License-Identifier: Apache-2.0
// A job graph with its sources and sinks opened, and who feeds whom. Built once, read by all
// shards, owned by the pipeline, which outlives them.
#pragma once

#include <memory>
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

struct SourceSlot {
  std::string name;  // of the source in positions: the table's name
  int node = 0;      // index in the graph's nodes
  std::unique_ptr<flow::Source> source;
  std::vector<flow::Split> splits;  // known so far
};

struct SinkSlot {
  static constexpr int kDeadLetters = -1;
  int node = kDeadLetters;
  std::unique_ptr<flow::Sink> sink;
  flow::SinkState recorded;  // what its last commit says
};

/// Sinks stand in the order they are committed: dead letters first, then as in the plan.
struct Layout {
  const plan::JobGraph* graph = nullptr;
  std::vector<SourceSlot> sources;
  std::vector<SinkSlot> sinks;
  std::vector<std::vector<int>> consumers;  // per node index: node indices that it feeds
  std::vector<int> sink_of_node;            // per node index: ordinal in `sinks`, -1 = no sink
  bool dead_letter_sink = false;            // sinks[0] is the dead-letter table
};

/// Opens every source and sink of the graph. May connect.
Result<Layout> OpenLayout(const plan::JobGraph& graph, const Connections& connections,
                          const RunOptions& options);

/// What the sinks say, for DecideStarts.
std::vector<SinkFacts> FactsOf(const Layout& layout);

}  // namespace sluice::runtime
