#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulated_population.h"
#include "app/simulated_values.h"
#include "model/time.h"

namespace parkwatch {

/// What goes wrong with a simulated frame, on purpose. One frame has at most one trouble.
enum class Trouble : std::uint8_t {
  None,
  OutOfOrder,  // sent minutes after its turn
  Late,        // sent hours after its turn
  Duplicate,   // the same bytes once more
  Correction,  // the same data time again with other values
  Broken,      // damaged on the wire: never to be answered
  Outage,      // held back while the logger had no connection
  WrongClock,  // the logger's clock is minutes to hours off
  Backlog,     // history sent again after a reconnection
};
constexpr int trouble_count = 9;
/// "out_of_order" and so on.
std::string_view trouble_name(Trouble trouble);

/// What a simulation sends. Rates are in millionths of the frames.
struct SimulationOptions {
  std::uint64_t seed = 1;
  EventTime from{};
  EventTime to{};
  bool realtime = true;         // 2011 each report interval
  bool minute_reports = false;  // 2051
  bool hour_reports = true;     // 2061
  bool day_reports = true;      // 2031
  bool status = false;          // 2021 every ten minutes
  bool heartbeats = false;      // 9015 every five minutes, from 2025 loggers
  int out_of_order_ppm = 0;
  int late_ppm = 0;
  int duplicate_ppm = 0;
  int correction_ppm = 0;
  int broken_ppm = 0;
  int outage_ppm = 0;  // chance of an outage in each hour of a logger
};

/// A frame that a simulated logger has to send.
struct SimulatedFrame {
  EventTime due{};  // simulated time from which it may be sent
  EventTime data_time{};
  std::string_view cn;
  std::string mn, qn;
  Trouble trouble = Trouble::None;
  bool resend = false;  // RF=1 where the version has it
  std::string bytes;    // as they go over the wire
};

/// The same frame marked as re-sent (RF=1, HJ 212-2025); unchanged for other versions, for a
/// damaged frame, for an encrypted one and for one that is marked already.
void mark_resent(SimulatedFrame& frame, const SimulatedDevice& device);

/// One data logger: the frames it sends in the order of their turn, as a function of its seed.
/// Threads: one owner.
class SimulatedLogger {
 public:
  SimulatedLogger(SimulatedDevice device, const SimulationOptions& options);

  /// The next frame whose turn has come at simulated time `now`; nothing when there is none.
  std::optional<SimulatedFrame> next(EventTime now);
  /// When the next frame's turn comes; nothing when all have been given out.
  std::optional<EventTime> next_due();
  /// Whether the logger has no connection at that time (an outage of its own).
  bool offline(EventTime at) const;
  /// Sends the last `frames` real-time reports before `now` again, as after a failure.
  void add_backlog(EventTime now, int frames);
  const SimulatedDevice& device() const { return device_; }

 private:
  struct Later {
    bool operator()(const SimulatedFrame& a, const SimulatedFrame& b) const {
      return a.due != b.due ? a.due > b.due : a.qn > b.qn;
    }
  };
  struct Report {
    std::string_view cn;
    EventTime data_time{};
    ReportText text;
  };

  void generate_minute(EventTime minute);
  void add_report(EventTime turn, const Report& report);
  SimulatedFrame frame_of(EventTime turn, const Report& report, bool resend);
  ReportText text_of(std::string_view cn, EventTime data_time, std::uint64_t variant) const;
  std::optional<EventTime> outage_end(EventTime at) const;
  void push(SimulatedFrame frame);

  SimulatedDevice device_;
  SimulationOptions options_;
  SimulatedOutlet outlet_;
  EventTime generated_to_;
  std::int64_t qns_ = 0;      // given out so far
  std::uint64_t frames_ = 0;  // drawn so far; each has its own luck
  std::priority_queue<SimulatedFrame, std::vector<SimulatedFrame>, Later> waiting_;
};

}  // namespace parkwatch
