#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/lifecycle_rules.h"
#include "model/registry.h"

namespace parkwatch {

/// A registered construction project.
struct ProjectPlan {
  std::string id;
  std::set<std::string> outlets;  // that only it emits through
};

/// Life-cycle rules and projects of the active set. A project belongs to each park that one of its
/// enterprises ever lies in. Immutable.
class LifecyclePlan {
 public:
  LifecyclePlan() = default;
  LifecyclePlan(const Registry& registry, const LifecycleRules& rules);

  const LifecycleRules& rules() const { return rules_; }
  /// By id.
  const std::vector<ProjectPlan>& projects_of(const std::string& park) const;
  /// Whether the outlet's first emission tells of a project.
  bool tells_of_project(std::string_view outlet) const { return outlets_.contains(outlet); }
  /// Everything that the park's life-cycle results depend on besides documents and emissions, as
  /// text to compare.
  std::string facts_of(const std::string& park) const;

 private:
  LifecycleRules rules_;
  std::map<std::string, std::vector<ProjectPlan>> projects_;  // by park
  std::set<std::string, std::less<>> outlets_;
};

}  // namespace parkwatch
