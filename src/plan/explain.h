// SPDX-License-Identifier: Apache-2.0
// A job graph as text: the tree of each sink, in the look of Flink's optimized plan.
//
//   Sink(table=[lake.db.bids], fields=[auction, price])
//   +- Calc(select=[auction, (0.908 * price) AS price], where=[(event_type = 2)])
//      +- TableSourceScan(table=[default_catalog.default_database.kafka], fields=[...])
#pragma once

#include <string>

#include "plan/job_graph.h"

namespace sluice::plan {

struct ExplainOptions {
  bool changelog_mode = false;  // EXPLAIN CHANGELOG_MODE: which changes each node gives
  bool estimated_cost = false;  // EXPLAIN ESTIMATED_COST: rows and cost of each node (cost.h)
};

/// What several nodes read is printed once and then named (reuse_id=[1]). Behind the trees stands
/// what state is kept, and why it is bounded or not.
std::string Explain(const JobGraph& job, const ExplainOptions& options = {});

}  // namespace sluice::plan
