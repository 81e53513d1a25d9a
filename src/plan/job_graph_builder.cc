// SPDX-License-Identifier: Apache-2.0
#include "plan/job_graph_builder.h"

#include <set>
#include <utility>

#include "functions/registry.h"
#include "plan/job_identity.h"
#include "plan/logical_plan.h"
#include "plan/physical/changelog.h"
#include "plan/physical/merge_nodes.h"
#include "plan/physical/planner.h"
#include "plan/rewrites/rewrites.h"
#include "plan/state_text.h"

namespace sluice::plan {
namespace {

class Builder {
 public:
  Builder(const std::map<std::string, std::string>& settings, sql::Diagnostics* diagnostics)
      : settings_(PlanSettings::Of(settings)), diagnostics_(diagnostics) {
    job_.settings = settings;
  }

  std::optional<JobGraph> Build(LogicalPlan plan, const std::vector<sql::Span>& spans) {
    OptimizeOptions options;
    options.context.time_zone = settings_.time_zone;
    options.events_duplicate = settings_.events_duplicate;
    options.distinct_buckets = settings_.distinct_buckets;
    options.push_conditions = settings_.push_conditions;
    bool ok = true;
    for (size_t i = 0; i < plan.sinks.size(); ++i) {
      ok &= Note(OptimizeSink(&plan.sinks[i].input, &pool_, options), spans[i]);
    }
    if (!ok) return std::nullopt;
    OptimizePlan(&plan, &pool_, options);
    PhysicalPlanner planner(settings_, &pool_);
    ok = PlanSources(plan, spans, &planner);
    for (size_t i = 0; i < plan.sinks.size() && ok; ++i) {
      const size_t first = planner.nodes().size();
      const bool planned = Note(planner.AddSink(plan.sinks[i]), spans[i]);
      ok &= planned && Note(CheckOperators(planner.nodes(), planner.traits(), first), spans[i]);
    }
    if (!ok) return std::nullopt;
    planner.Finish();
    job_.nodes = std::move(planner.nodes());
    std::vector<Traits> traits = planner.traits();
    MergeCalcNodes(&job_.nodes, &traits, &pool_);
    InferChangelogs(&job_.nodes, traits);
    NameStates(&job_.nodes);
    job_.name = Name(plan);
    job_.fingerprint = FingerprintOf(job_);
    WarnOfGrowth(spans[0]);
    return std::move(job_);
  }

 private:
  bool Note(const Status& status, sql::Span span) {
    if (status.ok()) return true;
    const Error& error = status.error();
    diagnostics_->AddError(span, error.kind, error.text, error.where);
    return false;
  }

  /// One warning for all operators whose state grows as long as the input does.
  void WarnOfGrowth(sql::Span span) {
    if (settings_.batch || settings_.state_ttl_ms > 0 || IsBounded(job_)) return;
    std::set<std::string> names;
    for (const JobNode& node : job_.nodes) {
      if (StateOf(node).grows) names.insert(node.name);
    }
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    if (text.empty()) return;
    diagnostics_->AddWarning(span, "the state of " + text + " grows as long as the input does",
                             "SET 'table.exec.state.ttl' = '1 d' forgets what was not used for a "
                             "day; EXPLAIN says what is kept");
  }

  bool PlanSources(const LogicalPlan& plan, const std::vector<sql::Span>& spans,
                   PhysicalPlanner* planner) {
    for (size_t i = 0; i < plan.sinks.size(); ++i) {
      LogicalPlan one;
      one.sinks.push_back({{}, plan.sinks[i].input});
      for (LogicalNode* node : InputsFirst(one)) {
        if (node->kind != LogicalNode::Kind::kScan || IsLookedUp(one, node)) continue;
        const auto planned = planner->Plan(LogicalNodePtr(LogicalNodePtr(), node));
        if (!planned.ok()) return Note(planned.error(), spans[i]);
      }
    }
    return true;
  }

  /// A table that is only asked for single keys is no source.
  static bool IsLookedUp(const LogicalPlan& plan, const LogicalNode* scan) {
    bool looked_up = false, read = false;
    for (const LogicalNode* node : InputsFirst(plan)) {
      for (size_t i = 0; i < node->inputs.size(); ++i) {
        const LogicalNode* input = node->inputs[i].get();
        const bool lookup = node->kind == LogicalNode::Kind::kJoin && i == 1 &&
                            node->join->system_time >= 0 &&
                            node->inputs[0]
                                ->schema.fields[static_cast<size_t>(node->join->system_time)]
                                .type->is_proctime();
        while (lookup && (input->kind == LogicalNode::Kind::kCalc ||
                          input->kind == LogicalNode::Kind::kWatermark)) {
          input = input->inputs[0].get();
        }
        if (input == scan) (lookup ? looked_up : read) = true;
      }
    }
    return looked_up && !read;
  }

  std::string Name(const LogicalPlan& plan) const {
    const auto given = job_.settings.find("pipeline.name");
    if (given != job_.settings.end() && !given->second.empty()) return given->second;
    return "insert-into_" + plan.sinks[0].target.path.ToString();
  }

  JobGraph job_;
  PlanSettings settings_;
  sql::Diagnostics* diagnostics_;
  ExpressionPool pool_;
};

}  // namespace

std::optional<JobGraph> BuildJob(std::vector<sql::BoundInsert> inserts,
                                 const std::map<std::string, std::string>& settings,
                                 sql::Diagnostics* diagnostics) {
  LogicalPlan plan;
  std::vector<sql::Span> spans;
  for (sql::BoundInsert& insert : inserts) {
    plan.sinks.push_back({std::move(insert.target), MakeLogical(std::move(insert.query))});
    spans.push_back(insert.span);
  }
  return Builder(settings, diagnostics).Build(std::move(plan), spans);
}

std::optional<JobGraph> BuildQueryJob(sql::BoundQuery query,
                                      const std::map<std::string, std::string>& settings,
                                      sql::Diagnostics* diagnostics) {
  sql::BoundTable target;
  target.path = {"default_catalog", "default_database", "select"};
  target.connector = "print";
  target.table.name = "select";
  target.table.options["connector"] = "print";
  for (const flow::Field& field : query.query->schema.fields) {
    target.table.columns.push_back({field, false, "", false});
  }
  LogicalPlan plan;
  plan.sinks.push_back({std::move(target), MakeLogical(std::move(query.query))});
  return Builder(settings, diagnostics).Build(std::move(plan), {query.span});
}

}  // namespace sluice::plan
