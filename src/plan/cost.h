// SPDX-License-Identifier: Apache-2.0
// What a plan is expected to cost, for EXPLAIN ESTIMATED_COST: rows that each node gives, and, of
// it and everything below it, rows, computing, bytes read and written, bytes between shards, and
// bytes of state. Guesses in place of statistics, as Flink's planner makes them for tables without
// any (Calcite's RelMdUtil.guessSelectivity; 1.0E8 rows a table): good for comparing two plans, not
// for saying what one will take.
#pragma once

#include <string>
#include <vector>

#include "plan/job_graph.h"

namespace sluice::plan {

struct Cost {
  double rows = 0;     // that pass
  double cpu = 0;      // expressions computed, and keys hashed, looked up or compared
  double io = 0;       // bytes from sources and to sinks
  double network = 0;  // bytes through exchanges
  double memory = 0;   // bytes of state
};

struct Estimate {
  double rows = 0;  // that the node gives (of a changelog: rows of its result)
  Cost cumulative;  // of the node and what it reads; what two nodes read counts for both
};

/// Per node of the job.
std::vector<Estimate> EstimateCosts(const JobGraph& job);

/// "rowcount = 1.0E8, cumulative cost = {1.0E8 rows, ...}", as Flink writes it.
std::string CostText(const Estimate& estimate);

}  // namespace sluice::plan
