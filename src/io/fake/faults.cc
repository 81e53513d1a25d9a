// SPDX-License-Identifier: Apache-2.0
#include "io/fake/faults.h"

namespace sluice::io::fake {

const char* ToString(FaultKind kind) {
  switch (kind) {
    case FaultKind::kNone:
      return "none";
    case FaultKind::kFail:
      return "fail";
    case FaultKind::kCrashBefore:
      return "crash before";
    case FaultKind::kCrashAfter:
      return "crash after";
    case FaultKind::kLoseReply:
      return "lose reply";
    case FaultKind::kUnknown:
      return "unknown, not applied";
    case FaultKind::kPause:
      return "pause";
    case FaultKind::kLate:
      return "unknown, applied late";
  }
  return "?";
}

Verdict Faults::Next(const std::string& what) {
  std::unique_lock lock(mutex_);
  if (dead_) return Verdict::kFail;
  if (++calls_ != armed_ || kind_ == FaultKind::kNone) return Verdict::kProceed;
  fired_ = true;
  fired_at_ = what;
  switch (kind_) {
    case FaultKind::kCrashBefore:
      dead_ = true;
      return Verdict::kFail;
    case FaultKind::kCrashAfter:
      return Verdict::kApplyThenDie;
    case FaultKind::kLoseReply:
      return Verdict::kApplyThenFail;
    case FaultKind::kUnknown:
      return Verdict::kFailUnknown;
    case FaultKind::kPause:
      lock.unlock();  // the others' calls take locks of their own
      if (on_pause_) on_pause_();
      return Verdict::kProceed;
    case FaultKind::kLate:
      return Verdict::kLate;
    default:
      return Verdict::kFail;
  }
}

}  // namespace sluice::io::fake
