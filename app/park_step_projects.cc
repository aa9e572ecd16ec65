#include <algorithm>
#include <stdexcept>

#include "app/park_step.h"
#include "app/rows.h"
#include "model/lifecycle_csv.h"
#include "model/milestone.h"
#include "processors/lifecycle.h"

namespace parkwatch {

namespace {

/// The milestones that hold, by project. What intake let through parses.
std::map<std::string, std::vector<Milestone>> milestones_of(const std::vector<const Row*>& rows) {
  std::map<std::string, std::vector<Milestone>> by_project;
  for (const Row* row : rows) {
    const Document document = document_of(*row);
    if (document.revoked()) continue;
    Result<Milestone, std::string> milestone = Milestone::parse(document);
    if (!milestone) {
      throw std::runtime_error("milestone " + document.id + ": " + milestone.error());
    }
    std::vector<Milestone>& own = by_project[milestone->project];
    own.push_back(*std::move(milestone));
  }
  return by_project;
}

}  // namespace

/// Whether the outlet emitted in a closed hour; its first one tells of a project's first
/// production.
void ParkStep::note_emission(const OutletPlan& outlet, const WindowKey& key,
                             const OutletWindows& windows) {
  if (!plan_.lifecycle().tells_of_project(outlet.id)) return;
  const bool emits = std::any_of(
      windows.windows.begin(), windows.windows.end(),
      [](const Window& window) { return window.mass_kg && *window.mass_kg > MassDecimal{}; });
  Trail trail = emission_of(outlet.id);
  if (!trail.set(key.start, end_of(key), emits ? TrailClass::Opens : TrailClass::Neutral)) return;
  rows_.put(TableId::Trail, {park_, std::string(emission_trail), outlet.id, trail.pack()});
  touch_projects();
}

Trail ParkStep::emission_of(const std::string& outlet) {
  const Key prefix[] = {{park_}};
  rows_.preload(TableId::Trail, prefix);
  const Row* row = rows_.find(TableId::Trail, {park_, std::string(emission_trail), outlet});
  if (row == nullptr) return {};
  Result<Trail, std::string> trail = Trail::unpack(text_of((*row)[3]));
  if (!trail) throw std::runtime_error("emissions of " + outlet + ": " + trail.error());
  return *std::move(trail);
}

std::optional<InferredProduction> ParkStep::inferred_production(const ProjectPlan& project) {
  std::optional<InferredProduction> inferred;
  for (const std::string& outlet : project.outlets) {
    const Trail trail = emission_of(outlet);
    if (trail.runs().empty()) continue;
    const EventTime hour = trail.runs().front().start;
    const EventTime end = hour + std::chrono::hours(1);
    if (inferred && inferred->first <= end) continue;
    inferred = InferredProduction{end, outlet + " " + utc_text(hour)};
  }
  return inferred;
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
  std::map<std::string, std::vector<Milestone>> milestones =
      milestones_of(rows_.rows(TableId::Document, {park_, std::string("milestone")}));
  for (const ProjectPlan& project : projects) {
    const ProjectFacts facts{
        project.id, std::move(milestones[project.id]), inferred_production(project), {}};
    for (Violation& violation : judge_project(facts, lifecycle.rules(), zone_, now)) {
      judged[{violation.rule, violation.subject}].push_back(std::move(violation));
    }
  }
  for (const auto& [key, violations] : judged) {
    write_violations(key.first, key.second, violations, cause);
  }
}

}  // namespace parkwatch
