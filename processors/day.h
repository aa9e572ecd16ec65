#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "processors/minutes.h"
#include "processors/window.h"

namespace parkwatch {

/// One hour of a day: the windows of the outlet, by factor code.
using HourWindows = std::map<std::string, Window>;

/// The first hour that begins in the local day: zones may lie half an hour off.
EventTime first_hour_of(EventTime day_start);

/// What the logger's day report (2031) whose start lies in the day's first hour says of a factor:
/// its valid `Avg` in the stored unit; of several the latest data time.
std::optional<Decimal> read_day_report(const FactorPlan& factor, const Device& device,
                                       EventTime day_start, const Parameters& parameters,
                                       const DeviceHours& hours);

/// The windows of one outlet for the local day [day_start, day_end), from its closed hours as
/// stored (docs/arithmetic.md §8), for each of `factors`: those with an hour row in the day, open
/// ones too. `hours` follow each other from the day's first one.
OutletWindows calculate_day(const Plan& plan, const OutletPlan& outlet, EventTime day_start,
                            EventTime day_end, std::span<const HourWindows> hours,
                            const std::set<std::string>& factors, const DeviceHours& device_hours);

}  // namespace parkwatch
