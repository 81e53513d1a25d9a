// SPDX-License-Identifier: Apache-2.0
// From a node of the plan to the operator that runs it. To add one: its files, and a line in
// operators.cc. Sources, sinks, unions, exchanges and watermarks are the runtime's own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "flow/lookup.h"
#include "flow/operator.h"
#include "functions/registry.h"
#include "plan/job_graph.h"

namespace sluice::state {
class ColdStore;
}

namespace sluice::operators {

struct OperatorOptions {
  /// Time zone and seed; each batch brings its own time.
  functions::EvalContext context;
  /// Where entries go that memory has no room for; null: everything stays in memory. Each call
  /// makes another one; the operator owns it.
  std::function<Result<std::unique_ptr<state::ColdStore>>(const std::string& uid)> make_cold_store;
  /// Opens the table that a lookup join asks; it gives node.columns and is asked by the columns of
  /// node.keys, in order. Null: no table can be asked.
  std::function<Result<std::unique_ptr<flow::LookupSource>>(const plan::LookupJoinNode& node)>
      open_lookup;
  int shard = 0, shards = 1;  // this copy of the operator, of how many
  /// Rows whose net change an operator may give, and rows of a batch that it gives. 1: row for row,
  /// as Flink without mini-batch.
  int64_t bundle_rows = limits::kBatchRowsMax;
};

/// What an operator is made from besides its node. It keeps copies of what it needs.
struct OperatorArguments {
  const std::string& uid;
  const flow::Schema& output;
  const std::vector<flow::Schema>& inputs;
  const OperatorOptions& options;
};

/// A copy of the node's operator for one shard. kUnsupported names a node that has none.
Result<std::unique_ptr<flow::Operator>> MakeOperator(const plan::JobNode& node,
                                                     const std::vector<flow::Schema>& inputs,
                                                     const OperatorOptions& options);

}  // namespace sluice::operators
