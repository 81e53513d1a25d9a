// SPDX-License-Identifier: Apache-2.0
// The families of functions, one source file each; functions.cc puts them together.
#pragma once

#include <vector>

#include "functions/registry.h"

namespace sluice::functions {

std::vector<Function> ComparisonFunctions();
std::vector<Function> LogicalFunctions();
std::vector<Function> ArithmeticFunctions();
std::vector<Function> MathFunctions();
std::vector<Function> ConditionalFunctions();
std::vector<Function> StringCaseFunctions();
std::vector<Function> StringSearchFunctions();
std::vector<Function> StringBuildFunctions();
std::vector<Function> RegexpFunctions();
std::vector<Function> TimePartFunctions();
std::vector<Function> TemporalFunctions();
std::vector<Function> EncodingFunctions();
std::vector<Function> ExtremeFunctions();
std::vector<Function> CollectionFunctions();
std::vector<Function> ArrayFunctions();
std::vector<Function> ArraySetFunctions();
std::vector<Function> ArrayOrderFunctions();
std::vector<Function> MapFunctions();
std::vector<Function> SplitFunctions();
std::vector<Function> PrintfFunctions();
std::vector<Function> TypeNameFunctions();
std::vector<Function> JsonFunctions();
std::vector<Function> JsonMakeFunctions();

}  // namespace sluice::functions
