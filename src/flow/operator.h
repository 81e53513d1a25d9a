// SPDX-License-Identifier: Apache-2.0
// The contract of an operator between sources and sinks. It lives on one shard, takes batches from
// one or more inputs and gives batches. It is synchronous and knows nothing of threads, exchanges
// or epochs; what its state holds, it hands over when asked.
//
//   Restore* -> { Process | OnWatermark | OnTime | Snapshot }* -> (destroyed)
//
//   - Process     a batch of one input, in that input's order
//   - OnWatermark every input has reached this event time; called with growing values. The last one
//                 of a bounded input is kWatermarkMax
//   - OnTime      the processing time that NextTime() asked for has come
//   - Snapshot    a barrier stands between what was processed and what follows; nothing is under
//   way
//
// Promise: rows that leave a stateless operator keep the origin of the row they were made from, so
// that sinks can tell what they already hold; rows of stateful operators have no origin. After an
// error the operator is not used again.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/state_stream.h"
#include "flow/type.h"

namespace sluice::flow {

/// Watermarks and event times are milliseconds since the epoch, as in Flink.
inline constexpr int64_t kWatermarkMin = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kWatermarkMax = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kNoTime = std::numeric_limits<int64_t>::max();

/// Counts of one operator since it was made.
struct OperatorCounters {
  int64_t late_rows = 0;   // dropped because their time had passed
  int64_t state_rows = 0;  // entries held now
};

/// Takes the rows that an operator leaves out because their time has passed.
class LateRows {
 public:
  virtual ~LateRows() = default;
  /// Rows `rows` (ascending) of a batch of input `input`. `times_ms` has for each row of the batch
  /// what was compared with the watermark; kWatermarkMin: it has no time.
  virtual Status Take(int input, const Batch& batch, const std::vector<int32_t>& rows,
                      const std::vector<int64_t>& times_ms, int64_t watermark_ms) = 0;
};

class Operator {
 public:
  virtual ~Operator() = default;
  /// The columns of what it gives.
  virtual const Schema& schema() const = 0;
  /// Takes one batch of input `input` (0-based) and appends what it gives for it to `out`: nothing,
  /// one batch or several, none of them empty. `now_ms` is what CURRENT_TIMESTAMP and PROCTIME()
  /// say for this batch. An error ends the pipeline.
  virtual Status Process(int input, const Batch& batch, int64_t now_ms,
                         std::vector<Batch>* out) = 0;
  /// All inputs have reached `watermark_ms`: rows at or before it are late from now on. Appends
  /// what became final. The watermark is passed on as `*watermark_ms` says afterwards, which may be
  /// earlier (an interval join holds rows back).
  virtual Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<Batch>* out) {
    (void)watermark_ms, (void)now_ms, (void)out;
    return Status::Ok();
  }
  /// OnWatermark gave a part of what it has to give for this watermark, and is to be called with it
  /// again before anything else: what is given at once stays small.
  virtual bool has_more() const { return false; }
  /// When OnTime is wanted next, in processing time; kNoTime = never.
  virtual int64_t NextTime() const { return kNoTime; }
  virtual Status OnTime(int64_t now_ms, std::vector<Batch>* out) {
    (void)now_ms, (void)out;
    return Status::Ok();
  }
  /// Gives what it held back to emit in bundles (mini-batch), before a barrier or when input
  /// pauses.
  virtual Status Flush(int64_t now_ms, std::vector<Batch>* out) {
    (void)now_ms, (void)out;
    return Status::Ok();
  }

  virtual bool stateful() const { return false; }
  /// Hands over what changed since the last Snapshot (`full`: all there is). Flush came before.
  virtual Status Snapshot(bool full, StateWriter* writer) {
    (void)full, (void)writer;
    return Status::Ok();
  }
  /// Puts back one entry that a Snapshot gave; before the first Process; each key once.
  virtual Status Restore(const StateEntry& entry) {
    (void)entry;
    return Internal("state for an operator that keeps none");
  }
  /// Bytes of state and buffers held in memory now (for the process budget).
  virtual int64_t memory_bytes() const { return 0; }
  /// Of these, what only waits for the next Snapshot (keys that files still hold): a checkpoint is
  /// made early when it grows.
  virtual int64_t unsaved_bytes() const { return 0; }
  /// Of these, what has to stay in memory, whatever Balance does.
  virtual int64_t fixed_bytes() const { return memory_bytes(); }
  /// Balance lets state go to disk, where there is a place for it.
  virtual bool may_spill() const { return false; }
  /// After each of the calls above: what the budget has no room for leaves memory.
  virtual Status Balance() { return Status::Ok(); }
  virtual OperatorCounters counters() const { return {}; }

  /// Late rows go there from now on; not owned. Without it they are only counted.
  void SetLateRows(LateRows* late_rows) { late_rows_to_ = late_rows; }

 protected:
  /// Null: nobody wants late rows, and no work is done for them.
  LateRows* late_rows_to() const { return late_rows_to_; }

 private:
  LateRows* late_rows_to_ = nullptr;
};

}  // namespace sluice::flow
