// SPDX-License-Identifier: Apache-2.0
// Threads, a bounded queue between them, and the process's signals and environment: the edges that
// code outside io/ may not touch by itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sluice::io {

/// A named thread that is joined when destroyed.
class Thread {
 public:
  virtual ~Thread() = default;
  virtual void Join() = 0;
};
std::unique_ptr<Thread> StartThread(const std::string& name, std::function<void()> body);
/// Cores this process may run on (its affinity mask).
int AvailableCores();
/// Bytes this process may hold: of the machine, or of its control group if that is less.
int64_t MachineMemoryBytes();
/// Pins the calling thread to the n-th core of the process's affinity mask; false if that is not
/// possible.
bool PinThisThread(int n);

/// A bounded queue. Push waits while it is full (back-pressure); Pop waits while it is empty; Close
/// ends both.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t items_max) : items_max_(items_max) {}
  /// False when closed.
  bool Push(T item) {
    std::unique_lock lock(mutex_);
    Await(&writable_, &lock, [&] { return closed_ || items_.size() < items_max_; });
    if (closed_) return false;
    items_.push_back(std::move(item));
    readable_.notify_one();
    return true;
  }
  /// nullopt when closed and drained.
  std::optional<T> Pop() {
    std::unique_lock lock(mutex_);
    Await(&readable_, &lock, [&] { return closed_ || !items_.empty(); });
    return Take();
  }
  std::optional<T> PopFor(int64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    readable_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                       [&] { return closed_ || !items_.empty(); });
    return Take();
  }
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    readable_.notify_all();
    writable_.notify_all();
  }
  size_t size() {
    std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  // The C library before glibc 2.41 can lose a wake-up (its bug 25847): nobody sleeps on one alone.
  template <typename Condition>
  static void Await(std::condition_variable* changed, std::unique_lock<std::mutex>* lock,
                    Condition condition) {
    while (!changed->wait_for(*lock, std::chrono::seconds(1), condition)) {
    }
  }
  std::optional<T> Take() {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    writable_.notify_one();
    return item;
  }
  const size_t items_max_;
  std::mutex mutex_;
  std::condition_variable readable_, writable_;
  std::deque<T> items_;
  bool closed_ = false;
};

/// SIGINT/SIGTERM: 0 = none yet, 1 = drain and commit, 2 = stop at once. InstallStopSignals() once
/// at start-up.
void InstallStopSignals();
int StopRequests();

/// The value of an environment variable, if it is set.
std::optional<std::string> Environment(const std::string& name);
bool IsTerminal(int file_descriptor);
/// Columns of the terminal behind a descriptor; 80 when it is none.
int TerminalColumns(int file_descriptor);

/// Announces a named state for kill tests: when the environment variable SLUICE_KILL_AT equals
/// `state` or `state:n` (the n-th time), the process kills itself with SIGKILL there. Costs one
/// branch otherwise.
void AnnounceState(const char* state);

}  // namespace sluice::io
