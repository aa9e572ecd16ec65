#include "app/stop_signals.h"

#include <ctime>

#include "model/check.h"

namespace parkwatch {

StopSignals::StopSignals() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  check(pthread_sigmask(SIG_BLOCK, &watched_, &before_) == 0);
}

StopSignals::~StopSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::stop_requested() {
  const timespec no_wait{};
  if (!stopped_) stopped_ = sigtimedwait(&watched_, nullptr, &no_wait) > 0;
  return stopped_;
}

}  // namespace parkwatch
