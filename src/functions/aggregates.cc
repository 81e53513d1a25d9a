// SPDX-License-Identifier: Apache-2.0
// The list of all aggregate functions, and finding one by name.
#include <algorithm>

#include "functions/aggregate.h"

namespace sluice::functions {

const std::vector<const AggregateFunction*>& AllAggregates() {
  static const std::vector<const AggregateFunction*> list;
  return list;
}

const AggregateFunction* FindAggregate(std::string_view name) {
  const auto same = [&](const AggregateFunction* function) {
    return std::equal(name.begin(), name.end(), function->name.begin(), function->name.end(),
                      [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 32 : a) == b; });
  };
  const auto& list = AllAggregates();
  const auto found = std::find_if(list.begin(), list.end(), same);
  return found == list.end() ? nullptr : *found;
}

}  // namespace sluice::functions
