// SPDX-License-Identifier: Apache-2.0
// A table that is asked by key without waiting: LookupRequests take questions, and give the answers
// later. What they ask with is a LookupSource (lookup.h), or several where there can be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/lookup.h"
#include "flow/type.h"

namespace sluice::flow {

/// A source of which several can be asked at the same time, each by a thread of its own.
class ParallelLookupSource : public LookupSource {
 public:
  /// Another one for the same table; null: there is only this one.
  virtual Result<std::unique_ptr<LookupSource>> Another() = 0;
  /// By any thread: a Lookup that waits ends soon, with an error; so does each one after it.
  virtual void Interrupt() = 0;
};

/// Questions under way. Used by one thread.
class LookupRequests {
 public:
  struct Answer {
    int64_t number = 0;
    Result<LookupRows> rows;
  };
  /// Ends what is under way.
  virtual ~LookupRequests() = default;
  virtual const Schema& schema() const = 0;
  /// How many questions are worked on side by side; more of them wait.
  virtual int side_by_side() const = 0;
  /// As LookupSource::Lookup, without waiting. `number` is free to use again once it was answered.
  virtual void Ask(int64_t number, std::shared_ptr<arrow::RecordBatch> keys, int64_t now_ms) = 0;
  /// An answer that has come, in no order; nullopt: none has.
  virtual std::optional<Answer> Take() = 0;
};

}  // namespace sluice::flow
