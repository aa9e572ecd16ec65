#include "app/stop_signals.h"

#include <algorithm>
#include <ctime>

#include "model/check.h"

namespace parkwatch {

StopSignals::StopSignals(std::initializer_list<int> others) {
  sigemptyset(&stops_);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&stops_, signal);
  watched_ = stops_;
  for (const int signal : others) sigaddset(&watched_, signal);
  check(pthread_sigmask(SIG_BLOCK, &watched_, &before_) == 0);
}

StopSignals::~StopSignals() {
  release();
}

void StopSignals::release() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int StopSignals::take(const sigset_t& signals, std::chrono::milliseconds span) {
  const timespec time{span.count() / 1'000, (span.count() % 1'000) * 1'000'000};
  const int signal = std::max(sigtimedwait(&signals, nullptr, &time), 0);
  if (signal != 0 && sigismember(&stops_, signal) == 1) stopped_ = true;
  return signal;
}

bool StopSignals::stop_requested() {
  if (!stopped_) take(stops_, std::chrono::milliseconds(0));
  return stopped_;
}

int StopSignals::wait(std::chrono::milliseconds span) {
  return take(watched_, span);
}

}  // namespace parkwatch
