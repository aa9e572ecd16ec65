#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/lifecycle_rules.h"
#include "model/milestone.h"
#include "model/zone.h"
#include "processors/violation.h"

namespace parkwatch {

/// A treatment facility that did not run, by its power or its reported state.
struct Standstill {
  std::string facility;
  EventTime from{};
  std::optional<EventTime> to;             // nothing: it still stands
  std::chrono::milliseconds production{};  // of its production lines meanwhile
  std::string evidence;
};

/// First production as power or emission show it.
struct InferredProduction {
  EventTime first{};
  std::string evidence;
};

/// What is known of one construction project.
struct ProjectFacts {
  std::string id;
  std::vector<Milestone> milestones;           // that hold: of all copies the one that counts
  std::optional<InferredProduction> inferred;  // counts where no first production is declared
  std::vector<Standstill> standstills;         // of its facilities
};

/// Rules TS-L01 to TS-L15 (docs/lifecycle.md) as they stand at `now`, the park's time floored to
/// the hour: breaches, and due dates that lie ahead. Acts after `now` have not happened yet. By
/// rule, subject and start; no two with all three equal. Pure.
std::vector<Violation> judge_project(const ProjectFacts& facts, const LifecycleRules& rules,
                                     const Zone& zone, EventTime now);

}  // namespace parkwatch
