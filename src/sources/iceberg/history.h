// SPDX-License-Identifier: Apache-2.0
// Which snapshots of a table come behind a place, and what each of them brings.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "sources/iceberg/options.h"
#include "sources/iceberg/place.h"
#include "tables/iceberg/scan.h"
#include "tables/iceberg/table.h"

namespace sluice::sources::iceberg {

/// The files of one snapshot that are read: those it appended, or (`whole`) all that are live.
struct Part {
  int64_t sequence = 0;
  bool whole = false;
  std::vector<tables::iceberg::ScanTask> tasks;
};

/// The newest snapshot of the branch; null: there is none yet. kNotFound: no such branch.
Result<const tables::iceberg::Snapshot*> HeadOf(const tables::iceberg::TableMetadata& metadata,
                                                const std::string& branch);

/// Where a stream begins that has no position.
Result<Place> StartOf(const tables::iceberg::TableMetadata& metadata, const ReadOptions& options);

/// The snapshots from `place` up to `head`, oldest first; the one of the place is first unless it
/// is done. `last_id`: the snapshot that was read last, where that is known. kSourceLost when
/// expiry or a rollback has taken what would come next.
Result<std::vector<const tables::iceberg::Snapshot*>> SnapshotsFrom(
    const tables::iceberg::TableMetadata& metadata, const tables::iceberg::Snapshot* head,
    const Place& place, int64_t last_id);

/// The files that a snapshot appended. Null: it appends nothing (a compaction, or left out as the
/// options say). kUnsupported: it changes rows, and nobody said that this is to be left out.
Result<std::shared_ptr<const Part>> AppendedBy(const tables::iceberg::Table& table,
                                               const tables::iceberg::Snapshot& snapshot,
                                               const ReadOptions& options);

/// All live files as of a snapshot.
Result<std::shared_ptr<const Part>> WholeAsOf(const tables::iceberg::Table& table,
                                              const tables::iceberg::Snapshot& snapshot);

}  // namespace sluice::sources::iceberg
