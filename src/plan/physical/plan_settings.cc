// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/plan_settings.h"

#include <algorithm>
#include <cctype>

#include "flow/table_options.h"

namespace sluice::plan {
namespace {

constexpr int64_t kBucketsMax = 65'536;

class Reader {
 public:
  explicit Reader(const std::map<std::string, std::string>& settings) : settings_(settings) {}

  std::string Text(const std::string& key) const {
    const auto found = settings_.find(key);
    std::string text = found == settings_.end() ? "" : found->second;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  }
  bool IsOn(const std::string& key) const {
    const auto value = flow::ParseBoolean(Text(key));
    return value.ok() && *value;
  }
  int64_t Duration(const std::string& key) const {
    const auto found = settings_.find(key);
    if (found == settings_.end()) return 0;
    const auto value = flow::ParseDurationMs(found->second);
    return value.ok() ? *value : 0;
  }
  int64_t Integer(const std::string& key) const {
    const auto value = flow::ParseInteger(Text(key));
    return value.ok() ? *value : 0;
  }

 private:
  const std::map<std::string, std::string>& settings_;
};

}  // namespace

PlanSettings PlanSettings::Of(const std::map<std::string, std::string>& settings) {
  const Reader reader(settings);
  PlanSettings plan;
  plan.state_ttl_ms = reader.Duration("table.exec.state.ttl");
  if (reader.IsOn("table.exec.mini-batch.enabled")) {
    plan.mini_batch_ms = reader.Duration("table.exec.mini-batch.allow-latency");
    plan.mini_batch_rows = reader.Integer("table.exec.mini-batch.size");
  }
  plan.batch = reader.Text("execution.runtime-mode") == "batch";
  const std::string phases = reader.Text("table.optimizer.agg-phase-strategy");
  // With one shard the first phase only costs.
  const bool pays = reader.Integer("parallelism.default") != 1 || phases == "two_phase";
  plan.two_phase =
      reader.IsOn("table.exec.mini-batch.enabled") && !plan.batch && phases != "one_phase" && pays;
  plan.two_phase_windows =
      phases != "one_phase" && pays && reader.Text("sluice.late-rows") != "table";
  if (reader.IsOn("table.optimizer.distinct-agg.split.enabled") && !plan.batch) {
    const int64_t asked = reader.Integer("table.optimizer.distinct-agg.split.bucket-num");
    plan.distinct_buckets = asked > 0 && asked <= kBucketsMax ? static_cast<int32_t>(asked) : 1024;
  }
  plan.push_conditions =
      reader.Text("table.optimizer.source.predicate-pushdown-enabled") != "false";
  plan.events_duplicate = reader.IsOn("table.exec.source.cdc-events-duplicate");
  plan.sort_non_temporal = reader.IsOn("table.exec.sort.non-temporal.enabled") ||
                           reader.IsOn("__table.exec.sort.non-temporal.enabled__");
  const std::string materialize = reader.Text("table.exec.sink.upsert-materialize");
  if (materialize == "force") plan.upsert_materialize = UpsertMaterialize::kForce;
  if (materialize == "none") plan.upsert_materialize = UpsertMaterialize::kNone;
  plan.async_unordered = reader.Text("table.exec.async-lookup.output-mode") == "allow_unordered";
  if (const int64_t n = reader.Integer("table.exec.async-lookup.buffer-capacity"); n > 0) {
    plan.async_capacity = n;
  }
  if (const int64_t ms = reader.Duration("table.exec.async-lookup.timeout"); ms > 0) {
    plan.async_timeout_ms = ms;
  }
  const auto zone = settings.find("table.local-time-zone");
  if (zone != settings.end()) plan.time_zone = zone->second;
  return plan;
}

}  // namespace sluice::plan
