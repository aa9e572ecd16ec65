#include "app/project_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "app/activation.h"
#include "app/rows.h"
#include "processors/lifecycle_plan.h"

namespace parkwatch {

namespace {

constexpr std::size_t shown_max = 5;

bool registered(const LifecyclePlan& plan, const std::string& park, std::string_view project) {
  const std::vector<ProjectPlan>& projects = plan.projects_of(park);
  return std::any_of(projects.begin(), projects.end(),
                     [&](const ProjectPlan& one) { return one.id == project; });
}

}  // namespace

Diagnosis check_projects(Store& store) {
  LifecyclePlan plan;
  if (const std::string active = store.active_set(); !active.empty()) {
    const ActiveSet set = stored_set(store, active);
    plan = LifecyclePlan(set.registry, set.rules.lifecycle);
  }
  std::size_t milestones = 0;
  std::set<std::pair<std::string, std::string>> unknown;  // project, park
  store.scan(TableId::Document, {}, {}, 0, [&](const Row& row) {
    if (text_of(row[1]) != "milestone") return;
    const Document document = document_of(row);
    if (document.revoked()) return;
    const std::string project(document.member("project"));
    if (registered(plan, document.park, project)) return;
    ++milestones;
    unknown.emplace(project, document.park);
  });
  if (unknown.empty()) return {Health::Good, "projects", "every milestone's is registered", ""};
  std::string names;
  for (auto at = unknown.begin(); at != unknown.end(); ++at) {
    if (static_cast<std::size_t>(std::distance(unknown.begin(), at)) == shown_max) {
      names += " and " + std::to_string(unknown.size() - shown_max) + " more";
      break;
    }
    names += (names.empty() ? "" : ", ") + at->first + " in park " + at->second;
  }
  return {Health::Finding, "projects",
          std::to_string(milestones) + " milestones of projects that are not registered: " + names,
          "enter them in projects.csv and activate it; until then they are kept and judge nothing"};
}

}  // namespace parkwatch
