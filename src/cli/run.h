// SPDX-License-Identifier: Apache-2.0
// What `sluice run` does, for other verbs that run a script.
#pragma once

#include "cli/script.h"

namespace sluice::cli {

/// Executes a script: its DDL, then its jobs until they end or a signal stops them. The exit code.
int RunScript(const Script& script, bool once);

}  // namespace sluice::cli
