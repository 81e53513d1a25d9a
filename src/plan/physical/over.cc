// SPDX-License-Identifier: Apache-2.0
// Aggregates OVER rows before the current one.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "functions/aggregate.h"
#include "plan/physical/planner.h"

namespace sluice::plan {

namespace {

constexpr char kBatchTakesIt[] = "SET 'execution.runtime-mode' = 'batch' takes it";

// What a stream cannot answer, in Flink's words; nullopt: it can.
std::optional<std::string> RefusalOfStream(const sql::OverSpec& spec, bool by_time) {
  using Kind = sql::FrameBound::Kind;
  if (spec.lower.offset > 0 || spec.upper.offset > 0 ||
      spec.upper.kind == Kind::kUnboundedFollowing) {
    return std::string("OVER ") + (spec.rows ? "ROWS" : "RANGE") +
           " FOLLOWING windows are not supported yet. " + kBatchTakesIt;
  }
  if (spec.upper.kind != Kind::kCurrentRow) {
    return std::string("an OVER window that ends before the current row is not supported. ") +
           kBatchTakesIt;
  }
  for (size_t i = 0; i < spec.calls.size(); ++i) {
    if (spec.ranking[i] == "LAG" && spec.calls[i].arguments.size() > 1) {
      return std::string("LAG with an offset or a default that is no constant is not supported. ") +
             kBatchTakesIt;
    }
  }
  bool numbers = false, ranks = true;
  for (const std::string& name : spec.ranking) {
    if (name == "LEAD" || name == "NTILE" || name == "PERCENT_RANK" || name == "CUME_DIST") {
      return name + " Function is not supported in stream mode.";
    }
    numbers |= !name.empty();
    ranks &= name.empty() || name == "RANK" || name == "DENSE_RANK";
  }
  const bool ranked = !by_time && numbers && ranks && !spec.order_by.empty();
  if ((by_time || ranked) && spec.order_by[0].descending) {
    return numbers ? "The window can only be ordered in ASCENDING mode. A filter on the row "
                     "number, as in WHERE rn <= 10, makes it a Top-N"
                   : "The window can only be ordered in ASCENDING mode.";
  }
  if ((by_time || ranked) && spec.order_by.size() > 1) {
    return "The window can only be ordered by a single time column.";
  }
  if (!by_time && ((numbers && !ranked) || spec.order_by.empty() || spec.preceding().has_value())) {
    return "OVER windows' ordering in stream mode must be defined on a time attribute.";
  }
  return std::nullopt;
}

/// Ranks by a column that is no time: RANK and DENSE_RANK are, as in Flink's streams, the number of
/// rows up to the current one and its equals.
void CountForRanks(sql::OverSpec* spec) {
  for (size_t i = 0; i < spec->ranking.size(); ++i) {
    if (spec->ranking[i] != "RANK" && spec->ranking[i] != "DENSE_RANK") continue;
    functions::AggregateCall count;
    count.function = functions::FindAggregate("COUNT");
    count.type = spec->calls[i].type;
    count.name = spec->calls[i].name;
    spec->calls[i] = std::move(count);
    spec->ranking[i].clear();
  }
}

}  // namespace

Result<int> PhysicalPlanner::PlanOver(const LogicalNode& node) {
  SLUICE_ASSIGN(const int below, Plan(node.inputs[0]));
  const sql::OverSpec& spec = *node.over;
  if (spec.calls.empty()) return below;  // nobody reads them
  OverNode over;
  over.spec = spec;
  for (functions::ExprPtr& value : over.spec.defaults) {
    if (value) value = pool_->Intern(value);
  }
  // A batch has all rows before it gives the first: it knows no order of coming.
  const flow::TimeAttribute time = settings_.batch || spec.order_by.empty()
                                       ? flow::TimeAttribute::kNone
                                       : TimeOf(below, spec.order_by[0].column);
  const bool by_time = time != flow::TimeAttribute::kNone;
  if (!settings_.batch) {
    if (auto refusal = RefusalOfStream(spec, by_time)) return InvalidArgument(*std::move(refusal));
    if (!by_time) CountForRanks(&over.spec);
  }
  over.time = time == flow::TimeAttribute::kRowtime    ? OverNode::Time::kEvent
              : time == flow::TimeAttribute::kProctime ? OverNode::Time::kProcessing
                                                       : OverNode::Time::kNone;
  const int input = Exchange(below, spec.partition_by);
  over.retract = !by_time && !TraitsOf(input).insert_only();
  over.ttl_ms = settings_.state_ttl_ms;
  Traits traits = Widened(input, node.schema.size());
  over.all_rows = settings_.batch;
  traits.updates = traits.deletes = !by_time && !over.all_rows;
  traits.monotony.clear();
  return Add("OverAggregate", {input}, node.schema, std::move(over), std::move(traits));
}

}  // namespace sluice::plan
