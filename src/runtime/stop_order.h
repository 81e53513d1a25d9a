// SPDX-License-Identifier: Apache-2.0
// How a job is to stop, when somebody asks for more than its end.
#pragma once

#include <functional>
#include <string>

namespace sluice::runtime {

struct StopOrder {
  /// Event time goes to its end first: windows close and give what they have.
  bool drain = false;
  /// Where a savepoint is written; empty: where the job's options say, if they do.
  std::string savepoint_dir;
};

/// Asked once, when the job begins to stop. Null: nothing special.
using AskStopOrder = std::function<StopOrder()>;

}  // namespace sluice::runtime
