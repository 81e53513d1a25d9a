// SPDX-License-Identifier: Apache-2.0
// How the process ends. 78 is EX_CONFIG of sysexits.h, 130 what a shell reports for a second
// Ctrl-C.
#pragma once

#include "base/result.h"

namespace sluice::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitRunFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitConfiguration = 78;
inline constexpr int kExitStopped = 130;

/// What the user wrote is wrong: configuration; anything else: the run failed.
inline int ExitCodeOf(const Error& error) {
  return error.blame == Blame::kUser ? kExitConfiguration : kExitRunFailed;
}

}  // namespace sluice::cli
