// SPDX-License-Identifier: Apache-2.0
// From logical nodes to job nodes: which operator computes what, with what state, and where rows
// must be sent to the shard that owns their key. One file per family of operators. What is decided
// here from the kinds of changes that the inputs may carry is completed by changelog.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/expression_pool.h"
#include "plan/interval_condition.h"
#include "plan/job_graph.h"
#include "plan/logical_plan.h"
#include "plan/physical/plan_settings.h"
#include "plan/physical/traits.h"

namespace sluice::plan {

class PhysicalPlanner {
 public:
  PhysicalPlanner(const PlanSettings& settings, ExpressionPool* pool)
      : settings_(settings), pool_(pool) {}

  /// The job node that gives what `node` gives; the same for every reader. `node` outlives this.
  Result<int> Plan(const LogicalNodePtr& node);
  /// The nodes that give what a sink takes, and the sink; several INSERTs into one table share it.
  Status AddSink(const LogicalSink& sink);
  /// Puts the sinks behind all else.
  void Finish();

  std::vector<JobNode>& nodes() { return nodes_; }
  const std::vector<Traits>& traits() const { return traits_; }

 private:
  struct JoinSides {
    int left = 0, right = 0;  // job nodes
    std::vector<EquiKey> keys;
    std::vector<functions::ExprPtr> rest;
  };
  struct RankRange {
    int64_t from = 1, to = 0;  // to = 0: no upper bound
    int to_column = -1;
    std::vector<functions::ExprPtr> rest;
  };

  int Add(std::string name, std::vector<int> inputs, flow::Schema output, NodeVariant node,
          Traits traits);
  /// Rows of equal keys on one shard; all on shard 0 without keys.
  int Exchange(int input, const std::vector<int>& keys,
               const std::vector<flow::TypePtr>& key_types = {});
  int Calc(int input, functions::ExprPtr condition, std::vector<functions::ExprPtr> outputs,
           flow::Schema schema);
  /// A calc that gives these columns.
  int Pick(int input, const std::vector<int>& columns, flow::Schema schema);
  const Traits& TraitsOf(int id) const { return traits_[static_cast<size_t>(id)]; }
  const flow::Schema& SchemaOf(int id) const { return nodes_[static_cast<size_t>(id)].output; }
  flow::TimeAttribute TimeOf(int id, int column) const;
  /// The traits of `input` for a node that adds columns behind its.
  Traits Widened(int input, int width) const;

  // leaves.cc
  Result<int> PlanNew(const LogicalNodePtr& node);
  Result<int> PlanScan(const LogicalNode& node);
  Result<int> PlanValues(const LogicalNode& node);
  Result<int> PlanUnion(const LogicalNode& node);
  Result<int> PlanWatermark(const LogicalNode& node);
  Result<int> PlanNormalize(const LogicalNode& node);
  Result<int> PlanCorrelate(const LogicalNode& node);
  Result<int> PlanCalc(const LogicalNode& node);
  Result<int> PlanMatch(const LogicalNode& node);

  // aggregate.cc
  Result<int> PlanAggregate(const LogicalNode& node);
  Result<int> GroupAggregate(const LogicalNode& node, int input, sql::AggregateSpec spec);
  int Expand(int input, sql::AggregateSpec* spec);
  /// May a first phase fold the rows of `input` before they meet at their group?
  bool HasLocalPhase(const sql::AggregateSpec& spec, const GroupAggregateNode& aggregate,
                     int input) const;
  /// Its rows are those of an aggregate that gathers rows already.
  bool GivesBundles(int input) const;
  int LocalAggregate(int input, GroupAggregateNode* aggregate);
  /// What each call holds of some rows can be added to what it holds of others.
  static bool Merge(const std::vector<functions::AggregateCall>& calls, bool retract);

  // window_aggregate.cc
  Result<int> PlanWindow(const LogicalNode& node);
  Result<int> GroupWindowAggregate(const LogicalNode& node, int input);
  /// nullopt: not an aggregate per window.
  Result<std::optional<int>> WindowAggregate(const LogicalNode& node);
  Result<std::optional<int>> FusedWindowAggregate(const LogicalNode& node);
  int AddWindowAggregate(const LogicalNode& node, int input, const WindowSpec& window,
                         const struct WindowGroups& groups);
  /// Brings the rows of each group together; without groups those of a slice folded.
  int Distribute(int input, WindowAggregateNode* aggregate);

  // join.cc
  Result<int> PlanJoin(const LogicalNode& node);
  JoinSides SidesOf(const LogicalNode& node, int left, int right) const;
  Result<std::optional<int>> WindowJoin(const LogicalNode& node, JoinSides sides);
  Result<std::optional<int>> IntervalJoin(const LogicalNode& node, int left, int right);
  Result<int> RegularJoin(const LogicalNode& node, JoinSides sides);
  Result<int> TemporalJoin(const LogicalNode& node, JoinSides sides);
  Status DistributeJoin(JoinSides* sides);
  std::vector<ColumnSet> JoinKeysOf(const JoinSides& sides, JoinType type, bool upsert) const;
  Traits JoinTraits(const LogicalNode& node, const JoinSides& sides, bool keeps_times) const;

  // lookup_join.cc
  Result<int> LookupJoin(const LogicalNode& node, int left);

  // rank.cc
  Result<std::optional<int>> PlanRank(const LogicalNode& calc);
  Result<std::optional<RankRange>> RangeOf(const LogicalNode& calc, int rank_column) const;
  Result<int> AddRank(const LogicalNode& over, int input, RankNode rank);
  std::optional<int> Deduplicate(int input, const RankNode& rank);
  Result<std::optional<int>> WindowRank(const LogicalNode& over, int input, const RankNode& rank);
  bool ImprovesOnly(int input, const std::vector<SortKey>& order) const;

  // over.cc
  Result<int> PlanOver(const LogicalNode& node);

  // sink.cc
  /// Puts changes of one primary key in order where they come under other keys.
  int Materialize(int input, const std::vector<int>& primary_key, const flow::ChangelogMode& mode);

  // sort.cc
  Result<int> PlanSort(const LogicalNode& node);
  Result<int> Limit(const LogicalNode& node, int input);

  PlanSettings settings_;
  ExpressionPool* pool_;
  std::vector<JobNode> nodes_;
  std::vector<Traits> traits_;
  std::map<const LogicalNode*, int> done_;
  std::map<std::string, int> source_names_;
  std::map<std::string, int> exchanges_;             // input, keys, types -> node
  std::map<sql::TablePath, size_t> sinks_;           // -> index in pending_
  std::vector<std::pair<JobNode, Traits>> pending_;  // sinks, which stand last
};

}  // namespace sluice::plan
