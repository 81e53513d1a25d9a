// SPDX-License-Identifier: Apache-2.0
// Conditions of a query on fields of its source (flow::FieldCondition), looked at as soon as a row
// is written: what does not meet them is taken back before anything else is done with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow/source.h"
#include "formats/json/column.h"

namespace sluice::formats::json {

class RowFilter {
 public:
  /// Conditions on columns below `root`, which outlives it. Those on other types than whole numbers
  /// and text are left to whoever asked.
  RowFilter(const Column& root, const std::vector<flow::FieldCondition>& conditions);

  bool empty() const { return checks_.empty(); }
  /// Whether row `row`, the last one that was written, meets all of them.
  bool Keeps(int64_t row) const;

 private:
  struct Check {
    const Column* field;
    flow::FieldCondition::Comparison comparison;
    int64_t number;
    std::string text;
  };
  std::vector<Check> checks_;
};

}  // namespace sluice::formats::json
