// SPDX-License-Identifier: Apache-2.0
// ORDER BY and LIMIT: in order of time as it passes, a Top-N of all rows, all at the end of a
// bounded input, or the first rows that come.
#include <algorithm>
#include <limits>
#include <utility>

#include "plan/physical/final_rows.h"
#include "plan/physical/planner.h"

namespace sluice::plan {

Result<int> PhysicalPlanner::Limit(const LogicalNode& node, int input) {
  const sql::SortSpec& spec = *node.sort;
  const int64_t limit = spec.limit.value_or(std::numeric_limits<int64_t>::max());
  input = Exchange(input, {});
  Traits traits = TraitsOf(input);
  return Add("Limit", {input}, node.schema, LimitNode{limit, spec.offset}, std::move(traits));
}

Result<int> PhysicalPlanner::PlanSort(const LogicalNode& node) {
  SLUICE_ASSIGN(const int below, Plan(node.inputs[0]));
  const sql::SortSpec& spec = *node.sort;
  const bool limits = spec.limit.has_value() || spec.offset > 0;
  const bool append = TraitsOf(below).insert_only();
  if (spec.keys.empty() && append) return Limit(node, below);
  const flow::TimeAttribute time =
      spec.keys.empty() ? flow::TimeAttribute::kNone : TimeOf(below, spec.keys[0].column);
  const bool by_time = time != flow::TimeAttribute::kNone && !spec.keys[0].descending;
  if (settings_.batch || (!limits && settings_.sort_non_temporal && !by_time)) {
    if (spec.keys.empty() && !settings_.batch) {
      return Unsupported("LIMIT over a table that is updated needs ORDER BY");
    }
    const int input = Exchange(below, {});
    Traits traits = TraitsOf(input);
    traits.updates = traits.deletes = false;
    SortNode sort{spec.keys.empty() ? KeysOfFinalRows(traits, node.schema) : spec.keys};
    const int sorted = Add("Sort", {input}, node.schema, std::move(sort), std::move(traits));
    return limits ? Limit(node, sorted) : Result<int>(sorted);
  }
  if (!limits) {
    if (!by_time) {
      return InvalidArgument(
          "Sort on a non-time-attribute field is not supported. With LIMIT it is "
          "a Top-N, and execution.runtime-mode = batch sorts at the end of input");
    }
    const int input = Exchange(below, {});
    TemporalSortNode sort{spec.keys, time == flow::TimeAttribute::kProctime};
    Traits traits = TraitsOf(input);
    return Add("TemporalSort", {input}, node.schema, std::move(sort), std::move(traits));
  }
  if (!spec.limit) {
    return InvalidArgument(
        "FETCH is missing, which on streaming table is not supported currently.");
  }
  const int input = Exchange(below, {});
  RankNode rank;
  rank.order_by = spec.keys;
  rank.from = spec.offset + 1;
  rank.to = spec.offset + *spec.limit;
  rank.ttl_ms = settings_.state_ttl_ms;
  if (!append) {
    rank.strategy = RankNode::Strategy::kRetract;
    // A deleted row lets those beyond the limit move up: they must be there.
    if (!TraitsOf(input).deletes && ImprovesOnly(below, spec.keys) &&
        !TraitsOf(input).upsert_keys.empty()) {
      rank.strategy = RankNode::Strategy::kUpdateFast;
      rank.unique_key = TraitsOf(input).upsert_keys[0];
    }
  }
  Traits traits = TraitsOf(input);
  traits.updates = traits.deletes = true;
  traits.monotony.clear();
  return Add("SortLimit", {input}, node.schema, std::move(rank), std::move(traits));
}

}  // namespace sluice::plan
