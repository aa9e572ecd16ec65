#include "processors/lifecycle_plan.h"

namespace parkwatch {

LifecyclePlan::LifecyclePlan(const Registry& registry, const LifecycleRules& rules)
    : rules_(rules) {
  std::map<std::string, std::set<std::string>> parks;  // of an enterprise
  for (const Project& row : registry.projects) parks[row.enterprise];
  for (const Enterprise& row : registry.enterprises) {
    if (parks.empty()) break;  // a large registry without projects need not be searched
    const auto found = parks.find(row.id);
    if (found != parks.end()) found->second.insert(row.park);
  }
  std::map<std::string, std::map<std::string, std::set<std::string>>> outlets;  // park, project
  for (const Project& row : registry.projects) {
    outlets_.insert(row.outlets.begin(), row.outlets.end());
    for (const std::string& park : parks[row.enterprise]) {
      outlets[park][row.id].insert(row.outlets.begin(), row.outlets.end());
    }
  }
  for (auto& [park, projects] : outlets) {
    for (auto& [id, own] : projects) projects_[park].push_back({id, std::move(own)});
  }
}

const std::vector<ProjectPlan>& LifecyclePlan::projects_of(const std::string& park) const {
  static const std::vector<ProjectPlan> none;
  const auto found = projects_.find(park);
  return found == projects_.end() ? none : found->second;
}

std::string LifecyclePlan::facts_of(const std::string& park) const {
  const std::vector<ProjectPlan>& projects = projects_of(park);
  if (projects.empty()) return {};
  std::string text;
  const auto put = [&](std::string_view value) { text.append(value).push_back('\n'); };
  for (const ProjectPlan& project : projects) {
    put("project");
    put(project.id);
    for (const std::string& outlet : project.outlets) put(outlet);
  }
  for (const LifecycleEntry& entry : rules_.entries) {
    for (const std::string* part :
         {&entry.rule, &entry.name, &entry.value, &entry.standard, &entry.clause}) {
      put(*part);
    }
    put(entry.sure ? "sure" : "unsure");
    put(std::to_string(entry.validity.from.milliseconds()));
    put(std::to_string(entry.validity.to.milliseconds()));
  }
  for (const CalendarPeriod& period : rules_.calendar) {
    put(std::to_string(period.first_day));
    put(std::to_string(period.last_day));
    put(period.working ? "workday" : "holiday");
  }
  return text;
}

}  // namespace parkwatch
