#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>

namespace parkwatch {

/// Turns SIGINT, SIGTERM and others that are named from ends into questions. Make it before any
/// thread is started, so that all inherit its mask. Threads: its functions belong to one.
class StopSignals {
 public:
  explicit StopSignals(std::initializer_list<int> others = {});
  /// Restores the mask of before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// True once SIGINT or SIGTERM has come, and from then on. Does not wait.
  bool stop_requested();
  /// The next of all signals; 0 when none came within the time.
  int wait(std::chrono::milliseconds span);
  /// From now on a signal does what it did before.
  void release();

 private:
  int take(const sigset_t& signals, std::chrono::milliseconds span);

  sigset_t stops_{}, watched_{};
  sigset_t before_{};
  bool stopped_ = false;
};

}  // namespace parkwatch
