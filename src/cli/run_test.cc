// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "cli/exit_code.h"
#include "io/clock.h"
#include "io/process.h"
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

// Runs a job whose broker takes connections and never answers, and stops it while it is opened. The
// alarm is earlier than any time-out of a Kafka client.
[[noreturn]] void StopWhileTheBrokerDoesNotAnswer() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    _exit(99);
  }
  alarm(5);
  io::InstallStopSignals();
  const auto stops = io::StartThread("stops", [] {
    io::RealClock().SleepMs(1500);
    kill(getpid(), SIGTERM);
  });
  Script script;
  script.source.text =
      "CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 't',\n"
      "  'properties.bootstrap.servers' = '127.0.0.1:" +
      std::to_string(ntohs(address.sin_port)) +
      "', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');\n"
      "CREATE TABLE hole (id BIGINT) WITH ('connector' = 'blackhole');\n"
      "INSERT INTO hole SELECT id FROM numbers;\n";
  RunScript(script, false);
  _exit(98);  // it came back by itself
}

TEST(RunScript, AStopBeforeAnythingRunsWaitsForNobody) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(StopWhileTheBrokerDoesNotAnswer(), testing::ExitedWithCode(kExitOk), "");
}

struct UsedByTheThread {
  ~UsedByTheThread() { _exit(99); }
};

[[noreturn]] void EndBesideAThreadThatDoesNot() {
  static const UsedByTheThread used;
  alarm(10);
  io::Abandon(io::StartThread("endless", [] {
    for (;;) io::RealClock().SleepMs(60'000);
  }));
  std::exit(io::EndProcess(7));
}

TEST(RunScript, WhatAnAbandonedThreadUsesIsNotDestroyed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(EndBesideAThreadThatDoesNot(), testing::ExitedWithCode(7), "");
}

TEST(RunScript, ASecondStopEndsAtOnceWhatTheFirstOneCannot) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(RunStuckAndStopTwice(), testing::ExitedWithCode(kExitStopped), "again to stop");
}

}  // namespace
}  // namespace sluice::cli
