// SPDX-License-Identifier: Apache-2.0
// What this binary is.
#pragma once

#include <string>

namespace sluice::cli {

/// "sluice 0.1.0 (Arrow 26.0.1)".
std::string VersionText();

}  // namespace sluice::cli
