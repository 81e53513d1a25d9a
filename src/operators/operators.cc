// SPDX-License-Identifier: Apache-2.0
#include "operators/operators.h"

#include <utility>
#include <variant>

#include "operators/calc.h"
#include "operators/changelog_normalize.h"
#include "operators/correlate.h"
#include "operators/deduplicate.h"
#include "operators/expand.h"
#include "operators/group_aggregate.h"
#include "operators/interval_join.h"
#include "operators/limit.h"
#include "operators/local_aggregate.h"
#include "operators/local_window_aggregate.h"
#include "operators/lookup_join.h"
#include "operators/match.h"
#include "operators/rank.h"
#include "operators/regular_join.h"
#include "operators/sort.h"
#include "operators/temporal_join.h"
#include "operators/time_over.h"
#include "operators/window_aggregate.h"
#include "operators/window_join.h"
#include "operators/window_rank.h"
#include "operators/window_table.h"

namespace sluice::operators {
namespace {

using Made = Result<std::unique_ptr<flow::Operator>>;

struct Entry {
  bool (*is)(const plan::NodeVariant& node);
  Made (*make)(const plan::NodeVariant& node, const OperatorArguments& arguments);
};

/// kMake: Result<std::unique_ptr<flow::Operator>>(const Node&, const OperatorArguments&).
template <typename Node, auto kMake>
constexpr Entry Of() {
  return {[](const plan::NodeVariant& node) { return std::holds_alternative<Node>(node); },
          [](const plan::NodeVariant& node, const OperatorArguments& arguments) -> Made {
            return kMake(std::get<Node>(node), arguments);
          }};
}

Made MakeCalc(const plan::CalcNode& node, const OperatorArguments& arguments) {
  SLUICE_ASSIGN(auto calc, Calc::Make(node, arguments.output, arguments.options.context));
  return std::unique_ptr<flow::Operator>(std::move(calc));
}

// One line per operator, in the order of plan/job_graph.h.
constexpr Entry kOperators[] = {
    Of<plan::CalcNode, MakeCalc>(),
    Of<plan::GroupAggregateNode, &GroupAggregate::Make>(),
    Of<plan::ExpandNode, &Expand::Make>(),
    Of<plan::WindowAggregateNode, &MakeWindowAggregate>(),
    Of<plan::WindowTableNode, &MakeWindowTable>(),
    Of<plan::OverNode, &MakeOver>(),
    Of<plan::RegularJoinNode, MakeRegularJoin>(),
    Of<plan::IntervalJoinNode, MakeIntervalJoin>(),
    Of<plan::WindowJoinNode, MakeWindowJoin>(),
    Of<plan::TemporalJoinNode, MakeTemporalJoin>(),
    Of<plan::LookupJoinNode, MakeLookupJoin>(),
    Of<plan::CorrelateNode, MakeCorrelate>(),
    Of<plan::RankNode, MakeRank>(),
    Of<plan::DeduplicateNode, MakeDeduplicate>(),
    Of<plan::WindowRankNode, MakeWindowRank>(),
    Of<plan::TemporalSortNode, MakeTemporalSort>(),
    Of<plan::SortNode, MakeSort>(),
    Of<plan::LimitNode, MakeLimit>(),
    Of<plan::ChangelogNormalizeNode, MakeChangelogNormalize>(),
    Of<plan::DropUpdateBeforeNode, MakeDropUpdateBefore>(),
    Of<plan::UpsertMaterializeNode, MakeUpsertMaterialize>(),
    Of<plan::MatchNode, MakeMatch>(),
    Of<plan::LocalAggregateNode, &LocalAggregate::Make>(),
    Of<plan::LocalWindowAggregateNode, &MakeLocalWindowAggregate>(),
};

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeOperator(const plan::JobNode& node,
                                                     const std::vector<flow::Schema>& inputs,
                                                     const OperatorOptions& options) {
  for (const Entry& entry : kOperators) {
    if (!entry.is(node.node)) continue;
    auto made = entry.make(node.node, {node.uid, node.output, inputs, options});
    if (!made.ok()) return std::move(made).error().With(node.name);
    return made;
  }
  return Unsupported("sluice cannot run this part of the plan: " + node.name);
}

}  // namespace sluice::operators
