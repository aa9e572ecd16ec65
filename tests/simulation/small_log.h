#pragma once

#include <vector>

#include "tests/simulation/sent.h"
#include "tests/simulation/small_world.h"

namespace parkwatch::simulation {

/// A log and how it lies in its partitions.
struct SmallLog {
  std::vector<oracle::Sent> records;  // in the order of arrival; partitions are interleaved
  int partitions = 1;
  bool misplaced = false;  // some keys name another park: histories depend on the interleaving
};

/// What the loggers of a world send: good, late, repeated, corrected, wrong and broken records.
SmallLog make_log(const SmallWorld& world, Random& random);

}  // namespace parkwatch::simulation
