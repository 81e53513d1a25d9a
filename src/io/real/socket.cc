// SPDX-License-Identifier: Apache-2.0
#include "io/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/clock.h"

namespace sluice::io {
namespace {

// Waits until `events` are possible or `deadline_ms` (monotonic) has passed.
Result<bool> WaitFor(int fd, short events, int64_t deadline_ms) {
  for (;;) {
    const int64_t left_ms = deadline_ms - RealClock().MonotonicMs();
    pollfd p{fd, events, 0};
    const int n = poll(&p, 1, left_ms > 0 ? static_cast<int>(left_ms) : 0);
    if (n > 0) return true;
    if (n == 0) return false;
    if (errno != EINTR) return IoError(std::string("poll failed: ") + std::strerror(errno));
  }
}

class TcpConnection : public Connection {
 public:
  TcpConnection(int fd, std::string peer) : fd_(fd), peer_(std::move(peer)) {}
  ~TcpConnection() override { close(fd_); }

  Status Send(const void* bytes, int64_t size_bytes, int64_t timeout_ms) override {
    const int64_t deadline_ms = RealClock().MonotonicMs() + timeout_ms;
    const auto* next = static_cast<const char*>(bytes);
    while (size_bytes > 0) {
      const ssize_t n =
          send(fd_, next, static_cast<size_t>(size_bytes), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) {
        next += n;
        size_bytes -= n;
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Failed("send failed");
      SLUICE_ASSIGN(const bool ready, WaitFor(fd_, POLLOUT, deadline_ms));
      if (!ready)
        return TimeoutError("send timed out after " + std::to_string(timeout_ms) + " ms: " + peer_);
    }
    return Status::Ok();
  }

  Status Receive(void* out, int64_t size_bytes, int64_t timeout_ms) override {
    const int64_t deadline_ms = RealClock().MonotonicMs() + timeout_ms;
    auto* next = static_cast<char*>(out);
    while (size_bytes > 0) {
      const ssize_t n = recv(fd_, next, static_cast<size_t>(size_bytes), MSG_DONTWAIT);
      if (n > 0) {
        next += n;
        size_bytes -= n;
        continue;
      }
      if (n == 0) return IoError("connection closed by " + peer_);
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Failed("receive failed");
      SLUICE_ASSIGN(const bool ready, WaitFor(fd_, POLLIN, deadline_ms));
      if (!ready)
        return TimeoutError("no reply within " + std::to_string(timeout_ms) + " ms: " + peer_);
    }
    return Status::Ok();
  }

  Result<bool> Readable(int64_t timeout_ms) override {
    return WaitFor(fd_, POLLIN, RealClock().MonotonicMs() + timeout_ms);
  }

 private:
  Error Failed(const std::string& what) const {
    return IoError(what + ": " + peer_ + ": " + std::strerror(errno));
  }
  int fd_;
  std::string peer_;
};

// A connected socket to one address, or -1 with `reason` set.
int ConnectOne(const addrinfo& address, int64_t deadline_ms, std::string* reason) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                        address.ai_protocol);
  if (fd < 0) {
    *reason = std::strerror(errno);
    return -1;
  }
  int code = connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (code == EINPROGRESS) {
    const auto ready = WaitFor(fd, POLLOUT, deadline_ms);
    socklen_t size = sizeof code;
    if (!ready.ok() || !*ready) {
      code = ETIMEDOUT;
    } else {
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    }
  }
  if (code != 0) {
    *reason = std::strerror(code);
    close(fd);
    return -1;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  return fd;
}

class TcpNetwork : public Network {
 public:
  Result<std::unique_ptr<Connection>> Connect(const std::string& host, int port,
                                              int64_t timeout_ms) override {
    const std::string peer = host + ":" + std::to_string(port);
    const int64_t deadline_ms = RealClock().MonotonicMs() + timeout_ms;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (code != 0) return IoError("cannot resolve " + peer + ": " + gai_strerror(code));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
    std::string reason;
    for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
      const int fd = ConnectOne(*a, deadline_ms, &reason);
      if (fd >= 0) return std::unique_ptr<Connection>(new TcpConnection(fd, peer));
    }
    return IoError("cannot connect to " + peer + ": " + reason);
  }
};

}  // namespace

Network& RealNetwork() {
  static TcpNetwork network;
  return network;
}

}  // namespace sluice::io
