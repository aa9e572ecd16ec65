#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/time.h"

namespace parkwatch {

/// A time zone as a plain value, so that rules about local days need no clock and no I/O.
/// Filled from the IANA database by whoever loads the registry.
struct Zone {
  struct Change {
    EventTime at;
    std::chrono::minutes offset;
    friend bool operator==(const Change&, const Change&) = default;
  };
  std::string name = "Asia/Shanghai";
  std::chrono::minutes first_offset = china_standard_time;  // before the first change
  std::vector<Change> changes;                              // ascending

  std::chrono::minutes offset_at(EventTime at) const;
  /// The first instant of the local day that holds `at`.
  EventTime day_start(EventTime at) const;
  /// The first instant of the local day after the one that holds `at`: 23 to 25 hours later.
  EventTime day_end(EventTime at) const;
  /// The first instant of the local calendar quarter that holds `at`.
  EventTime quarter_start(EventTime at) const;
  friend bool operator==(const Zone&, const Zone&) = default;
};

}  // namespace parkwatch
