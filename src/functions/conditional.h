// SPDX-License-Identifier: Apache-2.0
// COALESCE, NULLIF, IF, IFNULL: functions that are short for a CASE.
#pragma once

#include <string_view>
#include <vector>

#include "functions/expression.h"

namespace sluice::functions {

/// The CASE that the call stands for. The arguments fit the function's signature.
ExprPtr ToCase(std::string_view name, std::vector<ExprPtr> arguments, flow::TypePtr type);

}  // namespace sluice::functions
