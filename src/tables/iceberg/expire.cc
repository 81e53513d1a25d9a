// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/expire.h"

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "tables/iceberg/json_internal.h"

namespace sluice::tables::iceberg {
namespace {

using json::Json;

struct Kept {
  std::unordered_set<int64_t> snapshots;  // to be kept
  std::unordered_set<int64_t> reached;    // by a branch or tag that is kept
};

void KeepBranch(const SnapshotIndex& by_id, const Snapshot* head, int64_t count_min,
                int64_t age_max_ms, int64_t now_ms, Kept* kept) {
  int64_t count = 0;
  bool keeps = true;
  std::unordered_set<int64_t> walked;  // metadata of others may go round in circles
  for (const Snapshot* at = head; at != nullptr; at = by_id.ParentOf(*at)) {
    if (!walked.insert(at->snapshot_id).second) return;
    keeps = keeps && (count < count_min || now_ms - at->timestamp_ms <= age_max_ms);
    if (keeps) kept->snapshots.insert(at->snapshot_id);
    kept->reached.insert(at->snapshot_id);
    ++count;
  }
}

// Statistics files are listed by snapshot; this reader keeps the lists as they are.
void DropStatistics(const char* key, const std::set<int64_t>& gone, TableMetadata* next) {
  const auto found = next->extra.find(key);
  if (found == next->extra.end()) return;
  const Json list = Json::parse(found->second, nullptr, false);
  if (!list.is_array()) return;
  Json left = Json::array();
  for (const Json& item : list) {
    const auto id = json::OptionalInt64(item, "snapshot-id");
    if (!id.ok() || !*id || !gone.contains(**id)) left.push_back(item);
  }
  found->second = json::Dump(left);
}

}  // namespace

Expiry PlanExpiry(const TableMetadata& metadata, const Retention& retention, int64_t now_ms,
                  int64_t snapshots_max) {
  const SnapshotIndex by_id(metadata.snapshots);
  Expiry expiry;
  Kept kept;
  for (const auto& [name, ref] : metadata.refs) {
    const Snapshot* head = by_id.Find(ref.snapshot_id);
    const int64_t age_max_ms = ref.max_ref_age_ms.value_or(retention.ref_age_max_ms);
    if (name != "main" && (head == nullptr || now_ms - head->timestamp_ms > age_max_ms)) {
      expiry.refs.insert(name);
    } else if (ref.is_tag) {
      kept.snapshots.insert(ref.snapshot_id);
      kept.reached.insert(ref.snapshot_id);
    } else {
      const int64_t count_min = ref.min_snapshots_to_keep.value_or(0);
      KeepBranch(by_id, head, count_min > 0 ? count_min : retention.snapshots_min,
                 ref.max_snapshot_age_ms.value_or(retention.snapshot_age_max_ms), now_ms, &kept);
    }
  }
  for (const Snapshot& snapshot : metadata.snapshots) {
    const int64_t id = snapshot.snapshot_id;
    if (kept.snapshots.contains(id)) continue;
    const bool young = now_ms - snapshot.timestamp_ms <= retention.snapshot_age_max_ms;
    if (young && !kept.reached.contains(id)) continue;
    if (static_cast<int64_t>(expiry.snapshot_ids.size()) == snapshots_max) {
      expiry.more = true;
      break;
    }
    expiry.snapshot_ids.insert(id);
  }
  return expiry;
}

void ApplyExpiry(const Expiry& expiry, TableMetadata* next) {
  const auto gone = [&expiry](int64_t id) { return expiry.snapshot_ids.contains(id); };
  for (const std::string& name : expiry.refs) next->refs.erase(name);
  next->snapshots.EraseIf([&](const Snapshot& snapshot) { return gone(snapshot.snapshot_id); });
  size_t begin = 0;
  for (size_t i = 0; i < next->snapshot_log.size(); ++i) {
    if (gone(next->snapshot_log[i].snapshot_id)) begin = i + 1;
  }
  next->snapshot_log.erase(next->snapshot_log.begin(),
                           next->snapshot_log.begin() + static_cast<std::ptrdiff_t>(begin));
  DropStatistics("statistics", expiry.snapshot_ids, next);
  DropStatistics("partition-statistics", expiry.snapshot_ids, next);
}

}  // namespace sluice::tables::iceberg
