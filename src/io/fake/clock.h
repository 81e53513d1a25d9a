// SPDX-License-Identifier: Apache-2.0
// Time that moves when told or slept, and numbers from a seed.
#pragma once

#include "io/clock.h"

namespace sluice::io::fake {

class FakeClock : public Clock {
 public:
  explicit FakeClock(int64_t now_ms = 1'700'000'000'000) : now_ms_(now_ms) {}
  int64_t NowMs() override { return now_ms_ + skew_ms_; }
  int64_t MonotonicNs() override { return now_ms_ * 1'000'000; }
  void SleepMs(int64_t delay_ms) override {
    now_ms_ += delay_ms;
    slept_ms_ += delay_ms;
  }
  void Advance(int64_t span_ms) { now_ms_ += span_ms; }
  /// Puts the wall clock off; the monotonic clock stays.
  void SetSkew(int64_t skew_ms) { skew_ms_ = skew_ms; }
  int64_t slept_ms() const { return slept_ms_; }

 private:
  int64_t now_ms_;
  int64_t skew_ms_ = 0, slept_ms_ = 0;
};

/// splitmix64.
class FakeRandom : public Random {
 public:
  explicit FakeRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace sluice::io::fake
