#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "app/logger_link.h"

namespace parkwatch {

/// Simulated time as a function of real time. `step` moves time that does not pass by itself.
class SimulatedClock {
 public:
  /// `speed`: simulated seconds a real second; 0: time waits for the loggers and then jumps.
  SimulatedClock(EventTime from, double speed);
  EventTime now() const;
  bool waits() const { return speed_ == 0; }
  void jump_to(EventTime at);

 private:
  EventTime from_;
  double speed_;
  std::chrono::steady_clock::time_point started_;
};

/// Thousands of simulated loggers on one thread.
class LoggerSwarm {
 public:
  struct Progress {
    std::uint64_t loggers = 0;
    std::uint64_t connected = 0;
    EventTime simulated{};
    LoggerLinkCounters links;
  };
  /// Told about once a second.
  using OnProgress = std::function<void(const Progress&)>;

  LoggerSwarm(const Population& population, const SimulationOptions& simulation,
              LoggerLinkOptions links, double speed, FrameLedger& ledger);

  /// Sends until every frame is answered or given up, or `stop`; then notes the rest as unanswered.
  void run(std::stop_token stop, const OnProgress& on_progress);
  /// Simulated time now; safe from any thread only when `speed` was not 0.
  EventTime simulated_now() const { return clock_.now(); }
  const LoggerLinkCounters& counters() const { return counters_; }

 private:
  bool turn_all(std::chrono::steady_clock::time_point now);
  Progress progress() const;

  LoggerLinkOptions link_options_;
  SimulatedClock clock_;
  EventLoop loop_;
  LoggerLinkCounters counters_;
  std::vector<std::unique_ptr<LoggerLink>> links_;
};

}  // namespace parkwatch
