// SPDX-License-Identifier: Apache-2.0
// An operator whose state is tables that may be larger than memory: one cold store for all of them,
// one place where they give way. Slots of its tables are void after each call of the runtime, so
// an operator keeps none between batches; what is to be looked at later it notes in the table
// (state::Table::WakeAt).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "flow/operator.h"
#include "operators/operators.h"
#include "state/cold_store.h"
#include "state/table.h"

namespace sluice::operators {

/// Null where everything stays in memory; for operators that make their tables with themselves.
inline Result<std::unique_ptr<state::ColdStore>> MakeColdStore(const OperatorArguments& arguments) {
  if (!arguments.options.make_cold_store) return std::unique_ptr<state::ColdStore>();
  return arguments.options.make_cold_store(arguments.uid);
}

class TableOperator : public flow::Operator {
 public:
  bool stateful() const override { return true; }
  bool may_spill() const override { return true; }
  int64_t fixed_bytes() const override { return cold_ != nullptr ? 0 : memory_bytes(); }
  int64_t memory_bytes() const override {
    int64_t bytes = 0;
    for (const state::Table* table : tables_) bytes += table->memory_bytes();
    return bytes;
  }
  int64_t unsaved_bytes() const override {
    int64_t bytes = 0;
    for (const state::Table* table : tables_) bytes += table->unsaved_bytes();
    return bytes;
  }
  Status Balance() override {
    if (cold_ == nullptr) return Status::Ok();
    for (state::Table* table : tables_) SLUICE_TRY(table->Balance());
    return Status::Ok();
  }

 protected:
  /// Null where everything stays in memory. Before the tables are made.
  Status OpenColdStore(const OperatorArguments& arguments) {
    SLUICE_ASSIGN(cold_, MakeColdStore(arguments));
    return Status::Ok();
  }
  void UseColdStore(std::unique_ptr<state::ColdStore> cold) { cold_ = std::move(cold); }
  state::ColdStore* cold() const { return cold_.get(); }
  /// The table counts as state of the operator. It stays where it is.
  void Own(state::Table* table) { tables_.push_back(table); }
  int64_t entries() const {
    int64_t entries = 0;
    for (const state::Table* table : tables_) entries += table->size();
    return entries;
  }

 private:
  std::unique_ptr<state::ColdStore> cold_;  // goes after the tables of derived classes
  std::vector<state::Table*> tables_;
};

}  // namespace sluice::operators
