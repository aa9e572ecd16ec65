#pragma once

#include "tests/simulation/small_world.h"

namespace parkwatch::simulation {

/// Gives a world what records of every kind are about: construction projects, sites of production
/// lines with their treatment and meters, marking schemes, and the rules on them.
void add_sites(SmallWorld& world, Random& random);

/// Corrects that part of a registry in hindsight.
void correct_sites(Sheets& registry, Random& random);

}  // namespace parkwatch::simulation
