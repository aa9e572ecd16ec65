#pragma once

#include <string>

#include "tests/simulation/trial.h"

namespace parkwatch::simulation {

/// The trial without what is not needed to make it fail: records and events are left out while it
/// still fails, in whatever way. At most `tries_max` runs.
Trial shrink(const Trial& failing, int tries_max);

/// The log and the schedule, a line each.
std::string describe(const Trial& trial);

}  // namespace parkwatch::simulation
