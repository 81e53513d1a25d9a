// SPDX-License-Identifier: Apache-2.0
// The jobs that run on this machine, as files of one folder, so that another process can see and
// stop them without a server:
//
//   <folder>/<job id>.job    written by the process that runs it, removed when it ends
//   <folder>/<job id>.stop   written by who wants it to stop: how
//   <folder>/<job id>.end    written by the process when it was asked to stop: what became of it;
//                            removed by who asked
//
// Each is a few lines of "key value". A .job whose process is gone was left by a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"
#include "runtime/stop_order.h"

namespace sluice::cli {

inline constexpr char kDefaultJobsDirectory[] = "sluice_data/jobs";
inline constexpr char kJobsDirectorySetting[] = "sluice.jobs.dir";

struct RegisteredJob {
  std::string id;       // 32 hexadecimal digits
  std::string name;     // of the pipeline
  std::string process;  // io::ThisProcess()
  int64_t started_ms = 0;
  bool running = false;  // its process is there
};

/// What became of a job that was asked to stop.
struct JobEnd {
  bool ok = false;
  std::string savepoint;  // where one was written
  std::string error;
};

class JobRegistry {
 public:
  /// `files` outlives it.
  JobRegistry(io::FileSystem* files, std::string directory);

  /// 32 hexadecimal digits nobody else has.
  static std::string NewId();
  Status Register(const RegisteredJob& job);
  /// The job has ended. With `end` because somebody asked for it and waits.
  void Deregister(const std::string& id, const std::optional<JobEnd>& end);
  /// What was asked of the job; nullopt: nothing.
  std::optional<runtime::StopOrder> Asked(const std::string& id);

  /// All jobs, the oldest first.
  Result<std::vector<RegisteredJob>> List();
  /// The one running job with this id, or this name. kNotFound says which there are.
  Result<RegisteredJob> Find(const std::string& id_or_name);
  /// Asks a job to stop and waits until it has. kTimeout when it does not.
  Result<JobEnd> Stop(const RegisteredJob& job, const runtime::StopOrder& order,
                      int64_t timeout_ms);

 private:
  std::string PathOf(const std::string& id, const char* ending) const;
  std::optional<JobEnd> ReadEnd(const std::string& id);

  io::FileSystem* files_;
  const std::string directory_;
};

}  // namespace sluice::cli
