// SPDX-License-Identifier: Apache-2.0
// An operator that asks something outside of the process and goes on meanwhile: its rows come
// later, when they are asked for. What it holds is neither in its state nor given: watermarks,
// idleness and barriers behind its rows wait with them.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/operator.h"

namespace sluice::flow {

class WaitingOperator : public Operator {
 public:
  /// It holds rows that it has not given, or a watermark behind them. Not while Snapshot is called.
  virtual bool waiting() const = 0;
  /// It holds as much as it may: nothing more is to be read until that changes.
  virtual bool full() const = 0;
  /// Appends what can be given by now, without waiting; `*watermark_ms`: what may follow it. Called
  /// often while it is waiting, barrier or not.
  virtual Status TakeAnswers(int64_t now_ms, int64_t* watermark_ms, std::vector<Batch>* out) = 0;
};

}  // namespace sluice::flow
