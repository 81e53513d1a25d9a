// SPDX-License-Identifier: Apache-2.0
#include "runtime/alignment.h"

#include <algorithm>
#include <map>
#include <variant>

#include "flow/operator.h"
#include "plan/job_graph.h"
#include "runtime/layout.h"

namespace sluice::runtime {
namespace {

/// The watermark that the rows of a node get, through nodes with one consumer; null: none.
const sql::WatermarkSpec* WatermarkBehind(const Layout& layout, int node) {
  for (;;) {
    const auto& consumers = layout.consumers[static_cast<size_t>(node)];
    if (consumers.size() != 1) return nullptr;
    node = consumers[0].node;
    const auto& planned = layout.graph->nodes[static_cast<size_t>(node)];
    if (const auto* found = std::get_if<plan::WatermarkNode>(&planned.node)) return &found->spec;
    if (layout.inputs[static_cast<size_t>(node)].size() != 1) return nullptr;
  }
}

}  // namespace

Alignment::Alignment(const Layout& layout, int shards)
    : shards_(shards), reached_ms_(layout.sources.size() * static_cast<size_t>(shards)) {
  std::map<std::string, int> names;
  for (const SourceSlot& slot : layout.sources) {
    const sql::WatermarkSpec* const spec = WatermarkBehind(layout, slot.node);
    const bool aligned = spec != nullptr && !spec->alignment_group.empty();
    groups_.push_back(!aligned ? -1
                               : names.emplace(spec->alignment_group, names.size()).first->second);
    drifts_ms_.push_back(aligned ? spec->alignment_max_drift_ms : 0);
  }
  for (auto& reached_ms : reached_ms_) {
    reached_ms.store(flow::kWatermarkMin, std::memory_order_relaxed);
  }
}

void Alignment::Report(int source, int shard, int64_t watermark_ms) {
  const auto place =
      static_cast<size_t>(source) * static_cast<size_t>(shards_) + static_cast<size_t>(shard);
  reached_ms_[place].store(watermark_ms, std::memory_order_relaxed);
}

bool Alignment::MayRead(int source, int64_t watermark_ms) const {
  const int group = groups_[static_cast<size_t>(source)];
  if (group < 0 || watermark_ms == flow::kWatermarkMin) return true;
  int64_t slowest_ms = flow::kWatermarkMax;
  for (size_t i = 0; i < reached_ms_.size(); ++i) {
    if (groups_[i / static_cast<size_t>(shards_)] != group) continue;
    slowest_ms = std::min(slowest_ms, reached_ms_[i].load(std::memory_order_relaxed));
  }
  int64_t limit_ms = 0;
  const int64_t drift_ms = drifts_ms_[static_cast<size_t>(source)];
  return __builtin_add_overflow(slowest_ms, drift_ms, &limit_ms) || watermark_ms <= limit_ms;
}

}  // namespace sluice::runtime
