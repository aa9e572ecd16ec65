#include <algorithm>

#include "app/park_step.h"
#include "app/project_facts.h"
#include "app/rows.h"
#include "model/lifecycle_csv.h"

namespace parkwatch {

/// Whether the outlet emitted in a closed hour; its first one tells of a project's first
/// production.
void ParkStep::note_emission(const OutletPlan& outlet, const WindowKey& key,
                             const OutletWindows& windows) {
  if (!plan_.lifecycle().tells_of_project(outlet.id)) return;
  const bool emits = std::any_of(
      windows.windows.begin(), windows.windows.end(),
      [](const Window& window) { return window.mass_kg && *window.mass_kg > MassDecimal{}; });
  Trail trail = emission_of(rows_, park_, outlet.id);
  if (!trail.set(key.start, end_of(key), emits ? TrailClass::Opens : TrailClass::Neutral)) return;
  rows_.put(TableId::Trail, {park_, std::string(emission_trail), outlet.id, trail.pack()});
  touch_projects();
}

/// Holds every project's acts against the life-cycle rules: when one of them changed, when the
/// park's time reached another hour, and when registry or rules changed.
void ParkStep::judge_projects() {
  if (!projects_due_) return;
  projects_due_ = false;
  const Cause cause = cause_of_violations(projects_offset_);
  const EventTime now = floor_to(*time_, std::chrono::hours(1));
  const LifecyclePlan& lifecycle = plan_.lifecycle();
  std::map<std::pair<std::string, std::string>, std::vector<Violation>> judged;  // rule, subject
  std::vector<Key> stored;
  for (const std::string& rule : lifecycle_rule_names()) stored.push_back({park_, rule});
  rows_.preload(TableId::Violation, stored);
  for (const Key& rule : stored) {
    for (const Row* row : rows_.rows(TableId::Violation, rule)) {
      judged[{text_of((*row)[1]), text_of((*row)[2])}];
    }
  }
  const std::vector<ProjectPlan>& projects = lifecycle.projects_of(park_);
  if (projects.empty() && judged.empty()) return;
  std::map<std::string, std::vector<Milestone>> milestones = milestones_of(rows_, park_);
  for (const ProjectPlan& project : projects) {
    const ProjectFacts facts =
        project_facts(rows_, park_, project, std::move(milestones[project.id]));
    for (Violation& violation : judge_project(facts, lifecycle.rules(), zone_, now)) {
      judged[{violation.rule, violation.subject}].push_back(std::move(violation));
    }
  }
  for (const auto& [key, violations] : judged) {
    write_violations(key.first, key.second, violations, cause);
  }
}

}  // namespace parkwatch
