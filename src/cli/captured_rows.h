// SPDX-License-Identifier: Apache-2.0
// What a job gives to a sink, kept in memory: the changes in their order, and the rows that are
// left when they are folded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/sink.h"
#include "plan/job_graph.h"

namespace sluice::cli {

/// Rows as text ("[ann, 10]") with how many there are.
using FoldedRows = std::map<std::string, int64_t>;

class CapturedRows {
 public:
  /// `node`: the sink. Where its changes have no -U, rows are told apart by the primary key.
  explicit CapturedRows(const plan::JobNode& node);
  /// Shards may write at the same time.
  void Add(const flow::Batch& batch);
  /// "+I[ann, 10]", ...: what was kept of them, in order.
  const std::vector<std::string>& changes() const { return changes_; }
  /// The changes are not needed.
  void ForgetChanges() { keeps_changes_ = false; }
  FoldedRows Fold() const;
  /// Columns of the sink.
  const flow::Schema& schema() const { return schema_; }

 private:
  const flow::Schema schema_;
  std::vector<int> key_;  // columns; empty: whole rows are compared
  bool keeps_changes_ = true;
  std::mutex mutex_;
  std::vector<std::string> changes_;
  FoldedRows rows_;                            // without a key
  std::map<std::string, std::string> by_key_;  // with one
};

/// A sink that only adds to `rows`, which outlives it. With `inner`: it does what that does.
std::unique_ptr<flow::Sink> MakeCapturingSink(std::string name, CapturedRows* rows,
                                              std::unique_ptr<flow::Sink> inner = nullptr);

/// "wanted but missing" and "not wanted" as lines with "- " and "+ ", at most some of them; empty:
/// they are equal.
std::string DifferenceOf(const FoldedRows& wanted, const FoldedRows& found);

}  // namespace sluice::cli
