// SPDX-License-Identifier: Apache-2.0
// Which process this is, and whether another one of this machine still runs.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::io {

/// "PID:START": a number that the system gives again later, and when that process began.
std::string ThisProcess();
/// True while the process that called itself so runs.
bool IsRunning(const std::string& process);

}  // namespace sluice::io
