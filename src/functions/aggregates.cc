// SPDX-License-Identifier: Apache-2.0
// The list of all aggregate functions, and finding one by name.
#include <algorithm>

#include "functions/aggregate.h"
#include "functions/aggregates/families.h"

namespace sluice::functions {

namespace {

struct Aggregates {
  std::vector<AggregateFunction> functions;
  std::vector<const AggregateFunction*> list;

  Aggregates() {
    for (const auto family :
         {&CountAggregates, &SumAggregates, &ExtremeAggregates, &MomentAggregates, &ValueAggregates,
          &TextAggregates, &CollectionAggregates, &JsonAggregates, &PercentileAggregates}) {
      std::vector<AggregateFunction> members = family();
      functions.insert(functions.end(), members.begin(), members.end());
    }
    for (const AggregateFunction& function : functions) list.push_back(&function);
  }
};

}  // namespace

const std::vector<const AggregateFunction*>& AllAggregates() {
  static const Aggregates aggregates;
  return aggregates.list;
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
