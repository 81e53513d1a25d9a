// SPDX-License-Identifier: Apache-2.0
#include "io/process.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "io/thread.h"

namespace sluice::io {
namespace {

std::atomic<bool> g_abandoned{false};

// Field 22 of /proc/PID/stat: clock ticks after the system's start; empty: there is no such
// process. The second field, in parentheses, may hold anything.
std::string StartOf(int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"),
                                                             &std::fclose);
  if (file == nullptr) return "";
  char text[1024];
  const size_t size = std::fread(text, 1, sizeof(text), file.get());
  std::string_view rest(text, size);
  const size_t name_end = rest.rfind(')');
  if (name_end == std::string_view::npos) return "";
  rest.remove_prefix(name_end + 1);
  constexpr int kFieldsBetween = 20;  // from the third field to the 22nd
  for (int field = 0; field < kFieldsBetween; ++field) {
    const size_t space = rest.find(' ');
    if (space == std::string_view::npos) return "";
    rest.remove_prefix(space + 1);
  }
  return std::string(rest.substr(0, rest.find(' ')));
}

}  // namespace

void Abandon(std::unique_ptr<Thread> thread) {
  g_abandoned = true;
  [[maybe_unused]] const auto* const left = thread.release();
}

int EndProcess(int exit_code) {
  if (!g_abandoned) return exit_code;
  std::fflush(nullptr);
  _exit(exit_code);
}

std::string ThisProcess() {
  const auto pid = static_cast<int64_t>(getpid());
  return std::to_string(pid) + ":" + StartOf(pid);
}

bool IsRunning(const std::string& process) {
  const size_t colon = process.find(':');
  if (colon == std::string::npos) return false;
  const int64_t pid = std::strtoll(process.c_str(), nullptr, 10);
  const std::string start = StartOf(pid);
  return !start.empty() && start == process.substr(colon + 1);
}

}  // namespace sluice::io
