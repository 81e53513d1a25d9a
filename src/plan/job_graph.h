// SPDX-License-Identifier: Apache-2.0
// The physical plan of one job (one INSERT, or all INSERTs of a statement set): a DAG of nodes that
// runtime/ runs on every shard. In this slice: sources, calcs (filter + projection), sinks;
// exchanges and stateful operators join later as kinds. Nodes are in topological order; node ids
// are derived from the plan and stable across restarts of the same SQL.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "flow/source.h"
#include "flow/table_definition.h"
#include "functions/expression.h"

namespace sluice::plan {

/// One read of a table. Two INSERTs that read the same table share one node (with the union of
/// their columns).
struct SourceNode {
  flow::ConnectorTable table;
  std::string connector;  // 'connector' option
  flow::SourceProjection projection;
};

/// Keeps rows where `condition` (may be null) is TRUE, then computes `outputs`.
struct CalcNode {
  functions::ExprPtr condition;
  std::vector<functions::ExprPtr> outputs;
};

/// Rows given in the SQL text (INSERT INTO t VALUES ...): read once; as a source it has one split
/// of n records.
struct ValuesNode {
  std::vector<std::vector<functions::ExprPtr>> rows;
};

struct SinkNode {
  enum class Kind { kConnector, kCatalogTable };
  Kind kind = Kind::kConnector;
  flow::ConnectorTable
      table;  // kConnector: print, blackhole; kCatalogTable: names and columns of the table
  std::string connector;
  std::string catalog;                  // kCatalogTable: which catalog, and the identifier in it
  std::vector<std::string> identifier;  // namespace parts and table name
};

struct JobNode {
  int id = 0;
  std::string name;  // for EXPLAIN, metrics: "Source: kafka[orders]", "Calc", "Sink: lake.db.t"
  std::vector<int> inputs;
  flow::Schema output;  // schema of what it gives (sinks: of what they take)
  std::variant<SourceNode, ValuesNode, CalcNode, SinkNode> node;
};

struct JobGraph {
  std::string name;  // pipeline.name or derived from the sinks: names the pipeline in tables
  std::vector<JobNode> nodes;
  std::map<std::string, std::string> settings;  // SET values in force
  std::string fingerprint;                      // of the plan: changes when the SQL changes meaning
};

}  // namespace sluice::plan
