#pragma once

#include <vector>

#include "tests/simulation/small_log.h"

namespace parkwatch::simulation {

/// Milestones of a world's projects, marks of its outlets, and what the meters of its sites say:
/// in order and out of it, late, corrected, taken back, wrong.
std::vector<Arrival> records_of_sites(const SmallWorld& world, Random& random);

}  // namespace parkwatch::simulation
