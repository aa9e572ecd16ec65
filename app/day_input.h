#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/rows.h"
#include "app/working_set.h"
#include "processors/day.h"
#include "processors/marks.h"

namespace parkwatch {

/// What an outlet's local day is computed from: its stored hours.
struct DayInput {
  std::vector<HourWindows> hours;                    // closed ones, by factor, after marks
  std::optional<std::vector<HourWindows>> unmarked;  // by the values alone, where marks changed any
  std::set<std::string> factors;                     // with a row in any hour of the day
};
/// Marked hours are computed anew from `device_hours`, since stored ones are after marks.
DayInput day_input(WorkingSet& rows, const Plan& plan, const WindowKey& day,
                   const OutletMarks& marks, const OutletPlan& outlet,
                   const DeviceHours& device_hours);

/// The day's windows, after marks and by the values alone.
MarkedWindows mark_day(const Plan& plan, const OutletPlan& outlet, const WindowKey& day,
                       const DayInput& input, const DeviceHours& device_hours);

}  // namespace parkwatch
