#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/demo_values.h"
#include "ingest/decoder.h"
#include "ingest/hj212/frame.h"

namespace parkwatch {

/// The demonstration's data loggers: one TCP connection each, HJ 212 of their device's version,
/// encrypted where the registry says so. One falls silent for seven hours and re-sends its backlog,
/// one corrects an hour report, now and then a frame is broken, sent twice or comes from a device
/// nobody has entered. Threads: one owner.
class DemoLoggers {
 public:
  struct Counters {
    std::int64_t sent = 0;
    std::int64_t answered = 0;
    std::int64_t broken = 0;  // damaged on purpose: never answered
    std::int64_t repeated = 0;
    std::int64_t resent = 0;  // of the backlog
    std::int64_t unregistered = 0;
    std::map<int, std::int64_t> by_version;
  };

  /// `keys` finds a device's SM4 key.
  DemoLoggers(std::shared_ptr<const Plan> plan, DemoValues values, hj212::KeyLookup keys,
              EventTime begin, std::uint16_t port);
  ~DemoLoggers();
  DemoLoggers(const DemoLoggers&) = delete;
  DemoLoggers& operator=(const DemoLoggers&) = delete;

  /// Sends what is due until `now`, in order of time, at most `minutes_max` minutes of it; returns
  /// the time reached.
  EventTime advance(EventTime now, int minutes_max);
  /// The next minute that will be sent.
  EventTime next_minute() const { return next_minute_; }
  /// Takes the answers that have come.
  void read_answers();
  const Counters& counters() const { return counters_; }

 private:
  struct Logger;
  void send_minute(Logger& logger, EventTime minute);
  void send_report(Logger& logger, const char* cn, EventTime time, EventTime turn);
  void send_frames(Logger& logger, std::vector<std::string> frames);
  void send_unregistered(EventTime minute);
  bool silent(const Logger& logger, EventTime minute) const;

  std::shared_ptr<const Plan> plan_;
  DemoValues values_;
  hj212::KeyLookup keys_;
  EventTime begin_;
  EventTime next_minute_;
  std::uint16_t port_;
  std::vector<std::unique_ptr<Logger>> loggers_;
  std::unique_ptr<Logger> stranger_;
  Counters counters_;
};

}  // namespace parkwatch
