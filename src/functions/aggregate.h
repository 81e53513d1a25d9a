// SPDX-License-Identifier: Apache-2.0
// Aggregate functions of Flink SQL: names, types and documentation (AggregateFunction), and the
// running form that works on columns (Aggregator). An aggregator never looks groups up: its caller
// gives, per row, where the state of the row's group is. One family a file under aggregates/;
// aggregates.cc is the list.
//
// DISTINCT and FILTER are the caller's: it passes a sign of 0 for rows that do not count.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "functions/expression.h"
#include "functions/registry.h"

namespace sluice::functions {

/// State of one group under one call: `state_size()` bytes, 8-aligned, which may own memory.
class Aggregator {
 public:
  virtual ~Aggregator() = default;
  virtual size_t state_size() const = 0;
  virtual void Init(uint8_t* state) const = 0;
  /// Frees what the state owns. Default: it owns nothing.
  virtual void Destroy(uint8_t* state) const { (void)state; }
  virtual bool owns_memory() const { return false; }
  virtual int64_t heap_bytes(const uint8_t* state) const {
    (void)state;
    return 0;
  }

  /// Row i goes into states[i]: +1 adds it, -1 takes it back, 0 leaves it out. `signs` empty: all
  /// +1. Rows come in order. -1 only if can_retract().
  virtual Status Update(std::span<const std::shared_ptr<arrow::Array>> arguments,
                        std::span<uint8_t* const> states, std::span<const int8_t> signs) const = 0;
  virtual bool can_retract() const = 0;
  /// Adds `from` to `into` (slices of windows, sessions that grow together). `from` is unchanged.
  virtual Status Merge(const uint8_t* from, uint8_t* into) const = 0;
  /// The values of these groups, an array of the call's type.
  virtual Result<std::shared_ptr<arrow::Array>> Finish(
      std::span<const uint8_t* const> states) const = 0;

  /// The state as bytes (appended), and back. Decode takes its bytes off the front of `bytes`; the
  /// state was Init-ed before.
  virtual void Encode(const uint8_t* state, std::string* out) const = 0;
  virtual Status Decode(std::string_view* bytes, uint8_t* state) const = 0;
};

/// How a call is written: SUM(DISTINCT x), LISTAGG(x, ','), FIRST_VALUE(x) ...
struct AggregateFunction {
  std::string name;  // upper case
  std::string syntax, description, example;
  /// Types of the arguments and of the result. Arguments are cast to what it says.
  Result<Signature> (*resolve)(std::span<const ExprPtr> arguments);
  /// `retract`: the input takes rows back, so the state must allow it (MIN and MAX then keep all
  /// values). kUnsupported with a reason when it cannot.
  Result<std::unique_ptr<Aggregator>> (*make)(const std::vector<flow::TypePtr>& arguments,
                                              const flow::TypePtr& result, bool retract);
};

const std::vector<const AggregateFunction*>& AllAggregates();
/// Case-insensitive; nullptr if there is none.
const AggregateFunction* FindAggregate(std::string_view name);

/// One aggregate call of a plan. `arguments` are columns of the operator's input.
struct AggregateCall {
  const AggregateFunction* function = nullptr;
  std::vector<int> arguments;  // empty: COUNT(*)
  std::vector<flow::TypePtr> argument_types;
  int filter = -1;  // BOOLEAN column; -1 = none
  bool distinct = false;
  flow::TypePtr type;  // of the result
  std::string name;    // of the output column, for EXPLAIN
};

}  // namespace sluice::functions
