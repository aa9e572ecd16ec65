#include "app/project_facts.h"

#include <chrono>
#include <stdexcept>

#include "app/rows.h"
#include "model/milestone.h"

namespace parkwatch {

namespace {

std::optional<InferredProduction> inferred_production(WorkingSet& rows, const std::string& park,
                                                      const ProjectPlan& project) {
  std::optional<InferredProduction> inferred;
  for (const std::string& outlet : project.outlets) {
    const Trail trail = emission_of(rows, park, outlet);
    if (trail.runs().empty()) continue;
    const EventTime hour = trail.runs().front().start;
    const EventTime end = hour + std::chrono::hours(1);
    if (inferred && inferred->first <= end) continue;
    inferred = InferredProduction{end, outlet + " " + utc_text(hour)};
  }
  return inferred;
}

}  // namespace

Trail emission_of(WorkingSet& rows, const std::string& park, const std::string& outlet) {
  const Key prefix[] = {{park}};
  rows.preload(TableId::Trail, prefix);
  const Row* row = rows.find(TableId::Trail, {park, std::string(emission_trail), outlet});
  if (row == nullptr) return {};
  Result<Trail, std::string> trail = Trail::unpack(text_of((*row)[3]));
  if (!trail) throw std::runtime_error("emissions of " + outlet + ": " + trail.error());
  return *std::move(trail);
}

std::map<std::string, std::vector<Milestone>> milestones_of(WorkingSet& rows,
                                                            const std::string& park) {
  std::map<std::string, std::vector<Milestone>> by_project;
  for (const Row* row : rows.rows(TableId::Document, {park, std::string("milestone")})) {
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

ProjectFacts project_facts(WorkingSet& rows, const std::string& park, const ProjectPlan& project,
                           std::vector<Milestone> milestones) {
  return {project.id, std::move(milestones), inferred_production(rows, park, project), {}};
}

}  // namespace parkwatch
