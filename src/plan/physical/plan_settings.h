// SPDX-License-Identifier: Apache-2.0
// The SET keys that change a plan, parsed. Values were checked when they were set; what does not
// parse is as if it were not set.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sluice::plan {

struct PlanSettings {
  enum class UpsertMaterialize : uint8_t { kAuto, kForce, kNone };
  int64_t state_ttl_ms = 0;  // table.exec.state.ttl
  // table.exec.mini-batch.*; 0 when it is not enabled
  int64_t mini_batch_ms = 0, mini_batch_rows = 0;
  bool two_phase = false;  // table.optimizer.agg-phase-strategy, with mini-batch
  // The same, of windows without groups; not where late rows are wanted, as they came.
  bool two_phase_windows = false;
  // table.optimizer.distinct-agg.split.*, of streams; 0 when it is not enabled
  int32_t distinct_buckets = 0;
  bool push_conditions = true;     // table.optimizer.source.predicate-pushdown-enabled
  bool batch = false;              // execution.runtime-mode
  bool events_duplicate = false;   // table.exec.source.cdc-events-duplicate
  bool sort_non_temporal = false;  // table.exec.sort.non-temporal.enabled
  UpsertMaterialize upsert_materialize = UpsertMaterialize::kAuto;
  // table.exec.async-lookup.*
  bool async_unordered = false;
  int64_t async_capacity = 100, async_timeout_ms = 180'000;
  std::string time_zone = "UTC";  // table.local-time-zone

  static PlanSettings Of(const std::map<std::string, std::string>& settings);
};

}  // namespace sluice::plan
