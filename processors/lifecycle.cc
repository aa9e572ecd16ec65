#include "processors/lifecycle.h"

#include "processors/lifecycle_case.h"

namespace parkwatch {

std::vector<Violation> judge_project(const ProjectFacts& facts, const LifecycleRules& rules,
                                     const Zone& zone, EventTime now) {
  if (rules.entries.empty()) return {};
  LifecycleCase project(facts, rules, zone, now);
  judge_building(project);
  judge_acceptance(project);
  judge_production(project);
  return project.take();
}

}  // namespace parkwatch
