// SPDX-License-Identifier: Apache-2.0
// Plans a read of a snapshot: which data files are live, which delete files apply to each, and
// which files a simple predicate rules out by partition values or column bounds. Pruning never
// drops a file that could hold a match; the residual has to be checked on the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/manifest.h"
#include "tables/iceberg/predicate.h"
#include "tables/iceberg/table.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

/// At most one of the three; none: the current snapshot.
struct SnapshotChoice {
  std::optional<int64_t> snapshot_id;
  std::optional<int64_t> as_of_ms;
  std::optional<std::string> ref;
};
/// Null: the table has no snapshot yet. kNotFound: no such snapshot, ref or time.
Result<const Snapshot*> ChooseSnapshot(const TableMetadata& metadata, const SnapshotChoice& choice);

struct ScanTask {
  DataFile file;
  int64_t data_sequence_number = 0;
  std::vector<DataFile> deletes;  // position deletes, deletion vectors, equality deletes
  std::vector<Term> residual;     // terms not already decided for the whole file
};

struct ScanPlan {
  const Snapshot* snapshot = nullptr;  // null: no snapshot, no rows
  Schema schema;                       // of that snapshot
  std::vector<ScanTask> tasks;
  bool has_position_deletes = false, has_deletion_vectors = false, has_equality_deletes = false;
  int64_t manifests_total = 0, manifests_read = 0;
  int64_t files_total = 0;  // live data files in the manifests read
};

/// kNotFound for an unknown column in the filter.
Result<ScanPlan> PlanScan(const Table& table, const SnapshotChoice& choice,
                          const std::vector<Term>& filter);

/// Whether rows with a value of `column` inside the file's metrics or partition could match; pure.
bool MayMatch(const Term& term, const Schema& schema, const PartitionSpec& spec,
              const DataFile& file);

}  // namespace sluice::tables::iceberg
