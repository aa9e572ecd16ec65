#pragma once

#include <map>
#include <span>
#include <string>

#include "processors/minutes.h"
#include "processors/window.h"

namespace parkwatch {

/// One hour of a day: the windows of the outlet, by factor code.
using HourWindows = std::map<std::string, Window>;

/// What the logger's day report (2031) says of a factor: its valid `Avg` in the stored unit.
std::optional<Decimal> read_day_report(const FactorPlan& factor, const Device& device,
                                       EventTime day_start, EventTime day_end,
                                       const Parameters& parameters, const DeviceHours& hours);

/// The windows of one outlet for the local day [day_start, day_end), from its judged hours, which are given
/// as stored (docs/arithmetic.md §8). Every factor with an hour row.
OutletWindows calculate_day(const Plan& plan, const OutletPlan& outlet, EventTime day_start,
                            EventTime day_end, std::span<const HourWindows> hours,
                            const DeviceHours& device_hours);

}  // namespace parkwatch
