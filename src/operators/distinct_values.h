// SPDX-License-Identifier: Apache-2.0
// The values that DISTINCT calls of a GROUP BY have seen, in a table of group key and value, so
// that a snapshot holds what changed and not whole sets. Calls over the same arguments share it: an
// entry says for each of their FILTERs whether (or how often) the value came.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "flow/state_stream.h"
#include "flow/type.h"
#include "functions/aggregate.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::operators {

/// The signs of rows for one FILTER; empty: all +1.
using Signs = std::span<const int8_t>;

class DistinctValues {
 public:
  struct Options {
    std::vector<int> groups;  // columns of the group key
    int table = 0;            // its number in the operator
    bool retract = false;
    int64_t ttl_ms = 0;
    state::ColdStore* cold = nullptr;
  };

  /// One for each list of arguments among the DISTINCT calls, at most 64 FILTERs in each.
  static Result<std::vector<DistinctValues>> Make(
      const flow::Schema& input, const std::vector<functions::AggregateCall>& calls,
      const Options& options);

  /// The FILTER columns (-1: none) of the calls, without repeats.
  const std::vector<int>& filters() const { return filters_; }
  /// Calls that read this, each with the place of its FILTER in filters().
  struct Reader {
    size_t call = 0;
    size_t filter = 0;
  };
  const std::vector<Reader>& readers() const { return readers_; }

  /// `groups`: the encoded group keys of the rows. `signs`: per FILTER. Sets changes[filter][row]
  /// to +1 where a value is there from now on, -1 where it is no longer, else 0.
  Status Update(const arrow::RecordBatch& rows, const state::EncodedKeys& groups,
                const std::vector<Signs>& signs, std::vector<std::vector<int8_t>>* changes);

  state::Table& table() { return table_; }
  const state::Table& table() const { return table_; }

 private:
  DistinctValues(state::KeyEncoder encoder, state::Table table)
      : encoder_(std::move(encoder)), table_(std::move(table)) {}
  void UpdateSeen(const std::vector<Signs>& signs, std::vector<std::vector<int8_t>>* changes);
  void UpdateCounts(const std::vector<Signs>& signs, std::vector<std::vector<int8_t>>* changes);

  state::KeyEncoder encoder_;
  state::Table table_;
  std::vector<int> filters_;
  std::vector<Reader> readers_;
  bool retract_ = false;
  // Scratch.
  state::EncodedKeys keys_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::vector<uint64_t> came_;  // per row: bits of the FILTERs that let it through
};

}  // namespace sluice::operators
