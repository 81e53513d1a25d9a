// SPDX-License-Identifier: Apache-2.0
// The families of functions, one source file each; functions.cc puts them together.
#pragma once

#include <vector>

#include "functions/registry.h"

namespace sluice::functions {

std::vector<Function> ComparisonFunctions();
std::vector<Function> LogicalFunctions();
std::vector<Function> ArithmeticFunctions();
std::vector<Function> ConditionalFunctions();

}  // namespace sluice::functions
