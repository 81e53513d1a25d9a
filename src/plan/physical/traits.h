// SPDX-License-Identifier: Apache-2.0
// What the planner knows of the rows that a job node gives, besides their columns.
#pragma once

#include <optional>
#include <vector>

#include "flow/type.h"
#include "sql/bound.h"

namespace sluice::plan {

/// Ascending columns.
using ColumnSet = std::vector<int>;

/// How the values of a column move when a row is updated.
enum class Monotony : uint8_t { kUnknown, kConstant, kIncreasing, kDecreasing };

/// The columns that name the window of a row; -1 = not passed on.
struct WindowColumns {
  int start = -1, end = -1, time = -1;
  sql::WindowSpec spec;

  bool operator==(const WindowColumns&) const = default;
};

struct Traits {
  bool updates = false, deletes = false;  // changes besides inserts
  bool gives_before = false;              // a source whose updates come with the row before
  std::vector<ColumnSet> unique_keys;     // of the table that the stream stands for
  /// Unique keys per which the changes come in order on one shard.
  std::vector<ColumnSet> upsert_keys;
  std::optional<WindowColumns> window;
  /// Rows with equal values in these (in this order) are on one shard; empty = all on shard 0.
  std::optional<std::vector<int>> distribution;
  std::vector<flow::TypePtr> distribution_types;  // ExchangeNode::key_types
  std::vector<flow::TimeAttribute> times;         // per column
  /// Per column: rows are no longer in its order, so that it is no time attribute any more,
  /// whatever its declared type says; empty = none.
  std::vector<bool> disordered;
  std::vector<Monotony> monotony;  // per column; empty = unknown

  bool insert_only() const { return !updates && !deletes; }
};

/// `key` is a subset of `of`. Both ascending.
bool IsSubset(const ColumnSet& key, const ColumnSet& of);
ColumnSet Sorted(std::vector<int> columns);
/// The traits of a projection: `to[i]` is where column i stands now, -1 = gone. `width` columns.
Traits Project(const Traits& traits, const std::vector<int>& to, int width);

}  // namespace sluice::plan
