// SPDX-License-Identifier: Apache-2.0
// Which snapshots a table need not keep any longer (spec, "Snapshot Retention Policy"; chosen as
// Java's RemoveSnapshots does), and its metadata without them. Pure; the files are
// table_expire.cc's.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "tables/iceberg/properties.h"
#include "tables/iceberg/table_metadata.h"

namespace sluice::tables::iceberg {

struct Expiry {
  std::set<int64_t> snapshot_ids;
  std::set<std::string> refs;  // branches and tags that go; never "main"
  bool more = false;           // others have expired as well, and are left for the next time

  bool empty() const { return snapshot_ids.empty() && refs.empty(); }
};

/// At most `snapshots_max`, the oldest first. A branch keeps its newest snapshots: as many as it
/// must, and all that are young enough; a tag keeps the one it names. What no branch or tag reaches
/// stays while it is young.
Expiry PlanExpiry(const TableMetadata& metadata, const Retention& retention, int64_t now_ms,
                  int64_t snapshots_max);

/// Takes them out, together with the statistics that are told of them. The log of snapshots begins
/// behind the last entry that names one of them, so that it has no gaps.
void ApplyExpiry(const Expiry& expiry, TableMetadata* next);

}  // namespace sluice::tables::iceberg
