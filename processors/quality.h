#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "processors/day.h"

namespace parkwatch {

/// What the closed hours of an outlet's local day say of its sensors: `stuck`, `zero`,
/// `spike` of hour reports, `gap` and `clock` (docs/rules/quality.md), for each of `factors`.
/// `first_hour` is the start of `hours.front()`; the others follow each other. Pure.
std::vector<Finding> judge_day_quality(const OutletPlan& outlet, const Parameters& parameters,
                                       EventTime first_hour, std::span<const HourWindows> hours,
                                       const std::set<std::string>& factors);

/// Whether a factor of this role moves by itself, so that a reading that stands still or leaps says
/// something of its sensor.
bool moves(FactorRole role);

}  // namespace parkwatch
