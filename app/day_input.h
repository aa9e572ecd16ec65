#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/rows.h"
#include "app/working_set.h"
#include "processors/day.h"

namespace parkwatch {

/// The first hour that begins in the local day: zones may lie half an hour off.
EventTime first_hour_of(EventTime day_start);

/// What an outlet's local day is computed from: its stored hours.
struct DayInput {
  std::vector<HourWindows> hours;  // closed ones, by factor
  std::set<std::string> factors;   // with a row in any hour of the day
};
DayInput day_input(WorkingSet& rows, const Plan& plan, const WindowKey& day,
                   const std::string& outlet);

}  // namespace parkwatch
