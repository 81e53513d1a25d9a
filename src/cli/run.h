// SPDX-License-Identifier: Apache-2.0
// What `sluice run` does, for other verbs that run a script.
#pragma once

#include "cli/script.h"

namespace sluice::cli {

/// Executes a script: its DDL, then its jobs until they end or a signal stops them. The exit code.
/// `check_against_batch`: then compares what they wrote with what a batch gives (batch_check.h).
int RunScript(const Script& script, bool once, bool check_against_batch = false);

}  // namespace sluice::cli
