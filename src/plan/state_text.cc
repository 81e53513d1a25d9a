// SPDX-License-Identifier: Apache-2.0
#include "plan/state_text.h"

#include <algorithm>
#include <utility>

namespace sluice::plan {
namespace {

/// State per key that is forgotten `ttl_ms` after it was last used.
StateNote PerKey(std::string kept, int64_t ttl_ms, const std::string& keys) {
  if (ttl_ms > 0) {
    return {std::move(kept), "entries unused for " + std::to_string(ttl_ms) + " ms are forgotten",
            false};
  }
  return {std::move(kept), "grows with the number of " + keys, true};
}

StateNote OfJoin(const RegularJoinNode& join) {
  const auto side = [](const std::vector<int>& unique) {
    return unique.empty() ? "all rows" : "the last row per unique key";
  };
  std::string kept =
      std::string("left: ") + side(join.left_unique) + ", right: " + side(join.right_unique);
  const bool forgets = join.left_ttl_ms > 0 && join.right_ttl_ms > 0;
  return PerKey(std::move(kept), forgets ? std::max(join.left_ttl_ms, join.right_ttl_ms) : 0,
                "rows of both sides");
}

StateNote OfRank(const RankNode& rank) {
  const std::string rows =
      rank.to_column >= 0 ? "the first rows" : "the first " + std::to_string(rank.to) + " rows";
  const bool all = rank.strategy == RankNode::Strategy::kRetract;
  std::string kept = (all ? "all rows" : rows) + (rank.partition_by.empty() ? "" : " per key");
  if (rank.partition_by.empty() && !all) return {std::move(kept), "a fixed number of rows", false};
  return PerKey(std::move(kept), rank.ttl_ms, all ? "rows" : "keys");
}

StateNote OfOver(const OverNode& over) {
  if (over.time == OverNode::Time::kNone) return PerKey("all rows per key", over.ttl_ms, "rows");
  if (over.spec.preceding() && over.spec.rows) {
    return PerKey("the last " + std::to_string(*over.spec.preceding() + 1) + " rows per key",
                  over.ttl_ms, "keys");
  }
  if (over.spec.preceding()) return {"the rows of the frame", "rows before the frame go", false};
  if (over.spec.partition_by.empty()) return {"one entry", "its size is fixed", false};
  return PerKey("one entry per key", over.ttl_ms, "keys");
}

struct Describer {
  StateNote operator()(const GroupAggregateNode& node) const {
    const bool distinct = std::any_of(node.calls.begin(), node.calls.end(),
                                      [](const auto& call) { return call.distinct; });
    std::string kept = node.groups.empty() ? "one entry" : "one entry per group";
    if (distinct) kept += ", with the distinct values";
    if (node.groups.empty() && !distinct) return {std::move(kept), "its size is fixed", false};
    return PerKey(std::move(kept), node.ttl_ms, node.groups.empty() ? "values" : "groups");
  }
  StateNote operator()(const WindowAggregateNode& node) const {
    return {"one entry per group and open window",
            node.window.processing_time ? "a window's entries go when its time has passed"
                                        : "a window's entries go when the watermark passes it",
            false};
  }
  StateNote operator()(const WindowTableNode& node) const {
    if (node.window.kind != WindowKind::kSession) return {};
    return {"the rows of open sessions", "a session's rows go when the watermark passes it", false};
  }
  StateNote operator()(const RegularJoinNode& node) const { return OfJoin(node); }
  StateNote operator()(const IntervalJoinNode&) const {
    return {"rows of both sides within the interval", "rows go when time has passed the interval",
            false};
  }
  StateNote operator()(const WindowJoinNode&) const {
    return {"rows of both sides in open windows", "they go when the watermark passes the window",
            false};
  }
  StateNote operator()(const TemporalJoinNode& node) const {
    return PerKey(
        "left rows until the watermark passes them; per key the versions since then, and "
        "the one before",
        node.ttl_ms, "keys of the versioned table");
  }
  StateNote operator()(const RankNode& node) const { return OfRank(node); }
  StateNote operator()(const DeduplicateNode& node) const {
    return PerKey(node.keep_last ? "the last row per key" : "which keys were seen", node.ttl_ms,
                  "keys");
  }
  StateNote operator()(const WindowRankNode&) const {
    return {"the first rows per key and open window",
            "they go when the watermark passes the window", false};
  }
  StateNote operator()(const OverNode& node) const { return OfOver(node); }
  StateNote operator()(const TemporalSortNode&) const {
    return {"rows whose time has not come", "they go when the watermark passes them", false};
  }
  StateNote operator()(const SortNode&) const {
    return {"all rows", "the input is bounded", false};
  }
  StateNote operator()(const LimitNode&) const { return {"a count", "its size is fixed", false}; }
  StateNote operator()(const ChangelogNormalizeNode& node) const {
    return PerKey("the last row per key", node.ttl_ms, "keys");
  }
  StateNote operator()(const UpsertMaterializeNode& node) const {
    return PerKey("the rows per primary key, in the order they came", node.ttl_ms, "keys");
  }
  StateNote operator()(const MatchNode& node) const {
    if (node.spec.within_ms > 0) {
      return {"rows of matches that have begun", "WITHIN ends a match", false};
    }
    return {"rows of matches that have begun", "a pattern without WITHIN may wait for ever", true};
  }
  template <typename Other>
  StateNote operator()(const Other&) const {
    return {};
  }
};

}  // namespace

StateNote StateOf(const JobNode& node) {
  return std::visit(Describer(), node.node);
}

bool IsBounded(const JobGraph& job) {
  return std::all_of(job.nodes.begin(), job.nodes.end(), [](const JobNode& node) {
    const auto* source = std::get_if<SourceNode>(&node.node);
    if (source == nullptr) return true;
    const auto& options = source->table.options;
    const auto bounded = options.find("scan.bounded.mode");
    if (bounded != options.end()) return bounded->second != "unbounded";
    if (source->connector == "jdbc") return true;
    if (source->connector == "iceberg") {
      const auto streaming = options.find("streaming");
      return streaming == options.end() || streaming->second != "true";
    }
    if (source->connector == "filesystem") return !options.contains("source.monitor-interval");
    return options.contains("number-of-rows") || options.contains("events.num");
  });
}

}  // namespace sluice::plan
