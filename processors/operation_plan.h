#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/registry.h"
#include "model/rules.h"
#include "processors/operation_rules.h"

namespace parkwatch {

/// What one row of violations is about. The subject is, by rule: line/group (TS-O01, O02, O03,
/// O06), line/facility (O04, O07, O08), facility (O05), mn/factor (O09), line/outlet (O10), line
/// (O11).
struct OperationSubject {
  std::string rule, subject;
  friend auto operator<=>(const OperationSubject&, const OperationSubject&) = default;
};

/// The parts before and after the slash; the second is empty where there is none.
std::pair<std::string, std::string> subject_parts(std::string_view subject);

/// Facilities of which `required` must run while the line does.
struct TreatmentGroup {
  std::string line, group;
  friend auto operator<=>(const TreatmentGroup&, const TreatmentGroup&) = default;
};

/// One enterprise with what its operation is judged by, over all dates.
struct OperationSite {
  std::string enterprise;
  std::vector<Enterprise> rows;
  std::vector<Meter> meters;
  std::vector<Treatment> treatments;
  std::vector<Baseline> baselines;
  std::vector<Facility> facilities;
  std::vector<LineOutlet> line_outlets;
  std::vector<OperationOrder> orders;
  std::set<std::string> outlets;  // that ever belonged to it

  const std::string* park_at(EventTime at) const;
  const Facility* facility_at(const std::string& id, EventTime at) const;
  std::set<TreatmentGroup> groups() const;
  std::vector<const Treatment*> members_at(const TreatmentGroup& group, EventTime at) const;
  /// How many of the members must run at a time.
  static std::int64_t required(const std::vector<const Treatment*>& members);
  /// Outlets behind a line's treatment, or those it emits through where no facility names one.
  std::set<std::string> outlets_of_line(const std::string& line, EventTime at) const;
  /// Everything a rule ever judges here.
  std::set<OperationSubject> subjects() const;
  /// The outlets whose mass counts for a subject's breach, and the meters that prove it.
  std::set<std::string> outlets_of(const OperationSubject& subject, EventTime at) const;
  std::vector<const Meter*> meters_of(const OperationSubject& subject, EventTime at) const;
  /// The longest warm-up of any treatment row.
  std::int64_t warm_up_minutes_max() const;
};

/// All sites that have meters or treatments. Immutable; safe to share between threads.
class OperationPlan {
 public:
  OperationPlan() = default;
  OperationPlan(const Registry& registry, const Rules& rules);

  const OperationRules& rules() const { return rules_; }
  const OperationSite* site(const std::string& enterprise) const;
  const std::map<std::string, OperationSite>& sites() const { return sites_; }
  /// Sites that ever belong to the park.
  const std::vector<const OperationSite*>& sites_of(const std::string& park) const;
  /// The site of a meter's MN at a time, or nullptr.
  const OperationSite* site_of_mn(std::string_view mn, EventTime at) const;
  /// A park that the MN's meters belong to at some time, always the same one; nullptr without any.
  const std::string* park_ever(std::string_view mn) const;
  /// Whether the value is a registered meter's.
  bool is_meter(std::string_view mn, std::string_view factor, EventTime at) const;

 private:
  struct MeterOfSite {
    Meter meter;
    const OperationSite* site;
  };
  OperationRules rules_;
  std::map<std::string, OperationSite> sites_;
  std::map<std::string, std::vector<const OperationSite*>> sites_of_park_;
  std::map<std::string, std::vector<MeterOfSite>, std::less<>> meters_;  // by MN
};

}  // namespace parkwatch
