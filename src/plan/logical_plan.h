// SPDX-License-Identifier: Apache-2.0
// The logical plan: what a query means, as nodes that rewrites (rewrites/, one file each) move
// around. MakeLogical gives one tree per sink; the rewrite share_nodes makes equal sub-trees one
// node, so that from there on it is a DAG over all sinks of a job. physical/ turns it into the job
// graph.
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
using LogicalNodePtr = std::shared_ptr<LogicalNode>;

/// What the kinds give is said at sql::RelationKind and at the specs.
struct LogicalNode {
  enum class Kind : uint8_t {
    kScan,
    kValues,
    kCalc,  // rows that meet `condition`, as `outputs`
    kUnion,
    kWatermark,
    kWindow,
    kAggregate,
    kOver,
    kJoin,
    kCorrelate,
    kSort,
    kSetOp,
    kMatch,
    kNormalize,  // a full changelog per `keys` from an upsert one (rewrite add_normalize)
  };
  Kind kind = Kind::kScan;
  flow::Schema schema;  // what it gives
  std::vector<LogicalNodePtr> inputs;
  // kScan
  std::shared_ptr<const sql::BoundTable> table;
  flow::SourceProjection projection;  // set by the rewrite prune_columns
  // kValues
  std::vector<std::vector<functions::ExprPtr>> rows;
  // kCalc; kNormalize has a condition too
  functions::ExprPtr condition;  // may be null
  std::vector<functions::ExprPtr> outputs;
  std::vector<int> keys;  // kNormalize
  // One of these, as `kind` says.
  std::shared_ptr<const sql::WatermarkSpec> watermark;
  std::shared_ptr<const sql::WindowSpec> window;
  std::shared_ptr<const sql::AggregateSpec> aggregate;
  std::shared_ptr<const sql::OverSpec> over;
  std::shared_ptr<const sql::JoinSpec> join;
  std::shared_ptr<const sql::CorrelateSpec> correlate;
  std::shared_ptr<const sql::SortSpec> sort;
  std::shared_ptr<const sql::SetOpSpec> set_op;
  std::shared_ptr<const sql::MatchSpec> match;
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
/// All columns of a schema, as expressions.
std::vector<functions::ExprPtr> AllColumns(const flow::Schema& schema);
/// A calc over `input` that gives `outputs`; `condition` may be null.
LogicalNodePtr MakeCalc(LogicalNodePtr input, functions::ExprPtr condition,
                        std::vector<functions::ExprPtr> outputs, flow::Schema schema);
/// A calc that gives its input as it is.
LogicalNodePtr PassOn(LogicalNodePtr input, functions::ExprPtr condition = nullptr);

/// The parts of a condition that AND joins, in order; none for a null condition.
std::vector<functions::ExprPtr> Conjuncts(const functions::ExprPtr& condition);
/// Their conjunction; null for no parts.
functions::ExprPtr And(std::vector<functions::ExprPtr> parts);
/// The columns an expression reads, ascending, each once.
std::vector<int> ColumnsOf(const functions::Expr& expr);

/// Nodes of a DAG, inputs before those who read them.
std::vector<LogicalNode*> InputsFirst(const LogicalPlan& plan);

}  // namespace sluice::plan
