// SPDX-License-Identifier: Apache-2.0
// One process's bad luck, shared by its false disk and its false database: every I/O call is
// counted, and the armed one goes wrong in the armed way. Run a piece of work with call 1 armed,
// then 2, ... until `fired` stays false, and every failure point has been met.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace sluice::io::fake {

enum class FaultKind : uint8_t {
  kNone,
  kFail,         // the call does nothing and says so; the process goes on
  kCrashBefore,  // the process is gone before the call does anything
  kCrashAfter,   // the process is gone when the call has done its work
  kLoseReply,    // the call does its work and reports an error; a database statement kCommitUnknown
  kUnknown,      // as kFail, but a database statement reports kCommitUnknown
  kPause,        // somebody else runs (`set_on_pause`) before the call, which then goes on as usual
  kLate,         // a database statement reports kCommitUnknown and is applied some calls later
};
const char* ToString(FaultKind kind);

/// What a call has to do.
enum class Verdict : uint8_t {
  kProceed,
  kFail,
  kFailUnknown,
  kApplyThenFail,
  kApplyThenDie,
  kLate
};

class Faults {
 public:
  /// The call with this number (from 1, counted from now on) goes wrong.
  void Arm(FaultKind kind, int64_t call) {
    kind_ = kind;
    armed_ = call;
    calls_ = 0;
    fired_ = dead_ = false;
    fired_at_.clear();
  }
  void Disarm() { Arm(FaultKind::kNone, 0); }

  /// What happens while this process stands still (kPause): other processes of the same world.
  void set_on_pause(std::function<void()> on_pause) { on_pause_ = std::move(on_pause); }

  Verdict Next(const std::string& what);
  void Die() {
    const std::lock_guard lock(mutex_);
    dead_ = true;
  }

  int64_t calls() const { return calls_; }
  bool fired() const { return fired_; }
  /// The process is gone: every call fails until the next Arm.
  bool dead() const { return dead_; }
  /// "sync /warehouse/t/data/x.parquet": the call that went wrong.
  const std::string& fired_at() const { return fired_at_; }

 private:
  std::mutex mutex_;  // threads of a process call
  FaultKind kind_ = FaultKind::kNone;
  int64_t armed_ = 0, calls_ = 0;
  bool fired_ = false, dead_ = false;
  std::string fired_at_;
  std::function<void()> on_pause_;
};

}  // namespace sluice::io::fake
