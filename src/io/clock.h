// SPDX-License-Identifier: Apache-2.0
// Time, sleep and randomness. The real ones are in io/real; tests and the simulator bring their
// own.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::io {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time, milliseconds since 1970 UTC. May jump.
  virtual int64_t NowMs() = 0;
  /// Time for measuring spans, nanoseconds. Never goes back.
  virtual int64_t MonotonicNs() = 0;
  virtual void SleepMs(int64_t delay_ms) = 0;
  int64_t MonotonicMs() { return MonotonicNs() / 1'000'000; }
};

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;
  /// A version 4 UUID in lower case.
  std::string Uuid();
};

/// Milliseconds since 1970 as lines that people and machines read have them:
/// "2026-01-31T22:31:08.123Z". Times outside of the years 0 to 9999 are their number.
std::string UtcText(int64_t epoch_ms);

Clock& RealClock();
Random& RealRandom();

/// CPU time used by the whole process, nanoseconds (for progress lines and benchmarks).
int64_t ProcessCpuNs();
/// Resident set size of the process in bytes.
int64_t ResidentBytes();

}  // namespace sluice::io
