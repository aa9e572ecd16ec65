#pragma once

#include <vector>

#include "tests/simulation/sent.h"
#include "tests/simulation/small_world.h"

namespace parkwatch::simulation {

/// One record before it has its place in the log.
struct Arrival {
  Time at = 0;  // when it came, by the gateway's clock
  oracle::Sent sent;
};

/// A log and how it lies in its partitions.
struct SmallLog {
  std::vector<oracle::Sent> records;  // in the order of arrival; partitions are interleaved
  int partitions = 1;
  bool misplaced = false;  // some keys name another park: histories depend on the interleaving
};

/// What the loggers of a world send: good, late, repeated, corrected, wrong and broken records.
SmallLog make_log(const SmallWorld& world, Random& random);

}  // namespace parkwatch::simulation
