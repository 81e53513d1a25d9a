// SPDX-License-Identifier: Apache-2.0
// The calls of one aggregation: the states of all of them lie one after another in a block of bytes
// per group. Whoever keeps the blocks says, per row, into which one the row goes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "functions/aggregate.h"
#include "state/table.h"

namespace sluice::operators {

class AggregateCalls {
 public:
  struct Options {
    bool retract = false;  // rows are taken back too
    /// Each DISTINCT call keeps the values it has seen in its own state. Else they are the
    /// caller's, who uses UpdateOne for these calls with signs of first and last occurrences.
    bool distinct_in_state = true;
  };
  static Result<AggregateCalls> Make(std::vector<functions::AggregateCall> calls, Options options);

  size_t size() const { return calls_.size(); }
  const functions::AggregateCall& call(size_t i) const { return calls_[i]; }
  /// Bytes of a block; a multiple of 8.
  size_t state_size() const { return state_size_; }
  bool owns_memory() const { return owns_memory_; }

  void Init(uint8_t* block) const;
  void Destroy(uint8_t* block) const;
  int64_t heap_bytes(const uint8_t* block) const;

  /// Row i into blocks[i], for every call as its FILTER says. `signs`: +1 adds the row, -1 takes it
  /// back, 0 leaves it out; empty: all +1.
  Status Update(const arrow::RecordBatch& rows, std::span<uint8_t* const> blocks,
                std::span<const int8_t> signs) const;
  /// For one call, whose FILTER `signs` has heeded already.
  Status UpdateOne(size_t call, const arrow::RecordBatch& rows, std::span<uint8_t* const> blocks,
                   std::span<const int8_t> signs) const;
  Status Merge(const uint8_t* from, uint8_t* into) const;
  /// One array per call.
  Result<std::vector<std::shared_ptr<arrow::Array>>> Finish(
      std::span<const uint8_t* const> blocks) const;

  void Encode(const uint8_t* block, std::string* out) const;
  void EncodeOne(size_t call, const uint8_t* block, std::string* out) const {
    aggregators_[call]->Encode(block + offsets_[call], out);
  }
  Status Decode(std::string_view* bytes, uint8_t* block) const;
  /// Adds what Encode gave of another block.
  Status MergeEncoded(std::string_view bytes, uint8_t* into) const;

 private:
  AggregateCalls() = default;

  std::vector<functions::AggregateCall> calls_;
  std::vector<std::unique_ptr<functions::Aggregator>> aggregators_;
  std::vector<size_t> offsets_;  // of each call's state in a block
  size_t state_size_ = 0;
  bool owns_memory_ = false;
  bool distinct_in_state_ = true;
  mutable std::vector<uint64_t> decoded_;  // scratch of one MergeEncoded
  // Scratch of one Update.
  mutable std::vector<uint8_t*> states_;
  mutable std::vector<const uint8_t*> finished_;
  mutable std::vector<int8_t> signs_;
};

/// The payload of a table entry: a number of rows (i64) where `counts_rows`, then a block of
/// `calls`, which has to outlive the table.
state::PayloadOps AggregatePayload(const AggregateCalls* calls, bool counts_rows);

/// The signs of rows that count for a call: `signs` (empty: all +1) where the BOOLEAN column
/// `filter` is TRUE, 0 elsewhere. Without a filter `signs` itself.
std::span<const int8_t> FilteredSigns(const arrow::RecordBatch& rows, int filter,
                                      std::span<const int8_t> signs, std::vector<int8_t>* scratch);

}  // namespace sluice::operators
