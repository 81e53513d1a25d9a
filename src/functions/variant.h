// SPDX-License-Identifier: Apache-2.0
// The functions that make VARIANTs, which json_make.cc lists among those of JSON.
#pragma once

#include <vector>

#include "functions/registry.h"

namespace sluice::functions {

std::vector<Function> VariantFunctions();

}  // namespace sluice::functions
