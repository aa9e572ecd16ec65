#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/zone.h"

namespace parkwatch {

/// Whole local days of a park that a report is about.
struct ParkPeriod {
  std::string park;
  EventTime start, end;  // local midnights
  std::string name;      // 2026-11, or 2026-11-03 – 2026-11-05
};

/// The month that a text such as 2026-11 names in a park's zone; nothing for any other text.
std::optional<ParkPeriod> park_month(const std::string& park, std::string_view month,
                                     const Zone& zone);

/// The first instant of the local day that a text such as 2026-11-03 names; nothing for any other
/// text.
std::optional<EventTime> local_day(std::string_view day, const Zone& zone);

/// The local day that holds an instant, as 2026-11-03.
std::string local_day_text(EventTime at, const Zone& zone);

}  // namespace parkwatch
