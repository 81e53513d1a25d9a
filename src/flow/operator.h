// SPDX-License-Identifier: Apache-2.0
// The contract of an operator between sources and sinks: it takes batches on one shard and gives
// batches, in the order of its input. It is synchronous and knows nothing of threads, epochs or
// where rows come from; operators in this slice keep no state between batches.
//
// Promise: rows that leave keep the origin of the row they were made from, so that sinks can tell
// what they already hold.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/type.h"

namespace sluice::flow {

class Operator {
 public:
  virtual ~Operator() = default;
  /// The columns of what it gives.
  virtual const Schema& schema() const = 0;
  /// Takes one batch and appends what it gives for it to `out`: nothing, one batch or several, none
  /// of them empty. `now_ms` is what CURRENT_TIMESTAMP and PROCTIME() say for this batch. An error
  /// ends the pipeline; nothing was appended then.
  virtual Status Process(const Batch& batch, int64_t now_ms, std::vector<Batch>* out) = 0;
};

}  // namespace sluice::flow
