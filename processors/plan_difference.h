#pragma once

#include <map>
#include <string>
#include <vector>

#include "processors/plan.h"

namespace parkwatch {

/// When results of a park can differ between two plans: periods [from, to), ascending, apart.
using ParkPeriods = std::map<std::string, std::vector<Validity>>;

/// Compares all that a result is computed from: rows of outlets, devices, factors, limits, permits,
/// memberships, the park they belong to, zones and parameters, each at every time. Names, codes and
/// sources change no result. A change of what has no date, such as a severity or an equivalent,
/// touches all times.
ParkPeriods compare_plans(const Plan& before, const Plan& after);

}  // namespace parkwatch
