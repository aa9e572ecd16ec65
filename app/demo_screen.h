#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "app/active_view.h"
#include "app/demo_events.h"
#include "app/demo_loggers.h"
#include "web/overview.h"

namespace parkwatch {

/// What the demonstration shows, 100 columns wide: redrawn in place on a terminal, plain lines
/// elsewhere. Threads: one.
class DemoScreen {
 public:
  struct Picture {
    std::int64_t simulated_ms = 0;
    bool live = false;
    double records_per_second = 0;
    Overview overview;
    DemoLoggers::Counters loggers;
    DemoEvents::Totals events;
  };

  DemoScreen(const RegistryView& registry, std::string web_url, std::string gateway_address);

  /// Events are shown as they come; elsewhere than on a terminal each is a line.
  void events(const std::vector<std::string>& lines);
  void show(const Picture& picture);
  /// Leaves the last picture standing.
  void finish();

 private:
  std::string render(const Picture& picture) const;

  const RegistryView& registry_;
  std::string web_url_;
  std::string gateway_address_;
  bool terminal_;
  std::deque<std::string> recent_;
  std::chrono::steady_clock::time_point last_plain_{};
};

}  // namespace parkwatch
