// SPDX-License-Identifier: Apache-2.0
// Which process this is, how it ends, and whether another one of this machine still runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace sluice::io {

class Thread;

/// "PID:START": a number that the system gives again later, and when that process began.
std::string ThisProcess();
/// True while the process that called itself so runs.
bool IsRunning(const std::string& process);

/// After InstallStopSignals() (io/thread.h): the `number`-th stop signal, and any after it, ends
/// the process there and then with `exit_code`, whatever its threads do. 0: none does. The order of
/// what is on disk is such that this loses nothing, as after kill -9.
void EndAtStop(int number, int exit_code);

/// Goes on without a thread that does not end. What it uses must not be destroyed any more.
void Abandon(std::unique_ptr<Thread> thread);
/// The last thing in main: ends the process without destroying what an abandoned thread may use;
/// where there is none, returns `exit_code`.
int EndProcess(int exit_code);

}  // namespace sluice::io
