// SPDX-License-Identifier: Apache-2.0
// The logical plan: one tree per sink, of scans, constant rows, calcs (filter and projection in
// one) and unions. Rewrites (rewrites/, one file each) bring it into the shape that the job graph
// is made from: below a sink, a list of branches, each one calc over one scan or values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/source.h"
#include "flow/type.h"
#include "functions/expression.h"
#include "sql/bound.h"

namespace sluice::plan {

struct LogicalNode;
using LogicalNodePtr = std::unique_ptr<LogicalNode>;

struct LogicalNode {
  enum class Kind : uint8_t { kScan, kValues, kCalc, kUnion };
  Kind kind = Kind::kScan;
  flow::Schema schema;  // what it gives
  std::vector<LogicalNodePtr> inputs;
  // kScan
  std::shared_ptr<const sql::BoundTable> table;
  flow::SourceProjection projection;
  int group = -1;  // scans of one group are one source: set by the rewrite share_sources
  // kValues
  std::vector<std::vector<functions::ExprPtr>> rows;
  // kCalc
  functions::ExprPtr condition;  // may be null
  std::vector<functions::ExprPtr> outputs;
};

struct LogicalSink {
  sql::BoundTable target;
  LogicalNodePtr input;
};

/// All sinks of one job.
struct LogicalPlan {
  std::vector<LogicalSink> sinks;
};

/// The tree of a bound query: filters and projections become calcs, nothing is merged yet.
LogicalNodePtr MakeLogical(sql::RelationPtr relation);
/// A calc that gives its input as it is, under other names.
LogicalNodePtr PassOn(LogicalNodePtr input, flow::Schema schema);

}  // namespace sluice::plan
