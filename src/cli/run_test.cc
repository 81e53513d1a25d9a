// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "cli/exit_code.h"
#include "io/clock.h"
#include "io/thread.h"

namespace sluice::cli {
namespace {

// Runs a job that can neither go on nor drain, because nobody reads its output, and stops it twice.
[[noreturn]] void RunStuckAndStopTwice() {
  int ends[2];
  if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0) _exit(99);
  alarm(60);
  io::InstallStopSignals();
  const auto stops = io::StartThread("stops", [] {
    for (int i = 0; i < 2; ++i) {
      io::RealClock().SleepMs(500);
      kill(getpid(), SIGTERM);
    }
  });
  Script script;
  script.source.text =
      "CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen');\n"
      "CREATE TABLE lines (id BIGINT) WITH ('connector' = 'print');\n"
      "SET 'execution.checkpointing.interval' = '100 ms';\n"
      "INSERT INTO lines SELECT id FROM numbers;\n";
  _exit(RunScript(script, false));
}

TEST(RunScript, ASecondStopEndsAtOnceWhatTheFirstOneCannot) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(RunStuckAndStopTwice(), testing::ExitedWithCode(kExitStopped), "again to stop");
}

}  // namespace
}  // namespace sluice::cli
