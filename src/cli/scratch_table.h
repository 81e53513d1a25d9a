// SPDX-License-Identifier: Apache-2.0
// Tables that a command makes to compare them with those that are there, in a catalog and folder of
// their own that go away with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/sink.h"
#include "io/scratch.h"
#include "plan/job_graph.h"
#include "runtime/run_options.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace sluice::cli {

class ScratchTables {
 public:
  static Result<std::unique_ptr<ScratchTables>> Make();
  /// An empty table of the same columns.
  Result<tables::iceberg::Table> CreateLike(const tables::iceberg::Table& table,
                                            const std::string& name);
  /// What writes it, in the place of the sink of a job.
  Result<std::unique_ptr<flow::Sink>> OpenSink(const plan::JobNode& sink, const std::string& name);
  /// Options for running a job again beside its pipeline, of which it touches nothing: once, with
  /// checkpoints in this folder, no savepoint, no tables of dead letters or late rows.
  Result<runtime::RunOptions> OptionsOf(const plan::JobGraph& job) const;

 private:
  ScratchTables() = default;
  std::unique_ptr<io::ScratchDirectory> directory_;
  std::unique_ptr<tables::Catalog> catalog_;
  tables::iceberg::Environment environment_;
};

/// Rows by how often they are in each of two tables.
struct TableDifference {
  int64_t missing = 0;               // rows that `recorded` lacks
  int64_t doubled = 0;               // rows that it has more often
  int64_t foreign = 0;               // rows that `made` does not have at all
  std::vector<std::string> samples;  // "- row" of those missing, "+ row" of those too many
};
/// `samples_max`: of each side.
Result<TableDifference> CompareTables(const tables::iceberg::Table& made,
                                      const tables::iceberg::Table& recorded, int64_t samples_max);

}  // namespace sluice::cli
