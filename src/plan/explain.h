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

/// Sources that several sinks read are printed once and then named (reuse_id=[1]).
std::string Explain(const JobGraph& job);

}  // namespace sluice::plan
