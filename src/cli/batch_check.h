// SPDX-License-Identifier: Apache-2.0
// `sluice run --check-against-batch`: when the jobs of a script have ended, the range of their
// sources that they have read is read again as a batch (execution.runtime-mode = batch), and what
// that gives is compared with what the sinks hold.
//
// Tables of a catalog are compared as they are, whatever runs wrote them. What other sinks were
// given is kept while the job runs, so it can be compared only if the job began anew.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/captured_rows.h"
#include "cli/script.h"
#include "flow/position.h"
#include "runtime/connections.h"
#include "runtime/layout.h"

namespace sluice::cli {

class BatchCheck {
 public:
  explicit BatchCheck(const Script& script) : script_(script) {}

  /// The connections of a job with its sinks watched.
  runtime::Connections Watch(const plan::JobGraph& job, runtime::Connections connections);
  /// After the job was opened, before it runs.
  void Began(const plan::JobGraph& job, const runtime::Layout& layout);
  /// It has ended, and committed all that it read.
  void Ended(const std::string& job, const runtime::Layout& layout);
  /// Runs the batches. `session`: the one that ran the script. Prints what it finds on stdout;
  /// false when something differs.
  Result<bool> Compare(plan::Session& session);

 private:
  struct Watched {
    bool anew = true;
    flow::Position end;
    std::map<std::string, std::unique_ptr<CapturedRows>> rows;  // by the sink's full name
  };
  Result<bool> CompareJob(const plan::JobGraph& batch, Watched& watched, plan::Session& session);

  const Script& script_;
  std::map<std::string, Watched> jobs_;  // by name
};

}  // namespace sluice::cli
