// SPDX-License-Identifier: Apache-2.0
// The families of aggregate functions, one source file each; ../aggregates.cc puts them together.
#pragma once

#include <vector>

#include "functions/aggregate.h"

namespace sluice::functions {

std::vector<AggregateFunction> CountAggregates();
std::vector<AggregateFunction> SumAggregates();
std::vector<AggregateFunction> ExtremeAggregates();
std::vector<AggregateFunction> MomentAggregates();
std::vector<AggregateFunction> ValueAggregates();
std::vector<AggregateFunction> TextAggregates();
std::vector<AggregateFunction> CollectionAggregates();
std::vector<AggregateFunction> JsonAggregates();
std::vector<AggregateFunction> PercentileAggregates();

}  // namespace sluice::functions
