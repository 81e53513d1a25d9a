// SPDX-License-Identifier: Apache-2.0
#include "io/clock.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

namespace sluice::io {
namespace {

int64_t ReadNs(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

class SystemClock : public Clock {
 public:
  int64_t NowMs() override { return ReadNs(CLOCK_REALTIME) / 1'000'000; }
  int64_t MonotonicNs() override { return ReadNs(CLOCK_MONOTONIC); }
  void SleepMs(int64_t delay_ms) override {
    timespec t{delay_ms / 1000, (delay_ms % 1000) * 1'000'000};
    nanosleep(&t, nullptr);
  }
};

// The kernel's generator, fetched a block at a time.
class SystemRandom : public Random {
 public:
  uint64_t Next() override {
    std::lock_guard lock(mutex_);
    if (next_ == kWords) Refill();
    return words_[next_++];
  }

 private:
  static constexpr size_t kWords = 32;
  void Refill() {
    size_t filled = 0;
    auto* bytes = reinterpret_cast<char*>(words_);
    while (filled < sizeof words_) {
      const ssize_t n = getrandom(bytes + filled, sizeof words_ - filled, 0);
      if (n > 0) filled += static_cast<size_t>(n);
    }
    next_ = 0;
  }
  std::mutex mutex_;
  uint64_t words_[kWords] = {};
  size_t next_ = kWords;
};

}  // namespace

std::string UtcText(int64_t epoch_ms) {
  const int64_t fraction = (epoch_ms % 1000 + 1000) % 1000;
  const auto seconds = static_cast<time_t>((epoch_ms - fraction) / 1000);
  tm parts{};
  char text[64];
  if (gmtime_r(&seconds, &parts) == nullptr || parts.tm_year < -1900 || parts.tm_year > 8099 ||
      strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 0) {
    return std::to_string(epoch_ms);
  }
  char tail[16];
  std::snprintf(tail, sizeof tail, ".%03dZ", static_cast<int>(fraction));
  return std::string(text) + tail;
}

std::string Random::Uuid() {
  uint64_t high = Next();
  uint64_t low = Next();
  high = (high & 0xffffffffffff0fffULL) | 0x4000;
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                static_cast<unsigned>(low >> 48),
                static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

Clock& RealClock() {
  static SystemClock clock;
  return clock;
}

Random& RealRandom() {
  static SystemRandom random;
  return random;
}

int64_t ProcessCpuNs() {
  return ReadNs(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  long long total = 0;
  long long resident = 0;
  const int fields = std::fscanf(file, "%lld %lld", &total, &resident);
  std::fclose(file);
  return fields == 2 ? resident * sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace sluice::io
