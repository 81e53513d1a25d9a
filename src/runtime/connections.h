// SPDX-License-Identifier: Apache-2.0
// How the nodes of a plan become things that run. The runtime asks for nothing else of the world;
// tests put scripted sources, sinks and clocks here. DefaultConnections (connections.cc) uses the
// connector lists.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/operator.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "plan/job_graph.h"
#include "runtime/run_options.h"

namespace sluice::tables {
class Catalog;
}
namespace sluice::state {
class ColdDatabase;
class MemoryBudget;
}  // namespace sluice::state
namespace sluice::operators {
class WatermarkGenerator;
}

namespace sluice::runtime {

/// One shard, of how many, and where its state goes that memory has no room for (null: nowhere).
struct ShardPlace {
  int shard = 0, shards = 1;
  state::ColdDatabase* cold = nullptr;
};

struct Connections {
  std::function<Result<std::unique_ptr<flow::Source>>(const plan::JobGraph&, const plan::JobNode&,
                                                      const RunOptions&)>
      open_source;
  std::function<Result<std::unique_ptr<flow::Sink>>(const plan::JobGraph&, const plan::JobNode&,
                                                    const RunOptions&)>
      open_sink;
  /// The dead-letter table of the job; a null pointer when the job has no table to put it beside.
  std::function<Result<std::unique_ptr<flow::Sink>>(const plan::JobGraph&, const RunOptions&)>
      open_dead_letters;
  /// The table that late rows of operators go to, where options ask for it.
  std::function<Result<std::unique_ptr<flow::Sink>>(const plan::JobGraph&, const RunOptions&)>
      open_late_rows;
  /// A node's operator, from the schemas of its inputs. One per shard.
  std::function<Result<std::unique_ptr<flow::Operator>>(const plan::JobGraph&, const plan::JobNode&,
                                                        const std::vector<flow::Schema>& inputs,
                                                        const ShardPlace&)>
      make_operator;
  /// What makes the watermarks of a table. One per shard.
  std::function<Result<std::unique_ptr<operators::WatermarkGenerator>>(
      const plan::JobGraph&, const plan::WatermarkNode&, const RunOptions&)>
      make_watermark;
  std::function<int()> stop_requests;  // 0 go on, 1 drain and commit, 2 at once
  io::Clock* clock = nullptr;
  // Where checkpoints are kept, and what tells runs apart. Jobs that keep no state need neither.
  io::FileSystem* files = nullptr;
  io::Random* random = nullptr;
};

/// Finds a catalog by its name in the SQL; nullptr if there is none.
using FindCatalog = std::function<tables::Catalog*(const std::string& name)>;

/// The connector lists of sources/ and sinks/, the catalog's tables, the real clock, the process's
/// signals.
Connections DefaultConnections(const FindCatalog& find_catalog);

}  // namespace sluice::runtime
