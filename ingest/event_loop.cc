#include "ingest/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

namespace parkwatch {

namespace {

constexpr std::uint64_t wake_token = std::numeric_limits<std::uint64_t>::max();

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

epoll_event interest(std::uint64_t token, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? static_cast<std::uint32_t>(EPOLLIN | EPOLLRDHUP) : 0U) |
                 (write ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.u64 = token;
  return event;
}

}  // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) fail("epoll_create1");
  wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (wake_ < 0) {
    close(epoll_);
    fail("eventfd");
  }
  add(wake_, wake_token, true, false);
}

EventLoop::~EventLoop() {
  close(wake_);
  close(epoll_);
}

void EventLoop::add(int descriptor, std::uint64_t token, bool read, bool write) {
  epoll_event event = interest(token, read, write);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl add");
}

void EventLoop::change(int descriptor, std::uint64_t token, bool read, bool write) {
  epoll_event event = interest(token, read, write);
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) != 0) fail("epoll_ctl mod");
}

void EventLoop::remove(int descriptor) {
  if (epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr) != 0) fail("epoll_ctl del");
}

std::span<const ReadyEvent> EventLoop::wait(std::chrono::milliseconds timeout) {
  std::array<epoll_event, 512> events;
  ready_.clear();
  const auto wait_ms = static_cast<int>(std::clamp<std::int64_t>(timeout.count(), 0, 60'000));
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == wake_token) {
      std::uint64_t wakes = 0;
      if (read(wake_, &wakes, sizeof wakes) < 0 && errno != EAGAIN) fail("read eventfd");
      continue;
    }
    ready_.push_back({event.data.u64, (event.events & (EPOLLIN | EPOLLRDHUP)) != 0,
                      (event.events & EPOLLOUT) != 0, (event.events & (EPOLLERR | EPOLLHUP)) != 0});
  }
  return ready_;
}

void EventLoop::wake() {
  const std::uint64_t one = 1;
  // A full counter already wakes the loop, so a refused write loses nothing.
  if (write(wake_, &one, sizeof one) < 0 && errno != EAGAIN) fail("write eventfd");
}

}  // namespace parkwatch
