#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace parkwatch {

/// One ready file descriptor of an EventLoop.
struct ReadyEvent {
  std::uint64_t token = 0;  // as given to `add`
  bool readable = false;    // bytes, a new connection, or the peer's end
  bool writable = false;
  bool broken = false;  // error or hang-up; reading tells which
};

/// Waits for many file descriptors on one thread (epoll, level-triggered).
/// Errors: std::system_error where the system refuses.
/// Threads: one owner; only `wake` may be called from others.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// `token` comes back with every event; the loop neither owns nor closes `descriptor`.
  void add(int descriptor, std::uint64_t token, bool read, bool write);
  void change(int descriptor, std::uint64_t token, bool read, bool write);
  void remove(int descriptor);

  /// Waits at most `timeout` for events; valid until the next call. A wake-up returns early,
  /// perhaps with none.
  std::span<const ReadyEvent> wait(std::chrono::milliseconds timeout);
  /// Ends the wait in hand or the next one; cheap, callable from any thread.
  void wake();

 private:
  int epoll_ = -1;
  int wake_ = -1;
  std::vector<ReadyEvent> ready_;
};

}  // namespace parkwatch
