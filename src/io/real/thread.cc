// SPDX-License-Identifier: Apache-2.0
#include "io/thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "io/process.h"

namespace sluice::io {
namespace {

class JoinedThread : public Thread {
 public:
  JoinedThread(const std::string& name, std::function<void()> body)
      : thread_([name, body = std::move(body)] {
          pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
          body();
        }) {}
  ~JoinedThread() override { Join(); }
  void Join() override {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

std::atomic<int> g_stop_requests{0};
std::atomic<int> g_end_at{0};  // the stop request that ends the process, and its exit code
std::atomic<int> g_end_code{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use it");

void OnStopSignal(int) {
  const int number = g_stop_requests.fetch_add(1) + 1;
  const int end_at = g_end_at.load();
  if (end_at > 0 && number >= end_at) _exit(g_end_code.load());
}

// What SLUICE_KILL_AT asks for, parsed once.
struct KillPoint {
  std::string state;
  int64_t occurrence = 1;
  KillPoint() {
    const char* text = std::getenv("SLUICE_KILL_AT");
    if (text == nullptr) return;
    state = text;
    const size_t colon = state.find(':');
    if (colon == std::string::npos) return;
    occurrence = std::strtoll(state.c_str() + colon + 1, nullptr, 10);
    state.resize(colon);
  }
};

}  // namespace

std::unique_ptr<Thread> StartThread(const std::string& name, std::function<void()> body) {
  return std::make_unique<JoinedThread>(name, std::move(body));
}

int AvailableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int cores = CPU_COUNT(&set);
  return cores > 0 ? cores : 1;
}

int64_t MachineMemoryBytes() {
  int64_t bytes = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  // "max" where there is no limit.
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    int64_t limit = 0;
    if (file >> limit && limit > 0) bytes = std::min(bytes, limit);
  }
  return bytes;
}

bool PinThisThread(int n) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(getpid(), sizeof allowed, &allowed) != 0) return false;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || n-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
  }
  return false;
}

void InstallStopSignals() {
  struct sigaction action{};
  action.sa_handler = OnStopSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void EndAtStop(int number, int exit_code) {
  g_end_code = exit_code;
  g_end_at = number;
}

int StopRequests() {
  return g_stop_requests.load();
}

std::optional<std::string> Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

bool IsTerminal(int file_descriptor) {
  return isatty(file_descriptor) == 1;
}

int TerminalColumns(int file_descriptor) {
  winsize size{};
  if (ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void AnnounceState(const char* state) {
  static const KillPoint point;
  if (point.state.empty() || point.state != state) return;
  static std::atomic<int64_t> seen{0};
  if (seen.fetch_add(1) + 1 == point.occurrence) kill(getpid(), SIGKILL);
}

}  // namespace sluice::io
