#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "processors/day.h"

namespace parkwatch {

/// What in the closed hours of an outlet's local day looks made rather than measured:
/// `suspect_smooth`, `suspect_recurring`, `suspect_pinned` and `suspect_contradiction`
/// (docs/rules/suspicion.md), for each of `factors` that is a pollutant. Never a verdict.
/// `first_hour` is the start of `hours.front()`; the others follow each other. Pure.
std::vector<Finding> judge_suspicions(const Plan& plan, const OutletPlan& outlet,
                                      const SuspicionParameters& rule, EventTime first_hour,
                                      std::span<const HourWindows> hours,
                                      const std::set<std::string>& factors);

}  // namespace parkwatch
