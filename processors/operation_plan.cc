#include "processors/operation_plan.h"

#include <algorithm>

namespace parkwatch {

std::pair<std::string, std::string> subject_parts(std::string_view subject) {
  const std::size_t slash = subject.find('/');
  if (slash == std::string_view::npos) return {std::string(subject), {}};
  return {std::string(subject.substr(0, slash)), std::string(subject.substr(slash + 1))};
}

const std::string* OperationSite::park_at(EventTime at) const {
  for (const Enterprise& row : rows) {
    if (row.validity.covers(at)) return &row.park;
  }
  return nullptr;
}

const Facility* OperationSite::facility_at(const std::string& id, EventTime at) const {
  for (const Facility& row : facilities) {
    if (row.id == id && row.validity.covers(at)) return &row;
  }
  return nullptr;
}

std::set<TreatmentGroup> OperationSite::groups() const {
  std::set<TreatmentGroup> found;
  for (const Treatment& row : treatments) found.insert({row.line, row.group});
  return found;
}

std::vector<const Treatment*> OperationSite::members_at(const TreatmentGroup& group,
                                                        EventTime at) const {
  std::vector<const Treatment*> members;
  for (const Treatment& row : treatments) {
    if (row.line == group.line && row.group == group.group && row.validity.covers(at)) {
      members.push_back(&row);
    }
  }
  return members;
}

std::int64_t OperationSite::required(const std::vector<const Treatment*>& members) {
  if (members.empty()) return 0;
  return members.front()->required.value_or(static_cast<std::int64_t>(members.size()));
}

std::set<std::string> OperationSite::outlets_of_line(const std::string& line, EventTime at) const {
  std::set<std::string> found;
  for (const Treatment& treatment : treatments) {
    if (treatment.line != line || !treatment.validity.covers(at)) continue;
    const Facility* facility = facility_at(treatment.facility, at);
    if (facility != nullptr && !facility->outlet.empty()) found.insert(facility->outlet);
  }
  if (!found.empty()) return found;
  for (const LineOutlet& row : line_outlets) {
    if (row.line == line && row.validity.covers(at)) found.insert(row.outlet);
  }
  return found;
}

std::set<OperationSubject> OperationSite::subjects() const {
  std::set<OperationSubject> found;
  for (const auto& [line, group] : groups()) {
    for (const char* rule : {"TS-O01", "TS-O02", "TS-O03", "TS-O06"}) {
      found.insert({rule, line + "/" + group});
    }
  }
  for (const Treatment& row : treatments) {
    for (const char* rule : {"TS-O04", "TS-O07", "TS-O08"}) {
      found.insert({rule, row.line + "/" + row.facility});
    }
    found.insert({"TS-O05", row.facility});
    for (const Facility& facility : facilities) {
      const bool behind = facility.id == row.facility && !facility.outlet.empty();
      if (behind) found.insert({"TS-O10", row.line + "/" + facility.outlet});
    }
  }
  for (const LineOutlet& row : line_outlets) {
    found.insert({"TS-O10", row.line + "/" + row.outlet});
  }
  for (const Meter& meter : meters) {
    if (meter.of == UnitOf::Line) found.insert({"TS-O11", meter.unit});
    if (meter.of == UnitOf::Facility) found.insert({"TS-O05", meter.unit});
    found.insert({"TS-O09", meter.mn + "/" + meter.factor});
  }
  return found;
}

std::set<std::string> OperationSite::outlets_of(const OperationSubject& subject,
                                                EventTime at) const {
  const auto [first, second] = subject_parts(subject.subject);
  if (subject.rule == "TS-O10") return {second};
  if (subject.rule == "TS-O09") return {};
  if (subject.rule == "TS-O05") {
    const Facility* facility = facility_at(first, at);
    if (facility == nullptr || facility->outlet.empty()) return {};
    return {facility->outlet};
  }
  return outlets_of_line(first, at);
}

std::vector<const Meter*> OperationSite::meters_of(const OperationSubject& subject,
                                                   EventTime at) const {
  const auto [first, second] = subject_parts(subject.subject);
  std::set<std::string> facilities_meant{subject.rule == "TS-O05" ? first : second};
  if (subject.rule <= "TS-O03" || subject.rule == "TS-O06") {
    facilities_meant.clear();
    for (const Treatment* row : members_at({first, second}, at)) {
      facilities_meant.insert(row->facility);
    }
  }
  std::vector<const Meter*> found;
  for (const Meter& meter : meters) {
    if (!meter.validity.covers(at)) continue;
    const bool itself = subject.rule == "TS-O09" && meter.mn == first && meter.factor == second;
    const bool of_line = meter.of == UnitOf::Line && meter.unit == first &&
                         subject.rule != "TS-O05" && subject.rule != "TS-O09";
    const bool of_facility = meter.of == UnitOf::Facility && subject.rule != "TS-O09" &&
                             facilities_meant.contains(meter.unit);
    if (itself || of_line || of_facility) found.push_back(&meter);
  }
  return found;
}

std::int64_t OperationSite::warm_up_minutes_max() const {
  std::int64_t greatest = 0;
  for (const Treatment& row : treatments) {
    greatest = std::max(greatest, row.warm_up_minutes.value_or(0));
  }
  return greatest;
}

OperationPlan::OperationPlan(const Registry& registry, const Rules& rules)
    : rules_(rules.operation, registry.tolerances) {
  const bool judged = !registry.meters.empty() || !registry.treatments.empty();
  if (!judged && registry.baselines.empty()) return;
  std::map<std::string, std::string> line_owner, facility_owner;
  for (const ProductionLine& line : registry.lines) line_owner[line.id] = line.enterprise;
  for (const Facility& facility : registry.facilities) {
    facility_owner[facility.id] = facility.enterprise;
  }
  const auto site = [&](const std::string& enterprise) -> OperationSite& {
    OperationSite& found = sites_[enterprise];
    found.enterprise = enterprise;
    return found;
  };
  for (const Meter& meter : registry.meters) {
    const auto& owners = meter.of == UnitOf::Line ? line_owner : facility_owner;
    OperationSite& owner = site(owners.at(meter.unit));
    owner.meters.push_back(meter);
    meters_[meter.mn].push_back({meter, &owner});
  }
  for (const Treatment& row : registry.treatments) {
    site(line_owner.at(row.line)).treatments.push_back(row);
  }
  for (const Baseline& row : registry.baselines) {
    site(line_owner.at(row.line)).baselines.push_back(row);
  }
  const auto known = [&](const std::string& enterprise) -> OperationSite* {
    const auto found = sites_.find(enterprise);
    return found == sites_.end() ? nullptr : &found->second;
  };
  for (const Facility& row : registry.facilities) {
    if (OperationSite* owner = known(row.enterprise)) owner->facilities.push_back(row);
  }
  for (const LineOutlet& row : registry.line_outlets) {
    if (OperationSite* owner = known(line_owner.at(row.line))) owner->line_outlets.push_back(row);
  }
  for (const OperationOrder& row : registry.orders) {
    if (OperationSite* owner = known(row.enterprise)) owner->orders.push_back(row);
  }
  for (const RegisteredOutlet& row : registry.outlets) {
    if (OperationSite* owner = known(row.enterprise)) owner->outlets.insert(row.id);
  }
  for (const Enterprise& row : registry.enterprises) {
    OperationSite* owner = known(row.id);
    if (owner == nullptr) continue;
    owner->rows.push_back(row);
    std::vector<const OperationSite*>& of_park = sites_of_park_[row.park];
    if (std::find(of_park.begin(), of_park.end(), owner) == of_park.end()) {
      of_park.push_back(owner);
    }
  }
}

const OperationSite* OperationPlan::site(const std::string& enterprise) const {
  const auto found = sites_.find(enterprise);
  return found == sites_.end() ? nullptr : &found->second;
}

const std::vector<const OperationSite*>& OperationPlan::sites_of(const std::string& park) const {
  static const std::vector<const OperationSite*> none;
  const auto found = sites_of_park_.find(park);
  return found == sites_of_park_.end() ? none : found->second;
}

const OperationSite* OperationPlan::site_of_mn(std::string_view mn, EventTime at) const {
  const auto found = meters_.find(mn);
  if (found == meters_.end()) return nullptr;
  for (const auto& [meter, site] : found->second) {
    if (meter.validity.covers(at)) return site;
  }
  return nullptr;
}

const std::string* OperationPlan::park_ever(std::string_view mn) const {
  const auto found = meters_.find(mn);
  if (found == meters_.end()) return nullptr;
  for (const auto& [meter, site] : found->second) {
    if (!site->rows.empty()) return &site->rows.front().park;
  }
  return nullptr;
}

bool OperationPlan::is_meter(std::string_view mn, std::string_view factor, EventTime at) const {
  const auto found = meters_.find(mn);
  return found != meters_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const MeterOfSite& one) {
           return one.meter.factor == factor && one.meter.validity.covers(at);
         });
}

}  // namespace parkwatch
