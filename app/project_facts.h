#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/trail.h"
#include "app/working_set.h"
#include "processors/lifecycle.h"
#include "processors/lifecycle_plan.h"

namespace parkwatch {

// What a store knows of a park's construction projects.

/// The rule under which the trails of outlets say in which hours they emitted; no episodes.
inline constexpr std::string_view emission_trail = "emission";

/// The hours in which an outlet of the park emitted.
Trail emission_of(WorkingSet& rows, const std::string& park, const std::string& outlet);

/// The milestones that hold, by project. Throws std::runtime_error for a damaged one: what intake
/// let through parses.
std::map<std::string, std::vector<Milestone>> milestones_of(WorkingSet& rows,
                                                            const std::string& park);

/// A project's facts; `milestones` are its own.
ProjectFacts project_facts(WorkingSet& rows, const std::string& park, const ProjectPlan& project,
                           std::vector<Milestone> milestones);

}  // namespace parkwatch
