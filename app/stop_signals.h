#pragma once

#include <csignal>

namespace parkwatch {

/// Turns SIGINT and SIGTERM from ends into questions. Make it before any thread is started, so that
/// all inherit its mask. Threads: stop_requested() belongs to one.
class StopSignals {
 public:
  StopSignals();
  /// Restores the mask of before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// True once one of them has come, and from then on. Does not wait.
  bool stop_requested();

 private:
  sigset_t watched_{};
  sigset_t before_{};
  bool stopped_ = false;
};

}  // namespace parkwatch
