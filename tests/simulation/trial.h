#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/schedule.h"
#include "tests/simulation/small_log.h"
#include "tests/simulation/small_world.h"

namespace parkwatch::simulation {

/// One seed: a world, a log, and what happens while it is consumed.
struct Trial {
  std::uint64_t seed = 0;
  SmallWorld world;
  SmallLog log;
  Schedule schedule;
  std::optional<Sheets> corrected;  // the registry that an Activate event activates

  /// Whether the log has milestones, marks and meter readings too.
  bool of_every_kind() const { return !world.projects.empty(); }
  /// Whether versions are determined: one set, each park in one partition.
  bool history_compared() const { return !corrected && !log.misplaced; }
};

Trial make_trial(std::uint64_t seed);

using Tables = std::map<std::string, std::string>;  // as export prints them, and `counter`

/// What the product left in its store, or why it did not get there.
struct Outcome {
  Tables tables;
  std::string failure;
  std::int64_t operations = 0;
};

Outcome run_product(const Trial& trial);
/// What the oracles say; of records of every kind, what the product itself says when nothing
/// disturbs it. Throws std::runtime_error when it says nothing.
Tables expected_tables(const Trial& trial);

/// The first difference, readable; empty when all is equal.
std::string difference(const Tables& product, const Tables& expected);
/// Of records of every kind: the undisturbed product takes the same records in another order, and
/// each row of the present is the same all the same. Empty when it is.
std::string failure_in_another_order(const Trial& trial, const Tables& expected);
/// Runs and compares.
std::string failure_of(const Trial& trial);

}  // namespace parkwatch::simulation
